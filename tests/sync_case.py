"""Test base of the two-way synchronisation: an offer that both sides know and may change."""

from .offers_case import OffersCase


class SyncCase(OffersCase):
    """An account that goes both ways; ``self.offers`` are published and both sides agree on them."""

    OFFERS = 1

    def setUp(self):
        super().setUp()
        # The product of the other tests is none of these offers.
        self.product.write({"default_code": "OTHER", "barcode": False})
        self.config.product_sync_direction = "bidirectional"
        self.conflicts = self.env["cdiscount.field.conflict"]
        self.offers = self.make_offers(self.OFFERS)
        self.offers.action_publish()
        self.send(2)
        self.offer = self.offers[:1]
        self.assertEqual(set(self.offers.mapped("state")), {"live"}, self.offers.mapped("problem_text"))
        self.sync()

    # ------------------------------------------------------------------ verbs
    def line(self, name):
        return self.config.field_mapping_ids.filtered(lambda line: line.name == name)

    def sync(self, rounds=2):
        """One synchronisation of the catalogue from its beginning to the last answer."""
        self.config.action_sync_products()
        self.send(rounds)
        self.offers.invalidate_recordset()

    def change_there(self, offer, **values):
        """Somebody changes an offer in the seller portal."""
        self.sandbox(f"offers/{offer.seller_reference}", **values)

    def price_here(self, offer):
        """What Odoo asks for the product, with VAT."""
        return float(offer._odoo_side(self.config, ["price"])[offer.id]["price"])

    def price_there(self, offer):
        return float(self.there(offer.seller_reference)["price"])

    def shown(self, offer):
        """The offer as the marketplace has it, with what it hides: one flat dict."""
        found = self.sandbox(f"offers/{offer.seller_reference}", method="GET")["offers"][0]
        return {**found["offer"]["integrationPrice"], "comments": found["offer"]["comments"], **found}

    def set_price_here(self, offer, price):
        """Somebody changes the price in Odoo: the rule of the pricelist when there is one, else the sales price."""
        items = self.prices.item_ids.filtered(lambda item: item.product_id == offer.product_id)
        if self.config.pricelist_id and items:
            items.fixed_price = price
        else:
            offer.product_id.list_price = price

    def open_conflicts(self, **domain):
        return self.conflicts.search(
            [
                ("config_id", "=", self.config.id),
                ("state", "=", "open"),
                *((name, "=", value) for name, value in domain.items()),
            ]
        )

    def sent_count(self):
        return self.counters()["offers_uploaded"]

    def assert_prices(self, offer, here, there, message=None):
        self.assertEqual((self.price_here(offer), self.price_there(offer)), (here, there), message)

    def state_of_both(self):
        """Everything that a synchronisation could change, but for what it remembers."""
        return (
            self.sent_count(),
            [(offer.sent, self.price_here(offer), self.price_there(offer)) for offer in self.offers],
            [(offer.product_id.list_price, offer.product_id.write_date) for offer in self.offers],
            self.prices.item_ids.mapped("fixed_price"),
            self.open_conflicts().ids,
        )

    def assert_silent(self):
        """One more synchronisation sends and writes nothing."""
        before = self.state_of_both()
        self.sync()
        self.assertEqual(self.state_of_both(), before)
