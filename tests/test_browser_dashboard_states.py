"""The dashboard when things do not go well, in a real Chromium: slow, broken, empty, looked away from."""

from odoo.tests import new_test_user, tagged

from .dashboard_case import DashboardCase

STATES = """
    // The very first look: one call, a skeleton meanwhile.
    let release = null;
    fate = (pass) => { release = pass; };
    await enter();
    await wait(() => named("skeleton") && page().textContent.includes("Loading the figures"));
    same([asked(), one("main")], [1, null], "while loading");
    fate = null;
    release();
    await quiet();
    same(calls.map((call) => call.asks), ["get_data"], "one call, and no other");
    // Every minute, but not while nobody looks, nor while an answer is on its way.
    same(typeof minute, "function", "there is a timer of a minute");
    minute(); await quiet();
    same(asked(), 2, "after a minute");
    hidden = true;
    document.dispatchEvent(new Event("visibilitychange"));
    minute(); minute();
    same(asked(), 2, "while hidden");
    hidden = false;
    document.dispatchEvent(new Event("visibilitychange"));
    same(asked(), 2, "the figures are not old yet");
    const { now } = Date;
    Date.now = () => now() + 61000;
    document.dispatchEvent(new Event("visibilitychange"));
    await wait(() => asked() === 3);
    await quiet();
    Date.now = now;
    fate = (pass) => { release = pass; };
    minute(); minute(); minute();
    same(asked(), 4, "a slow server is asked once");
    // Of two questions the last one counts, in whatever order the answers come.
    press("7d");
    const late = release;
    fate = null;
    press("90d");
    await quiet();
    const orders = figure("orders");
    same(orders, ALL, "orders of 90 days");
    late();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 200)));
    same([figure("orders"), one(".csm_periods [aria-pressed='true']").name], [orders, "90d"], "an answer too late");
    // A refresh fails: the figures stay, and it is said how old they are.
    fate = fail;
    press("refresh");
    await wait(() => named("error")?.textContent.includes("What you see is from"));
    same([figure("orders"), named("error").getAttribute("role")], [orders, "alert"], "the figures stay");
    fate = null;
    press("try_again");
    await wait(() => !named("error"));
    // Odoo complains in its own technical words: they are not shown.
    const complaint = (name, message) => answer(JSON.stringify({
        jsonrpc: "2.0", id: 0, error: { code: 200, message: "Odoo Server Error", data: { name, message } },
    }));
    fate = complaint("psycopg2.errors.UndefinedColumn", "column does not exist");
    press("refresh");
    await wait(() => named("error"));
    same(named("error").textContent.includes("column"), false, "no technical words");
    fate = complaint("odoo.exceptions.AccessError", "Ask an administrator.");
    press("refresh");
    await wait(() => named("error")?.textContent.includes("Ask an administrator."));
    fate = complaint("odoo.http.SessionExpiredException", "Session expired");
    press("refresh");
    await wait(() => named("login") && named("error").textContent.includes("logged out"));
    // Logging in is Odoo's own page, which it shows when the page is loaded anew.
    const place = Object.getOwnPropertyDescriptor(browser, "location");
    let reloaded = 0;
    Object.defineProperty(browser, "location", { get: () => ({ reload: () => { reloaded++; } }), configurable: true });
    press("login");
    Object.defineProperty(browser, "location", place);
    same(reloaded, 1, "the page is loaded anew");
    fate = null;
    minute();
    await wait(() => !named("error"));
    // The first look fails: words and a button instead of the page.
    fate = fail;
    await enter();
    await wait(() => named("try_again"));
    same([one("main"), named("skeleton")], [null, null], "nothing but the error");
    fate = null;
    press("try_again");
    await quiet();
    // Retry All, pressed twice, is done once.
    calls.length = 0;
    let wanted = null;
    fate = (pass, request) => { request.asks === "action_retry_all" ? (wanted = pass) : pass(); };
    press("retry"); press("retry");
    await wait(() => named("retry").disabled);
    press("retry");
    same(asked("action_retry_all"), 1, "one retry");
    fate = null;
    wanted();
    await wait(() => document.querySelector(".o_notification"));
    await wait(() => asked() === 1 && !named("retry")?.disabled);
    // The account looked at is removed meanwhile: all of them are shown.
    write(named("account"), String(OTHER), "change");
    await quiet();
    same(figure("orders"), "1", "of one account");
    await services.orm.write("cdiscount.config", [OTHER], { active: false });
    press("refresh");
    await wait(() => !named("account") && figure("orders") === LEFT);
"""

EMPTY = """
    await arrive();
    same(named("empty").textContent.includes("example"), true, "it is said to be an example");
    same([all(".csm_sample").length, one(".csm_cards").closest("[inert]") !== null], [2, true], "not to be used");
    same(all(".csm_waterfall li").length, 5, "an example of profit");
    same(all(".csm_steps li").length, 7, "first steps");
    calls.length = 0;
    press("step_credentials"); press("step_credentials");
    await wait(() => document.querySelector(".modal .o_form_view"));
    same(asked("get_onboarding_action"), 1, "one form");
    document.querySelector(".modal .btn-close, .modal .close").click();
    await wait(() => !document.querySelector(".modal"));
    press("quick_orders");
    await leave();
    // What an empty list says is words, not their tags.
    const told = await wait(() => document.querySelector(".o_nocontent_help"), "what an empty list says");
    same([told.textContent.includes("<"), told.textContent.trim().length > 20], [false, true], told.textContent);
"""

CLOSING = """
    await arrive();
    same(all(".csm_steps li").length, 7, "first steps");
    calls.length = 0;
    press("close_onboarding"); press("close_onboarding");
    await wait(() => !one(".csm_first_run"));
    await quiet();
    same([asked("close_onboarding"), named("empty")], [1, null], "closed once");
    await arrive();
    same(one(".csm_first_run"), null, "and not shown again");
    // Of several clicks the last one counts, in whatever order the answers come.
    let release = null;
    fate = (pass, request) => { request.asks === "get_action" && !release ? (release = pass) : pass(); };
    press("health"); press("orders");
    same((await leave()).res_model, "cdiscount.order.mapping", "the number pressed last");
    release();
    await frame(); await frame();
    await new Promise((resolve) => setTimeout(resolve, 300));
    same((await leave()).res_model, "cdiscount.order.mapping", "an answer too late opens nothing");
"""

READER = """
    await arrive();
    same([named("quick_settings"), named("retry"), one(".csm_first_run")], [null, null, null], "not for readers");
    same(all(".csm_cause").length, 1, "but the cause is read");
    same(figure("orders"), "5", "orders");
    press("errors");
    same(await count(await leave()), 1, "the failed job");
"""


@tagged("post_install", "-at_install")
class TestBrowserDashboardStates(DashboardCase):
    def test_a_bad_line_a_slow_server_and_an_absent_reader(self):
        self.make_shop()

        def orders(period):
            kpis = self.dashboard.get_data(period, config_ids=self.config.ids)["kpis"]
            return next(kpi["value"] for kpi in kpis if kpi["key"] == "orders")

        self.at_the_dashboard(STATES, ALL=str(orders("90d") + 1), OTHER=self.other.id, LEFT=str(orders("90d")))
        self.assertEqual(self.failed.state, "pending")

    def test_an_empty_shop_is_shown_an_example_and_what_to_do_first(self):
        self.at_the_dashboard(EMPTY)

    def test_first_steps_are_put_away_and_the_last_click_counts(self):
        self.make_shop()
        self.config.onboarding_closed = False
        self.at_the_dashboard(CLOSING)
        self.assertTrue(self.config.onboarding_closed)

    def test_a_user_without_the_managers_rights_reads_and_cannot_change(self):
        self.make_shop()
        new_test_user(self.env, "reader", "cdiscount_store_management.group_user,base.group_user", password="reader")
        self.at_the_dashboard(READER, login="reader")
