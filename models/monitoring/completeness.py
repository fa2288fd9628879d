"""Whether every order of a day is in Odoo: count and amount on Cdiscount beside Odoo, by status."""

from odoo import _, api, fields, models

from ...compat import check_access, constraints
from ...services.rules.seller_day import day_bounds
from ..order.order_import import naive
from ..order.order_labels import STATUSES

STATES = [
    ("missing", "Orders Missing"),
    ("differs", "Total Differs"),
    ("extra", "More in Odoo"),
    ("moving", "Status Differs"),
    ("complete", "Complete"),
    ("unknown", "Not Compared"),
]
WORST = {state: place for place, (state, _label) in enumerate(STATES)}


class CdiscountCompletenessDay(models.Model):
    _name = "cdiscount.completeness.day"
    _description = "Cdiscount Orders of a Day"
    _order = "day desc, config_id"
    _rec_name = "day"

    vars().update(constraints(("day_uniq", "unique(config_id, day)", "An account has each day once.")))

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="config_id.currency_id")
    day = fields.Date(required=True, readonly=True, index=True, help="The day the orders were placed, in Paris.")
    cell_ids = fields.One2many("cdiscount.completeness", "day_id", "By Status", readonly=True)
    gap_ids = fields.One2many("cdiscount.completeness.gap", "day_id", "What Is Missing or Differs", readonly=True)
    state = fields.Selection(STATES, default="unknown", required=True, readonly=True, index=True)
    count_market = fields.Integer("On Cdiscount", readonly=True)
    count_odoo = fields.Integer("In Odoo", readonly=True)
    amount_market = fields.Monetary("Amount on Cdiscount", readonly=True, help="VAT included.")
    amount_odoo = fields.Monetary("Amount in Odoo", readonly=True, help="VAT included.")
    amounts_known = fields.Boolean(readonly=True)
    missing_count = fields.Integer("Missing", readonly=True)
    differing_count = fields.Integer("Total Differs", readonly=True)
    fetched_count = fields.Integer("Fetched", readonly=True, help="Orders that were missing and have been fetched.")
    updated_count = fields.Integer("Brought up to Date", readonly=True, help="Orders that had changed unnoticed.")
    compared_at = fields.Datetime("Compared On", readonly=True)
    read_at = fields.Datetime("Read Again On", readonly=True, help="When every order of the day was read again.")
    what = fields.Char("What It Means", compute="_compute_what")
    # How far a comparison has come: one that was interrupted goes on from here.
    run = fields.Char(readonly=True)
    run_done = fields.Boolean(readonly=True)
    run_cursor = fields.Char(readonly=True)
    run_totals = fields.Text(readonly=True)

    @api.depends("state", "missing_count", "differing_count", "fetched_count", "count_market", "count_odoo")
    @api.depends_context("lang")
    def _compute_what(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for day in self:
            words = []
            if day.missing_count:
                words.append(_("%s missing in Odoo", day.missing_count))
            elif day.state == "missing":
                words.append(_("%s more on Cdiscount", day.count_market - day.count_odoo))
            if day.differing_count:
                words.append(_("%s with another total", day.differing_count))
            if day.state == "extra":
                words.append(_("%s more in Odoo", day.count_odoo - day.count_market))
            if day.fetched_count:
                words.append(_("%s fetched", day.fetched_count))
            day.what = ", ".join(words) or labels.get(day.state)

    @api.depends("day", "config_id")
    def _compute_display_name(self):
        for one in self:
            day = fields.Date.to_date(one.day)
            one.display_name = f"{one.config_id.name}, {day.strftime('%d/%m/%Y')}" if day else one.config_id.name

    @api.model
    def _of(self, config, day):
        """Return the record of a day of an account, new when there is none."""
        return self.sudo().search([("config_id", "=", config.id), ("day", "=", day)]) or self.sudo().create(
            {"config_id": config.id, "day": day}
        )

    def _window(self, until=None):
        """Return (from, to) of the orders that belong to this day, aware UTC; None when there are none to compare.

        Orders from before the account's import are none of Odoo's.

        :param until: aware moment after which an order may rightly not be here yet
        """
        self.ensure_one()
        start, end = day_bounds(self.day)
        first = self.config_id.order_import_from
        if first and first > naive(start):
            start = first.replace(tzinfo=start.tzinfo)
        if until and until < end:
            end = until.replace(microsecond=0)
        return (start, end) if start < end else None

    # ------------------------------------------------------------------ what a person can do
    def action_fetch_missing(self):
        """Fetch what is missing from these days and bring up to date what differs, by reading the days again."""
        check_access(self, "write")
        for config, days in self.grouped("config_id").items():
            config._require_connection()
            isos = sorted(str(day.day) for day in days)
            key = isos[0] if len(isos) == 1 else f"{isos[0]}..{isos[-1]}"
            config._ask_to_compare(key, days=isos, pages=True, repair=True, fresh=True)
        return self.env["cdiscount.config"]._notify(_("The orders are being fetched."))

    def action_compare(self):
        """Read every order of these days and compare. Nothing is changed."""
        check_access(self, "write")
        for config, days in self.grouped("config_id").items():
            config._require_connection()
            isos = sorted(str(day.day) for day in days)
            config._ask_to_compare(f"look {isos[0]}..{isos[-1]}", days=isos, pages=True, fresh=True)
        return self.env["cdiscount.config"]._notify(_("The orders are being compared."))

    def action_open_missing(self):
        """Open the orders of these days that are missing or differ."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_completeness_gap")
        return dict(action, domain=[("day_id", "in", self.ids)], context={})

    def action_open_orders(self):
        """Open the orders of this day that Odoo knows."""
        return self._open_orders([])

    def _open_orders(self, domain):
        self.ensure_one()
        start, end = day_bounds(self.day)
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_order_mapping")
        limits = [("marketplace_created_at", ">=", naive(start)), ("marketplace_created_at", "<", naive(end))]
        return dict(
            action,
            name=self.display_name,
            domain=[("config_id", "=", self.config_id.id), *limits, *domain],
            context={"create": False},
        )

    @api.autovacuum
    def _gc_old(self, days=800):
        """Keep a little more than two years."""
        self.env.cr.execute(
            "DELETE FROM cdiscount_completeness_day WHERE day < (now() - %s * interval '1 day')::date", (days,)
        )


class CdiscountCompleteness(models.Model):
    _name = "cdiscount.completeness"
    _description = "Cdiscount Orders of a Day and Status"
    _order = "day desc, config_id, sequence"
    _rec_name = "status"

    vars().update(constraints(("status_uniq", "unique(day_id, status)", "A day has each status once.")))

    day_id = fields.Many2one(
        "cdiscount.completeness.day", "Day Compared", required=True, readonly=True, ondelete="cascade", index=True
    )
    config_id = fields.Many2one(related="day_id.config_id", store=True, index=True)
    company_id = fields.Many2one(related="day_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="day_id.currency_id")
    day = fields.Date(related="day_id.day", store=True, index=True)
    status = fields.Selection(STATUSES, required=True, readonly=True, help="As Cdiscount counts it.")
    sequence = fields.Integer(readonly=True)
    state = fields.Selection(STATES, default="unknown", required=True, readonly=True, index=True)
    count_market = fields.Integer("On Cdiscount", readonly=True)
    count_odoo = fields.Integer("In Odoo", readonly=True)
    amount_market = fields.Monetary("Amount on Cdiscount", readonly=True, help="VAT included.")
    amount_odoo = fields.Monetary("Amount in Odoo", readonly=True, help="VAT included.")
    amounts_known = fields.Boolean(readonly=True)
    missing_count = fields.Integer("Missing", readonly=True)
    differing_count = fields.Integer("Total Differs", readonly=True)

    def action_open(self):
        """Open what is behind this figure: what is missing or differs, otherwise the orders."""
        self.ensure_one()
        if self.missing_count or self.differing_count:
            action = self.day_id.action_open_missing()
            return dict(action, domain=[("day_id", "=", self.day_id.id), ("status", "=", self.status)])
        return self.day_id._open_orders([("status_kind", "=", self.status)])

    def action_fetch_missing(self):
        """Fetch what is missing on the days of these figures."""
        return self.day_id.action_fetch_missing()
