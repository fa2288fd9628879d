"""A shop with something of everything the dashboard shows, and what drives its page in a real Chromium."""

import json
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase

from ..compat import web_address
from .common import SandboxMixin, account_values

DRIVE = """
const wait = async (what, told = String(what)) => {
    for (let tries = 0; tries < 600; tries++) {
        const found = await what();
        if (found) { return found; }
        await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error("never came: " + told);
};
const same = (found, wanted, told) => {
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
        throw new Error(`${told}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
    }
};
const services = odoo.__WOWL_DEBUG__.root.env.services;
const { browser } = odoo.loader.modules.get("@web/core/browser/browser");
const page = () => document.querySelector(".o_cdiscount_dashboard");
const one = (selector) => page()?.querySelector(selector);
const all = (selector) => [...(page()?.querySelectorAll(selector) || [])];
const named = (name) => one(`[name='${name}']`);
const press = (name) => { const button = named(name); if (!button) { throw new Error("no " + name); } button.click(); };
const figure = (key) => named(key).querySelector(".csm_kpi_value").textContent;
// The page draws what has been pressed at its next frame: only then it tells whether it is busy.
const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
const idle = () => one("main[aria-busy='false']:not(.csm_stale)") && !all(".fa-spin").length;
const quiet = async () => { await frame(); await frame(); await wait(idle, "a page at rest"); };
const write = (field, value, kind = "input") => {
    field.value = value;
    field.dispatchEvent(new Event(kind, { bubbles: true }));
};
// What is asked of the server, and how to hold an answer back, lose it, or have it say something else.
const calls = [];
let fate = null;
const { open: openCall, send: sendCall } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.open = function (method, url, ...more) {
    this.asks = String(url).split("/cdiscount.dashboard/")[1] || String(url).split("/cdiscount.failure.cause/")[1];
    return openCall.call(this, method, url, ...more);
};
XMLHttpRequest.prototype.send = function (body) {
    if (!this.asks) { return sendCall.call(this, body); }
    calls.push({ asks: this.asks, ...JSON.parse(body).params });
    const pass = () => sendCall.call(this, body);
    return fate ? fate(pass, this) : pass();
};
const asked = (name = "get_data") => calls.filter((call) => call.asks === name).length;
const fail = (_pass, request) => setTimeout(() => request.dispatchEvent(new Event("error")));
const answer = (text) => (_pass, request) => setTimeout(() => {
    Object.defineProperty(request, "status", { value: 200 });
    Object.defineProperty(request, "response", { value: text });
    Object.defineProperty(request, "responseText", { value: text });
    request.dispatchEvent(new Event("load"));
});
// The clock of the page: ours is the last timer of a minute.
let minute = null;
const { setInterval: realInterval } = browser;
browser.setInterval = (work, every) => {
    if (every === 60000) { minute = work; return 0; }
    return realInterval.call(browser, work, every);
};
let hidden = false;
Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
const ACTION = "cdiscount_store_management.action_dashboard";
const enter = async () => {
    await services.action.doAction(ACTION, { clearBreadcrumbs: true });
    await wait(page, "the dashboard");
};
const arrive = async () => { await enter(); await quiet(); };
const leave = async () => {
    const left = await wait(() => {
        const controller = services.action.currentController;
        const shown = document.querySelector(
            ".o_list_view, .o_kanban_view, .o_form_view, .o_pivot_view, .o_settings_container");
        return !page() && shown && controller?.action?.res_model ? controller : null;
    }, "another screen");
    if (document.querySelector(".o_error_dialog, .o_dialog_error")) { throw new Error("an error is shown"); }
    return left.action;
};
const count = (action) => services.orm.searchCount(action.res_model, new (odoo.loader.modules.get(
    "@web/core/domain").Domain)(action.domain || []).toList({}));
const play = (steps) => steps()
    .then(() => console.log("test successful"))
    .catch((error) => console.error(error.message + " " + (error.data?.debug || error.stack)));
"""


class DashboardCase(SandboxMixin, HttpCase):
    def setUp(self):
        super().setUp()
        self.start_marketplace()
        self.env.ref("base.EUR").active = True
        self.dashboard = self.env["cdiscount.dashboard"].with_user(self.env.ref("base.user_admin"))

    def make_shop(self):
        """Two accounts; orders of this and the period before; deadlines, jobs, a cause, offers, a log, a margin."""
        self.config = self.make_account()
        self.other = self.make_account(name="Second shop with quite a long name, for winter sports", seller_id="4711")
        (self.config + self.other).onboarding_closed = True
        self.channels = self.env["cdiscount.sales.channel"].create(
            [{"name": "Elsewhere", "code": "ELSE01"}, {"name": "Nowhere", "code": "ELSE02"}]
        )
        now = fields.Datetime.now()
        soon, late = now + timedelta(hours=5), now - timedelta(hours=2)
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        orders = [
            ("A", 1, 100.5, "Shipped", {"partner_id": buyer.id}),
            ("B", 1, 40.0, "InPreparation", {"ship_by": late}),
            ("C", 2, 60.25, "InPreparation", {"ship_by": soon, "sales_channel_id": self.channels[0].id}),
            ("D", 3, 10.0, "Refused", {"state": "cancelled"}),
            ("E", 4, 15.0, "WaitingAcceptance", {"accept_by": soon, "state": "new"}),
            ("F", 40, 75.0, "Delivered", {"partner_id": buyer.id}),
            ("G", 5, 7.0, "Delivered", {"config_id": self.other.id}),
        ]
        made = [
            self.make_order(reference, now - timedelta(days=days), amount, status, **values)
            for reference, days, amount, status, values in orders
        ]
        self.make_margin(made[0])
        jobs = self.env["cdiscount.queue"].create(
            [{"config_id": self.config.id, "operation": "order_pull", "key": str(number)} for number in range(4)]
        )
        jobs[:2].write({"state": "done", "finished_at": now - timedelta(minutes=5)})
        cause = self.env["cdiscount.failure.cause"].create(
            {
                "config_id": self.config.id,
                "company_id": self.config.company_id.id,
                "fingerprint": "shelf",
                "code": "shelf",
                "kind": "fix",
                "operation": "order_pull",
                "waiting_count": 1,
            }
        )
        self.failed = jobs[2]
        jobs[2].write({"state": "failed", "finished_at": now - timedelta(minutes=5), "cause_id": cause.id})
        self.cause = cause
        self.env["cdiscount.product.mapping"].create(
            [
                {"config_id": self.config.id, "seller_reference": f"SKU-{sign}", "offer_state": "active"}
                for sign in "ABC"
            ]
        )
        self.env["cdiscount.discussion"].create(
            {
                "config_id": self.config.id,
                "external_id": "D1",
                "subject": "Where is it?",
                "state": "to_answer",
                "answer_by": late,
            }
        )
        self.env["cdiscount.sync.log"].create(
            {"config_id": self.config.id, "operation": "order_pull", "message": "5 orders were read", "level": "info"}
        )
        self.env.flush_all()

    def make_account(self, **values):
        return self.env["cdiscount.config"].create(account_values(self.env, **{"state": "connected", **values}))

    def make_order(self, reference, moment, amount, status, **values):
        order = self.env["cdiscount.order.mapping"].create(
            {
                "config_id": self.config.id,
                "external_id": reference,
                "reference": reference,
                "status": status,
                "state": "imported",
                "currency_id": self.env.company.currency_id.id,
                "amount_total": amount,
                "purchased_at": moment,
                **values,
            }
        )
        line = {"mapping_id": order.id, "sku": f"SKU-{reference}", "live": order.state != "cancelled"}
        self.env["cdiscount.order.mapping.line"].create({**line, "amount_total": amount})
        return order

    def make_margin(self, order):
        """What was left of an order's only line."""
        return self.env["cdiscount.margin"].create(
            {
                "order_line_id": order.line_ids.id,
                "mapping_id": order.id,
                "config_id": order.config_id.id,
                "company_id": self.env.company.id,
                "currency_id": self.env.company.currency_id.id,
                "date": order.purchased_at.date(),
                "goods": 80.0,
                "commission": 12.0,
                "cost": 50.0,
                "margin": 18.0,
            }
        )

    def at_the_dashboard(self, steps, login="admin", ready=".csm_footer", **known):
        """Play steps on the page; ``known`` are constants of theirs."""
        constants = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in known.items())
        self.browser_js(
            web_address(self.env.ref("cdiscount_store_management.action_dashboard").id),
            f"{constants}{DRIVE}\nplay(async () => {{{steps}}});",
            ready=f"!!document.querySelector('.o_cdiscount_dashboard {ready}')",
            login=login,
            timeout=180,
        )
        self.env.invalidate_all()
