"""How ready an offer and its product sheet are: the defects in words, and one score to sort by."""

from markupsafe import Markup

from odoo import _, api, fields, models

from ...compat import check_access
from ...services.rules.preflight import Preflight, Problem
from ...services.rules.product_preflight import check_product

BATCH = 500
AT_ONCE = 1000
"""So many offers are checked while the person waits: some seconds."""

KEEP = """
UPDATE cdiscount_product_mapping offer
   SET sheet_problems = found.problems, score = found.score, checked_at = %(now)s
  FROM unnest(%(ids)s::int[], %(problems)s::text[], %(scores)s::int[]) AS found(id, problems, score)
 WHERE offer.id = found.id
"""


class CdiscountSheetCheck(models.Model):
    _inherit = "cdiscount.product.mapping"

    sheet_problems = fields.Text(
        readonly=True, copy=False, help="Technical: what the product sheet would be refused for, as found last."
    )
    score = fields.Integer(
        "Quality",
        readonly=True,
        copy=False,
        help="100 when nothing is to be corrected; 20 less for each defect for which Cdiscount would refuse the offer "
        "or its product sheet, 4 less for each that makes it sell worse. 0 as long as it was not checked.",
    )
    checked_at = fields.Datetime("Last Checked", readonly=True, copy=False)
    quality_lines = fields.Html("To Correct", compute="_compute_quality_lines", sanitize=False)

    # ------------------------------------------------------------------ checking
    def action_check(self):
        """Check offers and product sheets of a selection, and show what is to be corrected."""
        check_access(self, "write")
        if len(self) > AT_ONCE:
            self._check_later()
            return self.env["cdiscount.config"]._notify(_("Offers being checked in the background: %s.", len(self)))
        self._check_all()
        bad = len(self.filtered(lambda mapping: mapping.score < 100))
        if len(self) == 1:
            return True
        return self.env["cdiscount.config"]._notify(
            _("Offers checked: %(all)s, of which to correct: %(bad)s.", all=len(self), bad=bad)
            if bad
            else _("Offers checked, with nothing to correct: %s.", len(self))
        )

    def _check_all(self):
        """Check the offers on their channel and their sheets, in batches so that ten thousand stay in little memory."""
        for _config, mappings in self.grouped("config_id").items():
            for start in range(0, len(mappings), BATCH):
                batch = mappings[start : start + BATCH]
                batch._offer_problems(batch._offer_terms())
                batch._check_sheets()
                batch.env.flush_all()
                batch.product_id.invalidate_recordset(flush=False)

    def _check_sheets(self):
        """Check the product sheets, and keep what is wrong with them and the score of sheet and offer together.

        A product that Cdiscount has from elsewhere needs no sheet of ours, so nothing can be wrong with it.

        :return: ``{mapping.id: Preflight}`` of the sheets
        """
        found = {}
        for config, mappings in self.grouped("config_id").items():
            found.update(mappings._preflight_sheets(config.sudo()))
        self._keep_sheet_problems(found)
        return found

    def _preflight_sheets(self, config):
        """Return ``{mapping.id: Preflight}`` of offers of one account; a constant number of queries."""
        sheets = self._sheets()
        categories = self._sheet_categories(config)
        properties = self._sheet_properties(categories)
        brands = self.env["cdiscount.brand"].sudo()._known_names(config, {sheet.brand for sheet in sheets.values()})
        known = None if None in brands.values() else brands.get
        local = config._pictures_may_be_local()
        found = {}
        for mapping in self:
            sheet, category = sheets[mapping.id], categories.get(mapping.product_id.id)
            payload = category._payload() if category else None
            found[mapping.id] = check_product(
                sheet, payload, properties.get(sheet.category, ()), known, local_pictures=local
            )
        return found

    def _wants_sheet(self):
        """Whether the product's sheet is, or is to be, ours."""
        self.ensure_one()
        return not self.product_reference or self.sheet_state != "none"

    def _keep_sheet_problems(self, found):
        """Store what was found and the scores: one statement, whatever the number."""
        if not found:
            return
        mappings = self.browse(found)
        ids, texts, scores = [], [], []
        for mapping in mappings:
            problems = found[mapping.id].problems if mapping._wants_sheet() else ()
            offer = [self._problem_of(row) for row in self._problem_rows(mapping.problems)]
            ids.append(mapping.id)
            texts.append(self._problems_json(Preflight(problems)) or None)
            scores.append(Preflight(self._once(problems, offer)).score)
        self.env.flush_all()
        self.env.cr.execute(KEEP, {"ids": ids, "problems": texts, "scores": scores, "now": fields.Datetime.now()})
        mappings.invalidate_recordset(["sheet_problems", "score", "checked_at", "quality_lines"], flush=False)

    @api.model
    def _once(self, *lists):
        """Return problems of several lists; a GTIN that is wrong for sheet and offer is one defect."""
        seen = {}
        for problem in (problem for problems in lists for problem in problems):
            seen.setdefault((problem.code, problem.field, str(problem.params)), problem)
        return tuple(seen.values())

    @api.model
    def _problem_of(self, row):
        return Problem(row["code"], row.get("params") or {}, row.get("field") or "", bool(row.get("blocking", True)))

    # ------------------------------------------------------------------ reading
    @api.depends("sheet_problems", "problems", "checked_at")
    @api.depends_context("lang")
    def _compute_quality_lines(self):
        nothing = Markup('<p class="text-success"><i class="fa fa-check me-1"></i>%s</p>') % _("Nothing to correct.")
        labels = {True: _("Refused by Cdiscount"), False: _("Advice")}
        for mapping in self:
            rows = mapping._quality_rows()
            if rows:
                mapping.quality_lines = Markup("").join(self._quality_line(*row, labels) for row in rows)
            else:
                mapping.quality_lines = nothing if mapping.checked_at else False

    def _quality_rows(self):
        """Return (field, sentence, blocking) of each defect of sheet and offer, what blocks first."""
        self.ensure_one()
        problems = [
            self._problem_of(row)
            for stored in (self.sheet_problems, self.problems)
            for row in self._problem_rows(stored)
        ]
        problems = sorted(self._once(problems), key=lambda problem: not problem.blocking)
        field_label = self.env["cdiscount.refusal"]._field_label
        texts = self._problem_texts(problems)
        return [
            (field_label(self._label_key(problem.field)), text, problem.blocking)
            for problem, text in zip(problems, texts, strict=True)
        ]

    @api.model
    def _label_key(self, field):
        """Fields of a preflight that are called otherwise in a refusal."""
        return {"pictures": "picture", "attributes": "attribute"}.get(field, field)

    @api.model
    def _quality_line(self, field, text, blocking, labels):
        colour, icon = ("text-danger", "fa-times-circle") if blocking else ("text-warning", "fa-info-circle")
        return Markup('<p class="mb-1"><i class="fa %s %s me-1" title="%s"></i><b>%s</b> %s</p>') % (
            icon,
            colour,
            labels[blocking],
            f"{field}:" if field else "",
            text,
        )
