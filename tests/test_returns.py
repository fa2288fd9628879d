"""Goods that come back: announced, received by Odoo's own return, checked, and only then sold again."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..compat import return_delivery
from .test_shipments import ShipmentCase


class ReturnCase(ShipmentCase):
    """Verbs: deliver an order, announce a return, receive it."""

    def setUp(self):
        super().setUp()
        self.put(self.product, 10)
        self.put(self.second, 10)

    @property
    def stock(self):
        return self.config.warehouse_id.lot_stock_id

    def put(self, product, quantity, lot=None):
        self.env["stock.quant"]._update_available_quantity(product, self.stock, quantity, lot_id=lot)

    def on_hand(self, product, location=None):
        return product.with_context(location=(location or self.stock).id).qty_available

    def published(self, product):
        """What would be published of a product."""
        return self.env["cdiscount.stock.mapping"]._quantities_to_publish(self.config, product)[product.id]

    def delivered_order(self, *skus, quantity=2, **options):
        lines = [
            {"sku": sku, "quantity": quantity, "unit_price": "10.00", "shipping": "0.00"}
            for sku in skus or ("CSM-0001",)
        ]
        self.order = self.place_order(lines=lines, **options)
        self.pull()
        self.sale_order = self.mapping(self.order).sale_order_id
        self.delivery = self.deliver()
        self.run_queue()
        return self.mapping(self.order)

    def announce(self, *quantities, mapping=None, **values):
        """A return of the first lines of the order with these quantities, expected."""
        mapping = mapping or self.mapping(self.order)
        lines = zip(mapping.line_ids, quantities or (2,), strict=False)
        one = self.env["cdiscount.return"].create(
            {
                "mapping_id": mapping.id,
                "reason": "damaged",
                "line_ids": [(0, 0, {"order_line_id": line.id, "quantity": count}) for line, count in lines],
                **values,
            }
        )
        one.action_expect()
        return one

    def receive_goods(self, one, quantity=None, picking=None):
        """Validate the open receipt of a return, whole or a part of every line; returns it."""
        picking = picking or one.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        self.assertEqual(len(picking), 1)
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty if quantity is None else quantity
            move.picked = True
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def check_in(self):
        """Have returned goods checked before they are sold."""
        self.config.action_make_return_location()
        return self.config.return_location_id


@tagged("post_install", "-at_install")
class TestReturns(ReturnCase):
    def test_the_receipt_is_for_what_was_delivered_of_these_lines(self):
        self.delivered_order("CSM-0001", "CSM-0002")
        one = self.announce(1)
        self.assertEqual(one.state, "expected")
        receipt = one.picking_ids
        self.assertEqual(receipt.picking_type_code, "incoming")
        self.assertEqual(receipt.return_id if "return_id" in receipt._fields else self.delivery, self.delivery)
        self.assertEqual([(move.product_id, move.product_uom_qty) for move in receipt.move_ids], [(self.product, 1)])

    def test_the_return_goes_on_when_the_warehouse_validates_the_receipt(self):
        self.delivered_order()
        one = self.announce(2)
        self.receive_goods(one)
        self.assertEqual((one.state, one.line_ids.received), ("received", 2))
        self.assertEqual(self.sale_order.order_line.filtered("cdiscount_line_id").qty_delivered, 0)
        one.check_ids.action_good()
        self.assertEqual((one.state, self.on_hand(self.product)), ("checked", 10))

    def test_asking_twice_makes_one_receipt(self):
        self.delivered_order()
        one = self.announce(2)
        one.action_expect()
        self.assertEqual(one.picking_count, 1)

    def test_what_came_back_already_is_not_expected_again(self):
        self.delivered_order()
        self.receive_goods(self.announce(1))
        second = self.announce(2)
        self.assertEqual(second.picking_ids.move_ids.mapped("product_uom_qty"), [1])

    def test_a_part_comes_first_and_the_rest_later(self):
        self.delivered_order()
        one = self.announce(2)
        self.receive_goods(one, 1)
        self.assertEqual((one.state, one.line_ids.received), ("received", 1))
        one.check_ids.action_good()
        self.assertEqual(one.state, "expected", "one piece is still on its way")
        self.receive_goods(one)
        self.assertEqual((one.state, one.line_ids.received, len(one.check_ids)), ("received", 2, 2))
        one.check_ids.action_good()
        self.assertEqual(one.state, "checked")

    def test_more_than_announced_is_counted_and_shown(self):
        self.delivered_order()
        one = self.announce(1)
        self.receive_goods(one, 2)
        self.assertEqual((one.line_ids.received, one.line_ids.differs), (2, True))
        self.assertEqual(sum(one.check_ids.mapped("quantity")), 2)

    def test_a_return_made_by_hand_in_odoo_is_recognised(self):
        mapping = self.delivered_order("CSM-0001", "CSM-0002")
        receipt = return_delivery(self.env, self.delivery, {self.delivery.move_ids[0]: 1})
        self.receive_goods(None, picking=receipt)
        one = self.env["cdiscount.return"].search([("mapping_id", "=", mapping.id)])
        self.assertEqual((len(one), one.origin, one.state), (1, "found", "received"))
        self.assertEqual([(line.order_line_id, line.received) for line in one.line_ids], [(mapping.line_ids[0], 1)])
        self.assertTrue(mapping.activity_ids)

    def test_a_receipt_made_by_hand_belongs_to_the_return_that_was_announced(self):
        mapping = self.delivered_order()
        proposed = self.env["cdiscount.return"]._propose(mapping, mapping.line_ids, "cancelled")
        receipt = return_delivery(self.env, self.delivery, {self.delivery.move_ids: 2})
        self.receive_goods(None, picking=receipt)
        self.assertEqual((receipt.cdiscount_return_id, proposed.state), (proposed, "received"))

    def test_a_return_of_an_order_sold_elsewhere_is_left_alone(self):
        partner = self.env["res.partner"].create({"name": "Somebody"})
        order = self.env["sale.order"].create(
            {"partner_id": partner.id, "order_line": [(0, 0, {"product_id": self.product.id, "product_uom_qty": 1})]}
        )
        order.action_confirm()
        self.sale_order = order
        delivery = self.deliver(number=False)
        receipt = return_delivery(self.env, delivery, {delivery.move_ids: 1})
        self.receive_goods(None, picking=receipt)
        self.assertFalse(receipt.cdiscount_return_id)
        self.assertFalse(self.env["cdiscount.return"].search([]))

    def test_a_cancelled_order_proposes_its_return_once(self):
        mapping = self.delivered_order("CSM-0001", "CSM-0002")
        returns = self.env["cdiscount.return"]
        first = returns._propose(mapping, mapping.line_ids[0], "cancelled")
        self.assertEqual((first.state, first.reason, first.picking_count), ("proposed", "cancelled", 0))
        self.assertEqual(returns._propose(mapping, mapping.line_ids[0], "cancelled"), first)
        both = returns._propose(mapping, mapping.line_ids, "The customer has called.")
        self.assertEqual(len(both), 2)
        self.assertEqual((both - first).line_ids.order_line_id, mapping.line_ids[1])
        self.assertEqual((both - first).customer_words, "The customer has called.")

    # ------------------------------------------------------------------ the check
    def test_goods_to_be_checked_are_not_sold_before_somebody_has_looked(self):
        place = self.check_in()
        self.delivered_order()
        one = self.announce(2)
        self.receive_goods(one)
        self.assertEqual((self.on_hand(self.product), self.on_hand(self.product, place)), (8, 2))
        one.check_ids.write({"good": 1, "bad": 1})
        one.check_ids.action_decide()
        self.assertEqual((self.on_hand(self.product), self.on_hand(self.product, place)), (9, 0))
        self.assertEqual(one.check_ids.scrap_id.scrap_qty, 1)
        self.assertEqual(one.state, "checked")

    def test_what_is_good_again_is_published_again_and_what_is_not_is_not(self):
        self.check_in()
        self.delivered_order()
        one = self.announce(2)
        self.receive_goods(one)
        before = self.published(self.product)
        one.check_ids.write({"good": 1, "bad": 1})
        one.check_ids.action_decide()
        self.assertEqual((before, self.published(self.product)), (8, 9))

    def test_goods_are_decided_on_once(self):
        place = self.check_in()
        self.delivered_order()
        one = self.announce(2)
        self.receive_goods(one)
        one.check_ids.action_good()
        one.check_ids.action_good()
        one.check_ids.action_bad()
        self.assertEqual((self.on_hand(self.product), self.on_hand(self.product, place)), (10, 0))
        with self.assertRaises(UserError):
            one.check_ids.bad = 1

    def test_no_more_is_decided_on_than_arrived(self):
        self.delivered_order()
        one = self.announce(2)
        self.receive_goods(one)
        with self.assertRaises(ValidationError):
            one.check_ids.write({"good": 2, "bad": 1})

    def test_the_lot_that_was_delivered_is_the_one_that_comes_back(self):
        tracked = self.make_product("CSM-0003", "3760123450034", tracking="lot")
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": tracked.id, "company_id": self.company.id} for name in ("A", "B")]
        )
        place = self.check_in()
        self.put(tracked, 5, lots[1])
        self.delivered_order("CSM-0003", quantity=1)
        self.put(tracked, 5, lots[0])
        one = self.announce(1)
        self.receive_goods(one)
        self.assertEqual(one.check_ids.lot_id, lots[1])
        one.check_ids.action_good()
        quants = self.env["stock.quant"]._gather(tracked, self.stock, lot_id=lots[1], strict=True)
        self.assertEqual((sum(quants.mapped("quantity")), self.on_hand(tracked, place)), (5, 0))

    def test_returns_are_not_checked_where_is_sold_from(self):
        with self.assertRaises(ValidationError):
            self.config.return_location_id = self.stock

    def test_a_kit_comes_back_in_its_components(self):
        if "mrp.bom" not in self.env:
            self.skipTest("kits need the manufacturing app")
        wheel, frame = self.make_product("WHEEL"), self.make_product("FRAME")
        bike = self.make_product("CSM-0003", "3760123450034")
        parts = [(0, 0, {"product_id": part.id, "product_qty": count}) for part, count in ((wheel, 2), (frame, 1))]
        self.env["mrp.bom"].create(
            {"product_tmpl_id": bike.product_tmpl_id.id, "type": "phantom", "bom_line_ids": parts}
        )
        self.put(wheel, 10)
        self.put(frame, 10)
        self.delivered_order("CSM-0003", quantity=3)
        one = self.announce(2)
        wanted = {move.product_id: move.product_uom_qty for move in one.picking_ids.move_ids}
        self.assertEqual(wanted, {wheel: 4, frame: 2})
        self.receive_goods(one)
        self.assertEqual(one.line_ids.received, 2)

    def test_two_deliveries_of_a_line_are_returned_each_by_its_own_receipt(self):
        self.order_of()
        self.deliver(quantity=1)
        self.deliver(number="6A00000000002")
        one = self.announce(2)
        self.assertEqual(sorted(one.picking_ids.move_ids.mapped("product_uom_qty")), [1, 1])
        for receipt in one.picking_ids:
            self.receive_goods(one, picking=receipt)
        self.assertEqual((one.line_ids.received, len(one.check_ids)), (2, 2))

    def test_goods_that_somebody_has_moved_are_not_moved_twice(self):
        place = self.check_in()
        self.delivered_order()
        one = self.announce(2)
        self.receive_goods(one)
        self.env["stock.quant"]._update_available_quantity(self.product, place, -2)
        with self.assertRaises(UserError):
            one.check_ids.action_good()
        one.check_ids.action_elsewhere()
        self.assertEqual((one.state, self.on_hand(self.product)), ("checked", 8))

    def test_what_is_sent_to_the_customer_again_is_no_part_of_the_return(self):
        self.delivered_order()
        one = self.announce(2)
        receipt = self.receive_goods(one)
        again = return_delivery(self.env, receipt, {receipt.move_ids: 2})
        one.check_ids.action_good()
        self.assertEqual((one.state, one.picking_ids), ("checked", receipt))
        self.assertFalse(again.state == "cancel")

    # ------------------------------------------------------------------ people
    def test_returns_of_another_company_are_not_seen(self):
        self.delivered_order()
        one = self.announce(2)
        self.receive_goods(one)
        stranger = self.manager_elsewhere()
        for model in ("cdiscount.return", "cdiscount.return.line", "cdiscount.return.check"):
            self.assertFalse(self.env[model].with_user(stranger).search([]), model)

    def test_customer_care_works_on_returns_without_rights_on_inventory(self):
        user = new_test_user(self.env, "care", "cdiscount_store_management.group_user")
        mapping = self.delivered_order()
        one = (
            self.env["cdiscount.return"]
            .with_user(user)
            .create(
                {
                    "mapping_id": mapping.id,
                    "reason": "damaged",
                    "line_ids": [(0, 0, {"order_line_id": mapping.line_ids.id, "quantity": 2})],
                }
            )
        )
        one.action_expect()
        self.receive_goods(one.sudo())
        one.check_ids.action_bad()
        self.assertEqual(one.state, "checked")
        self.assertEqual(self.on_hand(self.product), 8)

    def test_a_return_that_does_not_take_place_leaves_no_open_receipt(self):
        self.delivered_order()
        for close in ("action_cancel", "action_refuse", "action_keep_goods"):
            one = self.announce(2)
            self.assertEqual(one.picking_ids.mapped("state"), ["assigned"])
            getattr(one, close)()
            self.assertEqual(one.picking_ids.mapped("state"), ["cancel"])
        self.assertEqual(one.state, "checked")
