"""Promotions by price: they begin and end by themselves, and the normal price is back to the cent whatever happens."""

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .promotions_case import PromotionsCase


@tagged("post_install", "-at_install")
class TestPromotions(PromotionsCase):
    def test_a_promotion_begins_and_ends_by_itself(self):
        normal = self.prices_there(self.offer)
        promotion = self.schedule(self.make_promotion())
        self.assertEqual(self.prices_there(self.offer), normal, "not before its time")
        self.begin(promotion)
        self.assertEqual(promotion.state, "running", promotion.note)
        self.assertEqual(self.prices_there(self.offer), (self.cents("19.99"), self.cents("24.99")))
        self.assertEqual(set(promotion.line_ids.mapped("state")), {"accepted"})
        self.assertEqual(self.offer.promotion_id, promotion)
        self.travel(48)
        self.wake_up()
        self.assertEqual(promotion.state, "ended")
        self.assert_normal()
        self.assertEqual(self.prices_there(self.offer), normal)
        self.travel(1)
        self.wake_up()
        self.assertEqual(set(promotion.line_ids.mapped("state")), {"over"})
        self.assertFalse(promotion.next_at)
        self.assert_nothing_doubled()

    def test_nothing_but_the_clock_ends_it_after_a_downtime(self):
        promotion = self.begin(self.schedule(self.make_promotion()))
        self.travel(24 * 10)
        # No job has said that it is over: the first package after the downtime carries the normal price.
        self.offers._mark_push()
        self.env["cdiscount.queue"].search([("operation", "=", "promotion_run")]).write({"state": "cancelled"})
        self.send(4)
        self.assertEqual(self.prices_there(self.offer), (self.cents("24.99"), None))
        self.wake_up()
        self.assertEqual(promotion.state, "ended")
        self.assert_normal()

    def test_one_that_was_missed_completely_never_changes_a_price(self):
        promotion = self.schedule(self.make_promotion())
        uploaded = self.counters()["offers_uploaded"]
        self.travel(24 * 3)
        self.wake_up()
        self.assertEqual(promotion.state, "ended")
        self.assertTrue(promotion.note)
        self.assertTrue(promotion.activity_ids)
        self.assertEqual(self.counters()["offers_uploaded"], uploaded)
        self.assert_normal()

    def test_one_that_is_cancelled_while_it_runs_goes_back_at_once(self):
        promotion = self.begin(self.schedule(self.make_promotion()))
        promotion.action_end_now()
        self.send(4)
        self.assertEqual(promotion.state, "ended")
        self.assert_normal()

    def test_one_that_is_cancelled_before_never_begins(self):
        promotion = self.schedule(self.make_promotion())
        promotion.action_cancel()
        self.begin(promotion)
        self.assertEqual(promotion.state, "cancelled")
        self.assert_normal()

    def test_a_price_changed_in_odoo_meanwhile_is_the_one_afterwards(self):
        promotion = self.begin(self.schedule(self.make_promotion()))
        self.offer.product_id.list_price = 29.5
        self.send(3)
        self.assertEqual(self.prices_there(self.offer), (self.cents("19.99"), self.cents("24.99")))
        self.offer.product_id.list_price = 18.0
        self.send(3)
        self.assertEqual(self.prices_there(self.offer)[0], self.cents("18.00"), "nobody pays more in a promotion")
        self.offer.product_id.list_price = 26.2
        self.travel(48)
        self.wake_up()
        self.assertEqual(self.prices_there(self.offer), (self.cents("26.20"), None))
        self.assertEqual(promotion.state, "ended")

    def test_an_offer_that_is_no_longer_published_is_told(self):
        promotion = self.begin(self.schedule(self.make_promotion()))
        self.offer.action_unpublish()
        self.send(3)
        self.travel(48)
        self.wake_up()
        self.assertEqual(self.line(promotion).state, "kept")
        self.assertIn(self.offer.seller_reference, promotion.activity_ids[:1].note)
        self.assert_normal(self.offers[1:])
        self.offer.action_publish()
        self.send(4)
        self.assert_normal()
        self.assertEqual(self.line(promotion).state, "over")

    def test_an_offer_that_is_linked_anew_has_the_price_of_its_product(self):
        promotion = self.begin(self.schedule(self.make_promotion()))
        other = self.make_product("OTHER-1", list_price=33.0, taxes_id=[(6, 0, self.taxes[20.0].ids)], weight=1.0)
        self.offer.product_id = other
        self.send(4)
        self.assertEqual(self.prices_there(self.offer), (self.cents("33.00"), None))
        self.travel(48)
        self.wake_up()
        self.assertEqual(promotion.state, "ended")
        self.assertEqual(self.prices_there(self.offer), (self.cents("33.00"), None))
        self.assert_normal(self.offers[1:])

    def test_a_lost_answer_sends_nothing_wrong(self):
        promotion = self.schedule(self.make_promotion())
        self.fault_at({"method": "PATCH", "path": "/offer-packages/*"}, "lost_answer", times=2)
        self.begin(promotion)
        self.wake_up()
        self.assertEqual(self.prices_there(self.offer), (self.cents("19.99"), self.cents("24.99")))
        self.travel(48)
        self.wake_up()
        self.wake_up()
        self.assert_normal()

    def test_a_second_look_changes_nothing(self):
        promotion = self.begin(self.schedule(self.make_promotion()))
        uploaded = self.counters()["offers_uploaded"]
        for _round in range(3):
            self.env["cdiscount.queue"]._enqueue(self.config, "promotion_run", str(promotion.id))
            self.send(1)
        self.assertEqual(self.counters()["offers_uploaded"], uploaded)
        self.assertEqual(promotion.state, "running")

    def test_a_promotion_on_a_package_under_way_at_its_end_goes_back(self):
        promotion = self.schedule(self.make_promotion())
        self.travel(1.1)
        self.config._schedule_due_jobs(promotion.write_date)
        self.run_queue()
        self.assertEqual(self.line(promotion).state, "sent")
        promotion.action_end_now()
        self.assertEqual(self.line(promotion).state, "returning")
        self.send(6)
        self.assert_normal()

    # ------------------------------------------------------------------ the plan
    def test_what_is_wrong_is_told_for_each_offer(self):
        self.offers[1].product_id.standard_price = 19.0
        promotion = self.check(self.make_promotion())
        self.assertEqual(promotion.state, "checked")
        self.assertEqual((promotion.line_count, promotion.blocked_count), (2, 1))
        self.assertIn("minimum price", self.line(promotion, self.offers[1]).problem_text)
        self.assertFalse(self.line(promotion).problem_text)
        self.assertIn("1 of 2", promotion.check_text)
        promotion.action_schedule()
        self.begin(promotion)
        self.assertEqual(self.prices_there(self.offers[1])[1], None, "what does not pay stays out")
        self.assertEqual(self.line(promotion, self.offers[1]).state, "left_out")

    def test_a_discount_that_is_too_small_keeps_it_a_draft(self):
        promotion = self.check(self.make_promotion(percent=4.0))
        self.assertEqual(promotion.state, "draft")
        self.assertEqual(promotion.blocked_count, 2)
        with self.assertRaises(UserError):
            promotion.action_schedule()

    def test_a_price_entered_by_hand_goes_before(self):
        promotion = self.check(self.make_promotion())
        self.line(promotion).manual_price = 17.5
        self.assertEqual(promotion.state, "draft", "it is to be checked again")
        self.schedule(promotion)
        self.begin(promotion)
        self.assertEqual(self.prices_there(self.offer), (self.cents("17.50"), self.cents("24.99")))
        with self.assertRaises(UserError):
            self.line(promotion).manual_price = 1.0

    def test_prices_may_end_as_shops_like_it(self):
        promotion = self.check(self.make_promotion(percent=30.0, price_rounding=True))
        self.assertEqual(self.line(promotion).price_promo, 16.99)

    def test_an_offer_is_in_one_promotion_at_a_time(self):
        self.schedule(self.make_promotion())
        other = self.check(self.make_promotion(self.offer, name="Cyber Monday", date_start=self.hours(20)))
        self.assertIn("Black Friday", self.line(other).problem_text)
        later = self.check(self.make_promotion(self.offer, date_start=self.hours(49), date_end=self.hours(60)))
        self.assertEqual(later.state, "checked", later.check_text)

    def test_categories_are_resolved_to_offers(self):
        parent = self.env["product.category"].create({"name": "Parent"})
        category = self.env["product.category"].create({"name": "Child", "parent_id": parent.id})
        self.offer.product_id.categ_id = category
        promotion = self.check(self.make_promotion(self.offers.browse(), categ_ids=[(6, 0, parent.ids)]))
        self.assertEqual(promotion.line_ids.mapping_id, self.offer)

    def test_a_scheduled_promotion_is_not_changed_or_deleted(self):
        promotion = self.schedule(self.make_promotion())
        with self.assertRaises(UserError):
            promotion.percent = 50
        with self.assertRaises(UserError):
            promotion.unlink()
        with self.assertRaises(ValidationError):
            self.make_promotion(date_end=self.hours(-5))

    def test_a_refusal_is_told_and_the_offer_lives_on(self):
        promotion = self.schedule(self.make_promotion())
        self.sandbox("refusals", sku=self.offer.seller_reference, code="2318", times=1)
        self.begin(promotion)
        self.assertEqual(self.line(promotion).state, "refused")
        self.assertTrue(self.line(promotion).rejection)
        self.assertEqual(self.line(promotion, self.offers[1]).state, "accepted")
        self.wake_up()
        self.assertEqual(self.offer.state, "live")
        self.assertEqual(self.prices_there(self.offer), (self.cents("24.99"), None))

    def test_a_user_sees_promotions_and_changes_none(self):
        promotion = self.check(self.make_promotion())
        user = new_test_user(self.env, "reader", "cdiscount_store_management.group_user")
        self.assertTrue(promotion.with_user(user).line_ids.read(["price_promo", "problem_text"]))
        for action in ("action_check", "action_schedule", "action_cancel"):
            with self.assertRaises(AccessError):
                getattr(promotion.with_user(user), action)()

    # ------------------------------------------------------------------ results
    def buy(self, offer, price, quantity=1, hours=0):
        """Somebody buys, some hours from now."""
        moment = self.hours(hours).strftime("%Y-%m-%dT%H:%M:%SZ")
        line = {"sku": offer.seller_reference, "quantity": quantity, "unit_price": f"{price:.2f}"}
        # The marketplace's clock is ahead after a journey: what is changed in the future is not read yet.
        now = self.hours(0).strftime("%Y-%m-%dT%H:%M:%SZ")
        order = self.place_order(lines=[line], purchased_at=moment, updated_at=now)
        self.pull()
        return order

    def test_what_it_brought_is_counted_against_the_same_time_before(self):
        self.offers.product_id.standard_price = 8.0
        promotion = self.begin(self.schedule(self.make_promotion()), hours=2)
        self.travel(4)
        self.buy(self.offer, 24.99, 1, hours=-5)
        self.buy(self.offer, 24.99, 7, hours=-30)
        self.buy(self.offer, 19.99, 3, hours=-1)
        self.buy(self.offers[1], 20.79, 1, hours=-2)
        promotion.action_refresh_results()
        self.assertEqual((promotion.units_during, promotion.units_before), (4, 1))
        self.assertEqual(self.cents(round(promotion.revenue_during, 2)), self.cents("80.76"))
        self.assertEqual(self.cents(round(promotion.revenue_before, 2)), self.cents("24.99"))
        self.assertAlmostEqual(promotion.discount_given, 3 * 5.0 + 5.2, 2)
        self.assertEqual(sum(promotion.day_ids.mapped("units")), 5)
        self.assertLess(promotion.margin_during, 80.76 / 1.2 - 4 * 8.0 + 0.01)
        self.assertGreater(promotion.margin_during, 0)

    def test_a_budget_that_is_used_up_ends_it(self):
        promotion = self.begin(self.schedule(self.make_promotion(budget=12.0)))
        # A moment ago: what is bought within the very second of the count is counted the next time.
        self.buy(self.offer, 19.99, 2, hours=-0.01)
        self.travel(0.5)
        self.wake_up()
        self.assertEqual(promotion.state, "running", "10.00 of 12.00 are given")
        self.buy(self.offer, 19.99, 1, hours=-0.01)
        self.travel(0.5)
        self.wake_up()
        self.assertEqual(promotion.state, "ended")
        self.assertIn("budget", promotion.note)
        self.assert_normal()

    def test_the_price_shown_to_customers_is_read(self):
        promotion = self.begin(self.schedule(self.make_promotion()))
        promotion.action_read_shown()
        line = self.line(promotion)
        self.assertEqual((line.shown_price, line.shown_origin), (19.99, 24.99))

    def test_ten_times_the_offers_take_no_more_statements(self):
        few, many = self.make_promotion(self.offer), self.make_promotion(name="Other")
        self.check(few)
        with self.counted() as one:
            for _step in few._check_all():
                pass
        self.check(many)
        with self.counted() as two:
            for _step in many._check_all():
                pass
        self.assertLessEqual(len(two), len(one) + 1)


@tagged("post_install", "-at_install")
class TestPromotionOfManyOffers(PromotionsCase):
    OFFERS = 12

    def test_beginning_and_ending_takes_no_more_statements_for_many_offers(self):
        few = self.schedule(self.make_promotion(self.offers[:1]))
        many = self.schedule(self.make_promotion(self.offers[1:], name="Soldes"))
        self.travel(1.1)

        def statements(work):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.counted() as sent:
                work()
                self.env.flush_all()
            return len(sent)

        begun = [statements(lambda one=one: list(one._begin(fields.Datetime.now()))) for one in (few, many)]
        self.assertEqual((few.state, many.state), ("running", "running"))
        ended = [statements(lambda one=one: one._stop("ended")) for one in (few, many)]
        self.assertEqual((few.state, many.state), ("ended", "ended"))
        self.assertLessEqual(begun[1], begun[0] + 2)
        self.assertLessEqual(ended[1], ended[0] + 2)
