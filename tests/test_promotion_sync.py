"""A promotion and a synchronisation in both directions: the promotional price never becomes Odoo's own."""

from odoo.tests import tagged

from .promotions_case import PromotionsCase


@tagged("post_install", "-at_install")
class TestPromotionSync(PromotionsCase):
    OFFERS = 1

    def setUp(self):
        super().setUp()
        # The product of the other tests is none of these offers.
        self.product.write({"default_code": "OTHER", "barcode": False})
        self.config.product_sync_direction = "bidirectional"
        self.sync()

    def sync(self):
        self.config.action_sync_products()
        self.send(2)

    def price_here(self):
        return float(self.offer._odoo_side(self.config, ["price"])[self.offer.id]["price"])

    def direction(self, name, direction):
        line = self.config._ensure_field_mappings().filtered(lambda line: line.name == name)
        line.direction = direction
        self.sync()

    def conflicts(self):
        return self.env["cdiscount.field.conflict"].search([("state", "=", "open")])

    def test_a_promotion_that_is_read_back_changes_nothing_in_odoo(self):
        promotion = self.begin(self.schedule(self.make_promotion()))
        for _round in range(2):
            self.sync()
            self.assertEqual(self.price_here(), 24.99)
            self.assertEqual(self.prices_there(self.offer), (self.cents("19.99"), self.cents("24.99")))
        self.assertFalse(self.conflicts())
        self.travel(48)
        self.wake_up()
        self.sync()
        self.assertEqual(promotion.state, "ended")
        self.assertEqual((self.price_here(), self.prices_there(self.offer)[0]), (24.99, self.cents("24.99")))
        self.assertFalse(self.conflicts())

    def test_a_reading_between_start_and_answer_changes_nothing_in_odoo(self):
        promotion = self.schedule(self.make_promotion())
        self.travel(1.1)
        self.env["cdiscount.queue"]._enqueue(self.config, "promotion_run", str(promotion.id))
        self.run_queue()
        self.assertEqual(self.line(promotion).state, "sent")
        self.sandbox("clock", advance=60)
        self.sandbox(f"offers/{self.offer.seller_reference}", price=19.99, origin_price=24.99)
        self.config.action_sync_products()
        self.run_queue()
        self.assertEqual(self.price_here(), 24.99)

    def test_a_price_changed_in_the_portal_meanwhile_is_set_right(self):
        self.begin(self.schedule(self.make_promotion()))
        self.sandbox(f"offers/{self.offer.seller_reference}", price=22.0)
        self.sync()
        self.send(2)
        self.assertEqual(self.price_here(), 24.99)
        self.assertEqual(self.prices_there(self.offer)[0], self.cents("19.99"))

    def test_the_portal_s_own_price_comes_back_where_cdiscount_owns_it(self):
        self.direction("price", "import")
        self.sandbox(f"offers/{self.offer.seller_reference}", price=26.4)
        self.sync()
        self.make_history_old()
        promotion = self.begin(self.schedule(self.make_promotion()))
        self.assertEqual(promotion.state, "running", promotion.line_ids.problem_text)
        paid = self.prices_there(self.offer)[0]
        self.assertLess(paid, self.cents("26.40"))
        self.sync()
        self.travel(48)
        self.wake_up()
        self.sync()
        self.assertEqual(self.prices_there(self.offer), (self.cents("26.40"), None))

    def test_a_strike_price_of_the_portal_comes_back(self):
        self.sandbox(f"offers/{self.offer.seller_reference}", origin_price=31.0)
        self.sync()
        self.assertEqual(self.prices_there(self.offer)[1], self.cents("31.00"))
        promotion = self.begin(self.schedule(self.make_promotion()))
        self.assertEqual(self.prices_there(self.offer), (self.cents("19.99"), self.cents("24.99")))
        self.travel(48)
        self.wake_up()
        self.sync()
        self.assertEqual(promotion.state, "ended")
        self.assertEqual(self.prices_there(self.offer), (self.cents("24.99"), self.cents("31.00")))

    def test_undo_after_the_end_does_not_bring_the_promotion_back(self):
        self.begin(self.schedule(self.make_promotion()))
        self.travel(48)
        self.wake_up()
        self.assertFalse(self.offer.sent_before)
