"""Every row of the status table, what an order goes through after it came in, and which orders come in at all."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .test_follow import FollowCase


@tagged("post_install", "-at_install")
class TestStatuses(FollowCase):
    def first_seen(self, status, **options):
        self.order = self.place_order(lines=[{"sku": "CSM-0001", "quantity": 2}], status="InPreparation", **options)
        self.sandbox(f"orders/{self.order['orderId']}", patch={"status": status})
        self.pull()
        self.sale_order = self.mapping(self.order).sale_order_id
        return self.mapping(self.order)

    def test_each_status_first_seen_does_what_the_table_says(self):
        table = {
            "Processing": ("new", False, False),
            "Accepted": ("new", False, False),
            "WaitingAcceptance": ("new", False, False),
            "InPreparation": ("imported", True, True),
            "inpreparation": ("imported", True, True),
            "In Preparation": ("imported", True, True),
            "Shipped": ("imported", True, False),
            "DELIVERED": ("imported", True, False),
            "Cancelled": ("cancelled", False, False),
            "canceled": ("cancelled", False, False),
            "Refused": ("cancelled", False, False),
            "Rejected": ("cancelled", False, False),
            "Teleported": ("new", False, False),
        }
        for status, (state, sold, delivered) in table.items():
            with self.subTest(status):
                mapping = self.first_seen(status)
                self.assertEqual(
                    (mapping.state, bool(mapping.sale_order_id), bool(mapping.sale_order_id.picking_ids)),
                    (state, sold, delivered),
                )

    def test_an_unknown_status_is_told_once_for_all_its_orders(self):
        for _number in range(3):
            self.first_seen("Teleported")
        logs = self.env["cdiscount.sync.log"].search([("cause_code", "=", "unknown_status:Teleported")])
        self.assertEqual(len(logs), 1)

    def test_an_order_to_accept_has_an_activity_before_its_deadline_until_it_is_answered(self):
        mapping = self.first_seen("WaitingAcceptance")
        self.assertTrue(mapping.accept_by)
        self.assertEqual(len(mapping.activity_ids), 1)
        self.assertLessEqual(mapping.activity_ids.date_deadline, mapping.accept_by.date())
        self.assertIn(mapping.reference, mapping.activity_ids.summary)
        self.change(shippedAtMax="2026-12-24T23:59:59Z")
        self.assertEqual(len(mapping.activity_ids), 1)
        self.change(status="Accepted")
        self.assertFalse(mapping.activity_ids)
        self.assertFalse(mapping.accept_by)

    def test_history_is_delivered_invoiceable_and_leaves_the_stock_alone(self):
        quantity = self.product.with_context(location=self.config.warehouse_id.lot_stock_id.id).qty_available
        self.product.invoice_policy = "delivery"
        for status in ("Shipped", "Delivered"):
            with self.subTest(status):
                self.sale_order = self.first_seen(status).sale_order_id
                self.assertEqual(self.sale_order.state, "sale")
                self.assertFalse(self.sale_order.picking_ids)
                self.assertFalse(self.sale_order.order_line.move_ids)
                goods = self.sale_order.order_line.filtered(lambda line: line.product_id == self.product)
                goods._compute_qty_delivered()
                self.assertEqual((goods.qty_delivered, goods.qty_to_deliver), (2, 0))
                self.assertEqual(goods.qty_delivered_method, "manual")
                self.assertEqual(goods.qty_to_invoice, 2)
                self.assertEqual(self.sale_order.invoice_status, "to invoice")
                self.assertFalse(self.sale_order.delivery_status)
                self.assertIn("shipped before it came to Odoo", "".join(self.sale_order.message_ids.mapped("body")))
                self.invoice()
                self.assertEqual(self.sale_order.invoice_status, "invoiced")
        self.product.invalidate_recordset()
        found = self.product.with_context(location=self.config.warehouse_id.lot_stock_id.id).qty_available
        self.assertEqual(found, quantity)

    def test_a_changed_quantity_of_history_makes_no_delivery(self):
        self.first_seen("Shipped")
        self.change(lines={"0": {"quantity": 3}}, recompute=True)
        self.assertFalse(self.sale_order.order_line.move_ids)
        goods = self.sale_order.order_line.filtered(lambda line: line.product_id == self.product)
        self.assertEqual((goods.product_uom_qty, goods.qty_delivered), (3, 3))
        self.assert_followed()

    def test_what_leaves_cdiscount_s_warehouse_is_not_prepared_here(self):
        self.import_order(
            {"sku": "CSM-0001", "quantity": 2, "unit_price": "10.00", "shipping": "0"},
            {"sku": "CSM-0001", "quantity": 3, "unit_price": "7.00", "shipping": "0", "supply_mode": "Fulfillment"},
            {"sku": "CSM-0001", "quantity": 1, "unit_price": "5.00", "shipping": "0", "supply_mode": "Xdock"},
        )
        self.assertEqual(sum(self.open_moves().mapped("product_uom_qty")), 2)
        self.assertEqual(self.sale_order.order_line.mapped("qty_delivered"), [0, 0, 0])
        self.deliver()
        self.move("Shipped")
        self.assertEqual(self.sale_order.order_line.mapped("qty_delivered"), [2, 3, 1])
        self.assertEqual(self.sale_order.delivery_status, "full")
        self.assert_followed("46.00")

    def test_a_line_shipped_already_is_not_prepared_again(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}, {"sku": "CSM-0001", "quantity": 4}])
        self.sandbox(f"orders/{order['orderId']}", patch={"lines": {"1": {"status": "Shipped"}}})
        self.pull()
        self.sale_order = self.assert_imported_once(order)
        self.assertEqual(sum(self.open_moves().mapped("product_uom_qty")), 1)

    def test_lines_that_lag_behind_a_shipped_order_are_told(self):
        self.import_order({"sku": "CSM-0001"}, {"sku": "CSM-0001"})
        self.deliver()
        self.change(status="Shipped", lines={"0": {"status": "Shipped"}})
        self.assert_told_once("some of its lines are not")

    # ------------------------------------------------------------------ cancelled
    def test_a_cancelled_order_has_no_delivery_left(self):
        self.import_order()
        self.move("Cancelled")
        self.assertEqual((self.sale_order.state, self.mapping(self.order).state), ("cancel", "cancelled"))
        self.assertFalse(self.open_moves())
        self.assertFalse(self.activities())

    def test_an_order_cancelled_after_its_goods_have_left_is_told(self):
        self.import_order()
        self.deliver()
        self.move("Cancelled")
        self.assertEqual(self.sale_order.state, "sale")
        self.assert_told_once("after goods had left", "Return")

    def test_an_order_cancelled_after_its_invoice_is_told(self):
        self.import_order()
        self.invoice()
        self.move("Cancelled")
        self.assertEqual(self.sale_order.state, "sale")
        self.assert_told_once("after it was invoiced")

    def test_history_that_is_refunded_is_told(self):
        self.first_seen("Shipped")
        self.move("Cancelled")
        self.assertEqual(self.sale_order.state, "sale")
        self.assert_told_once("after goods had left")

    def test_a_held_order_that_is_cancelled_is_held_no_more(self):
        self.order = self.place_order(lines=[{"sku": "NOT-THERE", "gtin": None}])
        self.pull()
        self.assert_held(self.order, "unknown_product")
        self.move("Cancelled")
        mapping = self.mapping(self.order)
        self.assertEqual((mapping.state, mapping.hold_code, mapping.hold_reason), ("cancelled", False, False))

    def test_a_cancelled_order_that_lives_again_is_sold(self):
        self.order = self.place_order(lines=[{"sku": "CSM-0001"}], status="Cancelled")
        self.pull()
        self.assertFalse(self.mapping(self.order).sale_order_id)
        self.change(status="InPreparation", lines={"0": {"status": "InPreparation"}})
        self.assert_imported_once(self.order)

    def test_a_cancelled_sale_order_that_lives_again_is_taken_up_with_what_it_holds_now(self):
        self.import_order({"sku": "CSM-0001", "quantity": 2, "unit_price": "10.00", "shipping": "4.00"})
        date = self.sale_order.date_order
        self.move("Cancelled")
        self.change(status="InPreparation", lines={"0": {"status": "InPreparation", "quantity": 3}}, recompute=True)
        self.assertEqual(self.sale_order.state, "sale")
        self.assertEqual(self.sale_order.date_order, date)
        self.assertEqual(sum(self.open_moves().mapped("product_uom_qty")), 3)
        self.assert_followed("34.00")

    def test_an_order_cancelled_in_odoo_only_is_told_at_the_next_change(self):
        self.import_order()
        self.sale_order._action_cancel()
        self.change(shippedAtMax="2026-12-24T23:59:59Z")
        self.assertEqual(self.sale_order.state, "cancel")
        self.assert_told_once("cancelled in Odoo")


@tagged("post_install", "-at_install")
class TestFilters(FollowCase):
    def states(self, orders):
        return [self.mapping(order).state for order in orders]

    def place(self, *statuses, **options):
        return [self.place_order(lines=[{"sku": "CSM-0001"}], status=status, **options) for status in statuses]

    def test_each_filter_lets_in_what_it_says(self):
        statuses = ("Processing", "WaitingAcceptance", "InPreparation", "Shipped", "Cancelled")
        table = {
            "all": ["new", "new", "imported", "imported", "cancelled"],
            "open": ["new", "new", "imported", "ignored", "ignored"],
            "in_preparation": ["ignored", "ignored", "imported", "ignored", "ignored"],
        }
        for name, states in table.items():
            with self.subTest(name):
                self.config.order_status_filter = name
                orders = self.place(*statuses)
                self.pull()
                self.assertEqual(self.states(orders), states)

    def test_an_ignored_order_comes_in_once_it_is_ready(self):
        self.config.order_status_filter = "in_preparation"
        (order,) = self.place("Accepted")
        self.pull()
        self.assertEqual(self.states([order]), ["ignored"])
        self.sandbox(f"orders/{order['orderId']}/move", to="InPreparation")
        self.pull()
        self.assert_imported_once(order)

    def test_a_wider_filter_takes_up_what_was_ignored(self):
        self.config.order_status_filter = "in_preparation"
        orders = self.place("Processing", "Shipped", "Cancelled")
        self.pull()
        self.assertEqual(self.states(orders), ["ignored"] * 3)
        self.config.order_status_filter = "all"
        self.run_queue()
        self.assertEqual(self.states(orders), ["new", "imported", "cancelled"])
        self.assertFalse(self.mapping(orders[1]).sale_order_id.picking_ids)

    def test_one_ignored_order_is_taken_up_by_hand(self):
        self.config.order_status_filter = "in_preparation"
        taken, left = self.place("Shipped", "Shipped")
        self.pull()
        self.mapping(taken).action_take_up()
        self.run_queue()
        self.assertEqual(self.states([taken, left]), ["imported", "ignored"])
        with self.assertRaisesRegex(UserError, "none of these orders is ignored"):
            self.mapping(taken).action_take_up()

    def test_a_known_order_is_followed_whatever_the_filter(self):
        self.import_order()
        self.config.order_status_filter = "in_preparation"
        self.move("Cancelled")
        self.assertEqual(self.sale_order.state, "cancel")

    def test_old_sales_that_show_up_again_are_ignored_unless_they_are_still_to_be_prepared(self):
        self.config.order_purchased_from = "2026-11-01"
        old, open_one = self.place("Delivered", "InPreparation", purchased_at="2026-10-01T10:00:00Z")
        (new,) = self.place("Delivered", purchased_at="2026-11-02T10:00:00Z")
        self.pull()
        self.assertEqual(self.states([old, open_one, new]), ["ignored", "imported", "imported"])
        self.config.order_purchased_from = False
        self.run_queue()
        self.assert_imported_once(old)

    def test_only_the_account_s_channel_comes_in_unless_others_are_chosen(self):
        self.start_marketplace()
        self.sandbox("reset", channels={"SCID01": 0.0, "SCID09": 0.0})
        mine, other = self.place("InPreparation")[0], self.place("InPreparation", channel="SCID01")[0]
        (stranger,) = self.place("InPreparation", channel="SCID09")
        self.pull()
        self.assert_imported_once(mine)
        known = self.env["cdiscount.order.mapping"].search([("external_id", "=", other["orderId"])])
        self.assertFalse(known)
        channel = self.env["cdiscount.sales.channel"].create({"name": "Other", "code": "SCID01"})
        self.config.channel_ids = channel
        self.pull()
        self.assert_imported_once(other)
        self.assertEqual(self.mapping(other).sales_channel_id, channel)
        self.assertFalse(self.env["cdiscount.order.mapping"].search([("external_id", "=", stranger["orderId"])]))

    def test_two_accounts_of_a_seller_cannot_read_one_channel(self):
        channel = self.env["cdiscount.sales.channel"].create({"name": "Other", "code": "SCID02"})
        self.make_account(sales_channel_id=channel.id)
        with self.assertRaisesRegex(ValidationError, "twice"):
            self.config.channel_ids = channel
