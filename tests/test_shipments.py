"""A validated delivery is announced by itself, once, with the right lines; what cannot be is shown with its reason."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CdiscountCase

SHIPMENTS = "/orders/{order_id}/shipments"


class ShipmentCase(CdiscountCase):
    def setUp(self):
        super().setUp()
        carriers = self.env["cdiscount.carrier"]
        self.colissimo = carriers.create({"config_id": self.config.id, "name": "Colissimo", "code": "pcc"})
        self.config.write(
            {
                "default_carrier_id": self.colissimo.id,
                "default_tracking_url": "https://track.example/?code={number}",
            }
        )
        self.second = self.make_product("CSM-0002", "3760123450027")

    def order_of(self, *skus, **options):
        """An order in preparation, imported; returns its sale order."""
        lines = [
            {"sku": sku, "quantity": 2, "unit_price": "10.00", "shipping": "0.00"} for sku in skus or ("CSM-0001",)
        ]
        self.order = self.place_order(lines=lines, **options)
        self.pull()
        self.sale_order = self.mapping(self.order).sale_order_id
        self.assertTrue(self.sale_order, self.mapping(self.order).hold_reason)
        return self.sale_order

    def open_picking(self):
        return self.sale_order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))

    def deliver(self, products=None, number="6A00000000001", quantity=None, backorder=True):
        """Validate the open delivery, of all products or some; returns it."""
        picking = self.open_picking()
        if number:
            picking.carrier_tracking_ref = number
        for move in picking.move_ids.filtered(lambda move: move.state not in ("done", "cancel")):
            wanted = products is None or move.product_id in products
            move.quantity = (quantity or move.product_uom_qty) if wanted else 0
            move.picked = wanted
        context = {"skip_backorder": True, "skip_sms": True}
        if not backorder:
            context["picking_ids_not_to_backorder"] = picking.ids
        picking.with_context(**context).button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def document(self):
        return self.sandbox(f"orders/{self.order['orderId']}", method="GET")["order"]

    def parcels(self):
        """{line number: [parcel numbers]} of what the marketplace shows."""
        return [[parcel["parcelNumber"] for parcel in line["parcels"]] for line in self.document()["lines"]]

    def shipment(self, picking=None):
        found = self.env["cdiscount.shipment"].search([("mapping_id", "=", self.mapping(self.order).id)])
        found = found.filtered(lambda one: not picking or one.picking_id == picking)
        self.assertEqual(len(found), 1)
        return found


@tagged("post_install", "-at_install")
class TestShipments(ShipmentCase):
    def test_a_validated_delivery_is_announced_with_carrier_and_address(self):
        self.order_of()
        picking = self.deliver()
        self.run_queue()
        self.assertEqual(self.document()["status"], "Shipped")
        parcel = self.document()["lines"][0]["parcels"][0]
        self.assertEqual(
            (parcel["parcelNumber"], parcel["carrierName"], parcel["trackingUrl"]),
            ("6A00000000001", "Colissimo", "https://track.example/?code=6A00000000001"),
        )
        self.assertEqual((self.shipment().state, picking.cdiscount_shipment_state), ("sent", "sent"))

    def test_it_is_announced_once_however_often_it_is_asked_for(self):
        self.order_of()
        self.deliver()
        self.run_queue()
        self.env["cdiscount.shipment"]._request_push(self.mapping(self.order))
        self.run_queue()
        self.pull()
        self.assertEqual(self.calls(SHIPMENTS), 1)

    def test_an_answer_lost_after_the_effect_is_recognised(self):
        self.order_of()
        self.deliver()
        self.fault("lost_answer", path=SHIPMENTS)
        self.run_queue()
        self.env["cdiscount.queue"].search([("state", "=", "waiting_retry")]).action_retry()
        self.run_queue()
        self.assertEqual(self.shipment().state, "sent")
        self.assertEqual(self.shipment().parcel_number, "6A00000000001")
        self.assertEqual(self.counters().get("shipments_posted_twice", 0), 0)
        self.assertEqual(self.parcels(), [["6A00000000001"]])

    def test_a_failing_marketplace_is_waited_for(self):
        self.order_of()
        self.deliver()
        self.fault("unavailable_empty", path=SHIPMENTS, times=1)
        self.run_queue()
        self.env["cdiscount.queue"].search([("state", "=", "waiting_retry")]).action_retry()
        self.run_queue()
        self.assertEqual((self.shipment().state, self.document()["status"]), ("sent", "Shipped"))

    def test_a_part_waits_for_the_rest_and_one_parcel_has_all(self):
        self.order_of("CSM-0001", "CSM-0002")
        first = self.deliver(self.product)
        self.run_queue()
        self.assertEqual((self.shipment(first).state, self.shipment(first).reason), ("waiting", "rest_to_deliver"))
        self.assertEqual(self.calls(SHIPMENTS), 0)
        second = self.deliver(number="6A00000000002")
        self.run_queue()
        self.assertEqual(self.parcels(), [["6A00000000002"], ["6A00000000002"]])
        self.assertEqual((self.shipment(first).state, self.shipment(second).state), ("sent", "sent"))

    def test_what_will_never_be_complete_is_told_once(self):
        self.order_of()
        picking = self.deliver(quantity=1, backorder=False)
        self.run_queue()
        self.shipment(picking).action_push()
        self.run_queue()
        self.assertEqual((self.shipment().state, self.shipment().reason), ("waiting", "short"))
        self.assertEqual(len(self.mapping(self.order).activity_ids), 1)
        self.assertEqual(self.calls(SHIPMENTS), 0)

    def test_a_missing_number_waits_and_goes_by_itself_when_it_is_entered(self):
        self.order_of()
        picking = self.deliver(number=False)
        self.run_queue()
        self.assertEqual((self.shipment().state, self.shipment().reason), ("waiting", "tracking_missing"))
        self.assertFalse(self.mapping(self.order).activity_ids, "nobody is told within the hours of grace")
        picking.carrier_tracking_ref = "6A9"
        self.run_queue()
        self.assertEqual((self.shipment().state, self.parcels()), ("sent", [["6A9"]]))

    def test_after_the_hours_of_grace_a_person_is_told_once(self):
        self.order_of()
        self.deliver(number=False)
        self.run_queue()
        self.shipment().left_at = fields.Datetime.now() - timedelta(hours=5)
        for _time in range(2):
            self.env["cdiscount.shipment"]._request_push(self.mapping(self.order))
            self.run_queue()
        self.assertEqual(len(self.mapping(self.order).activity_ids), 1)

    def test_an_order_cancelled_while_it_was_packed_is_not_announced(self):
        self.order_of()
        self.deliver()
        self.sandbox(f"orders/{self.order['orderId']}/move", to="Cancelled", force=True)
        self.run_queue()
        self.assertEqual((self.shipment().state, self.shipment().reason), ("obsolete", "cancelled"))
        self.assertEqual(self.calls(SHIPMENTS), 0)
        self.assertTrue(self.mapping(self.order).activity_ids)

    def test_a_shipment_declared_in_the_portal_is_left_alone(self):
        self.order_of()
        line = self.document()["lines"][0]["orderLineId"]
        self.sandbox(
            f"orders/{self.order['orderId']}",
            patch={"lines": {"0": {"parcels": [{"parcelNumber": "PORTAL", "carrierName": "DPD"}]}}},
        )
        self.sandbox(f"orders/{self.order['orderId']}/move", to="Shipped", force=True)
        self.deliver()
        self.run_queue()
        self.assertEqual(self.shipment().state, "elsewhere", line)
        self.assertEqual(self.calls(SHIPMENTS), 0)

    def test_a_refusal_is_readable_and_a_retry_from_the_delivery_helps(self):
        self.order_of()
        self.sandbox("settings", strict_carrier=True)
        self.config.default_carrier_id = self.env["cdiscount.carrier"].create(
            {"config_id": self.config.id, "name": "Nobody Express"}
        )
        picking = self.deliver()
        self.run_queue()
        self.assertEqual((self.shipment().state, self.shipment().reason), ("failed", "refused"))
        self.assertIn("Nobody Express", self.shipment().note)
        self.assertEqual(len(self.mapping(self.order).activity_ids), 1)
        self.config.default_carrier_id = self.colissimo
        picking.action_cdiscount_push()
        self.run_queue()
        self.assertEqual((self.shipment().state, self.shipment().note), ("sent", False))

    def test_without_any_carrier_it_says_so(self):
        self.order_of()
        self.config.default_carrier_id = False
        self.deliver()
        self.run_queue()
        self.assertEqual((self.shipment().state, self.shipment().reason), ("waiting", "carrier_missing"))
        self.assertEqual(self.calls(SHIPMENTS), 0)

    def test_switched_off_nothing_is_sent(self):
        self.config.fulfilment_push = False
        self.order_of()
        self.deliver()
        self.run_queue()
        self.assertEqual((self.shipment().state, self.shipment().reason), ("waiting", "off"))
        self.assertEqual(self.calls(SHIPMENTS), 0)

    def test_deliveries_of_other_sales_are_none_of_our_business(self):
        customer = self.env["res.partner"].create({"name": "Somebody"})
        order = self.env["sale.order"].create(
            {"partner_id": customer.id, "order_line": [(0, 0, {"product_id": self.product.id})]}
        )
        order.action_confirm()
        for move in order.picking_ids.move_ids:
            move.write({"quantity": 1, "picked": True})
        order.picking_ids._action_done()
        self.assertFalse(order.picking_ids.cdiscount_shipment_ids)

    def test_the_warehouse_may_retry_and_not_change(self):
        self.order_of()
        self.deliver(number=False)
        groups = "cdiscount_store_management.group_user,stock.group_stock_user"
        user = new_test_user(self.env, "warehouse", groups)
        shipment = self.shipment().with_user(user)
        shipment.action_push()
        with self.assertRaises(AccessError):
            shipment.state = "sent"
        with self.assertRaises(AccessError):
            shipment.action_drop()

    def test_there_is_nothing_to_retry_once_it_is_announced(self):
        self.order_of()
        self.deliver()
        self.run_queue()
        with self.assertRaises(UserError):
            self.shipment().action_push()


@tagged("post_install", "-at_install")
class TestOtherChannels(ShipmentCase):
    def test_each_delivery_is_a_parcel_where_the_channel_takes_several(self):
        channel = self.env["cdiscount.sales.channel"]._ensure(["OTHER"])
        self.config.channel_ids = channel
        self.order_of("CSM-0001", "CSM-0002", channel="OTHER")
        self.deliver(self.product)
        self.run_queue()
        self.assertEqual(self.parcels(), [["6A00000000001"], []])
        self.deliver(number="6A00000000002")
        self.run_queue()
        self.assertEqual(self.parcels(), [["6A00000000001"], ["6A00000000002"]])
        self.assertEqual(self.counters().get("shipments_posted_twice", 0), 0)


@tagged("post_install", "-at_install")
class TestCarriers(CdiscountCase):
    def test_the_marketplace_s_carriers_are_read_and_odoo_s_are_proposed(self):
        product = self.env["product.product"].create({"name": "Delivery", "type": "service"})
        methods = self.env["delivery.carrier"].create(
            [{"name": name, "product_id": product.id} for name in ("GLS France 24h", "Chez nous", "Chrono 13")]
        )
        self.config.action_fetch_carriers()
        self.config.action_fetch_carriers()
        labels = self.config.carrier_ids.mapped("name")
        self.assertEqual(len(labels), len(set(labels)))
        self.assertIn("Mondial Relay", labels)
        mapped = {line.delivery_carrier_id: line.carrier_id.name for line in self.config.carrier_mapping_ids}
        ours = {method.name: mapped.get(method) for method in methods}
        self.assertEqual(ours, {"GLS France 24h": "GLS", "Chez nous": None, "Chrono 13": "Chronopost"})

    def test_a_carrier_that_is_no_longer_listed_is_archived(self):
        self.config.action_fetch_carriers()
        gone = self.env["cdiscount.carrier"].create({"config_id": self.config.id, "name": "Pony Express"})
        self.env["cdiscount.queue"]._enqueue(self.config, "carrier_pull", "carriers")
        self.run_queue()
        self.assertFalse(gone.active)
