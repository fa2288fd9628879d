"""Orders that Cdiscount knows and Odoo does not, or whose total differs: by number, fetched by one click."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access, constraints
from ...services.errors import NotFound
from ..order.order_labels import STATUSES

ACTIVITY = "cdiscount_store_management.activity_completeness"


class CdiscountCompletenessGap(models.Model):
    _name = "cdiscount.completeness.gap"
    _description = "Cdiscount Order Missing or Different"
    _order = "kind, day desc, id"
    _rec_name = "external_id"

    vars().update(constraints(("order_uniq", "unique(config_id, external_id)", "An order is listed once.")))

    day_id = fields.Many2one(
        "cdiscount.completeness.day", "Day Compared", required=True, readonly=True, ondelete="cascade", index=True
    )
    config_id = fields.Many2one(related="day_id.config_id", store=True, index=True)
    company_id = fields.Many2one(related="day_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="day_id.currency_id")
    day = fields.Date(related="day_id.day", store=True)
    external_id = fields.Char("Marketplace Order", required=True, readonly=True)
    kind = fields.Selection(
        [("missing", "Missing in Odoo"), ("total", "Total differs")], "What", required=True, readonly=True, index=True
    )
    status = fields.Selection(STATUSES, readonly=True)
    amount_market = fields.Monetary("Amount on Cdiscount", readonly=True)
    amount_odoo = fields.Monetary("Amount in Odoo", readonly=True)
    mapping_id = fields.Many2one("cdiscount.order.mapping", "Order", readonly=True, ondelete="cascade")
    tries = fields.Integer("Tried to Fetch", readonly=True)
    note = fields.Char("What Happened", readonly=True)
    told = fields.Boolean(readonly=True)
    run = fields.Char(readonly=True)

    # ------------------------------------------------------------------ fetching
    def action_fetch(self):
        """Fetch these orders as soon as a worker is free."""
        check_access(self, "write")
        missing = self.filtered(lambda gap: gap.kind == "missing")
        if not missing:
            raise UserError(_("None of these orders is missing in Odoo: open the order to see what differs."))
        for config, gaps in missing.grouped("config_id").items():
            config._require_connection()
            self.env["cdiscount.queue"].sudo()._enqueue(config, "order_fetch", gaps.mapped("external_id"))
        return self.env["cdiscount.config"]._notify(_("The orders are being fetched."))

    def action_open(self):
        """Open the order in Odoo."""
        self.ensure_one()
        if not self.mapping_id:
            raise UserError(_("Order %s is not in Odoo yet: fetch it.", self.external_id))
        return self.mapping_id.get_formview_action()

    @api.model
    def _job_fetch(self, jobs):
        """Queue operation: read single orders that are missing, by number. Yields after each."""
        config = jobs.config_id
        orders = self.env["cdiscount.order.mapping"]
        client = config._get_client()
        gaps = {
            gap.external_id: gap
            for gap in self.sudo().search(
                [("config_id", "=", config.id), ("external_id", "in", jobs.mapped("key")), ("kind", "=", "missing")]
            )
        }
        days = self.env["cdiscount.completeness.day"].sudo().browse()
        for key in jobs.mapped("key"):
            gap = gaps.get(key, self.sudo().browse())
            days |= gap.day_id
            try:
                raw = client.orders.get(key)
            except NotFound:
                gap.write({"tries": gap.tries + 1, "note": _("Cdiscount does not know this order any more.")})
                continue
            _mapping, told = orders._take_in(config, raw)
            gap.write({"tries": gap.tries + 1, "note": told[:200]})
            yield _("%s read", key)
        days._drop_solved()
        config._settle_completeness_alert()


class CdiscountCompletenessDayGaps(models.Model):
    _inherit = "cdiscount.completeness.day"

    def _drop_solved(self):
        """Take out what is in Odoo meanwhile, and count anew what Odoo has."""
        if not self:
            return
        self.env.flush_all()
        self.env.cr.execute(
            """
            DELETE FROM cdiscount_completeness_gap gap
             USING cdiscount_order_mapping known
             WHERE gap.day_id = ANY(%(days)s) AND known.config_id = gap.config_id
               AND known.external_id = gap.external_id
               AND (gap.kind = 'missing'
                    OR ROUND(known.amount_odoo::numeric, 2) = ROUND(known.amount_total::numeric, 2))
            RETURNING gap.kind, gap.day_id
            """,
            {"days": self.ids},
        )
        solved = self.env.cr.fetchall()
        self.env["cdiscount.completeness.gap"].invalidate_model()
        self.invalidate_recordset(["gap_ids"])
        for day in self:
            day.fetched_count += sum(1 for kind, day_id in solved if kind == "missing" and day_id == day.id)
            day._count_again()


class CdiscountConfigCompleteness(models.Model):
    _inherit = "cdiscount.config"

    def _settle_completeness_alert(self):
        """Tell the responsible once when orders stay missing although they were looked for; close it when none is."""
        self.ensure_one()
        config = self.sudo()
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        gaps = self.env["cdiscount.completeness.gap"].sudo()
        missing = gaps.search([("config_id", "=", config.id), ("kind", "=", "missing")])
        if not kind:
            return
        if not missing:
            config.activity_unlink([ACTIVITY])
            return
        lasting = missing.filtered(lambda gap: gap.tries or (fields.Datetime.now() - gap.create_date).days)
        fresh = lasting.filtered(lambda gap: not gap.told)
        if not fresh:
            return
        fresh.told = True
        if config.activity_ids.filtered(lambda activity: activity.activity_type_id == kind):
            return
        user = config.responsible_id or config.user_id
        local = config.with_context(lang=user.lang, mail_activity_quick_update=True)
        local.activity_schedule(ACTIVITY, user_id=user.id, **local._completeness_alert(len(lasting)))

    def _completeness_alert(self, count):
        return {
            "summary": _("Orders of %(account)s that stay missing in Odoo: %(count)s", count=count, account=self.name),
            "note": _(
                "Cdiscount has them, and reading them again did not bring them in. Performance, Completeness shows "
                "which; choose Fetch, and see what it says."
            ),
        }
