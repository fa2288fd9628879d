"""Much at once, twice the same, and answers that are lost: each number is sent once, and it is the right one."""

from odoo.tests import tagged

from .stock_case import StockCase


@tagged("post_install", "-at_install")
class TestStockBursts(StockCase):
    def receive_goods(self, product, count):
        """``count`` moves of one piece each, from a supplier to the shelf."""
        moves, shelf = self.env["stock.move"], self.home.lot_stock_id
        supplier = self.env.ref("stock.stock_location_suppliers")
        values = [moves._cdiscount_prepare_done(product, 1, supplier, shelf, "Arrival") for _number in range(count)]
        moves.create(values)._action_done()
        # What a transaction does at its end.
        self.env.cr.flush()

    def test_a_thousand_moves_are_one_push_of_one_number(self):
        offer = self.live(self.product, 0)
        self.run_queue()
        before = self.uploads()
        for _transaction in range(10):
            self.receive_goods(self.product, 100)
        events = self.env["cdiscount.stock.event"].search_count([("offer", "=", offer.id)])
        self.assertEqual(events, 10, "one note for each transaction, however many moves it has")
        self.settle()
        package = self.packages(purpose="stock")
        self.assertEqual(
            (self.shown(self.product), len(package), package.line_ids.mapped("sku")), (1000, 1, ["CSM-0001"])
        )
        self.assertEqual(self.uploads() - before, 1)

    def test_two_references_of_one_product_show_the_same_stock(self):
        second = self.make_product("CSM-0002")
        first = self.live(self.product, 0)
        other = self.live(second, 0)
        other.product_id = self.product
        self.put(self.product, 8)
        self.settle()
        self.assertEqual((self.shown(self.product), self.shown(second)), (8, 8))
        self.assertEqual((first.published_qty, other.published_qty), (8, 8))
        self.promise(self.product, 3)
        self.settle()
        self.assertEqual((self.shown(self.product), self.shown(second)), (5, 5))

    def test_a_reference_is_never_twice_in_one_package(self):
        second = self.make_product("CSM-0002")
        offers = self.live(self.product, 0) | self.live(second, 0)
        for _again in range(3):
            self.put(self.product, 2)
            self.env["cdiscount.stock.event"]._mark_offers(offers, unsure=True)
            offers.action_repair_stock()
            self.config.action_push_stock()
        self.settle()
        for package in self.packages(purpose="stock"):
            skus = package.line_ids.mapped("sku")
            self.assertEqual(len(skus), len(set(skus)))
        self.assert_nothing_doubled()
        self.assertEqual((self.shown(self.product), self.shown(second)), (6, 0))

    def test_an_answer_lost_after_its_effect_doubles_nothing_wherever_it_is_lost(self):
        offer = self.live(self.product, 0)
        places = (
            ("POST", "/offer-packages"),
            ("POST", "/offer-packages/{package_id}/offer-requests"),
            ("PATCH", "/offer-packages/{package_id}"),
            ("GET", "/offer-packages/{package_id}/offer-requests-results"),
        )
        for number, (method, path) in enumerate(places, 1):
            with self.subTest(path):
                self.fault("lost_answer", method=method, path=path, times=1)
                self.put(self.product, 3)
                self.settle(8)
                self.assertEqual((self.shown(self.product), offer.published_qty), (3 * number, 3 * number))
                self.assertFalse(offer.stock_dirty or offer.package_id)
                self.assert_nothing_doubled()
