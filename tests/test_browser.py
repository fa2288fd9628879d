"""A person at the screen, in a real Chromium."""

import json

from odoo.tests import HttpCase, tagged

from ..compat import web_address
from .common import SandboxMixin, account_values

CLICK_TEST_CONNECTION = """
const wait = async (what) => {
    for (let tries = 0; tries < 200; tries++) {
        const found = what();
        if (found) { return found; }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("never came: " + what);
};
(async () => {
    (await wait(() => document.querySelector("button[name='action_test_connection']:not([disabled])"))).click();
    await wait(() => document.querySelectorAll("div[name='check_ids'] tr.o_data_row").length >= 6);
    const lines = [...document.querySelectorAll("div[name='check_ids'] tr.o_data_row")];
    if (lines.some((line) => !line.textContent.includes("OK"))) {
        throw new Error(lines.map((line) => line.textContent).join(" | "));
    }
    const state = await wait(() => document.querySelector("div[name='state'] .o_arrow_button_current"));
    if (!state.textContent.includes("Connected")) { throw new Error(state.textContent); }
    if (document.body.innerHTML.includes("sandbox-pass1")) { throw new Error("the password is on the page"); }
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""

OPEN_EVERY_SCREEN = """
(async () => {
    const service = odoo.__WOWL_DEBUG__.root.env.services.action;
    for (const [name, id, types] of SCREENS) {
        for (const type of types) {
            try {
                await service.doAction(id, { viewType: type, clearBreadcrumbs: true });
            } catch (error) {
                throw new Error(`${name} as ${type}: ${error.cause?.message || error.message}`);
            }
            await new Promise((resolve) => setTimeout(resolve, 30));
            if (!document.querySelector(`.o_${type}_view`)) { throw new Error(`${name} as ${type} did not open`); }
            if (document.querySelector(".o_error_dialog")) { throw new Error(`${name} as ${type}: an error is shown`); }
        }
    }
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""

OPEN_FORMS = """
const wait = async (what) => {
    for (let tries = 0; tries < 200; tries++) {
        const found = what();
        if (found) { return found; }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("never came: " + what);
};
(async () => {
    const service = odoo.__WOWL_DEBUG__.root.env.services.action;
    for (const [name, model, id, field] of FORMS) {
        const view = { type: "ir.actions.act_window", res_model: model, res_id: id, views: [[false, "form"]] };
        await service.doAction(view);
        const tabs = () => [...document.querySelectorAll(".o_form_view .nav-link")];
        if (field === "cdiscount_offer_ids") {
            (await wait(() => tabs().find((tab) => tab.textContent.trim() === "Cdiscount"))).click();
            await wait(() => document.querySelectorAll(`div[name='${field}'] tr.o_data_row`).length >= 6);
        } else {
            await wait(() => document.querySelector(`.o_form_view div[name='${field}']`));
            for (const tab of tabs()) { tab.click(); await new Promise((resolve) => setTimeout(resolve, 30)); }
        }
        if (document.querySelector(".o_error_dialog")) { throw new Error(`${name}: an error is shown`); }
    }
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""


@tagged("post_install", "-at_install")
class TestBrowser(SandboxMixin, HttpCase):
    def setUp(self):
        super().setUp()
        self.start_marketplace()
        self.env.ref("base.EUR").active = True
        self.config = self.env["cdiscount.config"].create(account_values(self.env, state="draft"))

    def test_a_manager_tests_the_connection_and_sees_green_lines(self):
        action = self.env["ir.actions.act_window"].create(
            {"name": "Account", "res_model": "cdiscount.config", "res_id": self.config.id, "view_mode": "form"}
        )
        self.browser_js(
            web_address(action.id, self.config.id),
            CLICK_TEST_CONNECTION,
            ready="!!document.querySelector(\"button[name='action_test_connection']\")",
            login="admin",
            timeout=90,
        )
        self.env.invalidate_all()
        self.assertEqual(self.config.state, "connected")

    def make_offers(self):
        """Offers of every state, one of them linked, with a picture, and one with a suggestion; return the first."""
        pixel = b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        product = self.env["product.product"].create(
            {"name": "Lamp", "default_code": "LAMP-BLACK-2", "barcode": "3760123450010", "image_1920": pixel}
        )
        model = self.env["cdiscount.product.mapping"]
        states = dict(model._fields["state"].selection)
        offers = model.create(
            [
                {
                    "config_id": self.config.id,
                    "seller_reference": f"OFFER-{state}",
                    "product_id": product.id,
                    "state": state,
                    "offer_state": "active",
                    "price": 24.9,
                    "gtin": "3760123450010",
                }
                for state in states
            ]
            + [{"config_id": self.config.id, "seller_reference": "lampblack2", "title": "Lamp"}]
        )
        offers[-1]._store_suggestions()
        channel = self.env["cdiscount.sales.channel"].create({"name": "Elsewhere", "code": "ELSEWHERE"})
        self.env["cdiscount.channel.offer"].create({"mapping_id": offers[0].id, "sales_channel_id": channel.id})
        return offers[0]

    def test_an_offer_and_its_product_are_opened_and_leave_no_error(self):
        offer = self.make_offers()
        forms = [
            ["offer", offer._name, offer.id, "seller_reference"],
            ["variant", "product.product", offer.product_id.id, "cdiscount_offer_ids"],
            ["product", "product.template", offer.product_id.product_tmpl_id.id, "cdiscount_offer_ids"],
        ]
        self.browser_js(
            web_address(self.env.ref("cdiscount_store_management.action_product_mapping").id),
            f"const FORMS = {json.dumps(forms)};" + OPEN_FORMS,
            ready="!!document.querySelector('.o_list_view')",
            login="admin",
            timeout=120,
        )

    def test_every_screen_opens_in_every_view(self):
        self.make_offers()
        data = self.env["ir.model.data"].search(
            [("module", "=", "cdiscount_store_management"), ("model", "=", "ir.actions.act_window")]
        )
        screens = []
        for action in self.env["ir.actions.act_window"].browse(data.mapped("res_id")):
            types = [kind.replace("tree", "list") for kind in action.view_mode.split(",") if kind != "form"]
            if types and action.target == "current" and not action.binding_model_id:
                screens.append([action.res_model, action.id, types])
        self.assertGreater(len(screens), 10)
        self.env["cdiscount.queue"]._enqueue(self.config, "order_pull", "orders")
        self.browser_js(
            web_address(self.env.ref("cdiscount_store_management.action_config").id),
            f"const SCREENS = {json.dumps(screens)};" + OPEN_EVERY_SCREEN,
            ready="!!document.querySelector('.o_list_view, .o_view_nocontent')",
            login="admin",
            timeout=120,
        )
