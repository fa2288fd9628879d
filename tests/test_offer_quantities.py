"""Quantities alone on the road of offers, and who goes first."""

from unittest.mock import patch

from odoo.tests import tagged

from .offers_case import OffersCase


@tagged("post_install", "-at_install")
class TestOfferQuantities(OffersCase):
    def test_quantities_alone_take_the_same_road(self):
        first, second = offers = self.publish(self.make_offers(2))
        offers.write({"stock_dirty": True})
        taken = self.push_quantities({first.id: 7, second.id: 0})
        self.assertEqual(taken, set(offers.ids))
        self.assertFalse(any(offers.mapped("stock_dirty")))
        self.send()
        self.assertEqual(offers.mapped("published_qty"), [7, 0])
        update = self.packages(type="Update")[0]
        self.assertEqual((update.purpose, update.line_ids[0].sku), ("stock", "NEW-1"), "out of stock goes first")
        self.assertEqual(self.there("NEW-0")["quantity"], 7)

    def test_an_offer_on_its_way_keeps_its_stock_mark(self):
        offer = self.publish(self.make_offers(1))
        offer.product_id.list_price = 5
        offer.action_push_now()
        self.run_queue()
        offer.stock_dirty = True
        self.assertEqual(self.push_quantities({offer.id: 3}), set())
        self.assertTrue(offer.stock_dirty)

    def test_a_quantity_that_is_accepted_does_not_make_a_refused_price_good(self):
        offer = self.publish(self.make_offers(1))
        self.sandbox("refusals", sku="NEW-0", code="2318", message="Prix barré trop bas")
        offer.product_id.list_price = 6
        offer.action_push_now()
        self.send()
        self.assertEqual(offer.state, "rejected")
        self.push_quantities({offer.id: 3})
        self.send()
        self.assertEqual((offer.published_qty, offer.state), (3, "rejected"))
        self.assertTrue(offer.rejection)

    def test_prices_step_aside_for_stock_that_has_waited(self):
        offers = self.make_offers(3)
        offers.action_publish()
        module = "odoo.addons.cdiscount_store_management.models.catalog.offer_push"
        self.env["cdiscount.queue"]._enqueue(self.config, "stock_push", "stock")
        job = self.env["cdiscount.queue"].search([("operation", "=", "offer_push"), ("state", "=", "pending")])
        with patch(f"{module}.PORTION", 1), patch(f"{module}.STOCK_PATIENCE", -1):
            for _step in self.env["cdiscount.offer.package"]._job_push(job):
                self.env.flush_all()
        self.assertEqual(len(offers.filtered("push_needed")), 2, "one portion, then stock goes")
        self.send(10)
        self.assert_published_once(offers)
