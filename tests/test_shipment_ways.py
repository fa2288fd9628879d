"""The less usual ways goods leave: straight from a supplier, in several steps, in several packages, late settings."""

from odoo.tests import tagged

from .test_shipments import SHIPMENTS, ShipmentCase


@tagged("post_install", "-at_install")
class TestShipmentWays(ShipmentCase):
    def open_picking(self):
        return super().open_picking().filtered(lambda picking: picking.location_id.usage != "supplier")

    def dropship(self, line, number="DROP1"):
        """What stock_dropshipping does: a move from the supplier to the customer for this sale order line."""
        line.move_ids.filtered(lambda move: move.state != "done")._action_cancel()
        warehouse = self.config.warehouse_id
        customers = self.env.ref("stock.stock_location_customers")
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.in_type_id.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": customers.id,
                "partner_id": line.order_id.partner_shipping_id.id,
            }
        )
        move = {
            "product_id": line.product_id.id,
            "product_uom_qty": line.product_uom_qty,
            "picking_id": picking.id,
            "location_id": picking.location_id.id,
            "location_dest_id": customers.id,
            "sale_line_id": line.id,
        }
        if "name" in self.env["stock.move"]._fields:
            move["name"] = line.name
        self.env["stock.move"].create(move)
        picking.action_confirm()
        picking.carrier_tracking_ref = number
        return picking

    def done(self, picking):
        for move in picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        self.assertEqual(picking.state, "done")

    def test_a_delivery_straight_from_the_supplier_is_announced(self):
        order = self.order_of()
        picking = self.dropship(order.order_line.filtered("cdiscount_line_id"))
        self.done(picking)
        self.run_queue()
        self.assertEqual((self.shipment().state, self.parcels()), ("sent", [["DROP1"]]))

    def test_odoo_s_own_drop_shipping_is_announced_with_the_purchase_s_number(self):
        if "dropship_picking_count" not in self.env["sale.order"]._fields:
            self.skipTest("drop shipping needs Odoo's app of that name")
        vendor = self.env["res.partner"].create({"name": "Supplier"})
        route = self.env.ref("stock_dropshipping.route_drop_shipping")
        seller = {"partner_id": vendor.id, "price": 4}
        self.second.write({"route_ids": [(6, 0, route.ids)], "seller_ids": [(0, 0, seller)]})
        self.order_of("CSM-0001", "CSM-0002")
        purchase = self.env["purchase.order.line"].search([("product_id", "=", self.second.id)]).order_id
        first = self.deliver(self.product, number="OURS")
        self.run_queue()
        self.assertEqual(self.shipment(first).reason, "rest_to_deliver", "the purchase is not even confirmed")
        purchase.button_confirm()
        purchase.picking_ids.carrier_tracking_ref = "DROP1"
        self.done(purchase.picking_ids)
        self.run_queue()
        self.assertEqual((self.parcels(), self.calls(SHIPMENTS)), ([["DROP1"], ["DROP1"]], 1))
        self.assertFalse(self.mapping(self.order).activity_ids)

    def test_half_from_the_warehouse_waits_for_the_supplier_s_half(self):
        order = self.order_of("CSM-0001", "CSM-0002")
        line = order.order_line.filtered(lambda line: line.product_id == self.second)
        picking = self.dropship(line)
        first = self.deliver(self.product, number="OURS")
        self.run_queue()
        self.assertEqual(self.shipment(first).reason, "rest_to_deliver")
        self.assertFalse(self.mapping(self.order).activity_ids, "nobody has to do anything")
        self.done(picking)
        self.run_queue()
        self.assertEqual(self.parcels(), [["DROP1"], ["DROP1"]])
        self.assertEqual(self.calls(SHIPMENTS), 1)

    def test_a_line_whose_purchase_is_not_confirmed_yet_is_still_to_come(self):
        order = self.order_of("CSM-0001", "CSM-0002")
        line = order.order_line.filtered(lambda line: line.product_id == self.second)
        line.move_ids._action_cancel()
        line.move_ids.unlink()
        first = self.deliver(self.product, number="OURS")
        self.run_queue()
        self.assertEqual((self.shipment(first).state, self.shipment(first).reason), ("waiting", "rest_to_deliver"))

    def test_picked_and_not_shipped_yet_is_still_to_come(self):
        self.config.warehouse_id.delivery_steps = "pick_ship"
        self.env["stock.quant"]._update_available_quantity(self.product, self.config.warehouse_id.lot_stock_id, 5)
        self.env["stock.quant"]._update_available_quantity(self.second, self.config.warehouse_id.lot_stock_id, 5)
        order = self.order_of("CSM-0001", "CSM-0002")
        for product, number in ((self.product, "P1"), (self.second, "P2")):
            for _step in range(2):
                moves = order.order_line.filtered(lambda line, product=product: line.product_id == product).move_ids
                # Odoo 17 names the sale order line on the last step only.
                moves = (moves | moves.move_orig_ids).filtered(lambda move: move.state not in ("done", "cancel"))
                move = moves.filtered(lambda move: not move.move_orig_ids or move.state == "assigned")[:1]
                picking = move.picking_id
                for other in picking.move_ids - move:
                    other.write({"quantity": 0, "picked": False})
                move.write({"quantity": move.product_uom_qty, "picked": True})
                if picking.location_dest_id.usage == "customer":
                    picking.carrier_tracking_ref = number
                picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
            self.run_queue()
            if product == self.product:
                self.assertEqual(self.shipment().reason, "rest_to_deliver")
                self.assertFalse(self.mapping(self.order).activity_ids, "the rest is only not picked yet")
        self.assertEqual(self.parcels(), [["P2"], ["P2"]])

    def test_of_several_packages_the_first_number_is_announced(self):
        self.order_of()
        self.deliver(number="1Z01, 1Z02")
        self.run_queue()
        parcel = self.document()["lines"][0]["parcels"][0]
        self.assertEqual((parcel["parcelNumber"], parcel["trackingUrl"]), ("1Z01", "https://track.example/?code=1Z01"))

    def test_shipments_switched_on_later_go_by_themselves(self):
        self.config.fulfilment_push = False
        self.order_of()
        self.deliver()
        self.run_queue()
        self.assertEqual(self.shipment().reason, "off")
        self.config.fulfilment_push = True
        self.run_queue()
        self.assertEqual(self.shipment().state, "sent")

    def test_a_carrier_chosen_later_lets_the_delivery_go(self):
        self.order_of()
        self.config.default_carrier_id = False
        self.deliver()
        self.run_queue()
        self.assertEqual(self.shipment().reason, "carrier_missing")
        self.config.default_carrier_id = self.colissimo
        self.run_queue()
        self.assertEqual(self.shipment().state, "sent")

    def test_a_second_delivery_of_the_same_goods_is_not_announced_again(self):
        order = self.order_of()
        self.deliver()
        self.run_queue()
        picking = self.dropship(order.order_line.filtered("cdiscount_line_id"), number="AGAIN")
        self.done(picking)
        self.run_queue()
        self.assertEqual(self.shipment(picking).state, "elsewhere")
        self.assertEqual((self.parcels(), self.calls(SHIPMENTS)), ([["6A00000000001"]], 1))
