"""A person at the screen, in a real Chromium: every screen opens, wide and narrow, for a Manager and for a User."""

from odoo.tests import new_test_user, tagged

from .browser_case import BrowserCase
from .common import CdiscountCase

TEST_CONNECTION = """
    await press("action_test_connection");
    await wait(() => document.querySelectorAll("div[name='check_ids'] tr.o_data_row").length >= 6);
    const lines = [...document.querySelectorAll("div[name='check_ids'] tr.o_data_row")];
    if (lines.some((line) => !line.textContent.includes("OK"))) {
        throw new Error(lines.map((line) => line.textContent).join(" | "));
    }
    await read("div[name='state'] .o_arrow_button_current, div[name='state'] .btn:not(.o_arrow_button)", "Connected");
    if (document.body.innerHTML.includes("sandbox-pass1")) { throw new Error("the password is on the page"); }
"""

OPEN_SCREENS = """
    const settle = () => new Promise((resolve) => setTimeout(resolve, 30));
    for (const [name, id, types, context] of screens) {
        for (const type of types) {
            const where = `${name} as ${type}`;
            try {
                const options = context ? { additionalContext: context } : { clearBreadcrumbs: true };
                if (!["action", "dialog"].includes(type)) { options.viewType = type; }
                await open(id, options);
            } catch (error) {
                throw new Error(`${where}: ${error.cause?.message || error.data?.message || error.message}`);
            }
            await settle();
            if (document.querySelector(".o_error_dialog, .o_dialog_warning")) { throw new Error(`${where}: an error`); }
            if (type === "dialog") {
                await wait(() => document.querySelector(".modal .o_form_view"));
                await open({ type: "ir.actions.act_window_close" });
                await gone(".modal");
            } else if (type !== "action" && !document.querySelector(`.o_${type}_view`)) {
                throw new Error(`${where} did not open`);
            } else if (!document.querySelector(".o_action_manager .o_action")) {
                throw new Error(`${where}: nothing is shown`);
            }
            const page = document.documentElement;
            if (narrow && page.scrollWidth > page.clientWidth + 1) {
                throw new Error(`${where} is wider than a phone: ${page.scrollWidth} > ${page.clientWidth}`);
            }
        }
    }
"""

OPEN_FORMS = """
    for (const [name, model, id, field] of forms) {
        await openRecord(model, id);
        const tabs = () => [...document.querySelectorAll(".o_form_view .nav-link")];
        if (field === "cdiscount_offer_ids") {
            (await wait(() => tabs().find((tab) => tab.textContent.trim() === "Cdiscount"))).click();
            await wait(() => document.querySelectorAll(`div[name='${field}'] tr.o_data_row`).length >= 6);
        } else {
            await wait(() => document.querySelector(`.o_form_view div[name='${field}']`));
            for (const tab of tabs()) { tab.click(); await new Promise((resolve) => setTimeout(resolve, 30)); }
        }
    }
"""


class ScreensCase(CdiscountCase, BrowserCase):
    def make_offers(self):
        """Offers of every state, one of them linked, with a picture, and one with a suggestion; return the first."""
        pixel = b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        product = self.env["product.product"].create(
            {"name": "Lamp", "default_code": "LAMP-BLACK-2", "barcode": "3760123459990", "image_1920": pixel}
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
                    "gtin": "3760123459990",
                }
                for state in states
            ]
            + [{"config_id": self.config.id, "seller_reference": "lampblack2", "title": "Lamp"}]
        )
        offers[-1]._store_suggestions()
        channel = self.env["cdiscount.sales.channel"].create({"name": "Elsewhere", "code": "ELSEWHERE"})
        self.env["cdiscount.channel.offer"].create({"mapping_id": offers[0].id, "sales_channel_id": channel.id})
        return offers[0]

    def menus(self, user=None):
        """The entries below the app's own that somebody sees, each with its action."""
        menus = self.env["ir.ui.menu"]
        root = self.env.ref("cdiscount_store_management.menu_root")
        found = menus.with_context(**{"ir.ui.menu.full_list": True}).search([("id", "child_of", root.id)])
        if user:
            shown = menus.with_user(user)._visible_menu_ids()
            found = found.filtered(lambda menu: all(int(one) in shown for one in menu.parent_path.split("/") if one))
        return found.filtered("action")

    def screens(self, actions, every_view=True):
        """``[name, id, types, context]`` of actions, each once."""
        found = {}
        for action in actions:
            types = ["action"]
            if action._name == "ir.actions.act_window" and action.target == "new":
                types = ["dialog"]
            elif action._name == "ir.actions.act_window" and every_view:
                types = [kind.replace("tree", "list") for kind in action.view_mode.split(",")]
                types = [kind for kind in types if kind != "form"] or ["action"]
            found[action.id] = [action.name, action.id, types, None]
        return list(found.values())

    def open_screens(self, screens, login="admin", narrow=False):
        self.play("action_order_mapping", OPEN_SCREENS, login=login, screens=screens, narrow=narrow)


@tagged("post_install", "-at_install")
class TestBrowser(ScreensCase):
    def test_a_manager_tests_the_connection_and_sees_green_lines(self):
        self.config.state = "draft"
        ready = "button[name='action_test_connection']"
        self.play(self.record_action(self.config), TEST_CONNECTION, self.config, ready=ready)
        self.assertEqual(self.config.state, "connected")

    def test_an_offer_and_its_product_are_opened_and_leave_no_error(self):
        offer = self.make_offers()
        forms = [
            ["offer", offer._name, offer.id, "seller_reference"],
            ["variant", "product.product", offer.product_id.id, "cdiscount_offer_ids"],
            ["product", "product.template", offer.product_id.product_tmpl_id.id, "cdiscount_offer_ids"],
        ]
        self.play("action_product_mapping", OPEN_FORMS, ready=".o_list_view", forms=forms)

    def test_every_screen_opens_in_every_view(self):
        self.make_offers()
        self.env["cdiscount.queue"]._enqueue(self.config, "order_pull", "orders")
        data = self.env["ir.model.data"].search(
            [("module", "=", "cdiscount_store_management"), ("model", "=", "ir.actions.act_window")]
        )
        actions = self.env["ir.actions.act_window"].browse(data.mapped("res_id"))
        others = actions.filtered(lambda action: action.target == "current" and not action.binding_model_id)
        menus = self.menus()
        self.assertGreater(len(menus), 30)
        self.open_screens(self.screens([*(menu.action for menu in menus), *others]))

    def test_every_dialog_of_a_selection_and_the_settings_open(self):
        offer = self.make_offers()
        self.place_order(lines=[{"sku": "UNHEARD-OF", "gtin": None}])
        self.pull()
        screens = self.screens([self.env.ref("cdiscount_store_management.action_settings")])
        for action in self.bound_dialogs():
            model = action.binding_model_id.model
            products = {"product.product": offer.product_id, "product.template": offer.product_id.product_tmpl_id}
            record = products.get(model) or self.env[model].search([], limit=1)
            if record:
                context = {"active_id": record.id, "active_ids": record.ids, "active_model": model}
                screens.append([action.name, action.id, ["dialog"], context])
        self.assertGreater(len(screens), 3)
        self.open_screens(screens)

    def bound_dialogs(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "cdiscount_store_management"), ("model", "=", "ir.actions.act_window")]
        )
        actions = self.env["ir.actions.act_window"].browse(data.mapped("res_id"))
        return actions.filtered(lambda action: action.target == "new" and action.binding_model_id)

    def test_a_user_may_open_every_menu_that_is_shown_to_him(self):
        self.make_offers()
        user = new_test_user(self.env, "warehouse-one", "cdiscount_store_management.group_user")
        menus = self.menus(user)
        self.assertGreater(len(menus), 15)
        self.assertLess(len(menus), len(self.menus()), "the configuration is not for a User")
        self.open_screens(self.screens([menu.action for menu in menus], every_view=False), login=user.login)


@tagged("post_install", "-at_install")
class TestBrowserPhone(ScreensCase):
    browser_size = "420x900"

    def test_no_menu_is_wider_than_a_phone(self):
        self.make_offers()
        self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        self.open_screens(self.screens([menu.action for menu in self.menus()], every_view=False), narrow=True)
