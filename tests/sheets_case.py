"""Test base of product sheets: Odoo products the marketplace does not have yet, described as it wants them."""

import base64

from ..compat import storable_product_values
from .offers_case import OffersCase


class SheetsCase(OffersCase):
    def setUp(self):
        super().setUp()
        self.config.picture_base_url = "https://odoo.example.com"
        self.drawn = 0

    def sheet_documents(self, count=1, variant=False):
        """Sheets the marketplace would take as they are, of products it does not have."""
        start, self.drawn = self.drawn, self.drawn + count
        call = f"new-products?count={count}&start={start}&variant={str(variant).lower()}"
        return self.sandbox(call, method="GET")["products"]

    def make_unknown(self, count=1, variant=False, **values):
        """Offers of products that are right in every point and that the marketplace does not have."""
        documents = self.sheet_documents(count, variant)
        products = self.env["product.product"].create(
            [
                {
                    "default_code": document["sellerProductReference"],
                    "barcode": document["gtin"],
                    **storable_product_values(self.env),
                    **self.product_values(document),
                }
                for document in documents
            ]
        )
        for product, document in zip(products, documents, strict=True):
            # Of several products created together Odoo keeps the first one's picture only.
            product.product_tmpl_id.image_1920 = self.picture()
            self.describe(product, document)
        self.fill_brand(documents)
        return self.make_mappings(products, **values)

    def product_values(self, document):
        return {
            "name": document["title"],
            "description_sale": document["description"],
            "list_price": 24.99,
            "weight": 1.0,
            "taxes_id": [(6, 0, self.taxes[20.0].ids)],
        }

    def make_mappings(self, products, **values):
        return self.env["cdiscount.product.mapping"].create(
            [
                {
                    "config_id": self.config.id,
                    "product_id": product.id,
                    "seller_reference": product.default_code,
                    **values,
                }
                for product in products
            ]
        )

    def picture(self, side=500, number=1):
        """A PNG file as an image field takes it."""
        answer = self.control.get(f"/_sandbox/pictures/3609500000007/{number}.png?side={side}")
        return base64.b64encode(answer.data)

    def fill_brand(self, documents):
        lines = self.config._ensure_field_mappings()
        lines.filtered(lambda line: line.name == "brand").write(
            {"source_type": "constant", "constant": documents[0]["brand"], "source": False}
        )

    def category(self, reference):
        """The category of a reference, with its properties as the marketplace has them."""
        categories = self.env["cdiscount.category"]
        found = categories.search([("config_id", "=", self.config.id), ("reference", "=", reference)])
        if not found:
            found = categories.create(
                {
                    "config_id": self.config.id,
                    "reference": reference,
                    "label": "Article",
                    "complete_name": "Article",
                    "level": 3,
                    "detailed": True,
                }
            )
        if not found.properties_at:
            found._ensure_properties()
            self.run_queue()
        self.assertTrue(found.properties_at)
        return found

    def describe(self, product, document):
        """Choose the category of a product and enter what it asks for."""
        category = self.category(document["categoryCode"])
        choices = self.env["cdiscount.product.category"]
        template = product.product_tmpl_id
        if not choices.search([("product_tmpl_id", "=", template.id)]):
            choices.create({"config_id": self.config.id, "product_tmpl_id": template.id, "category_id": category.id})
        for row in document["attributes"]:
            found = self.env["cdiscount.property"].search(
                [("config_id", "=", self.config.id), ("reference", "=", row["propertyReference"])]
            )
            self.env["cdiscount.property.value"].create(
                [
                    {
                        "config_id": self.config.id,
                        "product_tmpl_id": template.id,
                        "product_id": product.id,
                        "property_id": found.id,
                        "value": value,
                    }
                    for value in row["values"]
                ]
            )

    # ------------------------------------------------------------------ verbs
    def pass_by(self, seconds):
        """Let time pass, also for packages of sheets."""
        res = super().pass_by(seconds)
        self.env.cr.execute(
            "UPDATE cdiscount_product_package SET submitted_at = submitted_at - %s * interval '1 second'", (seconds,)
        )
        self.env.invalidate_all()
        return res

    def ask(self, offers):
        """Have sheets sent, and send them."""
        offers._ask_sheets()
        self.run_queue()
        return offers

    def wait_for_report(self, minutes=6):
        """Let the marketplace judge, and read what it says."""
        for _minute in range(minutes):
            self.pass_by(60)
            self.run_queue()

    def sheet_packages(self):
        return self.env["cdiscount.product.package"].search([("config_id", "=", self.config.id)], order="id")

    def on_marketplace(self, offer):
        """The product as the marketplace has it, or None."""
        answer = self.control.get(f"/_sandbox/products/{offer.product_id.barcode}")
        return answer.get_json()["product"] if answer.status_code == 200 else None

    def assert_posted_once(self, sheets):
        """So many sheets were posted, and none of them twice."""
        counters = self.counters()
        self.assertEqual(counters.get("product_sheets_posted", 0), sheets)
        self.assertEqual(counters.get("product_sheets_posted_twice", 0), 0)
