"""Announcing what has left. The order is read first: nothing is announced twice, a cancellation is seen in time."""

from datetime import timedelta
from decimal import Decimal

from odoo import _, api, fields, models

from ...services.payloads import Order
from ...services.rules.shipment import ONE_PARCEL_CHANNELS, Packed, plan_shipment
from .shipment import OPEN

RELEASE_MINUTES = 30
"""How long until an order that Cdiscount has not released yet is looked at again."""


class CdiscountShipmentPush(models.Model):
    _inherit = "cdiscount.shipment"

    @api.model
    def _job_push(self, jobs):
        """Announce what has left of an order (queue; the key is the marketplace's order number)."""
        config = jobs.config_id
        domain = [("config_id", "=", config.id), ("external_id", "=", jobs.key)]
        mapping = self.env["cdiscount.order.mapping"].sudo().search(domain)
        shipments = mapping.shipment_ids.filtered(lambda shipment: shipment.state in OPEN)
        if not shipments:
            return
        if not config.fulfilment_push:
            shipments._wait("off", _("Switch on Send Shipments on the account: it is then announced by itself."))
            return
        client = config._get_client()
        raw = client.orders.get(mapping.external_id)
        # The freshest news of the order there is: a cancellation is not to wait for the next poll.
        mapping._store_page(config, [raw], asked=True)
        # What was read is kept whatever becomes of the shipment, and no row is locked while the marketplace answers.
        yield
        order = Order.parse(raw)
        plan = mapping._plan_shipment(order, shipments)
        by_key = {shipment.id: shipment for shipment in shipments}
        self._note_taken(by_key, plan.taken_keys)
        left = shipments.filtered(lambda shipment: shipment.id not in plan.taken_keys)
        if plan.action == "send" and not all(parcel.carrier for parcel in plan.parcels):
            mapping._tell_carrier_missing(left)
            return
        if plan.action == "send":
            client.orders.ship(mapping.external_id, [parcel.request() for parcel in plan.parcels])
            for parcel in plan.parcels:
                sent = self.browse([key for key in parcel.keys if key in by_key])
                sent._note_sent(parcel)
            left -= self.browse([key for parcel in plan.parcels for key in parcel.keys])
        mapping._tell_shipments(left, plan)

    @api.model
    def _job_push_failed(self, job, cause):
        """Called when a shipment cannot be announced: it shows why, and a person is told once."""
        domain = [("config_id", "=", job.config_id.id), ("external_id", "=", job.key)]
        mapping = self.env["cdiscount.order.mapping"].sudo().search(domain)
        shipments = mapping.shipment_ids.filtered(lambda shipment: shipment.state in OPEN)
        if not shipments:
            return
        shipments.write({"state": "failed", "reason": "refused", "note": cause.text})
        shipments.told = True
        mapping._ask_a_person(
            _("The shipment of order %s was not announced", mapping.reference),
            _("%s Correct it on the delivery, then choose Announce to Cdiscount there.", cause.text),
        )

    # ------------------------------------------------------------------ outcomes
    @api.model
    def _note_taken(self, by_key, keys):
        """Deliveries whose parcel the marketplace shows already: an earlier announcement whose answer was lost."""
        for key in keys:
            shipment = by_key[key]
            label, address = self.env["cdiscount.carrier.mapping"]._of_picking(shipment.config_id, shipment.picking_id)
            shipment.write(
                {
                    "state": "sent",
                    "reason": False,
                    "note": False,
                    "parcel_number": shipment.picking_id._cdiscount_parcel_number(),
                    "carrier_label": label,
                    "tracking_url": address,
                    "sent_at": shipment.sent_at or fields.Datetime.now(),
                }
            )
            shipment._log_sent()

    def _note_sent(self, parcel):
        """These deliveries were announced as one parcel."""
        self.write(
            {
                "state": "sent",
                "reason": False,
                "note": False,
                "parcel_number": parcel.number,
                "carrier_label": parcel.carrier,
                "tracking_url": parcel.url,
                "sent_at": fields.Datetime.now(),
            }
        )
        self[:1]._log_sent()

    def _log_sent(self):
        self.env["cdiscount.sync.log"]._add(
            self.config_id,
            "shipment_push",
            _(
                "Order %(order)s: parcel %(parcel)s (%(carrier)s) is announced.",
                order=self.mapping_id.reference,
                parcel=self.parcel_number,
                carrier=self.carrier_label,
            ),
            direction="out",
            records=1,
            record=self.mapping_id,
        )

    def _wait(self, reason, note):
        """These deliveries cannot be announced yet, and their forms say why."""
        changed = self.filtered(lambda one: (one.state, one.reason, one.note) != ("waiting", reason, note))
        changed.write({"state": "waiting", "reason": reason, "note": note})


class CdiscountOrderShipments(models.Model):
    _inherit = "cdiscount.order.mapping"

    shipment_ids = fields.One2many("cdiscount.shipment", "mapping_id", "Shipments", readonly=True)

    def _plan_shipment(self, order, shipments):
        """Return the ShipmentPlan of this order's open shipments, as its payload (``order``) stands now."""
        self.ensure_one()
        lines = self.sale_order_id.order_line.filtered("cdiscount_line_id")
        delivered = {line.cdiscount_line_id: Decimal(str(round(line.qty_delivered, 6))) for line in lines}
        channel = order.sales_channel_id or self.sales_channel_id.code or self.config_id.sales_channel_id.code
        return plan_shipment(
            order,
            [shipment._packed() for shipment in shipments.sorted(lambda one: (one.left_at, one.id))],
            delivered,
            lines.filtered(lambda line: line._cdiscount_rest_is_coming()).mapped("cdiscount_line_id"),
            one_parcel=channel in ONE_PARCEL_CHANNELS,
        )

    def _tell_shipments(self, shipments, plan):
        """Say on the deliveries that were not announced why, tell a person where one is needed, look again later."""
        if not shipments:
            return
        names = {"order": self.reference, "channel": self.sales_channel_id.name or ""}
        if plan.action == "elsewhere":
            shipments.write(
                {
                    "state": "elsewhere",
                    "reason": False,
                    "note": _("Order %(order)s is announced as shipped already, with another parcel.", **names),
                }
            )
        elif plan.action in ("nothing", "taken"):
            shipments.write({"state": "obsolete", "reason": False, "note": _("No line of it is left to be announced.")})
        elif plan.action == "cancelled":
            text = _(
                "Order %(order)s was cancelled on Cdiscount, and goods have left: call the parcel back, or take the "
                "return in when it comes.",
                **names,
            )
            # The person is told by whoever carries the cancellation over to the sale order.
            shipments.write({"state": "obsolete", "reason": "cancelled", "note": text})
        elif plan.action == "not_ready":
            shipments._wait(
                "not_ready", _("Cdiscount has not released order %(order)s yet: it is tried again.", **names)
            )
            shipments._request_push(self, eta=fields.Datetime.now() + timedelta(minutes=RELEASE_MINUTES))
        elif plan.reason == "tracking_missing":
            self._tell_tracking_missing(shipments)
        elif plan.reason == "rest_to_deliver":
            shipments._wait(
                "rest_to_deliver",
                _(
                    "%(channel)s takes one complete parcel: this one is announced together with the rest of order "
                    "%(order)s, when that leaves.",
                    **names,
                ),
            )
        elif plan.reason == "short":
            text = _(
                "Less than ordered was delivered for order %(order)s, and no delivery is left for the rest. "
                "Deliver the rest, or cancel its lines on Cdiscount.",
                **names,
            )
            shipments._wait("short", text)
            self._ask_a_person(_("Order %s left incomplete", self.reference), text)

    def _tell_carrier_missing(self, shipments):
        text = _(
            "Nothing says which carrier has the parcel of order %s. On the account (tab Shipments), choose a usual "
            "carrier, or one for the delivery method: it is then announced by itself.",
            self.reference,
        )
        shipments._wait("carrier_missing", text)
        self._ask_a_person(_("The carrier of order %s is not known", self.reference), text)

    def _tell_tracking_missing(self, shipments):
        """Wait for the tracking number for the account's hours of grace, then tell a person, once."""
        hours = self.config_id.tracking_grace_hours
        until = max(shipments.mapped("left_at")) + timedelta(hours=hours)
        now = fields.Datetime.now()
        shipments._wait(
            "tracking_missing",
            _("Enter the tracking number on the delivery: it is then announced by itself."),
        )
        if now < until:
            shipments._request_push(self, eta=until)
        elif not all(shipments.mapped("told")):
            shipments.told = True
            names = ", ".join(shipments.picking_id.mapped("name"))
            self._ask_a_person(
                _("The tracking number of order %s is missing", self.reference),
                _(
                    "%(deliveries)s left more than %(hours)s hours ago. Enter the tracking number on the delivery, so "
                    "that Cdiscount and the customer know of the parcel.",
                    deliveries=names,
                    hours=hours,
                ),
            )


class CdiscountShipmentPacked(models.Model):
    _inherit = "cdiscount.shipment"

    def _packed(self):
        """Return this delivery as the rule wants it."""
        self.ensure_one()
        picking = self.picking_id
        label, address = self.env["cdiscount.carrier.mapping"]._of_picking(self.config_id, picking)
        lines = picking.move_ids.filtered(lambda move: move.state == "done").sale_line_id
        ours = lines.filtered(lambda line: line.order_id == self.mapping_id.sale_order_id and line.cdiscount_line_id)
        return Packed(
            self.id,
            picking._cdiscount_parcel_number(),
            label,
            address,
            tuple(ours.mapped("cdiscount_line_id")),
        )
