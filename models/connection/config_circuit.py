"""Whether the calls of an account are suspended, for its form."""

from odoo import api, fields, models


class CdiscountConfigCircuit(models.Model):
    _inherit = "cdiscount.config"

    circuit_ids = fields.One2many("cdiscount.circuit", "config_id", "Circuit Breaker", readonly=True)
    calls_suspended_until = fields.Datetime(
        compute="_compute_calls_suspended_until",
        help="Cdiscount does not answer. At this moment one job tries again; when it gets an answer, all others go on.",
    )

    @api.depends("circuit_ids.suspended_until")
    def _compute_calls_suspended_until(self):
        for config in self:
            config.calls_suspended_until = config.circuit_ids[:1].suspended_until
