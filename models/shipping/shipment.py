"""A validated delivery of a marketplace order, and whether the marketplace has been told of it."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access, constraints

OPEN = ("waiting", "failed")
STATES = [
    ("waiting", "To announce"),
    ("sent", "Announced"),
    ("elsewhere", "Announced elsewhere"),
    ("failed", "Failed"),
    ("obsolete", "Not to be announced"),
]


class CdiscountShipment(models.Model):
    _name = "cdiscount.shipment"
    _description = "Cdiscount Shipment"
    _order = "id desc"
    _rec_name = "picking_id"

    vars().update(
        constraints(("picking_uniq", "unique(mapping_id, picking_id)", "A delivery is announced once for an order."))
    )

    mapping_id = fields.Many2one("cdiscount.order.mapping", "Order", required=True, index=True, ondelete="cascade")
    config_id = fields.Many2one(related="mapping_id.config_id", store=True, index=True)
    company_id = fields.Many2one(related="mapping_id.company_id", store=True, index=True)
    picking_id = fields.Many2one("stock.picking", "Delivery", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="picking_id.partner_id", string="Recipient")
    ship_by = fields.Datetime(related="mapping_id.ship_by", store=True)
    left_at = fields.Datetime("Left On", required=True, readonly=True)
    state = fields.Selection(
        STATES,
        string="Status",
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    reason = fields.Selection(
        [
            ("tracking_missing", "Tracking number missing"),
            ("carrier_missing", "Carrier not known"),
            ("rest_to_deliver", "Waits for the rest of the order"),
            ("short", "Less than ordered was delivered"),
            ("not_ready", "Cdiscount has not released the order yet"),
            ("cancelled", "Cancelled on Cdiscount"),
            ("off", "Sending shipments is switched off"),
            ("refused", "Refused by Cdiscount"),
        ],
        "Why",
        readonly=True,
        index=True,
    )
    note = fields.Text("What to Do", readonly=True, help="What happened, and what to do.")
    parcel_number = fields.Char("Parcel", readonly=True, index=True, help="The tracking number that was announced.")
    carrier_label = fields.Char("Carrier", readonly=True)
    tracking_url = fields.Char("Tracking Address", readonly=True)
    sent_at = fields.Datetime("Announced On", readonly=True)
    told = fields.Boolean(readonly=True, help="A person was told that this delivery waits.")

    # ------------------------------------------------------------------ from a delivery
    @api.model
    def _note_deliveries(self, pickings):
        """Remember validated deliveries of marketplace orders and ask the queue to announce them.

        :param pickings: stock.picking that have just been done; those of other orders are passed over
        """
        pairs = []
        for picking in pickings.sudo():
            goods = picking.move_ids.filtered(
                lambda move: move.state == "done" and move.location_dest_id.usage == "customer" and move.quantity
            )
            for mapping in goods.sale_line_id.order_id.cdiscount_mapping_ids:
                pairs.append((mapping, picking))
        if not pairs:
            return
        known = {
            (shipment.mapping_id, shipment.picking_id)
            for shipment in self.sudo().search([("picking_id", "in", pickings.ids)])
        }
        self.sudo().create(
            [
                {
                    "mapping_id": mapping.id,
                    "picking_id": picking.id,
                    "left_at": picking.date_done or fields.Datetime.now(),
                }
                for mapping, picking in dict.fromkeys(pairs)
                if (mapping, picking) not in known
            ]
        )
        self._request_push(self.env["cdiscount.order.mapping"].union(*(mapping for mapping, _picking in pairs)))

    @api.model
    def _request_push(self, mappings, eta=None):
        """Ask the queue to announce what has left of these orders."""
        for config in mappings.config_id:
            keys = mappings.filtered(lambda mapping, config=config: mapping.config_id == config).mapped("external_id")
            self.env["cdiscount.queue"].sudo()._enqueue(config, "shipment_push", keys, eta=eta)

    # ------------------------------------------------------------------ what a person can do
    def action_push(self):
        """Announce these deliveries as soon as a worker is free; what was announced stays announced.

        Whoever sees them may ask: it is the warehouse that has the tracking number.
        """
        check_access(self, "read")
        again = self.filtered(lambda shipment: shipment.state in OPEN)
        if self and not again:
            raise UserError(_("Nothing to announce: Cdiscount knows of these deliveries, or is not to be told."))
        again.sudo().write({"told": False})
        self._request_push(again.mapping_id)
        return self.env["cdiscount.config"]._notify(_("Deliveries being announced to Cdiscount: %s.", len(again)))

    def action_drop(self):
        """Mark deliveries as not to be announced: the shipment was declared by hand, or must not be."""
        check_access(self, "write")
        self.filtered(lambda shipment: shipment.state in OPEN).sudo().write(
            {"state": "obsolete", "note": _("%s decided not to announce it.", self.env.user.name)}
        )
        return True

    def action_open_picking(self):
        """Open the delivery."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "res_id": self.picking_id.id,
            "views": [(False, "form")],
        }
