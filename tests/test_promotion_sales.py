"""Seasonal and flash sales: announced once, begun and ended by Cdiscount, taken back when cancelled."""

import io
import zipfile
from xml.etree import ElementTree

from odoo.tests import tagged

from ..sandbox.catalogue.xml_packages import desk_of
from .promotions_case import PromotionsCase

PACKAGES = {"method": "POST", "path": "/offer-integration-packages"}


@tagged("post_install", "-at_install")
class TestPromotionSales(PromotionsCase):
    def setUp(self):
        super().setUp()
        self.serve_packages()

    def make_sale(self, **values):
        values = {"kind": "seasonal", "date_start": self.hours(80), "date_end": self.hours(200), **values}
        return self.make_promotion(**values)

    def announced(self, **values):
        """A sale that Cdiscount has taken."""
        promotion = self.schedule(self.make_sale(**values))
        self.send(3, 60)
        self.assertEqual(promotion.state, "sent", promotion.note)
        return promotion

    def discounts(self):
        return self.sandbox("discounts", method="GET")["discounts"]

    def packages_there(self):
        return self.sandbox("xml-packages", method="GET")["packages"]

    def test_a_sale_is_announced_once_and_runs_by_itself(self):
        promotion = self.announced()
        self.assertEqual(set(promotion.line_ids.mapped("state")), {"accepted"}, promotion.line_ids.mapped("rejection"))
        self.assertEqual((len(self.packages_there()), len(self.discounts())), (1, 2))
        self.assertEqual(self.paid_there(self.offer), self.cents("24.99"))
        self.travel(80)
        self.assertEqual(self.paid_there(self.offer), self.cents("19.99"))
        self.wake_up()
        self.assertEqual(promotion.state, "running")
        self.travel(120)
        self.assertEqual(self.paid_there(self.offer), self.cents("24.99"))
        self.wake_up()
        self.assertEqual(promotion.state, "ended")
        self.assertEqual(set(promotion.line_ids.mapped("state")), {"over"})
        self.assertEqual(len(self.packages_there()), 1)
        self.assert_normal()

    def test_what_customers_paid_in_a_sale_is_remembered(self):
        promotion = self.announced()
        self.travel(300)
        self.wake_up()
        self.assertEqual(promotion.state, "ended")
        lowest = self.env["cdiscount.price.point"]._lowest(self.offer, self.offer.sales_channel_id, self.hours(24))[
            self.offer.id
        ]
        self.assertEqual(lowest.price, self.cents("19.99"))
        self.assertEqual(
            self.offer.env["cdiscount.price.point"].search([("mapping_id", "=", self.offer.id)], limit=1).price, 24.99
        )

    def test_a_sale_too_near_is_not_handed_in(self):
        for kind in ("seasonal", "flash"):
            promotion = self.check(self.make_sale(kind=kind, date_start=self.hours(71)))
            self.assertEqual(promotion.state, "draft")
            self.assertIn("72", promotion.check_text)

    def test_one_that_came_too_late_through_a_downtime_fails_with_a_word(self):
        promotion = self.schedule(self.make_sale())
        self.travel(20)
        self.wake_up()
        self.assertEqual(promotion.state, "failed")
        self.assertTrue(promotion.note and promotion.activity_ids)
        self.assertFalse(self.packages_there())

    def test_each_offer_has_its_reason(self):
        promotion = self.schedule(self.make_sale())
        self.sandbox(f"offers/{self.offer.seller_reference}", method="DELETE")
        self.send(3, 60)
        line, other = self.line(promotion), self.line(promotion, self.offers[1])
        self.assertEqual((line.state, other.state), ("refused", "accepted"))
        self.assertIn("3003", line.rejection)
        self.assertTrue(line.refusal_id)
        self.assertTrue(promotion.activity_ids)

    def test_a_sale_that_is_cancelled_is_taken_back(self):
        promotion = self.announced()
        self.travel(90)
        self.wake_up()
        self.assertEqual(self.paid_there(self.offer), self.cents("19.99"))
        promotion.action_end_now()
        self.send(4, 60)
        self.assertEqual(promotion.state, "ended")
        self.assertFalse(self.discounts())
        self.assertEqual(promotion.package_ids.mapped("purpose"), ["withdraw", "announce"])
        self.assert_normal()

    def test_one_that_is_cancelled_and_taken_up_again_is_announced_anew(self):
        promotion = self.announced()
        promotion.action_cancel()
        self.send(3, 60)
        self.assertFalse(self.discounts())
        promotion.action_draft()
        self.schedule(promotion)
        self.send(3, 60)
        self.assertEqual(promotion.state, "sent")
        self.assertEqual(len(self.discounts()), 2)

    # ------------------------------------------------------------------ lost answers
    def test_a_lost_answer_is_never_answered_by_a_second_announcement_of_what_was_fetched(self):
        self.fault_at(PACKAGES, "lost_answer", times=1)
        promotion = self.schedule(self.make_sale())
        self.send(2, 60)
        self.assertEqual(len(self.packages_there()), 1, "Cdiscount comes for it")
        self.travel(2)
        self.wake_up()
        self.wake_up()
        self.assertEqual(len(self.fetched), 1)
        self.assertEqual(len(self.packages_there()), 1)
        self.assertEqual(promotion.state, "sent")
        self.assertTrue(promotion.note and promotion.activity_ids, "its report cannot be read: a person looks")
        self.travel(80)
        self.wake_up()
        self.assertEqual((promotion.state, self.paid_there(self.offer)), ("running", self.cents("19.99")))

    def test_what_never_arrived_is_sent_again_under_another_address(self):
        self.fault_at(PACKAGES, "server_error", times=1)
        promotion = self.schedule(self.make_sale())
        self.run_queue()
        package = promotion.package_ids
        self.assertEqual(package.state, "unclear")
        first = package._address()
        self.travel(0.1)
        self.wake_up()
        self.assertFalse(self.packages_there(), "not before it is sure that nobody comes for it")
        self.travel(1)
        self.wake_up()
        self.assertEqual(promotion.state, "sent", package.note)
        self.assertEqual(len(self.packages_there()), 1)
        self.assertNotEqual(package._address(), first)
        token = first.rsplit("/", 1)[1].partition(".")[0]
        self.assertIsNone(package._served(package.id, token), "the first address is dead")

    def test_a_crash_between_sending_and_storing_sends_nothing_twice(self):
        promotion = self.announced()
        # The worker died after Cdiscount had it, and before its number was kept.
        promotion.package_ids.write({"state": "sending", "external_id": False})
        promotion.write({"state": "scheduled"})
        promotion.line_ids.write({"state": "waiting"})
        self.env["cdiscount.queue"]._enqueue(self.config, "promotion_run", str(promotion.id))
        self.send(2, 60)
        self.assertEqual(len(self.packages_there()), 1)
        self.assertEqual(promotion.state, "sent")

    def test_a_zip_nobody_could_fetch_fails_with_a_word(self):
        def unreachable(url):
            raise ValueError("nobody answers")

        desk_of(self.app.marketplace.shop).fetch = unreachable
        promotion = self.schedule(self.make_sale())
        self.send(3, 60)
        self.assertEqual(promotion.state, "failed")
        self.assertTrue(promotion.note)

    # ------------------------------------------------------------------ the file
    def test_the_zip_is_served_to_whoever_knows_its_address_in_time(self):
        promotion = self.announced()
        package = promotion.package_ids
        content = package._served(package.id, package._token())
        root = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("Content/Offers.xml"))
        self.assertEqual(len([tag for tag in root.iter() if tag.tag.endswith("}DiscountComponent")]), 2)
        self.assertTrue(package.fetched_at)
        self.assertIsNone(package._served(package.id, "0" * 48))
        self.assertIsNone(package._served(package.id + 99, package._token()))
        self.travel(25)
        self.assertIsNone(package._served(package.id, package._token()))

    def test_stock_sold_meanwhile_is_not_offered_again_by_the_package(self):
        promotion = self.schedule(self.make_sale())
        self.run_queue()
        # The zip says 12; before Cdiscount carries it out, 5 are left.
        self.offer.stock_fixed_qty = 5
        self.offer._mark_push()
        self.send(7, 60)
        self.assertEqual(set(promotion.line_ids.mapped("state")), {"accepted"})
        self.assertEqual(self.there(self.offer.seller_reference)["quantity"], 5)
