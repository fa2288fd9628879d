"""Product sheets on their way: sent once, judged one by one, corrected and sent again."""

from odoo.tests import tagged

from ..services.errors import InvalidRequest
from .sheets_case import SheetsCase


@tagged("post_install", "-at_install")
class TestSheets(SheetsCase):
    def test_a_new_product_is_described_and_then_offered(self):
        offer = self.make_unknown(quantity_read=0)
        self.assertEqual(offer._needs_sheet(), offer)
        offer.action_publish()
        self.run_queue()
        self.assertEqual(offer.sheet_state, "submitted", offer._problem_texts(offer.sheet_problems))
        self.assertFalse(self.there(offer.seller_reference), "not offered before Cdiscount has the product")
        self.wait_for_report()
        self.assertEqual(offer.sheet_state, "live", offer.sheet_rejection)
        self.assertEqual(offer.product_reference, f"AUC{offer.product_id.barcode}")
        product = self.on_marketplace(offer)
        self.assertEqual(product["label"], offer.product_id.name)
        self.send()
        self.assertEqual(offer.state, "live", offer.rejection)
        self.assertTrue(self.there(offer.seller_reference))
        self.assertFalse(offer._needs_sheet())
        package = self.sheet_packages()
        self.assertEqual((package.state, package.live_count, package.refused_count), ("done", 1, 0))
        self.assert_posted_once(1)

    def test_an_empty_report_is_waited_for(self):
        offer = self.ask(self.make_unknown())
        for _minute in range(3):
            self.fault("product_report_empty")
            self.pass_by(60)
            self.run_queue()
        self.assertEqual(offer.sheet_state, "submitted")
        self.wait_for_report()
        self.assertEqual(offer.sheet_state, "live")
        self.assert_posted_once(1)

    def test_a_checked_sheet_is_not_live_yet(self):
        offer = self.ask(self.make_unknown())
        self.pass_by(70)
        self.run_queue()
        self.assertEqual(offer.sheet_state, "validated")
        self.assertEqual(self.sheet_packages().state, "submitted")

    def test_a_product_that_is_there_already_needs_no_sheet(self):
        offer = self.make_unknown(publish=True)
        self.sandbox(f"products/{offer.product_id.barcode}", title="Somebody else's")
        self.ask(offer)
        self.assertEqual(offer.sheet_state, "none")
        self.assertTrue(offer.product_reference)
        self.assertFalse(self.sheet_packages())
        self.assertFalse(offer._needs_sheet())

    def test_what_would_be_refused_is_not_sent(self):
        offer = self.make_unknown()
        offer.product_id.image_1920 = False
        self.ask(offer)
        self.assertEqual(offer.sheet_state, "blocked")
        self.assertIn("picture", offer.quality_lines)
        self.assertFalse(self.sheet_packages())
        offer.product_id.image_1920 = self.picture()
        offer.action_resubmit()
        self.run_queue()
        self.assertEqual(offer.sheet_state, "submitted")

    def test_a_refused_sheet_says_why_and_is_sent_again_once_corrected(self):
        good, bad = self.make_unknown(2)
        self.sandbox("refusals", gtin=bad.product_id.barcode, code="ER400-6067", field="37002", message="Couleur")
        self.ask(good | bad)
        self.wait_for_report()
        self.assertEqual((good.sheet_state, bad.sheet_state), ("live", "refused"))
        self.assertIn("37002", bad.sheet_rejection)
        self.assertEqual(bad.sheet_refusal_id.cause, "attribute_missing")
        self.assertEqual(bad.sheet_refusal_id.sheet_count, 1)
        self.assertEqual(self.sheet_packages().state, "partly")
        bad.action_resubmit()
        self.run_queue()
        self.wait_for_report()
        self.assertEqual(bad.sheet_state, "live", bad.sheet_rejection)
        self.assertFalse(bad.sheet_rejection)

    def test_above_the_quota_it_waits_an_hour_and_goes_on(self):
        self.sandbox("settings", product_quota=2)
        offers = self.ask(self.make_unknown(3))
        self.wait_for_report()
        self.assertEqual(sorted(offers.mapped("sheet_state")), ["live", "live", "waiting"])
        self.assertEqual(self.counters()["product_sheets_posted"], 3)
        self.pass_by(1800)
        self.run_queue()
        self.assertEqual(self.counters()["product_sheets_posted"], 3, "nothing is sent before there is room")
        self.pass_by(1900)
        self.run_queue()
        self.wait_for_report()
        self.assertEqual(set(offers.mapped("sheet_state")), {"live"})

    def test_more_than_a_package_goes_in_several_within_the_quota(self):
        offers = self.ask(self.make_unknown(27))
        self.assertEqual(self.sheet_packages().mapped("sheet_count"), [25])
        self.assertEqual(offers.mapped("sheet_state").count("waiting"), 2)
        self.wait_for_report()
        self.pass_by(3700)
        self.run_queue()
        self.wait_for_report()
        self.assertEqual(self.sheet_packages().mapped("sheet_count"), [25, 2])
        self.assertEqual(set(offers.mapped("sheet_state")), {"live"})
        self.assert_posted_once(27)

    def test_variants_share_a_group(self):
        documents = self.sheet_documents(2, variant=True)
        attribute = self.env["product.attribute"].create(
            {"name": "Size", "value_ids": [(0, 0, {"name": "S"}), (0, 0, {"name": "M"})]}
        )
        line = {"attribute_id": attribute.id, "value_ids": [(6, 0, attribute.value_ids.ids)]}
        template = self.env["product.template"].create(
            {
                **self.product_values(documents[0]),
                "image_1920": self.picture(),
                "attribute_line_ids": [(0, 0, line)],
            }
        )
        variants = template.product_variant_ids
        for variant, document in zip(variants, documents, strict=True):
            variant.write({"default_code": document["sellerProductReference"], "barcode": document["gtin"]})
            self.describe(variant, {**document, "categoryCode": documents[0]["categoryCode"]})
        self.fill_brand(documents)
        offers = self.make_mappings(variants)
        self.ask(offers)
        self.assertEqual(
            set(offers.mapped("sheet_state")),
            {"submitted"},
            [offers._problem_texts(offer.sheet_problems) for offer in offers],
        )
        self.wait_for_report()
        self.assertEqual(set(offers.mapped("sheet_state")), {"live"}, offers.mapped("sheet_rejection"))
        groups = {self.on_marketplace(offer).get("variantGroupReference") for offer in offers}
        self.assertEqual(len(groups), 1)
        self.assertTrue(groups.pop())

    def test_a_product_moved_to_another_category_is_noticed(self):
        self.sandbox("settings", recategorize=True)
        offer = self.ask(self.make_unknown())
        self.wait_for_report()
        self.assertEqual(offer.sheet_state, "live")
        self.assertTrue(offer.is_recategorised)
        self.assertNotEqual(offer.category_reference, offer.category_asked)

    def test_two_offers_of_one_product_send_one_sheet(self):
        offer = self.make_unknown(publish=True)
        used = offer.copy({"seller_reference": "USED-1", "product_id": offer.product_id.id, "publish": True})
        self.ask(offer | used)
        self.assertEqual(self.sheet_packages().sheet_count, 1)
        self.wait_for_report()
        self.assertEqual((offer.sheet_state, used.sheet_state), ("live", "none"))
        self.assertEqual(used.product_reference, offer.product_reference)
        self.assert_posted_once(1)

    def test_what_changed_in_odoo_wants_a_new_sheet_and_a_new_server_address_does_not(self):
        offer = self.ask(self.make_unknown())
        self.wait_for_report()
        self.config.picture_base_url = "https://shop.example.org"
        self.assertFalse(offer._needs_sheet())
        offer.product_id.name = f"{offer.product_id.name} bis"
        self.assertEqual(offer._needs_sheet(), offer)
        self.config.product_sync_direction = "import"
        self.assertFalse(offer._needs_sheet(), "an account that only reads sends nothing")
        self.config.product_sync_direction = "export"
        self.ask(offer)
        self.wait_for_report()
        self.assertEqual(self.on_marketplace(offer)["label"], offer.product_id.name)
        self.assertFalse(offer._needs_sheet())

    def test_a_sheet_of_another_seller_is_corrected_once_and_not_for_ever(self):
        offer = self.make_unknown(publish=True)
        self.sandbox(f"products/{offer.product_id.barcode}", title="Somebody else's")
        self.ask(offer)
        self.assertFalse(offer._needs_sheet(), "publishing does not touch it")
        self.assertEqual(offer._differing_sheets(), offer)
        self.ask(offer)
        self.wait_for_report()
        self.assertTrue(self.sheet_packages().line_ids.is_identical)
        self.assertEqual(self.on_marketplace(offer)["label"], "Somebody else's")
        self.assertFalse(offer._differing_sheets())


@tagged("post_install", "-at_install")
class TestSheetAccidents(SheetsCase):
    def test_a_lost_answer_is_looked_for_and_nothing_is_posted_twice(self):
        for fault in ("lost_answer", "lost_answer_500", "cut_body"):
            with self.subTest(fault):
                offer = self.make_unknown()
                self.fault(fault, method="POST", path="/products-integration")
                self.ask(offer)
                self.assertEqual(offer.sheet_state, "submitted")
                self.assertEqual(self.sheet_packages()[-1].state, "sending")
                self.wait_for_report(12)
                self.assertEqual(offer.sheet_state, "live")
        self.assert_posted_once(3)

    def test_a_lost_answer_right_after_a_refusal_is_not_taken_for_the_package_before(self):
        offer = self.make_unknown()
        self.sandbox("refusals", gtin=offer.product_id.barcode, code="IncorrectValue", field="Title")
        self.ask(offer)
        self.pass_by(70)
        self.run_queue()
        self.assertEqual(offer.sheet_state, "refused")
        self.fault("lost_answer", method="POST", path="/products-integration")
        offer.action_resubmit()
        self.run_queue()
        self.wait_for_report(12)
        self.assertEqual(offer.sheet_state, "live", offer.sheet_rejection)
        self.assertEqual(len(set(self.sheet_packages().mapped("reference"))), 2)

    def test_a_call_that_never_arrived_is_repeated_later(self):
        offer = self.make_unknown()
        self.fault("rate_limited", method="POST", path="/products-integration", params={"retry_after": 600})
        self.ask(offer)
        self.assertEqual(offer.sheet_state, "waiting")
        self.assertEqual(self.sheet_packages().state, "dropped")
        self.pass_by(700)
        self.run_queue()
        self.wait_for_report()
        self.assertEqual(offer.sheet_state, "live")
        self.assert_posted_once(1)

    def test_what_the_marketplace_never_heard_of_is_sent_again_after_an_hour(self):
        offer = self.make_unknown()
        self.fault("server_error", method="POST", path="/products-integration")
        self.ask(offer)
        self.assertEqual(self.sheet_packages().state, "sending", "a 500 may have come after the effect")
        self.wait_for_report()
        self.assertEqual(offer.sheet_state, "submitted")
        self.pass_by(3600)
        self.run_queue()
        self.assertEqual(self.sheet_packages().mapped("state"), ["dropped", "submitted"])
        self.wait_for_report()
        self.assertEqual(offer.sheet_state, "live")
        self.assert_posted_once(1)

    def test_a_worker_that_dies_after_the_call_leaves_nothing_to_post_again(self):
        offer = self.make_unknown()
        packages = type(self.env["cdiscount.product.package"])
        real, died = packages._follow, []

        def die_once(package):
            if package.state == "submitted" and not died:
                died.append(package.reference)
                raise ZeroDivisionError
            return real(package)

        self.patch(packages, "_follow", die_once)
        with self.assertLogs("odoo.addons.cdiscount_store_management.models.queue", "ERROR"):
            self.ask(offer)
        self.assertTrue(died, "the package was posted, and its number lost")
        self.assertFalse(self.sheet_packages().reference)
        self.wait_for_report(8)
        self.assertEqual(offer.sheet_state, "live")
        self.assertEqual(self.sheet_packages().reference, died[0])
        self.assert_posted_once(1)

    def test_no_report_within_three_days_is_said(self):
        offer = self.ask(self.make_unknown(2))
        self.fault("product_report_empty", times=None)
        self.pass_by(3 * 86400 + 60)
        self.run_queue()
        self.assertEqual(set(offer.mapped("sheet_state")), {"live"}, "the products are there: they were taken")

    def test_no_report_and_no_product_is_a_failure_one_can_read(self):
        offer = self.ask(self.make_unknown())
        self.sandbox("settings", report_delay=10 * 86400.0)
        self.app.marketplace.shop.shelf.sheets.package(self.sheet_packages().reference)[0].due = None
        self.pass_by(3 * 86400 + 60)
        self.run_queue()
        self.assertEqual((offer.sheet_state, self.sheet_packages().state), ("refused", "expired"))
        self.assertIn("three days", offer.sheet_rejection)
        offer.action_resubmit()
        self.assertEqual(offer.sheet_state, "waiting")

    def test_one_bad_sheet_does_not_keep_a_package_back(self):
        offers = self.make_unknown(4)
        bad = offers[2].product_id.barcode
        real = self.env["cdiscount.config"]._get_client

        def picky(config):
            client = real.__func__(config)
            submit = client.product_packages.submit

            def refuse(sheets):
                if any(sheet["gtin"] == bad for sheet in sheets):
                    raise InvalidRequest(params={"detail": "Le titre est interdit"}, status=400)
                return submit(sheets)

            client.product_packages.submit = refuse
            return client

        self.patch(type(self.config), "_get_client", picky)
        self.ask(offers)
        self.wait_for_report()
        self.assertEqual(offers.mapped("sheet_state"), ["live", "live", "refused", "live"])
        self.assertIn("Le titre est interdit", offers[2].sheet_rejection)
        self.assert_posted_once(3)

    def test_two_workers_never_have_the_same_sheet_on_its_way(self):
        offer = self.make_unknown()
        jobs = self.env["cdiscount.product.package"]
        prepared = offer.with_user(self.manager)
        ready, _later, _lacking = jobs._prepare_batch(self.config, prepared)
        jobs._open_package(self.config, ready)
        self.env.flush_all()
        with self.assertRaises(Exception) as second, self.env.cr.savepoint():
            jobs._open_package(self.config, ready)
            self.env.flush_all()
        self.assertEqual(type(second.exception).__name__, "UniqueViolation")

    def test_the_clock_finds_a_package_nobody_looks_after(self):
        offer = self.ask(self.make_unknown())
        self.env["cdiscount.queue"].search([("operation", "=", "sheet_report")]).action_cancel()
        self.wait_for_report()
        self.assertEqual(offer.sheet_state, "submitted")
        self.config._schedule_due_jobs(self.env.cr.now())
        self.env["cdiscount.queue"].search([("operation", "not like", "sheet_")]).action_cancel()
        self.run_queue()
        self.wait_for_report()
        self.assertEqual(offer.sheet_state, "live")

    def test_a_paused_account_sends_nothing(self):
        offer = self.make_unknown()
        self.config.action_pause()
        self.ask(offer)
        self.assertFalse(self.sheet_packages())
