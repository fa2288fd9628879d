"""An offer that gets another product: price, GTIN, sheet and stock are those of the new one, or a person is told."""

from odoo.tests import tagged

from .offers_case import OffersCase


@tagged("post_install", "-at_install")
class TestLinkChange(OffersCase):
    def codes(self, offer):
        offer.action_check()
        return [row["code"] for row in offer._problem_rows(offer.problems)]

    def test_linking_in_bulk_brings_price_and_stock_of_the_new_product(self):
        offers = self.publish(self.make_offers(2))
        other = self.make_product(
            "OTHER", "4006381333931", list_price=55, weight=1.0, taxes_id=[(6, 0, self.taxes[20.0].ids)]
        )
        offers[0]._link({offers[0].id: other.id})
        self.env.cr.precommit.run()
        self.assertTrue(offers[0].push_needed)
        self.assertFalse(offers[0].synced)
        self.send()
        self.assertEqual(float(self.there("NEW-0")["price"]), 55)
        self.assertEqual(float(self.there("NEW-1")["price"]), 25.99)

    def test_an_offer_that_sells_another_gtin_says_so(self):
        offer = self.publish(self.make_offers(1))
        self.assertEqual(self.codes(offer), [])
        gtin = offer.gtin
        offer.product_id = self.make_product(
            "OTHER", "4006381333931", list_price=55, weight=1.0, taxes_id=[(6, 0, self.taxes[20.0].ids)]
        )
        self.assertEqual(self.codes(offer), ["product_other_gtin"])
        self.assertIn(gtin, offer.problem_text)
        self.assertIn("4006381333931", offer.problem_text)
        self.assertFalse(self.there("NEW-0")["gtin"] == "4006381333931", "Cdiscount keeps the GTIN of an offer")

    def test_a_barcode_with_zeros_before_it_is_the_same(self):
        offer = self.publish(self.make_offers(1))
        offer.product_id.barcode = offer.gtin.zfill(14)
        self.assertEqual(self.codes(offer), [])

    def test_a_deleted_offer_is_published_with_the_gtin_of_its_new_product(self):
        offers = self.make_offers(2)
        offer, good = offers
        self.publish(offer)
        offer.action_retire()
        self.send(12)
        gtin, product = good.gtin, good.product_id
        good.unlink()
        offer.product_id = product
        self.assertFalse(offer.gtin or offer.product_reference)
        offer.product_reference = f"P{gtin}"
        self.assertEqual(offer._offer_terms()[offer.id].gtin, gtin)
        self.publish(offer)
        self.assertEqual(str(self.there("NEW-0")["gtin"]), gtin)

    def test_an_archived_product_is_told(self):
        offer = self.publish(self.make_offers(1))
        offer.product_id.active = False
        self.assertEqual(self.codes(offer), ["product_archived"])

    def test_an_offer_without_a_product_says_only_that(self):
        offer = self.make_offers(1)
        offer.product_id = False
        self.assertEqual(self.codes(offer), ["product_missing"])
