"""Goods in Cdiscount's own warehouses: mirrored in Odoo, never for sale twice, taken off once."""

from datetime import timedelta
from unittest.mock import patch

import psycopg2.errors

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .stock_case import StockCase


@tagged("post_install", "-at_install")
class TestFulfilmentStock(StockCase):
    def setUp(self):
        super().setUp()
        self.set(fulfilment_stock=True)
        self.rows = self.env["cdiscount.fulfilment.stock"]

    def lies(self, **by_country):
        """What lies in the marketplace's warehouses: FR={"CSM-0001": 5}."""
        self.sandbox("fulfilment", **by_country)

    def told(self, sku="CSM-0001", country="FR"):
        return sum(self.sandbox("fulfilment", method="GET")["stock"][country][sku].values())

    def look(self):
        """Read it again, some time later: what was taken off just before a reading is left for the next one."""
        self.env.cr.execute("UPDATE stock_move SET date = date - interval '10 minutes' WHERE sale_line_id IS NOT NULL")
        self.env["stock.move"].invalidate_model(["date"])
        self.config.action_read_fulfilment()
        self.run_queue()

    def place(self, country="FR"):
        return self.config.fulfilment_location_ids.filtered(lambda one: one.country_id.code == country)

    def mirrored(self, product=None, country="FR"):
        domain = [
            ("product_id", "=", (product or self.product).id),
            ("location_id", "=", self.place(country).location_id.id),
        ]
        return sum(self.env["stock.quant"].search(domain).mapped("quantity"))

    def adjustments(self):
        locations = self.config.fulfilment_location_ids.location_id
        domain = ["|", ("location_id", "in", locations.ids), ("location_dest_id", "in", locations.ids)]
        return self.env["stock.move"].search([*domain, ("sale_line_id", "=", False)], order="id")

    def sold(self, quantity=2, supply_mode="Fulfillment", **wish):
        order = self.place_order(
            lines=[{"sku": "CSM-0001", "quantity": quantity, "supply_mode": supply_mode}],
            **{"status": "InPreparation", **wish},
        )
        self.pull()
        return order

    def move(self, order, status):
        self.sandbox(f"orders/{order['orderId']}/move", to=status, force=True)
        self.pull()

    # ------------------------------------------------------------------ mirrored
    def test_what_lies_there_is_in_a_location_for_each_country(self):
        second = self.make_product("CSM-0002")
        self.lies(FR={"CSM-0001": {"available": 5, "blocked": 1, "return": 2}, "CSM-0002": 7}, ES={"CSM-0001": 3})
        self.look()
        self.assertEqual((self.mirrored(), self.mirrored(second), self.mirrored(country="ES")), (8, 7, 3))
        row = self.rows.search([("seller_reference", "=", "CSM-0001"), ("country_id.code", "=", "FR")])
        self.assertEqual((row.available, row.blocked, row.returned, row.physical, row.on_hand), (5, 1, 2, 8, 8))
        self.assertEqual({move.company_id for move in self.adjustments()}, {self.company})

    def test_only_differences_are_adjusted(self):
        self.lies(FR={"CSM-0001": 5})
        self.look()
        self.look()
        self.assertEqual(self.adjustments().mapped("product_qty"), [5])
        self.lies(FR={"CSM-0001": 3})
        self.look()
        self.assertEqual(self.adjustments().mapped("product_qty"), [5, 2])
        self.assertEqual(self.mirrored(), 3)

    def test_what_the_list_no_longer_names_is_not_there_any_more(self):
        self.lies(FR={"CSM-0001": 5})
        self.look()
        self.sandbox("fulfilment", method="DELETE")
        self.look()
        self.assertEqual(self.mirrored(), 0)

    def test_a_list_that_breaks_off_takes_nothing_away(self):
        self.lies(FR={"CSM-0001": 5})
        self.look()
        self.fault("server_error", path="/stocks", times=50)
        self.look()
        self.assertEqual(self.mirrored(), 5)
        self.assertEqual(self.rows.search([]).physical, 5)

    def test_a_collision_in_between_is_done_over_and_nothing_is_booked_twice(self):
        self.lies(FR={"CSM-0001": 5}, ES={"CSM-0001": 3})
        adjust = type(self.rows)._adjust
        places = []

        def collide_at_the_second(rows, place, differences):
            places.append(place)
            if len(places) == 2:
                raise psycopg2.errors.SerializationFailure("somebody else was quicker")
            return adjust(rows, place, differences)

        with patch.object(type(self.rows), "_adjust", collide_at_the_second), mute_logger("odoo.sql_db"):
            self.look()
        self.assertEqual((self.mirrored(), self.mirrored(country="ES")), (5, 3))
        self.assertEqual(sorted(self.adjustments().mapped("product_qty")), [3, 5])

    def test_many_products_are_adjusted_together(self):
        products = [self.product, *(self.make_product(f"CSM-{number:04}") for number in range(2, 13))]
        self.lies(FR={product.default_code: 4 for product in products})
        self.look()
        self.lies(FR={product.default_code: 6 for product in products})
        moves, batches = type(self.env["stock.move"]), []
        done = moves._action_done

        def count(moves, *args, **kwargs):
            batches.append(len(moves))
            return done(moves, *args, **kwargs)

        with patch.object(moves, "_action_done", count):
            self.look()
        self.assertEqual(sum(self.mirrored(product) for product in products), 6 * 12)
        self.assertEqual(batches, [12], "no adjustment is booked on its own")

    def test_a_product_is_known_by_its_gtin_when_no_reference_is_told(self):
        self.sandbox("settings", fulfilment_references=False)
        self.lies(FR={"CSM-0001": 5})
        self.look()
        self.assertEqual(self.rows.search([]).product_id, self.product)

    def test_what_is_not_linked_is_shown_and_mirrored_once_it_is(self):
        self.lies(FR={"NOBODY-KNOWS": 5})
        self.look()
        row = self.rows.search([])
        self.assertEqual((row.product_id.id, row.physical, self.adjustments().ids), (False, 5, []))
        self.offer(self.product, seller_reference="NOBODY-KNOWS")
        self.look()
        self.assertEqual((row.product_id, self.mirrored()), (self.product, 5))

    def test_the_clock_asks_for_it_twice_an_hour_where_it_is_wanted(self):
        now = fields.Datetime.now()
        pulls = [("operation", "=", "fulfilment_pull"), ("state", "=", "pending")]
        self.config._schedule_due_jobs(now)
        self.assertEqual(self.env["cdiscount.queue"].search_count(pulls), 1)
        self.run_queue()
        self.config._schedule_due_jobs(now + timedelta(minutes=20))
        self.assertFalse(self.env["cdiscount.queue"].search_count(pulls))
        self.config.fulfilment_stock = False
        self.config._schedule_due_jobs(now + timedelta(hours=2))
        self.assertFalse(self.env["cdiscount.queue"].search_count(pulls))

    # ------------------------------------------------------------------ never for sale
    def test_it_is_never_published_even_where_somebody_counts_the_whole_warehouse(self):
        self.put(self.product, 4)
        self.lies(FR={"CSM-0001": 50})
        self.look()
        self.assertEqual(self.published(self.product), 4)
        # Somebody hangs the location below the warehouse and sells from all of it.
        self.place().location_id.location_id = self.home.view_location_id
        self.mapping_model.create(
            {
                "config_id": self.config.id,
                "warehouse_id": self.home.id,
                "location_id": self.home.view_location_id.id,
            }
        )
        for basis in ("free", "on_hand", "forecast"):
            self.set(stock_basis=basis)
            self.assertEqual(self.published(self.product), 4, basis)

    def test_the_truth_of_an_offer_names_it_apart(self):
        offer = self.live(self.product, 0)
        self.put(self.product, 4)
        self.lies(FR={"CSM-0001": 50}, ES={"CSM-0001": 3})
        self.look()
        action = offer.action_explain_stock()
        truth = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((truth.fulfilment, truth.available, truth.to_publish), (53, 4, 4))
        opened = truth.action_open_fulfilment()
        self.assertEqual(sum(self.env[opened["res_model"]].search(opened["domain"]).mapped("physical")), 53)

    def test_a_location_from_which_the_shop_delivers_cannot_mirror_it(self):
        self.lies(FR={"CSM-0001": 5})
        self.look()
        with self.assertRaises(ValidationError):
            self.place().location_id = self.home.lot_stock_id

    # ------------------------------------------------------------------ orders
    def test_an_order_is_sold_for_the_books_and_taken_off_when_cdiscount_has_shipped_it(self):
        for supply_mode in ("Fulfillment", "Xdock"):
            with self.subTest(supply_mode):
                self.lies(FR={"CSM-0001": 10})
                self.look()
                before = len(self.adjustments())
                order = self.sold(supply_mode=supply_mode)
                sale = self.assert_imported_once(order)
                self.assertEqual((sale.state, sale.picking_ids.ids, self.mirrored()), ("sale", [], 10))
                self.look()
                self.move(order, "Shipped")
                line = sale.order_line.filtered(lambda line: line.product_id == self.product)
                self.assertEqual((line.qty_delivered, self.mirrored(), self.told()), (2, 8, 8))
                self.assertEqual(line.move_ids.mapped("state"), ["done"])
                self.assertFalse(sale.picking_ids)
                self.look()
                self.look()
                self.assertEqual((self.mirrored(), len(self.adjustments())), (8, before), "taken off once")

    def test_what_left_before_odoo_heard_of_it_is_not_taken_off_twice(self):
        self.lies(FR={"CSM-0001": 10})
        self.look()
        order = self.sold()
        # Cdiscount has shipped it; the stock is read before the order is.
        self.sandbox(f"orders/{order['orderId']}/move", to="Shipped", force=True)
        self.look()
        self.assertEqual((self.told(), self.mirrored()), (8, 10))
        self.pull()
        self.look()
        self.assertEqual((self.mirrored(), self.adjustments().mapped("product_qty")), (8, [10]))

    def test_what_was_taken_off_a_moment_ago_is_not_put_back_by_an_older_count(self):
        self.lies(FR={"CSM-0001": 10})
        self.look()
        order = self.sold()
        self.look()
        self.move(order, "Shipped")
        rows = self.rows.search([])
        rows.write({"allocated": 2, "available": 8})
        self.assertFalse(rows._differences(self.place(), fields.Datetime.now()))

    def test_an_order_that_is_cancelled_comes_back_by_itself(self):
        self.lies(FR={"CSM-0001": 10})
        self.look()
        order = self.sold()
        self.move(order, "Cancelled")
        self.look()
        self.assertEqual((self.mirrored(), self.adjustments().mapped("product_qty")), (10, [10]))

    def test_goods_of_a_tracked_product_are_taken_off_too(self):
        self.product.tracking = "lot"
        self.lies(FR={"CSM-0001": 10})
        self.look()
        self.move(self.sold(), "Shipped")
        self.assertEqual(self.mirrored(), 8)

    def test_the_second_telling_takes_nothing_off(self):
        self.lies(FR={"CSM-0001": 10})
        self.look()
        order = self.sold()
        self.move(order, "Shipped")
        self.move(order, "Delivered")
        self.mapping(order).sale_order_id.order_line._cdiscount_take_off()
        self.assertEqual(self.mirrored(), 8)

    def test_nothing_is_taken_off_where_the_stock_is_not_mirrored(self):
        self.set(fulfilment_stock=False)
        order = self.sold()
        self.move(order, "Shipped")
        sale = self.assert_imported_once(order)
        self.assertEqual(sale.order_line.filtered("cdiscount_line_id").qty_delivered, 2)
        self.assertFalse(sale.order_line.move_ids)

    def test_dock_orders_from_the_own_warehouse_are_prepared_and_promised(self):
        self.set(xdock_supply="own")
        self.put(self.product, 10)
        line = self.goods(quantity=2)
        line["offer"]["supplyMode"] = "Xdock"
        self.receive(self.raw_order(line, status="Accepted"))
        self.assertEqual(self.published(self.product), 8)
        sale = self.assert_imported_once(self.sold(quantity=3, supply_mode="Xdock"))
        self.assertEqual(sum(sale.picking_ids.move_ids.mapped("product_uom_qty")), 3)
        self.assertEqual(self.published(self.product), 5)
