"""What a delivery tells the marketplace: marks and asks the queue, calls nobody."""

import re

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

    def _cdiscount_parcel_number(self):
        """Return the tracking number to announce, "" when nobody knows one.

        Odoo's carriers put the numbers of several packages of a delivery behind each other ("1Z01,1Z02"); a line of
        the marketplace has one parcel only, and two numbers written as one lead nowhere: the first counts.
        """
        numbers = re.split(r"[,;+|]", self.carrier_tracking_ref or "")
        return next((number.strip() for number in numbers if number.strip()), "")

    def action_cdiscount_push(self):
        """Announce this delivery to Cdiscount again."""
        check_access(self, "write")
        return self.sudo().cdiscount_shipment_ids.action_push()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _cdiscount_rest_is_coming(self):
        """Whether what is missing of this line is still to leave: planned in a warehouse, or bought for the customer.

        A step before the delivery counts (picking, packing: since Odoo 18 the delivery itself is made only when they
        are done), a return does not. A line that never had a move waits for its purchase to be confirmed.
        """
        self.ensure_one()
        moves = self.sudo().move_ids
        if any(move.state not in ("done", "cancel") and move.location_id.usage != "customer" for move in moves):
            return True
        purchased = self.sudo()["purchase_line_ids"] if "purchase_line_ids" in self._fields else ()
        if any(bought.state in ("draft", "sent", "to approve") for bought in purchased):
            return True
        return not moves and not purchased and not self.cdiscount_outside and self.product_id.type != "service"
