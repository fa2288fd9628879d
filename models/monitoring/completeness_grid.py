"""Days by statuses at a glance: what the screen Completeness draws, in one call and four queries."""

from datetime import timedelta

from odoo import _, api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...services.rules.seller_day import day_of
from ..order.order_import import aware

LONGEST = 90


class CdiscountCompletenessGrid(models.Model):
    _inherit = "cdiscount.completeness.day"

    @api.model
    def get_grid(self, days=14):
        """Return the last days of the accounts the reader may see.

        :return: dict(statuses: [[key, label]], can_fetch, rows: [dict(id, day, account, state, words, missing, cells:
            {status: dict(id, there, here, state, words, title)})]); ``words`` is "" where both sides agree
        """
        first = day_of(aware(fields.Datetime.now())) - timedelta(days=min(max(int(days), 1), LONGEST) - 1)
        records = self.search([("day", ">=", first)])
        used = set(records.cell_ids.mapped("status"))
        labels = self.env["cdiscount.completeness"]._fields["status"]._description_selection(self.env)
        several = len(records.config_id) > 1
        return {
            "statuses": [[key, label] for key, label in labels if key in used],
            "can_fetch": self.env.user.has_group("cdiscount_store_management.group_manager"),
            "rows": [record._prepare_row(several) for record in records],
        }

    def _prepare_row(self, several):
        self.ensure_one()
        return {
            "id": self.id,
            "day": format_date(self.env, self.day, date_format="EEE d MMM"),
            "account": self.config_id.name if several else "",
            "state": self.state,
            "words": self.what,
            "missing": self.state == "missing",
            "total": _("%(there)s on Cdiscount, %(here)s in Odoo", there=self.count_market, here=self.count_odoo),
            "cells": {cell.status: cell._prepare_cell() for cell in self.cell_ids},
        }


class CdiscountCompletenessCell(models.Model):
    _inherit = "cdiscount.completeness"

    def _prepare_cell(self):
        """Return what one figure shows. Colour alone tells nothing to many: each difference has its words."""
        self.ensure_one()
        words = ""
        if self.missing_count:
            words = _("%s missing", self.missing_count)
        elif self.differing_count:
            words = _("%s with another total", self.differing_count)
        elif self.count_market != self.count_odoo:
            words = _("%s in Odoo", self.count_odoo)
        here = formatLang(self.env, self.amount_odoo, currency_obj=self.currency_id)
        there = formatLang(self.env, self.amount_market, currency_obj=self.currency_id)
        return {
            "id": self.id,
            "there": self.count_market,
            "here": self.count_odoo,
            "state": self.state,
            "words": words,
            "amount": there if self.amounts_known else here,
            "title": _("Cdiscount: %(there)s. Odoo: %(here)s.", there=there, here=here)
            if self.amounts_known
            else _("Odoo: %s. The amount on Cdiscount is read at night.", here),
        }
