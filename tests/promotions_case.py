"""Test base of promotions: published offers whose price is known for longer than thirty days."""

from datetime import timedelta
from decimal import Decimal

from odoo import fields

from ..sandbox.catalogue.xml_packages import desk_of
from .offers_case import OffersCase

MINE = ("promotion_run", "promotion_check", "offer_push", "offer_package", "stock_push")


class PromotionsCase(OffersCase):
    OFFERS = 2

    def setUp(self):
        super().setUp()
        self.offers = self.make_offers(self.OFFERS)
        self.offers.action_publish()
        self.send(2)
        self.offer = self.offers[:1]
        self.assertEqual(set(self.offers.mapped("state")), {"live"}, self.offers.mapped("problem_text"))
        self.make_history_old()

    # ------------------------------------------------------------------ verbs
    def make_history_old(self, days=60):
        """The prices that are known have been so for a long time."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE cdiscount_price_point SET since = since - %s * interval '1 day'", (days,))
        self.env.invalidate_all()

    def hours(self, number):
        return fields.Datetime.now() + timedelta(hours=number)

    def make_promotion(self, offers=None, **values):
        return self.env["cdiscount.promotion"].create(
            {
                "name": "Black Friday",
                "config_id": self.config.id,
                "kind": "strike",
                "percent": 20.0,
                "offer_ids": [(6, 0, (self.offers if offers is None else offers).ids)],
                "date_start": self.hours(1),
                "date_end": self.hours(49),
                **values,
            }
        )

    def check(self, promotion):
        promotion.action_check()
        return promotion

    def schedule(self, promotion):
        promotion.action_check()
        self.assertEqual(promotion.state, "checked", promotion.check_text)
        promotion.action_schedule()
        return promotion

    def travel(self, hours):
        """Let hours pass for both sides without anybody working: Odoo is down."""
        self.sandbox("clock", advance=hours * 3600)
        self.env.flush_all()
        for table, columns in (
            ("cdiscount_promotion", ("date_start", "date_end", "next_at", "began_at", "ended_at")),
            ("cdiscount_promotion_package", ("posted_at", "expires_at", "fetched_at")),
            ("cdiscount_price_point", ("since",)),
            ("cdiscount_queue", ("eta",)),
            ("cdiscount_product_mapping", ("push_after",)),
            ("cdiscount_offer_package", ("submitted_at",)),
        ):
            for column in columns:
                self.env.cr.execute(f"UPDATE {table} SET {column} = {column} - %s * interval '1 hour'", (hours,))
        self.env.invalidate_all()

    def wake_up(self):
        """Odoo is back: the clock looks for what is due, and the queue works."""
        self.config._schedule_due_jobs(fields.Datetime.now())
        # Orders, categories, brands and the like are due as well, and none of this subject.
        queue = self.env["cdiscount.queue"]
        queue.search([("operation", "not in", MINE), ("state", "=", "pending")]).unlink()
        self.send(4)

    def begin(self, promotion, hours=1.1):
        self.travel(hours)
        self.wake_up()
        return promotion

    def cents(self, value):
        return None if value in (None, False) else Decimal(str(value)).quantize(Decimal("0.01"))

    def prices_there(self, offer):
        """(price, strike price) as the marketplace has them."""
        row = self.there(offer.seller_reference)
        return self.cents(row["price"]), self.cents(row["origin_price"])

    def paid_there(self, offer):
        """What a customer pays just now."""
        return self.cents(self.sandbox(f"discounts?sku={offer.seller_reference}", method="GET")["price"])

    def line(self, promotion, offer=None):
        offer = self.offer if offer is None else offer
        return promotion.line_ids.filtered(lambda line: line.mapping_id == offer)

    def serve_packages(self):
        """Let the marketplace fetch zips from this Odoo, without a socket."""
        self.fetched = []

        def fetch(url):
            self.fetched.append(url)
            package_id, name = url.rsplit("/", 2)[1:]
            content = self.env["cdiscount.promotion.package"].sudo()._served(int(package_id), name.partition(".")[0])
            if content is None:
                raise ValueError("404")
            return content

        desk_of(self.app.marketplace.shop).fetch = fetch

    def assert_normal(self, offers=None):
        """Both sides are as they were before, to the cent, and nothing is left to do."""
        for offer in self.offers if offers is None else offers:
            normal = offer._offer_terms()[offer.id].price
            self.assertEqual(self.prices_there(offer), (normal, None), offer.seller_reference)
            self.assertFalse(offer.promotion_line_id)
            self.assertFalse(offer.push_needed)
