"""How a number came about, what Cdiscount shows instead of it, and how that is repaired."""

from odoo.tests import tagged

from .stock_case import StockCase


@tagged("post_install", "-at_install")
class TestStockTruth(StockCase):
    def truth(self, offer):
        action = offer.action_explain_stock()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_every_number_is_told_and_opens_its_records(self):
        second = self.warehouse("SEC")
        self.sells_from(self.home, (second, 2))
        self.put(self.product, 10)
        self.put(self.product, 5, second)
        self.promise(self.product, 3)
        self.receive(self.raw_order(self.goods(quantity=2), status="Accepted"))
        offer = self.live(self.product, 1)
        offer.write({"stock_buffer_own": True, "stock_buffer_units": 4, "published_qty": 1})
        truth = self.truth(offer)
        self.assertEqual((truth.on_hand, truth.reserved, truth.unreserved, truth.ordered), (15, 3, 0, 2))
        self.assertEqual((truth.available, truth.buffer, truth.to_publish), (8, 4, 4))
        self.assertEqual((truth.published, truth.read_back, truth.buffer_from), (1, 1, "This offer"))
        self.assertEqual(truth.line_ids.mapped("usable"), [7, 3])
        self.assertEqual(self.total(truth.action_open_quants(), "quantity"), 15)
        self.assertEqual(self.total(truth.action_open_reserved(), "product_uom_qty"), 3)
        self.assertEqual(self.total(truth.action_open_ordered(), "quantity"), 2)
        self.assertEqual(self.published(self.product), truth.to_publish)
        shown = truth.action_open_read()
        self.assertEqual(self.env[shown["res_model"]].search(shown["domain"]), offer)

    def total(self, action, field):
        return sum(self.env[action["res_model"]].search(action["domain"]).mapped(field))

    def test_an_offer_without_a_product_is_explained_too(self):
        offer = self.offer(self.product, seller_reference="NOTHING", quantity_read=6)
        offer.product_id = False
        self.assertEqual((self.truth(offer).to_publish, self.truth(offer).on_hand), (6, 0))

    def test_what_cdiscount_shows_instead_is_reported_and_repaired(self):
        offer = self.live(self.product, 0)
        other = self.live(self.make_product("CSM-0002"), 0)
        self.put(self.product, 5)
        self.settle()
        self.sandbox("stock", **{"CSM-0001": 50})
        self.config.action_check_stock()
        self.run_queue()
        self.assertEqual((offer.stock_drift, offer.quantity_read, other.stock_drift), (45, 50, 0))
        offer.action_repair_stock()
        self.settle()
        self.config.action_check_stock()
        self.run_queue()
        self.assertEqual((self.shown(self.product), offer.stock_drift), (5, 0))

    def test_the_night_asks_for_the_comparison_once(self):
        self.live(self.product, 0)
        night = self.env.cr.now().replace(hour=2, minute=0)
        self.config._schedule_due_jobs(night)
        self.assertEqual(self.waiting_checks(), 1)
        self.run_queue()
        self.config.stock_checked_at = night
        self.config._schedule_due_jobs(night)
        self.assertEqual(self.waiting_checks(), 0)

    def waiting_checks(self):
        return self.env["cdiscount.queue"].search_count([("operation", "=", "stock_check"), ("state", "=", "pending")])
