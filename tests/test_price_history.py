"""The prices customers could pay are kept by us, each once, and the lowest of thirty days is right."""

from decimal import Decimal

from odoo.tests import tagged

from .promotions_case import PromotionsCase


@tagged("post_install", "-at_install")
class TestPriceHistory(PromotionsCase):
    OFFERS = 1

    def points(self):
        return self.env["cdiscount.price.point"].search([("mapping_id", "=", self.offer.id)], order="since, id")

    def lowest(self, start=None):
        found = self.env["cdiscount.price.point"]._lowest(
            self.offer, self.offer.sales_channel_id, start or self.hours(0)
        )
        return found[self.offer.id]

    def set_price(self, price):
        self.offer.product_id.list_price = price
        self.send(2)

    def test_a_price_is_kept_when_it_changes_and_only_then(self):
        self.set_price(21.0)
        self.offer._mark_push()
        self.config.action_sync_products()
        self.send(2)
        self.assertEqual(self.points().mapped("price"), [24.99, 21.0])
        self.assertEqual(self.points()[-1].source, "accepted")

    def test_a_price_of_the_seller_portal_is_kept_as_it_is_read(self):
        self.config.product_sync_direction = "import"
        self.sandbox(f"offers/{self.offer.seller_reference}", price=17.5)
        self.config.action_sync_products()
        self.send(1)
        self.assertEqual(self.points().mapped("price"), [24.99, 17.5])
        self.assertEqual(self.points()[-1].source, "read")

    def test_the_history_begins_with_the_known_price(self):
        self.points().unlink()
        promotion = self.check(self.make_promotion())
        self.assertEqual((self.points().price, self.points().source), (24.99, "known"))
        self.assertIn("less than 30 days", self.line(promotion).problem_text)
        self.assertEqual(promotion.state, "checked", "it is a warning")

    def test_an_earlier_promotion_is_the_reference_of_the_next(self):
        promotion = self.begin(self.schedule(self.make_promotion()))
        self.travel(48)
        self.wake_up()
        self.assertEqual(promotion.state, "ended")
        self.assertEqual(self.lowest().price, Decimal("19.99"))
        following = self.check(self.make_promotion(name="Cyber Monday"))
        line = self.line(following)
        self.assertEqual(line.reference_price, 19.99)
        self.assertIn("no reduction", line.problem_text)
        self.travel(24 * 31)
        self.assertEqual(self.lowest().price, Decimal("24.99"), "it was more than thirty days ago")
        following.write({"date_start": self.hours(1), "date_end": self.hours(49)})
        self.check(following)
        self.assertEqual((self.line(following).reference_price, following.state), (24.99, "checked"))

    def test_a_price_raised_just_before_is_no_reference(self):
        self.set_price(40.0)
        line = self.line(self.check(self.make_promotion()))
        self.assertEqual((line.price_now, line.price_promo, line.reference_price), (40.0, 32.0, 24.99))
        self.assertTrue(line.blocked)

    def test_one_that_no_longer_fits_when_it_is_to_begin_stays_out(self):
        promotion = self.schedule(self.make_promotion())
        self.set_price(20.5)
        self.begin(promotion)
        self.assertEqual(promotion.state, "failed")
        self.assertIn("at least 5", self.line(promotion).problem_text)
        self.assertEqual(self.prices_there(self.offer), (self.cents("20.50"), None))

    def test_old_prices_are_forgotten_and_the_present_one_is_not(self):
        for price in (21.0, 22.0, 23.0):
            self.travel(24 * 100)
            self.set_price(price)
        self.env["cdiscount.price.point"]._gc_old()
        self.assertEqual(self.points().mapped("price"), [21.0, 22.0, 23.0])
        self.travel(24 * 900)
        self.env["cdiscount.price.point"]._gc_old()
        self.assertEqual(self.points().mapped("price"), [23.0])
        self.assertEqual(self.lowest().price, Decimal("23.00"))

    def test_a_page_of_prices_is_one_statement(self):
        offers = self.offer | self.offer.create(
            [{"config_id": self.config.id, "seller_reference": f"MANY-{number}"} for number in range(40)]
        )
        channel = self.offer.sales_channel_id.id
        rows = [(offer.id, channel, Decimal(number + 1), None) for number, offer in enumerate(offers)]
        points = self.env["cdiscount.price.point"]
        self.env.flush_all()
        with self.counted() as few:
            points._note(rows[:2], "read")
        with self.counted() as many:
            points._note(rows, "read")
        self.assertEqual(len(few), len(many))
        self.assertEqual(points.search_count([("mapping_id", "in", offers.ids)]), 42)
