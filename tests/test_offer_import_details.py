"""Sheets behind offers: names, pictures and variants of the products that are made of them."""

import base64
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..services.errors import ConfigurationError, InvalidRequest, ProtocolError
from ..services.pictures import Pictures, image_kind
from .test_offer_import import OfferImportCase

WITH_SIZES = 240
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestOfferDetails(OfferImportCase):
    def setUp(self):
        super().setUp()
        self.config.unknown_offer_policy = "create"
        # The sandbox's pictures are as large as real ones: sixty of them take Odoo seconds.
        self.fetched = patch.object(Pictures, "fetch", return_value=DOT)
        self.fetched.start()
        self.addCleanup(self.fetched.stop)

    def with_real_pictures(self):
        self.fetched.stop()
        self.addCleanup(self.fetched.start)

    def catalogue(self):
        items = self.sandbox("catalogue", method="GET")
        items = items["items"] if isinstance(items, dict) else items
        return {item["sku"]: item for item in items}

    def test_created_products_have_the_name_and_picture_of_their_sheet(self):
        self.read_offers()
        mapping = self.offer("CSM-0002")
        self.assertEqual(mapping.product_id.name, self.catalogue()["CSM-0002"]["title"])
        self.assertEqual(mapping.brand, self.catalogue()["CSM-0002"]["brand"])
        self.assertTrue(mapping.category_reference and mapping.description_read and mapping.details_at)
        self.assertEqual((mapping.origin, mapping.details_wanted), ("offer", False))
        self.assertEqual(image_kind(base64.b64decode(mapping.product_id.image_1920)), "png")
        self.assertFalse(self.offers(product_id=False))
        self.assertFalse(self.offer("CSM-0001").details_at, "what was known already keeps its own name")

    def test_products_are_created_once_however_often_offers_are_read(self):
        self.read_offers()
        before = self.env["product.product"].search_count([])
        calls = self.calls("/products")
        self.read_offers()
        self.assertEqual(self.env["product.product"].search_count([]), before)
        self.assertEqual(self.calls("/products"), calls)

    def test_an_offer_without_a_sheet_becomes_a_product_all_the_same(self):
        with patch(
            "odoo.addons.cdiscount_store_management.services.resources.products.Products.find", return_value=None
        ):
            self.read_offers()
        self.assertEqual(self.offer("CSM-0002").product_id.name, "CSM-0002")
        self.assertFalse(self.offers(product_id=False))

    def test_an_outage_while_sheets_are_read_loses_and_doubles_nothing(self):
        self.fault("answer", path="/products", after=30, times=4, params={"status": 503})
        self.read_offers()
        made = len(self.offers(origin="offer"))
        self.assertTrue(0 < made < 59)
        self.env["cdiscount.queue"].search([("operation", "=", "product_fetch")]).action_retry()
        self.run_queue()
        self.assertEqual(len(self.offers(origin="offer")), 59)
        self.assertEqual(len(self.offers(origin="offer").product_id), 59)

    def test_details_are_fetched_on_request(self):
        self.config.unknown_offer_policy = "hold"
        self.read_offers()
        mapping = self.offer("CSM-0001")
        self.with_real_pictures()
        mapping.action_fetch_details()
        self.run_queue()
        self.assertEqual(mapping.title, self.catalogue()["CSM-0001"]["title"])
        self.assertEqual(image_kind(base64.b64decode(mapping.product_id.image_1920)), "png")
        self.assertEqual(self.calls("/products"), 1)
        self.assertEqual(len(self.offers(product_id=False)), 59, "nothing is created where offers are held")
        mapping.gtin = False
        with self.assertRaisesRegex(UserError, "GTIN"):
            mapping.action_fetch_details()

    # ------------------------------------------------------------------ variants
    def with_variants(self):
        """A shop with articles in four sizes; returns ``{group: [mapping]}`` of the marketplace."""
        self.config.unknown_offer_policy = "hold"
        self.sandbox("reset", offers=WITH_SIZES)
        self.read_offers()
        shelf = self.app.marketplace.shop.shelf
        sizes = self.offers().filtered(lambda mapping: shelf.products.get(mapping.gtin).group)
        self.config.unknown_offer_policy = "create"
        sizes._want_details()
        self.run_queue()
        return sizes.grouped("variant_group")

    def test_sizes_of_one_article_are_variants_of_one_product(self):
        groups = self.with_variants()
        several = {group: mappings for group, mappings in groups.items() if group and len(mappings) > 1}
        self.assertTrue(several)
        for mappings in several.values():
            template = mappings[0].product_id.product_tmpl_id
            variants = [mapping.product_id for mapping in mappings]
            self.assertEqual({variant.product_tmpl_id for variant in variants}, {template})
            self.assertEqual(len(set(variants)), len(mappings))
            self.assertEqual(len(template.product_variant_ids), len(mappings))
            for mapping in mappings:
                self.assertEqual(mapping.product_id.default_code, mapping.seller_reference)
                self.assertEqual(mapping.product_id.barcode, mapping.gtin)
                price = mapping.product_id.lst_price
                tax = mapping.product_id.taxes_id
                shown = tax.compute_all(price)["total_included"] if tax else price
                self.assertAlmostEqual(shown, mapping.price, delta=0.02)

    def test_a_size_that_comes_later_joins_its_article(self):
        groups = self.with_variants()
        mappings = max(groups.values(), key=len)
        late = mappings[-1]
        template, sku = late.product_id.product_tmpl_id, late.seller_reference
        others = [mapping.product_id for mapping in mappings[:-1]]
        product = late.product_id
        late.unlink()
        product.product_template_attribute_value_ids.unlink()
        self.assertFalse(product.exists() and product.active)
        self.config.unknown_offer_policy = "hold"
        self.read_offers()
        self.config.unknown_offer_policy = "create"
        self.offer(sku)._want_details()
        self.run_queue()
        joined = self.offer(sku).product_id
        self.assertEqual((joined.product_tmpl_id, joined.default_code), (template, sku))
        self.assertEqual([one.exists() for one in others], others)

    # ------------------------------------------------------------------ pictures
    def pictures(self, base="https://api.example.com"):
        self.with_real_pictures()
        return Pictures(self.build_transport(), base)

    def test_no_picture_is_fetched_from_a_private_address(self):
        pictures = self.pictures()
        for url in (
            "http://cdn.example.com/1.jpg",
            "https://127.0.0.1/1.jpg",
            "http://127.0.0.1:8099/_sandbox/pictures/3760123450010/1.png",
            "https://192.168.1.4/1.jpg",
            "https://169.254.169.254/latest",
            "https://intranet/1.jpg",
            "file:///etc/passwd",
        ):
            with self.assertRaises(ConfigurationError, msg=url):
                pictures.fetch(url)

    def test_only_pictures_of_a_sane_size_come_in_and_no_token_goes_out(self):
        base = "http://127.0.0.1:8099"
        pictures = self.pictures(base)
        picture = pictures.fetch(f"{base}/_sandbox/pictures/3760123450010/1.png")
        self.assertEqual(image_kind(picture), "png")
        with self.assertRaises(InvalidRequest):
            pictures.fetch(f"{base}/_sandbox/state")
        with patch("odoo.addons.cdiscount_store_management.services.pictures.MAX_BYTES", 10):
            small = Pictures(self.build_transport(), base)
        with self.assertRaises(ProtocolError):
            small.fetch(f"{base}/_sandbox/pictures/3760123450010/1.png")

    def test_a_picture_that_cannot_be_fetched_stops_no_product(self):
        with patch.object(Pictures, "fetch", side_effect=InvalidRequest(params={"host": "cdn.example.com"})):
            self.read_offers()
        self.assertFalse(self.offers(product_id=False))
        self.assertFalse(self.offer("CSM-0002").product_id.image_1920)
        self.assertTrue(self.env["cdiscount.sync.log"].search_count([("cause_code", "=", "picture_not_fetched")]))
