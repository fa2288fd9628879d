"""The dashboard at the screen, in a real Chromium: every control does what it says, every number opens its records."""

from odoo.tests import tagged

from .dashboard_case import DashboardCase

NUMBERS = """
    await arrive();
    for (const [name, number] of NUMBERS) {
        if (!named(name)) { await arrive(); }
        press(name);
        const action = await leave();
        const found = await count(action);
        if (found !== number) { throw new Error(`${name} opens ${found} records instead of ${number}`); }
        await arrive();
    }
    // What opens one record, or a screen of its own.
    const places = {
        quick_products: "cdiscount.product.mapping",
        quick_orders: "cdiscount.order.mapping",
        quick_customers: "res.partner",
        quick_queue: "cdiscount.queue",
        quick_logs: "cdiscount.sync.log",
        quick_settings: "cdiscount.config",
    };
    for (const [name, model] of Object.entries(places)) {
        press(name);
        same((await leave()).res_model, model, name);
        await arrive();
    }
    one(".csm_cause .csm_line").click();
    same((await leave()).res_model, "cdiscount.failure.cause", "a cause");
    await arrive();
    one(".csm_feed .csm_line").click();
    await leave();
    await arrive();
    // What is said above the figures leads to where it is put right: the licence key, said last, to the settings.
    all("main > .csm_notice button").at(-1).click();
    same((await leave()).res_model, "res.config.settings", "a notice");
    await arrive();
    // The charts, by mouse.
    const canvas = (name) => wait(() => {
        const found = one(name + " canvas");
        return found && Chart.getChart(found) ? found : null;
    }, "a chart");
    const click = (found, at) => {
        const { left, top } = found.getBoundingClientRect();
        for (const kind of ["mousemove", "click"]) {
            const where = { clientX: left + at.x, clientY: top + at.y, bubbles: true };
            found.dispatchEvent(new MouseEvent(kind, where));
        }
    };
    const still = (chart) => { chart.stop(); chart.update("none"); return chart; };
    let chart = still(Chart.getChart(await canvas("[aria-labelledby='csm_trend']")));
    click(chart.canvas, chart.getDatasetMeta(0).data[SLOT].getCenterPoint());
    same(await count(await leave()), SLOT_ORDERS, "a day of the chart");
    await arrive();
    chart = still(Chart.getChart(await canvas(".csm_round")));
    click(chart.canvas, chart.getDatasetMeta(0).data[0].getCenterPoint());
    same(await count(await leave()), STATUS_ORDERS, "a slice");
    await arrive();
    // The same without a mouse: every day is a button of the table.
    press("trend_table");
    await wait(() => named("slot_" + SLOT));
    same(one(".csm_table canvas"), null, "the table is no picture");
    press("slot_" + SLOT);
    same(await count(await leave()), SLOT_ORDERS, "a day of the table");
    same(one(".o_error_dialog"), undefined, "no error");
"""

CONTROLS = """
    await arrive();
    same(all(".csm_kpi").length, 6, "cards");
    same(figure("orders"), "5", "orders of 30 days");
    if (!figure("revenue").includes("222.75")) { throw new Error("revenue " + figure("revenue")); }
    const pressed = () => all(".csm_periods [aria-pressed='true']").map((button) => button.name);
    const shown = {};
    for (const period of ["today", "7d", "90d", "year"]) {
        calls.length = 0;
        press(period);
        await quiet();
        same([asked(), calls[0].kwargs.period, pressed()], [1, period, [period]], period);
        shown[period] = figure("orders");
    }
    same(shown, ORDERS, "orders of each period");
    // A range of one's own: wrong ones are refused with words, a right one is shown and kept.
    press("custom");
    const [from, to] = await wait(() => named("date_from") && [named("date_from"), named("date_to")]);
    await wait(() => document.activeElement === from, "the first day has the focus");
    calls.length = 0;
    for (const [first, last] of [["2026-02-02", "2026-02-01"], ["", "2026-02-01"], ["1990-01-01", "2026-01-01"]]) {
        write(from, first); write(to, last);
        press("apply");
        await wait(() => one("#csm_range_error").textContent && from.getAttribute("aria-invalid") === "true");
    }
    same([asked(), pressed()], [0, ["year"]], "a wrong range is not asked for");
    write(from, RANGE[0]); write(to, RANGE[1]);
    press("apply");
    await quiet();
    same(one("#csm_range_error").textContent, "", "no complaint any more");
    same([figure("orders"), pressed()], ["1", ["custom"]], "the range");
    same([calls[0].kwargs.date_from, calls[0].kwargs.date_to], RANGE, "the days asked for");
    from.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    await wait(() => !named("date_from") && document.activeElement.name === "custom", "Escape closes the range");
    press("30d");
    await quiet();
    // One account, one channel.
    const choose = (name, id) => { write(named(name), String(id), "change"); };
    same(named("account").options.length, 3, "accounts");
    choose("account", OTHER);
    await quiet();
    same(figure("orders"), "1", "orders of the other account");
    press("orders");
    same(await count(await leave()), 1, "only of the account shown");
    await arrive();
    same([named("account").value, figure("orders")], [String(OTHER), "1"], "the account is remembered");
    choose("account", 0);
    await quiet();
    choose("channel", CHANNEL);
    await quiet();
    same(figure("orders"), "1", "orders of one channel");
    choose("channel", 0);
    await quiet();
    // Its own switch of colours, as Community has none.
    same(page().dataset.theme, "light", "at first");
    press("theme");
    await wait(() => page().dataset.theme === "dark" && named("theme").getAttribute("aria-pressed") === "true");
    await wait(() => asked("keep_preferences"));
    // Enterprise has one: it is followed, there is no switch.
    const { session } = odoo.loader.modules.get("@web/session");
    const version = session.server_version_info;
    session.server_version_info = [...version.slice(0, 5), "e"];
    await arrive();
    same([page().dataset.theme, named("theme")], ["light", null], "as Odoo looks");
    document.cookie = "color_scheme=dark; path=/";
    await arrive();
    same(page().dataset.theme, "dark", "as Odoo looks in the dark");
    document.cookie = "color_scheme=; max-age=0; path=/";
    session.server_version_info = version;
"""


@tagged("post_install", "-at_install")
class TestBrowserDashboard(DashboardCase):
    def setUp(self):
        super().setUp()
        self.make_shop()

    def test_every_number_opens_its_records(self):
        data = self.dashboard.get_data("30d")
        kpis = {kpi["key"]: kpi for kpi in data["kpis"]}
        orders = kpis["orders"]
        numbers = [
            *[[key, orders["value"]] for key in ("revenue", "orders", "average")],
            ["before_orders", orders["before"]],
            ["products", kpis["products"]["value"]],
            ["online", 3],
            ["health", 3],
            ["statuses", sum(entry["count"] for entry in data["statuses"])],
            *[[entry["key"], entry["count"]] for entry in data["statuses"]],
            *[[entry["kind"], entry["total"]] for entry in data["deadlines"]],
            *[["late_" + entry["kind"], entry["late"]] for entry in data["deadlines"] if entry["late"]],
            *[["soon_" + entry["kind"], entry["soon"]] for entry in data["deadlines"] if entry["soon"]],
            ["causes", data["failures"]["total"]],
            ["profit_cost", 1],
            ["profit_profit", 1],
            *[[key, data["footer"][key]] for key in ("jobs", "errors", "out_of_stock", "rate")],
        ]
        self.assertEqual((orders["value"], orders["before"]), (5, 1))
        slot = max(range(30), key=data["trend"]["orders"].__getitem__)
        self.at_the_dashboard(
            NUMBERS,
            NUMBERS=numbers,
            SLOT=slot,
            SLOT_ORDERS=data["trend"]["orders"][slot],
            STATUS_ORDERS=data["statuses"][0]["count"],
        )

    def test_every_control_does_what_it_says(self):
        def orders(period):
            data = self.dashboard.get_data(period)
            return str(next(kpi["value"] for kpi in data["kpis"] if kpi["key"] == "orders"))

        day = self.env["cdiscount.order.mapping"].search([("external_id", "=", "F")]).purchased_at.date()
        self.at_the_dashboard(
            CONTROLS,
            ORDERS={period: orders(period) for period in ("today", "7d", "90d", "year")},
            RANGE=[str(day), str(day)],
            OTHER=self.other.id,
            CHANNEL=self.channels[0].id,
        )
        kept = self.dashboard.keep_preferences({})
        self.assertEqual((kept["theme"], kept["period"], kept["config_ids"]), ("dark", "30d", []))
        # And after a reload it looks as it was left.
        self.at_the_dashboard("same(page().dataset.theme, 'dark', 'the colours are kept');")
