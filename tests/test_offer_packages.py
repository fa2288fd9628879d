"""Offers on their way to the marketplace, with every accident on it: published, and once."""

from unittest.mock import patch

from odoo.tests import tagged

from ..models.catalog import offer_package_drive
from .offers_case import OffersCase

CREATE = {"method": "POST", "path": "/offer-packages"}
UPLOAD = {"method": "POST", "path": "/offer-packages/*/offer-requests"}
SUBMIT = {"method": "PATCH", "path": "/offer-packages/*"}
LOOK = {"method": "GET", "path": "/offer-packages/*"}


class Killed(BaseException):
    """The process dies here."""


@tagged("post_install", "-at_install")
class TestOfferPackages(OffersCase):
    # ------------------------------------------------------------------ the straight road
    def test_an_offer_is_published_and_a_second_run_sends_nothing(self):
        offers = self.publish(self.make_offers(3))
        self.assert_published_once(offers)
        self.assertEqual(offers.mapped("price"), [24.99, 25.99, 26.99])
        uploads = self.counters()["offer_uploads"]
        offers._mark_push()
        self.send()
        self.assertEqual(self.counters()["offer_uploads"], uploads)
        self.assertFalse(any(offers.mapped("push_needed")))

    def test_only_what_changed_is_sent(self):
        offers = self.publish(self.make_offers(2))
        offers[0].product_id.list_price = 19.99
        offers._mark_push()
        self.send()
        update = self.packages(type="Update")
        self.assertEqual(update.line_ids.mapped("sku"), ["NEW-0"])
        self.assertIn('"price"', update.line_ids.request)
        for group in ("deliveryModes", "preparationTime", "quantity"):
            self.assertNotIn(group, update.line_ids.request)
        self.assertEqual(offers[0].price, 19.99)
        self.assertEqual(float(self.there("NEW-0")["price"]), 19.99)

    def test_more_than_an_upload_holds_goes_into_one_package(self):
        with patch("odoo.addons.cdiscount_store_management.models.catalog.offer_push.plan", self.small_plan):
            offers = self.publish(self.make_offers(5))
        self.assert_published_once(offers)
        self.assertEqual(len(self.packages()), 1)
        self.assertEqual(self.counters()["offer_uploads"], 3)

    @staticmethod
    def small_plan(wishes):
        from ..services.rules.package_plan import plan

        return plan(wishes, upload=2)

    def test_what_changes_on_its_way_is_sent_afterwards(self):
        offer = self.make_offers(1)
        offer.action_publish()
        self.run_queue()
        self.assertTrue(offer.package_id)
        offer.product_id.list_price = 17.5
        offer._mark_push()
        self.run_queue()
        self.assertEqual(len(self.packages()), 1, "a reference is in one package at a time")
        self.send(10)
        self.assert_published_once(offer)
        self.assertEqual(float(self.there("NEW-0")["price"]), 17.5)

    def test_what_cannot_be_sent_is_not_sent_and_says_why(self):
        good, bad = self.make_offers(2)
        bad.product_id.list_price = 0
        self.publish(good | bad)
        self.assertEqual((good.state, bad.state), ("live", "ready"))
        self.assertIn("price", bad.problem_text.lower())
        self.assertFalse(self.there("NEW-1"))
        bad.product_id.list_price = 12
        bad._mark_push()
        self.send()
        self.assert_published_once(good | bad)

    def test_ten_times_the_offers_take_the_same_queries_to_pack(self):
        few, many = self.make_offers(2), self.env["cdiscount.product.mapping"]
        few.write({"publish": True, "push_needed": True})
        channel = self.config.sales_channel_id
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(200):
            before = self.env.cr.sql_log_count
            few.sudo()._take_portion(self.config, channel)
            self.env.flush_all()
            first = self.env.cr.sql_log_count - before
        self.env["cdiscount.product.mapping"].search([]).unlink()
        self.env["product.product"].search([("default_code", "=like", "NEW-%")]).write(
            {"barcode": False, "default_code": False}
        )
        many = self.make_offers(20)
        many.write({"publish": True, "push_needed": True})
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        many.sudo()._take_portion(self.config, channel)
        self.env.flush_all()
        self.assertLessEqual(self.env.cr.sql_log_count - before, first + 5)

    # ------------------------------------------------------------------ answers that are lost
    def test_an_answer_lost_after_the_effect_publishes_every_offer_once(self):
        for place in (CREATE, UPLOAD, SUBMIT, LOOK):
            for fault in ("lost_answer", "lost_answer_500", "cut_body"):
                with self.subTest(place=place, fault=fault):
                    self.begin_anew()
                    offers = self.make_offers(2)
                    self.fault_at(place, fault)
                    offers.action_publish()
                    self.send(10)
                    self.assert_published_once(offers)

    def begin_anew(self):
        """A fresh marketplace, and nothing that was sent to the one before."""
        self.packages().unlink()
        self.env["cdiscount.product.mapping"].search([("seller_reference", "=like", "NEW-%")]).unlink()
        self.env["cdiscount.queue"].search([]).unlink()
        self.forget_products()
        self.start_marketplace()

    def forget_products(self):
        found = self.env["product.product"].search([("default_code", "=like", "NEW-%")])
        found.write({"barcode": False, "default_code": False})

    def test_errors_and_limits_of_the_marketplace_are_waited_out(self):
        for fault, options in (("server_error", {}), ("rate_limited", {"params": {"retry_after": 2}}), ("reset", {})):
            for place in (CREATE, UPLOAD, SUBMIT):
                self.fault_at(place, fault, **options)
        offers = self.make_offers(2)
        offers.action_publish()
        for _round in range(14):
            self.run_queue()
            self.pass_by(120)
        self.assert_published_once(offers)

    def test_a_process_that_dies_at_any_call_leaves_everything_to_the_next(self):
        names = ("create", "upload", "submit")
        for name in names:
            for after in (False, True):
                with self.subTest(call=name, after=after):
                    self.begin_anew()
                    offers = self.make_offers(3)
                    offers.action_publish()
                    self.die_at(name, after)
                    self.send(10)
                    self.assert_published_once(offers)

    def die_at(self, name, after):
        """Drive until the process dies before or after the effect of one call."""
        calls = type(self.config._get_client().offer_packages)
        real = getattr(calls, name)

        def dying(this, *args, **options):
            if after:
                real(this, *args, **options)
            raise Killed

        jobs = self.env["cdiscount.queue"].search([("operation", "=", "offer_push"), ("state", "=", "pending")])
        steps = self.env["cdiscount.offer.package"]._job_push(jobs)
        with patch.object(calls, name, dying), patch.object(offer_package_drive.time, "sleep", self.let_pass):
            try:
                for _step in steps:
                    self.env.flush_all()
            except Killed:
                # What was written since the last commit point goes with the process.
                self.env.invalidate_all(flush=False)
                return
        self.fail("the process did not come to the call")

    # ------------------------------------------------------------------ packages that go wrong
    def test_refused_lines_in_a_processed_package_are_told_apart(self):
        good, bad = self.make_offers(2)
        self.sandbox("refusals", sku="NEW-1", code="2318", message="Le prix de référence est trop bas")
        self.publish(good | bad)
        self.assertEqual((good.state, bad.state), ("live", "rejected"))
        self.assertEqual(bad.refusal_id.cause, "strike_price_too_low")
        self.assertIn("2318 Le prix de référence est trop bas", bad.rejection)
        package = self.packages()
        self.assertEqual((package.state, package.accepted_count, package.refused_count), ("partly", 1, 1))
        uploads = self.counters()["offer_uploads"]
        bad._mark_push()
        self.send()
        self.assertEqual(self.counters()["offer_uploads"], uploads, "the same is not sent again by itself")

    def test_results_that_are_asked_for_too_early_are_waited_for(self):
        self.sandbox("settings", integration_delay=900)
        offers = self.make_offers(1)
        offers.action_publish()
        self.send(4)
        self.assertEqual((offers.state, self.packages().state), ("submitted", "processing"))
        # Fifteen minutes on Cdiscount's side: what waits for the package goes on a minute later, not ten.
        self.send(17, seconds=60)
        self.assert_published_once(offers)
        self.assertLess(self.packages().looks, 22, "once a minute at most")

    def test_a_package_that_is_stuck_does_not_hold_its_offers_for_ever(self):
        self.fault("offer_package_stuck")
        offers = self.make_offers(1)
        offers.action_publish()
        self.send(3)
        self.assertEqual(offers.package_id, self.packages())
        self.pass_by(5 * 3600)
        self.send(6)
        stuck = self.packages()[0]
        self.assertTrue(stuck.overdue)
        self.assertEqual(offers.state, "live")
        self.sandbox(f"offer-packages/{stuck.reference}", to="Integrated")
        self.send(6, seconds=700)
        self.assertEqual(stuck.state, "done")
        self.assert_published_once(offers)

    def test_a_package_that_expired_is_sent_anew(self):
        offers = self.make_offers(2)
        offers.action_publish()
        self.fault_at(SUBMIT, "server_error", times=None)
        self.run_queue()
        self.sandbox("faults", method="DELETE")
        self.sandbox(f"offer-packages/{self.packages().reference}", to="expired")
        self.pass_by(120)
        self.send(10)
        self.assertEqual(self.packages()[0].state, "lost")
        self.assert_published_once(offers)

    def test_a_package_refused_as_a_whole_gives_its_reason_to_every_offer(self):
        self.fault("offer_package_refused", params={"code": "21", "message": "Erreur d'intégration"})
        offers = self.make_offers(2)
        offers.action_publish()
        self.send(5)
        self.assertEqual(set(offers.mapped("state")), {"rejected"})
        self.assertIn("Erreur d'intégration", offers[0].rejection)
        self.assertEqual(self.packages().state, "refused")
        self.pass_by(7200)
        self.send()
        self.assertEqual(set(offers.mapped("state")), {"rejected", "live"} & set(offers.mapped("state")))

    def test_a_package_somebody_else_left_open_is_submitted_as_it_is(self):
        stranger = self.config._get_client().offer_packages.create("Upsert")
        offers = self.make_offers(1)
        offers.action_publish()
        self.send(10)
        self.assert_published_once(offers)
        self.assertIn(stranger, self.packages().mapped("reference"))

    def test_a_half_filled_package_of_somebody_else_is_submitted_as_it_is(self):
        offers = self.make_offers(2)
        calls = self.config._get_client().offer_packages
        stranger = calls.create("Upsert")
        calls.upload(stranger, [offers[0]._offer_request(offers._offer_terms()[offers[0].id])])
        offers.action_publish()
        self.send(10)
        foreign = self.packages(purpose="foreign")
        self.assertEqual((foreign.reference, foreign.state), (stranger, "done"))
        self.assert_published_once(offers)

    def test_results_that_are_no_longer_kept_are_read_from_the_offers(self):
        offers = self.make_offers(2)
        offers.action_publish()
        self.run_queue()
        self.pass_by(5)
        self.run_queue()
        self.assertEqual(self.packages().state, "processing")
        self.pass_by(4 * 24 * 3600)
        self.send()
        self.assert_published_once(offers)

    def test_one_bad_line_does_not_keep_its_upload_back(self):
        offers = self.make_offers(5)
        real = type(self.config._get_client().offer_packages).upload

        def picky(calls, package_id, requests):
            if any(request["sellerExternalReference"] == "NEW-3" for request in requests):
                raise_invalid()
            return real(calls, package_id, requests)

        def raise_invalid():
            from ..services.errors import InvalidRequest

            raise InvalidRequest(params={"method": "POST", "path": "/x", "detail": "line is bad"}, status=400)

        with patch.object(type(self.config._get_client().offer_packages), "upload", picky):
            self.publish(offers)
        bad = offers[3]
        self.assertEqual(bad.state, "rejected")
        self.assertIn("line is bad", bad.rejection)
        self.assertEqual(set((offers - bad).mapped("state")), {"live"})

    def test_an_update_of_an_offer_that_is_gone_becomes_a_new_offer(self):
        offer = self.publish(self.make_offers(1))
        self.sandbox("offers/NEW-0", method="DELETE")
        offer.product_id.list_price = 31
        offer._mark_push()
        self.send(12)
        self.assert_published_once(offer)
        self.assertEqual(float(self.there("NEW-0")["price"]), 31)

    def test_what_time_heals_is_sent_again_by_itself(self):
        self.sandbox("refusals", sku="NEW-0", code="3224", message="Produit en cours d'activation")
        offer = self.publish(self.make_offers(1))
        self.assertEqual((offer.state, offer.refusal_id.cause), ("rejected", "being_activated"))
        self.assertTrue(offer.push_after)
        self.pass_by(1200)
        self.send()
        self.assert_published_once(offer)

    def test_a_package_whose_job_was_cancelled_is_taken_up_again(self):
        offers = self.make_offers(1)
        offers.action_publish()
        self.run_queue()
        for _step in range(2):
            jobs = self.env["cdiscount.queue"].search([("operation", "in", ("offer_push", "offer_package"))])
            jobs.filtered(lambda job: job.state == "pending").action_cancel()
            self.config._resume_packages()
            self.config._resume_packages()
            self.pass_by(30)
            self.run_queue()
        self.send()
        self.assert_published_once(offers)

    def test_a_mark_nobody_asked_for_is_found_by_the_clock(self):
        offers = self.publish(self.make_offers(1))
        offers.product_id.list_price = 14
        self.env.flush_all()
        self.env.cr.execute("UPDATE cdiscount_product_mapping SET push_needed = TRUE WHERE id = %s", (offers.id,))
        self.env["cdiscount.queue"].search([("operation", "=", "offer_push")]).unlink()
        self.env.invalidate_all()
        for _minute in range(2):
            self.config._schedule_due_jobs(self.env["cdiscount.queue"]._fields["eta"].now())
        self.send()
        self.assertEqual(float(self.there("NEW-0")["price"]), 14)
