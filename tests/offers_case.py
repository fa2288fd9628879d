"""Test base of offers: products that can be sold, published through packages of the sandbox."""

from unittest.mock import patch

from ..models.catalog import offer_package_drive
from .common import CdiscountCase


class OffersCase(CdiscountCase):
    """Offers of products the marketplace has and the shop does not sell yet, right in every point."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        euro = cls.env.ref("base.EUR")
        # A company that keeps its books in another currency needs a rate, as anywhere in Odoo.
        cls.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        cls.env["res.currency.rate"].create(
            {"currency_id": euro.id, "rate": 1.0, "name": "2020-01-01", "company_id": cls.company.id}
        )
        cls.prices = cls.env["product.pricelist"].create(
            {"name": "Test prices", "currency_id": euro.id, "company_id": cls.company.id}
        )

    def setUp(self):
        super().setUp()
        self.config.write({"product_sync_direction": "export", "pricelist_id": self.prices.id})
        self.env["cdiscount.delivery.cost"].create({"config_id": self.config.id, "mode": "THD", "cost": 4.99})

    def make_offers(self, count=1, **values):
        """Offers of light products, linked and not published yet."""
        goods = self.app.marketplace.shop.shelf.products.goods
        light = (goods[index] for index in range(60, len(goods)) if goods[index].weight <= 30_000)
        found = []
        for number, good in zip(range(count), light, strict=False):
            product = self.make_product(
                f"NEW-{number}",
                good.gtin,
                list_price=24.99 + number,
                taxes_id=[(6, 0, self.taxes[20.0].ids)],
                weight=1.0,
            )
            found.append(
                {
                    "config_id": self.config.id,
                    "product_id": product.id,
                    "seller_reference": product.default_code,
                    "gtin": good.gtin,
                    "product_reference": f"P{good.gtin}",
                    "stock_freeze": "fixed",
                    "stock_fixed_qty": 12,
                    **values,
                }
            )
        return self.env["cdiscount.product.mapping"].create(found)

    # ------------------------------------------------------------------ verbs
    def pass_by(self, seconds):
        """Let time pass, for the marketplace and for what waits in the queue."""
        self.sandbox("clock", advance=seconds)
        self.env.flush_all()
        for table, column in (
            ("cdiscount_queue", "eta"),
            ("cdiscount_product_mapping", "push_after"),
            ("cdiscount_offer_package", "submitted_at"),
            ("cdiscount_circuit", "suspended_until"),
        ):
            self.env.cr.execute(f"UPDATE {table} SET {column} = {column} - %s * interval '1 second'", (seconds,))
        self.env.invalidate_all()

    def send(self, rounds=6, seconds=30):
        """Run the queue until packages are through."""
        for _round in range(rounds):
            self.run_queue()
            self.pass_by(seconds)
        self.run_queue()

    def publish(self, offers):
        """Publish and wait for the answers."""
        offers.action_publish()
        self.send()
        return offers

    def fault_at(self, place, name, **options):
        """Switch a fault on for the calls of a place (method and path)."""
        answer = self.control.post("/_sandbox/faults", json={"name": name, **place, **options})
        self.assertLess(answer.status_code, 300, answer.get_data(as_text=True))

    def there(self, sku, channel="CDISFR"):
        """The offer as the marketplace has it, or None."""
        rows = self.sandbox(f"offers?rows=full&channel={channel}", method="GET")["rows"]
        return next((row for row in rows if row["sku"] == sku), None)

    def packages(self, **domain):
        return self.env["cdiscount.offer.package"].search(
            [("config_id", "=", self.config.id), *((name, "=", value) for name, value in domain.items())], order="id"
        )

    def assert_nothing_doubled(self):
        counters = self.counters()
        for name in ("offer_duplicates_posted", "offer_uploads_posted_twice", "offer_packages_open_together"):
            self.assertFalse(counters.get(name), name)

    def assert_published_once(self, offers):
        self.assertEqual(
            set(offers.mapped("state")), {"live"}, [offers.mapped("rejection"), offers.mapped("problem_text")]
        )
        self.assertFalse(offers.package_id)
        self.assertFalse(any(offers.mapped("push_needed")))
        self.assertTrue(all(self.there(offer.seller_reference) for offer in offers))
        self.assert_nothing_doubled()

    def let_pass(self, seconds):
        self.sandbox("clock", advance=seconds)

    def push_quantities(self, quantities):
        """As the stock job does."""
        offers = self.env["cdiscount.product.mapping"].browse(list(quantities))
        steps = offers._push_quantities(quantities)
        with patch.object(offer_package_drive.time, "sleep", self.let_pass):
            while True:
                try:
                    next(steps)
                    self.env.flush_all()
                except StopIteration as end:
                    return end.value
