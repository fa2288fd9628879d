"""How long the connector keeps what it only needs for a while: set in Settings, read by the nightly clean-up."""

from odoo import api, models

PREFIX = "cdiscount_store_management."
DAYS = {"log_days": 90, "error_days": 365, "job_days": 30, "personal_months": 0}
"""What holds until somebody sets it; 0 keeps for ever."""


class CdiscountSyncLogRetention(models.Model):
    _inherit = "cdiscount.sync.log"

    @api.model
    def _kept(self, name):
        """Return how long something is kept: days (``log_days``, ``error_days``, ``job_days``) or months."""
        value = self.env["ir.config_parameter"].sudo().get_param(PREFIX + name)
        try:
            return max(int(value), 0) if value not in (None, False, "") else DAYS[name]
        except ValueError:
            return DAYS[name]
