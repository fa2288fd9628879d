"""From the defects a preflight found to what is stored of them and to lines a person reads."""

import json
from collections import defaultdict
from decimal import Decimal

from odoo import _, api, models
from odoo.tools import formatLang

from ...services.rules.preflight import Preflight, Problem
from .shown_amounts import shown_amounts

MEGABYTE = 1024 * 1024


class CdiscountPreflight(models.AbstractModel):
    _inherit = "cdiscount.offer.mixin"

    @api.model
    def _problem_texts(self, problems):
        """Return one line per defect, in the language of the reader.

        :param problems: a ``Preflight``, ``Problem`` values, dicts(code, params, field, blocking) or those as JSON
        """
        known = self._preflight_sentences()
        choices = _("Allowed: %s")
        return [self._say_problem(row, known, choices) for row in self._problem_rows(problems)]

    @api.model
    def _say_problem(self, row, known, choices):
        text = known.get(row["code"])
        if not text:
            # A code of an extension, or of a later version that was taken off again.
            return row["code"]
        params = defaultdict(lambda: "?", shown_amounts(self.env, row.get("params") or {}))
        if row["code"] == "picture_too_heavy":
            megabytes = {name: int(params[name]) / MEGABYTE for name in ("bytes", "limit")}
            params.update({name: formatLang(self.env, size, digits=1) for name, size in megabytes.items()})
        if "choices" in params:
            listed = params["choices"]
            params["choices"] = choices % ", ".join(listed) if listed else ""
        return (text % params).strip()

    @api.model
    def _problem_rows(self, problems):
        """Return dicts(code, params, field, blocking) of plain values, from any of the forms of ``_problem_texts``."""
        if not problems:
            return []
        if isinstance(problems, str):
            return json.loads(problems)
        if isinstance(problems, Preflight):
            problems = problems.problems
        return [self._problem_row(problem) if isinstance(problem, Problem) else problem for problem in problems]

    @api.model
    def _problem_row(self, problem):
        return {
            "code": problem.code,
            "params": {name: self._plain(value) for name, value in problem.params.items()},
            "field": problem.field,
            "blocking": problem.blocking,
        }

    @api.model
    def _plain(self, value):
        if isinstance(value, Decimal):
            return f"{value:f}" if value.is_finite() else str(value)
        return list(value) if isinstance(value, tuple) else value

    @api.model
    def _problems_json(self, problems):
        """Return what is stored of a preflight: JSON, or False when nothing is wrong."""
        rows = self._problem_rows(problems)
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":")) if rows else False
