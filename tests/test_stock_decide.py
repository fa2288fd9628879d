"""Many offers are decided by one statement: it comes to the very numbers that the long way comes to."""

import random

from odoo import fields
from odoo.tests import tagged

from ..compat import storable_product_values
from .stock_case import StockCase

PRODUCTS = 40


@tagged("post_install", "-at_install")
class TestStockDecide(StockCase):
    def setUp(self):
        super().setUp()
        self.dice = random.Random(5)
        self.others = [self.warehouse(code) for code in ("SEC", "THI", "FOU")]
        self.sells_from(self.home, *[(place, number) for number, place in enumerate(self.others)])
        self.categories = self.env["product.category"].create([{"name": name} for name in ("A", "B", "C")])
        rules = self.env["cdiscount.stock.rule"]
        rules.create({"config_id": self.config.id, "categ_id": self.categories[0].id, "stock_buffer_percent": 15})
        rules.create(
            {
                "config_id": self.config.id,
                "categ_id": self.categories[1].id,
                "stock_buffer_own": False,
                "stock_limit_own": True,
                "stock_cap": 9,
                "stock_minimum": 2,
            }
        )
        self.products = self.env["product.product"].create(
            [
                {
                    "name": f"P{number}",
                    "default_code": f"P{number}",
                    "categ_id": self.dice.choice(self.categories).id,
                    **(storable_product_values(self.env) if number % 9 else {"type": "service"}),
                }
                for number in range(PRODUCTS)
            ]
        )
        self.offers = self.env["cdiscount.product.mapping"].browse()
        for product in self.products:
            self.offers |= self.offer(product, **self.drawn())
        # A product may be sold under two references.
        for product in self.products[:5]:
            self.offers |= self.offer(product, seller_reference=f"{product.default_code}-BIS", **self.drawn())
        for product in self.products:
            if product.type != "service":
                self.goods_of(product)

    def drawn(self):
        dice = self.dice
        values = {"offer_state": dice.choice(["active", "inactive", "absent", False])}
        values["quantity_read"] = dice.randint(0, 12)
        if dice.random() < 0.5:
            values.update(published_qty=dice.randint(0, 12), last_pushed_at=fields.Datetime.now())
        if dice.random() < 0.2:
            values.update(stock_buffer_own=True, stock_buffer_units=dice.randint(0, 5), stock_buffer_percent=10)
        if dice.random() < 0.2:
            values.update(stock_limit_own=True, stock_cap=dice.randint(0, 6), stock_cap_percent=60)
        if dice.random() < 0.1:
            values.update(stock_freeze=dice.choice(["keep", "fixed"]), stock_fixed_qty=3)
        if dice.random() < 0.1:
            values["push_wish"] = "retire"
        return values

    def goods_of(self, product):
        for place in (self.home, *self.others):
            if self.dice.random() < 0.7:
                self.put(product, self.dice.choice([-3, 0.5, 1, 2, 5, 12, 40]), place)
        if self.dice.random() < 0.4:
            self.promise(product, self.dice.randint(1, 8), reserve=self.dice.random() < 0.5)

    def decided(self, **options):
        """What the quick way writes: (quantity, whether it is to be sent, whether it is unsure), by offer."""
        self.reset()
        self.mapping_model._decide(self.config, **options)
        return self.written()

    def written(self):
        self.offers.invalidate_recordset()
        return {one.id: (one.stock_to_publish, one.stock_dirty, one.stock_unsure) for one in self.offers}

    def reset(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE cdiscount_product_mapping"
            " SET stock_to_publish = 4, stock_dirty = id % 2 = 0, stock_unsure = id % 7 = 0"
        )
        self.offers.invalidate_recordset()

    def long_way(self, unsure=()):
        self.reset()
        found = self.written()
        found.update(
            {key: tuple(values) for key, *values in self.mapping_model._differences_of_records(self.offers, unsure)}
        )
        return found

    def test_both_ways_come_to_the_same_numbers(self):
        for basis in ("free", "on_hand", "forecast"):
            for values in ({}, {"stock_buffer": 2, "stock_cap_percent": 50}, {"stock_untracked": "fixed"}):
                self.set(stock_basis=basis, **values)
                unsure = set(self.dice.sample(self.offers.ids, 6))
                expected = self.long_way(unsure)
                self.assertEqual(self.decided(ids=self.offers.ids, unsure=unsure), expected, (basis, values))
        self.assertGreater(len({quantity for quantity, _dirty, _unsure in expected.values()}), 5, "a colourful shop")

    def test_all_offers_in_portions_are_the_same_offers(self):
        expected = self.long_way()
        self.reset()
        seen, last, count = 0, 0, True
        while count:
            count, last = self.mapping_model._decide(self.config, after=last, limit=7)
            seen += count
        self.assertEqual((seen, self.written()), (len(self.offers), expected))

    def test_orders_that_are_no_sale_orders_yet_count_on_both_ways(self):
        self.receive(self.raw_order(self.goods(sku="P1", quantity=3), self.goods(sku="P2"), status="Accepted"))
        self.assertEqual(self.decided(ids=self.offers.ids), self.long_way())

    def test_nothing_is_written_where_nothing_has_changed(self):
        self.decided(ids=self.offers.ids)
        self.env.cr.execute("UPDATE cdiscount_product_mapping SET write_date = '2020-01-01'")
        self.mapping_model._decide(self.config, ids=self.offers.ids)
        self.env.cr.execute("SELECT count(*) FROM cdiscount_product_mapping WHERE write_date > '2020-01-02'")
        self.assertEqual(self.env.cr.fetchone()[0], 0)
