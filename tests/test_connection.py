"""Connecting an account: what is tested, what is said, what happens when access is lost in mid-run."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BASE, CdiscountCase


@tagged("post_install", "-at_install")
class TestConnection(CdiscountCase):
    def checks(self):
        return {check.name: check for check in self.config.check_ids}

    def assert_failed(self, name, *words):
        check = self.checks()[name]
        self.assertEqual(check.result, "failed", check.message)
        text = f"{check.message} {check.remedy}"
        for word in words:
            self.assertIn(word, text)
        self.assertTrue(check.remedy, "a red line must say what to do")
        self.assertNotIn("sandbox-pass1", text)

    def test_good_credentials_give_green_lines_and_connect(self):
        self.config.state = "draft"
        self.assertTrue(self.config.action_test_connection())
        self.assertEqual(self.config.state, "connected")
        self.assertEqual(set(self.config.check_ids.mapped("result")), {"ok"})
        self.assertEqual(len(self.config.check_ids), 6)

    def test_the_octopia_profile_connects_with_client_credentials(self):
        self.config.write(
            {
                "profile": "octopia",
                "token_url": f"{BASE}/auth/realms/maas/protocol/openid-connect/token",
                "base_url": f"{BASE}/seller/v2",
                "state": "draft",
            }
        )
        self.assertTrue(self.config.action_test_connection(), self.config.check_ids.mapped("message"))

    def test_choosing_a_profile_fills_the_addresses(self):
        config = self.env["cdiscount.config"].new({"profile": "octopia"})
        self.assertEqual(config.base_url, "https://api.octopia-io.net/seller/v2")
        config.profile = "cdiscount"
        self.assertEqual(config.token_url, "https://iam.cdiscount.com/idp/oauth2/token")

    def test_wrong_password_is_told_and_the_rest_is_not_tried(self):
        self.config.write({"api_password": "not-this-one", "state": "draft"})
        self.assertFalse(self.config.action_test_connection())
        self.assert_failed("Login", "password")
        self.assertEqual(self.checks()["Seller"].result, "skipped")
        self.assertEqual(self.config.state, "draft")

    def test_a_missing_password_is_told_before_any_call(self):
        self.config.write({"api_password": False, "state": "draft"})
        self.config.action_test_connection()
        self.assert_failed("Login", "No password")
        self.assertFalse(self.counters()["tokens"]["issued"])

    def test_the_seller_id_of_another_shop_is_told(self):
        self.config.write({"seller_id": "11111", "state": "draft"})
        self.assertFalse(self.config.action_test_connection())
        self.assert_failed("Seller", "seller ID")

    def test_missing_delegation_is_told(self):
        self.sandbox("settings", delegated=False)
        self.assertFalse(self.config.action_test_connection())
        self.assert_failed("Seller", "delegate")

    def test_no_right_to_messages_is_a_warning_not_an_error(self):
        self.sandbox("settings", discussions_allowed=False)
        self.assertTrue(self.config.action_test_connection())
        check = self.checks()["Right to read messages and claims"]
        self.assertEqual(check.result, "warning")
        self.assertIn("Orders work without it", check.remedy)

    def test_a_wrong_clock_is_told(self):
        self.fault("clock_skew", times=None, path="/token", params={"skew": 7200})
        self.config.action_test_connection()
        self.assertEqual(self.checks()["Clock"].result, "warning")

    def test_a_page_that_is_not_json_is_told(self):
        self.fault("html_page", times=None, path="/sellers")
        self.assertFalse(self.config.action_test_connection())
        self.assert_failed("Seller", "not Cdiscount data")

    def test_a_huge_answer_is_told_and_not_read(self):
        self.fault("huge", times=None, path="/carriers", params={"megabytes": 200})
        self.assertFalse(self.config.action_test_connection())
        self.assert_failed("Carriers", "too large")

    def test_an_address_without_https_is_refused(self):
        self.config.token_url = "http://iam.cdiscount.com/idp/oauth2/token"
        self.assertFalse(self.config.action_test_connection())
        self.assert_failed("Login", "https")

    def test_known_traps_are_said_before_they_hurt(self):
        config = self.env["cdiscount.config"].new(
            {"profile": "cdiscount", "api_login": "me@shop.fr", "api_password": "short", "seller_id": "12 a"}
        )
        self.assertIn("8 to 15", config.trap_warning)
        self.assertIn("@", config.trap_warning)
        config.profile = "octopia"
        self.assertNotIn("8 to 15", config.trap_warning or "")

    def test_one_token_serves_many_calls(self):
        self.config.action_test_connection()
        self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        self.pull()
        self.assertEqual(self.counters()["tokens"]["issued"], 1)

    def test_a_revoked_token_costs_one_fresh_token_and_no_order(self):
        self.pull()
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.sandbox("tokens/revoke")
        self.pull()
        self.assert_imported_once(order)
        self.assertEqual(self.counters()["tokens"]["issued"], 2)
        self.assertEqual(self.config.state, "connected")

    def test_lost_access_stops_the_account_and_good_credentials_resume_it(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.sandbox("accounts/sandbox", password="new-pass-123")
        self.sandbox("tokens/revoke")
        self.pull()
        self.assertEqual(self.config.state, "error")
        self.assertIn("password", self.config.state_message)
        activities = self.config.activity_ids
        self.assertEqual(len(activities), 1)
        self.assertEqual(activities.user_id, self.manager)
        job = self.env["cdiscount.queue"].search([("operation", "=", "order_pull")])
        self.assertEqual((job.state, job.attempts), ("pending", 0), "the job waits, nothing is lost")
        with self.assertRaisesRegex(UserError, "Test Connection"):
            self.config.action_pull_orders()
        self.run_queue()
        self.assertEqual(self.config.state, "error")

        self.config.api_password = "new-pass-123"
        self.assertTrue(self.config.action_test_connection())
        self.assertEqual(self.config.state, "connected")
        self.assertFalse(self.config.activity_ids)
        self.run_queue()
        self.assert_imported_once(order)

    def test_paused_means_nothing_runs_and_resume_goes_on(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.config.action_pull_orders()
        self.config.action_pause()
        self.run_queue()
        self.assertFalse(self.calls("/orders"))
        self.config.action_resume()
        self.assertEqual(self.config.state, "connected")
        self.run_queue()
        self.assert_imported_once(order)

    def test_a_user_without_rights_cannot_run_the_jobs(self):
        from odoo.exceptions import ValidationError

        clerk = self.env["res.users"].create({"name": "Clerk", "login": "clerk"})
        with self.assertRaisesRegex(ValidationError, "Cdiscount Manager"):
            self.config.user_id = clerk
