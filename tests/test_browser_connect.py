"""Somebody who never saw the app connects a shop, and brings in what is there, in a real Chromium."""

from odoo.tests import tagged

from .browser_case import BrowserCase
from .common import CdiscountCase

CONNECT = """
    await press("step_credentials");
    await type("div[name='name'] input", "Lampes et Cie");
    await type("div[name='api_login'] input", "sandbox");
    await type("div[name='api_password'] input", "wrong-word1");
    await type("div[name='seller_id'] input", "98979");
    await press("action_onboarding_save");
    await read(".alert-danger", "Not connected");
    await read("div[name='check_ids'] tr.o_data_row", "refused the login or the password");
    await press("action_onboarding_credentials");
    await type("div[name='api_password'] input", "sandbox-pass1");
    await press("action_onboarding_save");
    await read(".alert-success", "Connected");
    const lines = [...document.querySelectorAll(".modal div[name='check_ids'] tr.o_data_row")];
    if (lines.length < 6 || lines.some((line) => !line.textContent.includes("OK"))) {
        throw new Error(lines.map((line) => line.textContent).join(" | "));
    }
    if (document.body.innerHTML.includes("sandbox-pass1")) { throw new Error("the password is on the page"); }
    await press("action_onboarding_save");
    await see("div[name='warehouse_id']");
    (await see(".modal .btn-close, .modal button[special='cancel'], .modal .o_form_button_cancel")).click();
    await gone(".modal");
    await wait(() => seen("button[name='step_company']")?.getAttribute("aria-current") === "step");
    await press("step_company");
    await press("action_onboarding_save");
    await read("div[name='onboarding_taxes']", "20 %");
    await press("action_onboarding_save");
    await read("div[name='onboarding_carriers']", "carriers on Cdiscount");
    await press("action_onboarding_save");
    await see("div[name='stock_buffer']");
    await press("action_onboarding_save");
    await gone(".modal");
    await see("button[name='action_start_import']");
    if (!seen("div[name='import_products'] input").checked) { throw new Error("the offers are not proposed"); }
"""

START = """
    await press("step_import");
    await press("action_preview");
    await read(".alert-info", "Cdiscount has 3 orders");
    await press("action_start_import");
    await read(".alert-info", "runs in the background");
    await open("cdiscount_store_management.action_config");
    await see(".o_list_view");
"""

FOLLOW = """
    await read(".alert-info", "runs in the background");
    // A worker ends it meanwhile. Nobody presses a button: the page follows by itself.
    await call("cdiscount.initial.import", "write", [wizard], { state: "done" });
    await read(".o_statusbar_status .o_arrow_button_current", "Done");
    await read("div[name='order_imported']", "2");
    await read(".alert-warning .btn-primary", "Resolve");
"""

SECOND = """
    await press("action_start_import");
    await refused("running already");
"""


@tagged("post_install", "-at_install")
class TestBrowserConnect(CdiscountCase, BrowserCase):
    def test_a_shop_is_connected_through_the_first_steps_though_the_password_is_wrong_at_first(self):
        self.config.active = False
        self.play("action_dashboard", CONNECT, ready="button[name='step_credentials']")
        config = self.env["cdiscount.config"].search([("name", "=", "Lampes et Cie")])
        self.assertEqual((config.state, config.seller_id), ("connected", "98979"))
        self.assertEqual(config._onboarding_done(), {"credentials", "test", "company", "taxes", "carriers", "sync"})
        self.assertTrue(config.carrier_ids, "the marketplace was asked for its carriers")
        tokens = self.counters()["tokens"]
        self.assertGreaterEqual(tokens["refused"], 1, "the marketplace saw the wrong password")
        self.assertGreaterEqual(tokens["issued"], 1, "and the right one")

    def test_the_first_import_is_started_followed_and_says_what_is_left_to_do(self):
        for step in ("company", "taxes", "carriers", "sync"):
            self.config._onboarding_confirm(step)
        self.config.last_test_at = "2026-01-01 10:00:00"
        bought = [self.place_order(lines=[{"sku": "CSM-0001"}]) for _number in range(2)]
        held = self.place_order(lines=[{"sku": "UNHEARD-OF", "gtin": None}])
        self.play("action_dashboard", START, ready="button[name='step_import']")
        wizard = self.env["cdiscount.initial.import"].search([("config_id", "=", self.config.id)])
        self.assertEqual(wizard.state, "running")
        self.run_queue()
        self.assertEqual(wizard.state, "done")
        wizard.state = "running"
        self.play(self.record_action(wizard), FOLLOW, wizard, ready=".alert-info", wizard=wizard.id)
        for order in bought:
            self.assert_imported_once(order)
        self.assertEqual(self.mapping(held).state, "held")
        self.assertGreaterEqual(self.calls("/orders"), 1)
        self.assertGreaterEqual(self.calls("/offers"), 1, "its offers were read as well")
        self.assertFalse(self.env["cdiscount.dashboard"].get_data()["onboarding"], "the first steps are done")

    def test_a_second_person_learns_that_an_import_is_running(self):
        first, second = self.env["cdiscount.initial.import"].create([{"config_id": self.config.id}] * 2)
        first.action_start_import()
        try:
            self.play(self.record_action(second), SECOND, second, ready="button[name='action_start_import']")
        finally:
            self.assertEqual((first.state, second.state), ("running", "draft"))
