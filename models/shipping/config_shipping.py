"""How the shipments of an account are announced."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

ANSWERED_BY = {"off": ("fulfilment_push",), "carrier_missing": ("default_carrier_id",)}
"""Why a delivery waits, and the settings that end it once they are filled in."""


class CdiscountConfigShipping(models.Model):
    _inherit = "cdiscount.config"

    default_carrier_id = fields.Many2one(
        "cdiscount.carrier",
        "Usual Carrier",
        domain="[('config_id', '=', id)]",
        ondelete="restrict",
        help="Named for deliveries without a delivery method. A method without a carrier here is announced by its own "
        "name.",
    )
    default_tracking_url = fields.Char("Usual Tracking Address", help="{number} stands for the tracking number.")
    tracking_grace_hours = fields.Integer(
        "Wait for Tracking (Hours)",
        default=4,
        help="A validated delivery without tracking number waits so long before somebody is told.",
    )
    shipment_waiting_count = fields.Integer(compute="_compute_shipment_waiting_count")

    def _compute_shipment_waiting_count(self):
        groups = self.env["cdiscount.shipment"]._read_group(
            [("config_id", "in", self.ids), ("state", "in", ("waiting", "failed"))], ["config_id"], ["__count"]
        )
        counts = {config.id: count for config, count in groups}
        for config in self:
            config.shipment_waiting_count = counts.get(config.id, 0)

    @api.constrains("tracking_grace_hours")
    def _check_tracking_grace_hours(self):
        if any(config.tracking_grace_hours < 0 for config in self):
            raise ValidationError(_("The hours to wait for a tracking number cannot be negative."))

    def write(self, vals):
        result = super().write(vals)
        reasons = [reason for reason, names in ANSWERED_BY.items() if any(vals.get(name) for name in names)]
        if reasons:
            self._announce_waiting(reasons)
        return result

    def _announce_waiting(self, reasons):
        """Try the deliveries that wait for one of these reasons again: what they waited for may be there now."""
        waiting = self.env["cdiscount.shipment"].sudo()
        domain = [("config_id", "in", self.ids), ("state", "=", "waiting"), ("reason", "in", reasons)]
        waiting._request_push(waiting.search(domain).mapping_id)

    def action_open_shipments(self):
        """Open the shipments of this account that are not announced yet."""
        return self._open("cdiscount.shipment", _("Shipments"), [("state", "in", ("waiting", "failed"))])
