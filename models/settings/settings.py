"""Settings > Cdiscount: the shops, who is told, how long data are kept, the address for monitors."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from .retention import DAYS, PREFIX


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cdiscount_account_ids = fields.Many2many(
        "cdiscount.config", string="Cdiscount Accounts", compute="_compute_cdiscount_accounts"
    )
    cdiscount_told_ids = fields.Many2many(
        "cdiscount.config", string="Who Is Told", compute="_compute_cdiscount_accounts"
    )
    cdiscount_booked_ids = fields.Many2many(
        "cdiscount.config", string="How Money Is Booked", compute="_compute_cdiscount_accounts"
    )
    cdiscount_health_url = fields.Char(
        "Address for Uptime Monitors",
        compute="_compute_cdiscount_health_url",
        groups="cdiscount_store_management.group_manager",
    )
    cdiscount_log_days = fields.Integer(
        "Days the Log Is Kept", config_parameter=f"{PREFIX}log_days", default=DAYS["log_days"]
    )
    cdiscount_error_days = fields.Integer(
        "Days Errors Are Kept", config_parameter=f"{PREFIX}error_days", default=DAYS["error_days"]
    )
    cdiscount_job_days = fields.Integer(
        "Days Finished Jobs Are Kept", config_parameter=f"{PREFIX}job_days", default=DAYS["job_days"]
    )
    cdiscount_personal_months = fields.Integer(
        "Months Personal Data Are Kept",
        config_parameter=f"{PREFIX}personal_months",
        help="0: they are kept.",
    )
    cdiscount_queue_job_available = fields.Boolean(compute="_compute_cdiscount_queue_job_available")
    cdiscount_use_queue_job = fields.Boolean(
        "Run Jobs with Queue Job", config_parameter="cdiscount_store_management.use_queue_job"
    )

    @api.depends("company_id")
    def _compute_cdiscount_accounts(self):
        accounts = self.env["cdiscount.config"].search([])
        for settings in self:
            settings.cdiscount_account_ids = accounts
            settings.cdiscount_told_ids = accounts
            settings.cdiscount_booked_ids = accounts

    @api.depends("company_id")
    def _compute_cdiscount_health_url(self):
        config = self.env["cdiscount.config"].search([], limit=1)
        for settings in self:
            settings.cdiscount_health_url = config.health_url

    @api.depends("company_id")
    def _compute_cdiscount_queue_job_available(self):
        for settings in self:
            settings.cdiscount_queue_job_available = "queue.job" in self.env

    @api.constrains("cdiscount_log_days", "cdiscount_error_days", "cdiscount_job_days", "cdiscount_personal_months")
    def _check_cdiscount_days(self):
        for settings in self:
            kept = (settings.cdiscount_log_days, settings.cdiscount_error_days, settings.cdiscount_job_days)
            if min(kept) < 1:
                raise ValidationError(_("Keep the log, its errors and finished jobs for at least one day."))
            if settings.cdiscount_personal_months < 0:
                raise ValidationError(_("Months cannot be negative: enter 0 to keep personal data."))

    def action_cdiscount_renew_health_url(self):
        """Give the address for monitors another secret: the old address is refused from now on."""
        self.env["cdiscount.config"].search([], limit=1).action_renew_health_url()
        return self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_settings")
