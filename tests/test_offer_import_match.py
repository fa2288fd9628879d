"""Which product an offer is, and what becomes of one that is none: the account decides."""

from unittest.mock import patch

from odoo.tests import tagged

from ..compat import price_included_values
from .test_offer_import import OfferImportCase


@tagged("post_install", "-at_install")
class TestOfferMatch(OfferImportCase):
    def setUp(self):
        super().setUp()
        self.rows = self.expected_offers()

    def gtin(self, sku):
        return self.rows[sku]["gtin"]

    # ------------------------------------------------------------------ matching
    def test_an_offer_is_the_product_with_its_sku_before_the_one_with_its_gtin(self):
        with_sku = self.make_product("CSM-0002")
        self.make_product("OTHER", self.gtin("CSM-0002"))
        with_gtin = self.make_product("THIRD", self.gtin("CSM-0003"))
        self.read_offers()
        self.assertEqual((self.offer("CSM-0002").product_id, self.offer("CSM-0002").origin), (with_sku, "sku"))
        self.assertEqual((self.offer("CSM-0003").product_id, self.offer("CSM-0003").origin), (with_gtin, "gtin"))

    def test_a_gtin_is_the_same_with_and_without_zeros(self):
        product = self.make_product("PADDED", "0" + self.gtin("CSM-0004"))
        self.read_offers()
        self.assertEqual(self.offer("CSM-0004").product_id, product)

    def test_what_a_person_has_linked_stays(self):
        chosen = self.make_product("CHOSEN")
        self.make_product("CSM-0002")
        link = self.mappings.create(
            {"config_id": self.config.id, "seller_reference": "CSM-0002", "product_id": chosen.id}
        )
        self.read_offers()
        self.assertEqual((link.product_id, link.origin), (chosen, "linked"))
        self.assertEqual(link.offer_state, "active")

    def test_nobody_guesses_between_two_products(self):
        self.make_product("CSM-0002")
        self.make_product("CSM-0002")
        self.config.write({"unknown_offer_policy": "create", "offer_details": False})
        self.read_offers()
        self.assertFalse(self.offer("CSM-0002").product_id)
        self.assertEqual(self.env["product.product"].search_count([("default_code", "=", "CSM-0002")]), 2)

    def test_an_active_product_goes_before_an_archived_one(self):
        self.make_product("CSM-0002", active=False)
        active = self.make_product("CSM-0002")
        archived = self.make_product("CSM-0003", active=False)
        self.read_offers()
        self.assertEqual(self.offer("CSM-0002").product_id, active)
        self.assertEqual(self.offer("CSM-0003").product_id, archived)

    def test_a_product_that_appears_later_is_linked_with_the_next_reading(self):
        self.read_offers()
        self.assertFalse(self.offer("CSM-0002").product_id)
        product = self.make_product("CSM-0002")
        walk = self.read_offers()
        self.assertEqual((self.offer("CSM-0002").product_id, walk.changed_count), (product, 1))

    def test_an_offer_that_a_person_links_is_compared_with_its_product_once(self):
        self.read_offers()
        mapping = self.offer("CSM-0002")
        mapping.product_id = self.make_product("LATER")
        original, asked = type(self.mappings)._reconcile_offers, []

        def reconcile(records, offers):
            asked.extend(records.browse(offers).mapped("seller_reference"))
            return original(records, offers)

        with patch.object(type(self.mappings), "_reconcile_offers", reconcile):
            self.read_offers()
            self.read_offers()
        self.assertEqual(asked, ["CSM-0002"])

    # ------------------------------------------------------------------ the account's rule
    def test_unknown_offers_are_held_at_first(self):
        before = self.env["product.product"].search_count([])
        walk = self.read_offers()
        held = self.offers(product_id=False, ignored=False)
        self.assertEqual((len(held), walk.unlinked_count), (59, 59))
        self.assertEqual(set(held.mapped("origin")), {"none"})
        self.assertEqual(self.env["product.product"].search_count([]), before)

    def test_ignored_offers_wait_for_nobody_but_are_linked_when_their_product_appears(self):
        self.config.unknown_offer_policy = "ignore"
        walk = self.read_offers()
        self.assertEqual((len(self.offers(ignored=True)), walk.unlinked_count), (59, 0))
        product = self.make_product("CSM-0002")
        self.read_offers()
        self.assertEqual((self.offer("CSM-0002").product_id, self.offer("CSM-0002").ignored), (product, False))

    def test_what_a_person_ignores_is_not_linked_again(self):
        self.read_offers()
        self.offer("CSM-0002").ignored = True
        self.make_product("CSM-0002")
        self.config.write({"unknown_offer_policy": "create", "offer_details": False})
        self.read_offers()
        self.assertFalse(self.offer("CSM-0002").product_id)

    def test_a_product_is_created_for_each_unknown_offer_once(self):
        self.config.write({"unknown_offer_policy": "create", "offer_details": False})
        before = self.env["product.product"].search_count([])
        walk = self.read_offers()
        self.assertEqual((walk.product_count, self.env["product.product"].search_count([]) - before), (59, 59))
        mapping = self.offer("CSM-0002")
        product = mapping.product_id
        self.assertEqual((mapping.origin, product.default_code, product.barcode), ("offer", "CSM-0002", mapping.gtin))
        self.assertEqual(product.company_id, self.company)
        storable = product.is_storable if "is_storable" in product._fields else product.detailed_type == "product"
        self.assertTrue(storable)
        self.assertEqual(self.offer("CSM-0001").product_id, self.product, "what is known is not created")
        again = self.read_offers()
        self.assertEqual((again.product_count, self.env["product.product"].search_count([]) - before), (0, 59))

    def test_the_price_of_a_created_product_is_the_offers_with_tax(self):
        tax = self.taxes[20.0]
        self.config.write({"unknown_offer_policy": "create", "offer_details": False})
        self.company.account_sale_tax_id = tax
        self.sandbox("offers/CSM-0002", price=24.00)
        self.read_offers()
        included = self.offer("CSM-0002").product_id
        self.assertEqual((included.taxes_id, included.list_price), (tax, 24.0))
        excluded = tax.copy({"name": "20 on top"})
        excluded.write(price_included_values(self.env, False))
        self.company.account_sale_tax_id = excluded
        self.offer("CSM-0002").unlink()
        included.active = False
        included.write({"default_code": "OLD", "barcode": False})
        self.read_offers()
        created = self.offer("CSM-0002").product_id
        self.assertEqual((created.taxes_id, created.list_price), (excluded, 20.0))

    def test_two_offers_of_one_gtin_are_one_new_product(self):
        self.config.write({"unknown_offer_policy": "create", "offer_details": False})
        self.sandbox("offers", sku="USED-2", gtin=self.gtin("CSM-0002"), price=9.9, condition="UsedGood")
        self.read_offers()
        self.assertEqual(self.offer("USED-2").product_id, self.offer("CSM-0002").product_id)
        self.assertEqual(self.offer("CSM-0002").product_id.default_code, "CSM-0002")

    def test_a_barcode_that_is_taken_elsewhere_stops_no_product(self):
        self.config.write({"unknown_offer_policy": "create", "offer_details": False})
        other = self.env["res.company"].create({"name": "Other"})
        self.make_product("SET", self.gtin("CSM-0002"), company_id=other.id)
        self.read_offers()
        self.assertEqual(self.offer("CSM-0002").product_id.default_code, "CSM-0002")
        self.assertEqual(len(self.offers(product_id=False)), 0)
