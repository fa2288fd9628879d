"""Confirming a batch quickly must leave in the warehouse exactly what Odoo leaves for one order after the other."""

from odoo import Command
from odoo.tests import tagged

from .common import CdiscountCase


@tagged("post_install", "-at_install")
class TestOrderConfirm(CdiscountCase):
    def setUp(self):
        super().setUp()
        self.warehouse = self.config.warehouse_id
        self.second = self.make_product("CSM-0002", "3760123450027")

    def deliveries(self, sale_order):
        """What has to be carried: type, places and goods of each picking of a sale order."""
        return sorted(
            (
                picking.picking_type_id.code,
                picking.location_id.complete_name,
                picking.location_dest_id.complete_name,
                picking.state,
                sorted((move.product_id.default_code, move.product_uom_qty) for move in picking.move_ids),
            )
            for picking in sale_order.picking_ids
        )

    def same_by_hand(self, sale_order):
        """The same order as a person enters and confirms it."""
        lines = [
            Command.create({"product_id": line.product_id.id, "product_uom_qty": line.product_uom_qty})
            for line in sale_order.order_line
        ]
        values = {"partner_id": sale_order.partner_id.id, "warehouse_id": self.warehouse.id, "order_line": lines}
        order = self.env["sale.order"].create(values)
        order.action_confirm()
        return order

    def order_of_both(self, **options):
        lines = [{"sku": "CSM-0001", "quantity": 2}, {"sku": "CSM-0002", "quantity": 1}]
        return self.place_order(lines=lines, **options)

    def test_each_order_has_its_own_delivery_even_of_the_same_customer(self):
        placed = [self.order_of_both(customer="C-1") for _number in range(3)]
        self.pull()
        orders = [self.assert_imported_once(order) for order in placed]
        for order in orders:
            self.assertEqual(len(order.picking_ids), 1)
            self.assertEqual(self.deliveries(order), self.deliveries(self.same_by_hand(order)))

    def test_a_warehouse_of_several_steps_gets_the_same_transfers_as_by_hand(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        placed = [self.order_of_both() for _number in range(2)]
        self.pull()
        for order in placed:
            sale_order = self.assert_imported_once(order)
            self.assertEqual(self.deliveries(sale_order), self.deliveries(self.same_by_hand(sale_order)))

    def test_goods_that_follow_join_the_delivery_that_is_there(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        sale_order = self.assert_imported_once(order).with_context(cdiscount_new_orders=())
        line = {"product_id": self.second.id, "product_uom_qty": 1}
        sale_order.order_line = [Command.create(line)]
        self.assertEqual(len(sale_order.picking_ids), 1)
        self.assertIn(self.second, sale_order.picking_ids.move_ids.product_id)

    def test_goods_in_stock_are_reserved_and_missing_ones_call_their_replenishment(self):
        self.env["stock.quant"]._update_available_quantity(self.product, self.warehouse.lot_stock_id, 5)
        orderpoint = self.env["stock.warehouse.orderpoint"].create(
            {"product_id": self.second.id, "product_min_qty": 0, "product_max_qty": 10, "trigger": "auto"}
        )
        called = []
        model = type(orderpoint)
        self.patch(model, "_procure_orderpoint_confirm", lambda self, **kwargs: called.append(self))
        order = self.order_of_both()
        self.pull()
        moves = self.assert_imported_once(order).picking_ids.move_ids
        self.assertEqual(moves.filtered(lambda move: move.product_id == self.product).state, "assigned")
        self.assertEqual(called, [orderpoint])

    def test_the_delivery_says_which_sale_order_it_comes_from(self):
        order = self.order_of_both()
        self.pull()
        sale_order = self.assert_imported_once(order)
        notes = sale_order.picking_ids.message_ids.mapped("body")
        self.assertEqual(sum(sale_order.name in note for note in notes), 1, notes)
