"""What the connector did, readable by a person."""

from odoo import api, fields, models

from .operations import SELECTION

ICONS = {
    "order_pull": "fa-cloud-download",
    "order_build": "fa-shopping-cart",
    "initial_import": "fa-history",
    "order_answer": "fa-check-square-o",
    "shipment_push": "fa-truck",
    "carrier_pull": "fa-truck",
    "refund_push": "fa-undo",
    "offer_pull": "fa-tags",
    "offer_push": "fa-tag",
    "offer_package": "fa-envelope-open-o",
    "product_fetch": "fa-file-text-o",
    "sheet_push": "fa-file-text-o",
    "sheet_report": "fa-file-text-o",
    "category_pull": "fa-sitemap",
    "brand_pull": "fa-sitemap",
    "property_pull": "fa-sitemap",
    "stock_push": "fa-cubes",
    "indicator_pull": "fa-line-chart",
    "completeness_check": "fa-search",
    "order_fetch": "fa-cloud-download",
    "connection": "fa-plug",
    "account": "fa-user",
}
"""FontAwesome icon of an operation; one that is not here shows its direction."""
DIRECTION_ICONS = {"in": "fa-arrow-down", "out": "fa-arrow-up", "internal": "fa-cog"}


class CdiscountSyncLog(models.Model):
    _name = "cdiscount.sync.log"
    _description = "Cdiscount Synchronisation Log"
    _order = "id desc"
    _rec_name = "message"

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    create_date = fields.Datetime("Date", readonly=True, index=True)
    operation = fields.Selection(
        [*SELECTION, ("connection", "Connection"), ("account", "Account")], readonly=True, index=True
    )
    direction = fields.Selection(
        [("in", "Cdiscount to Odoo"), ("out", "Odoo to Cdiscount"), ("internal", "Inside Odoo")],
        default="in",
        required=True,
        readonly=True,
    )
    level = fields.Selection(
        [("info", "Information"), ("warning", "Warning"), ("error", "Error")],
        default="info",
        required=True,
        readonly=True,
        index=True,
    )
    message = fields.Text(required=True, readonly=True)
    records = fields.Integer(readonly=True, help="How many records were read, created or changed.")
    duration = fields.Float("Seconds", digits=(16, 1), readonly=True)
    job_id = fields.Many2one("cdiscount.queue", "Queue Job", readonly=True, ondelete="set null", index="btree_not_null")
    res_model = fields.Char("Related Model", readonly=True)
    res_id = fields.Many2oneReference("Related Record", model_field="res_model", readonly=True)
    cause_code = fields.Char("Cause", readonly=True, index=True)
    icon = fields.Char("Type", compute="_compute_icon")
    icon_title = fields.Char("What It Is", compute="_compute_icon")

    @api.depends("operation", "direction")
    @api.depends_context("lang")
    def _compute_icon(self):
        operations = dict(self._fields["operation"]._description_selection(self.env))
        directions = dict(self._fields["direction"]._description_selection(self.env))
        for line in self:
            line.icon = ICONS.get(line.operation) or DIRECTION_ICONS.get(line.direction)
            words = (operations.get(line.operation), directions.get(line.direction))
            line.icon_title = ", ".join(word for word in words if word)

    @api.model
    def _add(
        self,
        config,
        operation,
        message,
        level="info",
        direction="in",
        records=0,
        duration=0.0,
        job=None,
        record=None,
        cause_code=False,
    ):
        """Add one line in the current transaction: it exists if and only if what it tells of exists."""
        return self.sudo().create(
            {
                "config_id": config.id,
                "operation": operation,
                "direction": direction,
                "level": level,
                "message": message,
                "records": records,
                "duration": duration,
                "job_id": job.id if job else False,
                "res_model": record._name if record else False,
                "res_id": record.id if record else False,
                "cause_code": cause_code,
            }
        )

    def action_open_record(self):
        """Open the document the line is about."""
        self.ensure_one()
        if not self.res_model or not self.res_id or self.res_model not in self.env:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    @api.autovacuum
    def _gc_old(self):
        """Keep some months of the log, a year of its errors, or what Settings say."""
        self.env.cr.execute(
            """
            DELETE FROM cdiscount_sync_log
             WHERE create_date < (now() AT TIME ZONE 'UTC')
                   - (CASE WHEN level = 'error' THEN %s ELSE %s END) * interval '1 day'
            """,
            (self._kept("error_days"), self._kept("log_days")),
        )
