"""A change of stock reaches the marketplace: once, soon, sold out first, and never more than there is."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..services.rules.offer_memory import recall
from .stock_case import StockCase


@tagged("post_install", "-at_install")
class TestStockPush(StockCase):
    def setUp(self):
        super().setUp()
        self.second = self.make_product("CSM-0002")
        self.queue = self.env["cdiscount.queue"]

    def stock_jobs(self):
        return self.queue.search([("operation", "=", "stock_push")])

    def stock_packages(self):
        return self.packages(purpose="stock")

    def orders_were_read_long_ago(self):
        self.queue.search([("operation", "=", "order_pull")]).started_at = "2026-01-01 00:00:00"

    def test_a_delivery_is_on_the_marketplace_without_anybody_asking(self):
        offer = self.live(self.product, 0)
        self.put(self.product, 10)
        self.settle()
        self.assertEqual((self.shown(self.product), offer.published_qty, offer.stock_dirty), (10, 10, False))
        picking = self.promise(self.product, 3).picking_ids
        self.settle()
        self.assertEqual((self.shown(self.product), offer.published_qty), (7, 7))
        picking.move_ids.write({"quantity": 3, "picked": True})
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        uploads = self.uploads()
        self.settle()
        self.assertEqual(self.shown(self.product), 7)
        self.assertEqual(self.uploads(), uploads, "what does not differ is not sent")

    def test_a_burst_of_changes_is_one_sending(self):
        self.live(self.product, 0)
        for _number in range(200):
            self.put(self.product, 1)
        self.settle()
        self.assertEqual(self.shown(self.product), 200)
        self.assertEqual(len(self.stock_packages()), 1)

    def test_what_is_sold_out_goes_first_and_does_not_wait_for_orders(self):
        self.live(self.product, 0)
        gone = self.live(self.second, 8)
        self.put(self.product, 10)
        self.env["cdiscount.stock.event"]._mark_offers(gone)
        self.fault("unavailable_empty", path="/orders/count", times=50)
        self.run_queue()
        first = self.stock_packages()
        self.assertEqual(first.line_ids.mapped("sku"), ["CSM-0002"])

    def test_orders_are_read_before_stock_is_offered_anew(self):
        self.live(self.product, 0)
        self.put(self.product, 5)
        self.settle()
        self.place_order(lines=[{"sku": "CSM-0001", "quantity": 2}])
        self.assertEqual(self.shown(self.product), 3)
        self.orders_were_read_long_ago()
        self.put(self.product, 1)
        self.settle()
        self.assertEqual(self.shown(self.product), 4)
        self.assertEqual(self.counters()["stock_below_zero"], 0)

    def test_what_cdiscount_sold_of_a_capped_offer_is_filled_up_again(self):
        offer = self.live(self.product, 0)
        offer.write({"stock_limit_own": True, "stock_cap": 10})
        self.put(self.product, 100)
        self.settle()
        self.assertEqual(self.shown(self.product), 10)
        self.place_order(lines=[{"sku": "CSM-0001", "quantity": 4}])
        self.assertEqual(self.shown(self.product), 6)
        self.pull()
        self.settle()
        self.assertEqual(self.shown(self.product), 10)

    def test_without_real_time_the_interval_does_it(self):
        self.config.stock_realtime = False
        self.live(self.product, 0)
        self.config.write({"stock_compared_at": fields.Datetime.now(), "last_stock_push_at": fields.Datetime.now()})
        self.put(self.product, 10)
        self.settle()
        self.assertEqual(self.shown(self.product), 0)
        self.config._schedule_due_jobs(fields.Datetime.now() + timedelta(minutes=16))
        self.settle()
        self.assertEqual(self.shown(self.product), 10)

    def test_an_account_that_publishes_nothing_is_left_alone(self):
        self.live(self.product, 4).publish = False
        self.put(self.product, 10)
        self.settle()
        self.assertEqual(self.shown(self.product), 4)
        self.assertFalse(self.stock_packages())

    def test_pushing_by_hand_compares_every_offer(self):
        offer = self.live(self.product, 7)
        self.env["cdiscount.stock.event"].search([]).unlink()
        self.config.action_push_stock()
        self.settle()
        self.assertEqual((self.shown(self.product), offer.published_qty), (0, 0))

    def test_stock_that_changes_while_it_is_on_its_way_is_sent_afterwards(self):
        offer = self.live(self.product, 0)
        self.put(self.product, 10)
        self.env.cr.flush()
        self.run_queue()
        self.assertTrue(offer.package_id)
        self.put(self.product, -10)
        self.settle(6)
        self.assertEqual((self.shown(self.product), offer.published_qty, offer.stock_dirty), (0, 0, False))

    def test_what_is_sold_while_the_upload_fails_is_not_offered_when_it_gets_through(self):
        self.live(self.product, 0)
        self.live(self.second, 0)
        self.put(self.product, 10)
        self.put(self.second, 4)
        self.fault("unavailable_empty", method="POST", path="/offer-packages", times=50)
        self.run_queue()
        rows = self.sandbox("calls?limit=1000", method="GET")["calls"]
        asked = [row for row in rows if (row["route"], row["method"]) == ("/offer-packages", "POST")]
        self.assertLess(len(asked), 8, "a marketplace in trouble is not asked again and again")
        waiting = self.stock_packages()
        self.assertEqual(set(waiting.line_ids.mapped("sku")), {"CSM-0001", "CSM-0002"})
        self.assertEqual(self.uploads(), 0)
        self.put(self.product, -7)
        self.put(self.second, 5)
        self.sandbox("faults", method="DELETE")
        self.send(3)
        sent = {line.sku: recall(line.request)["quantity"] for line in waiting.line_ids}
        self.assertEqual(sent, {"CSM-0001": 3, "CSM-0002": 4}, "less at once, more in its turn")
        self.settle(6)
        self.assertEqual((self.shown(self.product), self.shown(self.second)), (3, 9))

    def test_a_failing_marketplace_loses_nothing_and_doubles_nothing(self):
        offer = self.live(self.product, 0)
        self.put(self.product, 10)
        self.fault("lost_answer", path="/offer-packages", times=2)
        self.settle(8)
        self.assertEqual((self.shown(self.product), offer.published_qty), (10, 10))
        self.assert_nothing_doubled()

    def test_a_frozen_offer_and_one_of_two_companies(self):
        offer = self.live(self.product, 4)
        offer.stock_freeze = "keep"
        self.put(self.product, 10)
        self.config.action_push_stock()
        self.settle()
        self.assertEqual(self.shown(self.product), 4)
        offer.stock_freeze = False
        self.settle()
        self.assertEqual(self.shown(self.product), 10)

    def test_two_people_who_move_the_same_product_never_collide(self):
        """Under REPEATABLE READ an UPDATE of a row that both write would make one of them begin anew."""
        self.live(self.product, 0)
        self.env.cr.flush()
        statements = []
        cursor = type(self.env.cr)
        execute = cursor.execute

        def listen(cr, query, *args, **kwargs):
            statements.append(str(getattr(query, "code", query)))
            return execute(cr, query, *args, **kwargs)

        events = self.env["cdiscount.stock.event"]
        events._mark(self.product.ids)
        self.patch(cursor, "execute", listen)
        events._write_down()
        self.env.flush_all()
        self.assertTrue([text for text in statements if "INSERT INTO cdiscount_stock_event" in text])
        self.assertFalse([text for text in statements if "UPDATE" in text or "ON CONFLICT" in text or "DELETE" in text])
        self.assertLessEqual(len(statements), 8, "what a person waits for")

    def test_a_transaction_that_moves_a_thousand_products_notes_it_in_one_statement(self):
        products = self.product | self.second
        for product in products:
            self.live(product, 0)
        self.env.cr.flush()
        self.env["cdiscount.stock.event"].search([]).unlink()
        for _number in range(50):
            for product in products:
                self.put(product, 1)
        self.assertFalse(self.env["cdiscount.stock.event"].search_count([]))
        self.env.cr.flush()
        self.assertEqual(self.env["cdiscount.stock.event"].search_count([]), 2)

    def test_a_setting_that_changes_is_followed(self):
        self.live(self.product, 0)
        self.put(self.product, 10)
        self.settle()
        self.config.stock_buffer = 4
        self.settle()
        self.assertEqual(self.shown(self.product), 6)
        category = self.product.categ_id = self.env["product.category"].create({"name": "Lamps"})
        self.env["cdiscount.stock.rule"].create(
            {"config_id": self.config.id, "categ_id": category.id, "stock_buffer_units": 1}
        )
        self.settle()
        self.assertEqual(self.shown(self.product), 9)
        elsewhere = self.warehouse("ELSE")
        self.put(self.product, 3, elsewhere)
        self.sells_from(elsewhere)
        self.settle()
        self.assertEqual(self.shown(self.product), 2)
