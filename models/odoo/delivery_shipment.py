"""What a delivery tells the marketplace: marks and asks the queue, calls nobody."""

from odoo import api, fields, models

from ...compat import check_access
from ..shipping.shipment import STATES


class StockPicking(models.Model):
    _inherit = "stock.picking"

    cdiscount_shipment_ids = fields.One2many("cdiscount.shipment", "picking_id", "Cdiscount Shipments")
    cdiscount_shipment_state = fields.Selection(
        STATES,
        "Cdiscount",
        compute="_compute_cdiscount_shipment",
        compute_sudo=True,
    )
    cdiscount_shipment_note = fields.Text("Cdiscount Message", compute="_compute_cdiscount_shipment", compute_sudo=True)

    @api.depends("cdiscount_shipment_ids.state", "cdiscount_shipment_ids.note")
    def _compute_cdiscount_shipment(self):
        for picking in self:
            shipments = picking.cdiscount_shipment_ids
            # Of several orders in one delivery, the one that wants a person comes first.
            worst = shipments.sorted(
                lambda one: ("failed", "waiting", "elsewhere", "sent", "obsolete").index(one.state)
            )
            picking.cdiscount_shipment_state = worst[:1].state
            picking.cdiscount_shipment_note = worst[:1].note

    def _action_done(self):
        result = super()._action_done()
        self.env["cdiscount.shipment"]._note_deliveries(self.filtered(lambda picking: picking.state == "done"))
        return result

    def write(self, vals):
        result = super().write(vals)
        if vals.get("carrier_tracking_ref"):
            waiting = self.sudo().cdiscount_shipment_ids.filtered(lambda one: one.state in ("waiting", "failed"))
            if waiting:
                waiting._request_push(waiting.mapping_id)
        return result

    def action_cdiscount_push(self):
        """Announce this delivery to Cdiscount again."""
        check_access(self, "write")
        return self.sudo().cdiscount_shipment_ids.action_push()
