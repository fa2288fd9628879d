"""Offers on their way to the marketplace, with every accident on it: published, and once."""

from odoo.tests import tagged

from .offers_case import OffersCase


@tagged("post_install", "-at_install")
class TestOfferPackages(OffersCase):
    def test_an_offer_is_published_and_a_second_run_sends_nothing(self):
        offers = self.publish(self.make_offers(3))
        self.assertEqual(
            set(offers.mapped("state")), {"live"}, [offers.mapped("rejection"), offers.mapped("problem_text")]
        )
        self.assertEqual(offers.mapped("price"), [24.99, 25.99, 26.99])
        row = self.there("NEW-1")
        self.assertTrue(row)
        uploads = self.counters()["offer_uploads"]
        offers._mark_push()
        self.send()
        self.assertEqual(self.counters()["offer_uploads"], uploads)
        self.assertFalse(any(offers.mapped("push_needed")))
        self.assert_nothing_doubled()
