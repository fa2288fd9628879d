/** @odoo-module **/

import { Component, onMounted, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { cookie } from "@web/core/browser/cookie";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { givenAction } from "../actions/given_action";
import { CdiscountStatusChart, CdiscountTrendChart } from "./charts";
import { periods, quickActions } from "./controls";
import { explain } from "./errors";
import { CdiscountFirstSteps } from "./first_steps";
import { exactTime, formatDays, formatHour, formatValue, timeAgo } from "./formats";
import { CdiscountKpiCard } from "./kpi_card";
import { sampleData } from "./sample";
import { CdiscountWaterfall } from "./waterfall";

const EVERY = 60 * 1000;
/** An answer that has not come after this long is not waited for any more. */
const PATIENCE = 3 * EVERY;
const LONGEST_DAYS = 3660;
/** What an empty shop sees an example of: there is nothing to open. */
const EXAMPLES = [
    ...["revenue", "orders", "customers", "products", "average", "health"],
    ...["before", "online", "slot", "status", "statuses", "margin"],
];
const THEME = "cdiscount_dashboard_theme";

/** The shop at a glance: one call for everything, once a minute while somebody looks. */
export class CdiscountDashboard extends Component {
    static template = "cdiscount_store_management.Dashboard";
    static components = {
        CdiscountFirstSteps,
        CdiscountKpiCard,
        CdiscountStatusChart,
        CdiscountTrendChart,
        CdiscountWaterfall,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.rangeFirst = useRef("rangeFirst");
        this.state = useState({
            data: null,
            busy: false,
            /** Another period or account is asked for: the figures shown are not its own yet. */
            waiting: false,
            error: null,
            at: 0,
            period: null,
            from: "",
            to: "",
            config: 0,
            channel: 0,
            // What was chosen last in this browser, until the answer says what the person chose.
            theme: browser.localStorage.getItem(THEME) || "auto",
            rangeOpen: false,
            rangeError: "",
            working: {},
            said: "",
        });
        this.asked = 0;
        this.began = 0;
        this.opened = 0;
        this.shown = null;
        this.gone = false;
        this.onVisible = () => {
            if (!document.hidden && Date.now() - this.state.at >= EVERY) {
                this.tick();
            }
        };
        onMounted(() => {
            this.load();
            this.timer = browser.setInterval(() => this.tick(), EVERY);
            document.addEventListener("visibilitychange", this.onVisible);
        });
        onWillUnmount(() => {
            browser.clearInterval(this.timer);
            document.removeEventListener("visibilitychange", this.onVisible);
            this.gone = true;
        });
        useEffect(
            (field) => field?.focus(),
            () => [this.rangeFirst.el]
        );
    }

    // ------------------------------------------------------------------ reading
    get selection() {
        const { period, from, to, config, channel } = this.state;
        return {
            period,
            date_from: period === "custom" ? from : false,
            date_to: period === "custom" ? to : false,
            config_ids: config ? [config] : [],
            channel_ids: channel ? [channel] : [],
        };
    }

    /** Once a minute, unless nobody looks or the last answer is still on its way. */
    tick() {
        if (!document.hidden && !(this.state.busy && Date.now() - this.began < PATIENCE)) {
            this.load();
        }
    }

    /** Read everything anew. Of several questions only the last one's answer counts. */
    async load() {
        if (this.gone) {
            return;
        }
        const number = ++this.asked;
        const outdated = () => this.gone || number !== this.asked;
        const wanted = this.state.period ? this.selection : {};
        this.began = Date.now();
        this.state.busy = true;
        try {
            const data = await this.orm.silent.call("cdiscount.dashboard", "get_data", [], wanted);
            if (outdated()) {
                return;
            }
            if (!this.state.period) {
                this.take(data.preferences);
            } else if (this.state.config && !data.accounts.some((account) => account.id === this.state.config)) {
                // The account has been removed meanwhile.
                this.state.config = 0;
                await this.change();
                return;
            }
            this.show(data);
        } catch (error) {
            if (!outdated()) {
                this.state.error = explain(error);
            }
        } finally {
            if (!outdated()) {
                Object.assign(this.state, { busy: false, waiting: false });
            }
        }
    }

    show(data) {
        const { config_ids, channel_ids } = this.selection;
        // Links open what is shown, not what is being asked for; a day that has ended meanwhile stays the day it was.
        const { date_from, date_to } = data.period;
        this.shown = { period: "custom", date_from, date_to, config_ids, channel_ids };
        if (this.state.waiting) {
            this.keep();
            this.state.said = _t("Figures of %s", formatDays(date_from, date_to));
        }
        Object.assign(this.state, { data, error: null, at: Date.now() });
    }

    take(preferences) {
        Object.assign(this.state, {
            period: preferences.period,
            from: preferences.date_from || "",
            to: preferences.date_to || "",
            config: preferences.config_ids[0] || 0,
            channel: preferences.channel_ids[0] || 0,
            theme: preferences.theme,
        });
        browser.localStorage.setItem(THEME, preferences.theme);
    }

    keep() {
        const values = { ...this.selection, theme: this.state.theme };
        // Not to be remembered is no reason to bother anybody.
        this.orm.silent.call("cdiscount.dashboard", "keep_preferences", [values]).catch(() => {});
    }

    change() {
        this.state.waiting = true;
        return this.load();
    }

    reload() {
        browser.location.reload();
    }

    // ------------------------------------------------------------------ what is shown
    get view() {
        const { data } = this.state;
        return data.empty ? sampleData(data) : data;
    }

    get periods() {
        return periods();
    }

    get quickActions() {
        return quickActions().filter((entry) => !entry.manager || this.state.data.manager);
    }

    get footer() {
        const { footer } = this.state.data;
        return [
            { key: "jobs", label: _t("Queue Jobs"), value: this.number(footer.jobs) },
            { key: "errors", label: _t("Errors"), value: this.number(footer.errors), bad: footer.errors > 0 },
            {
                key: "out_of_stock",
                label: _t("Out of Stock"),
                value: this.number(footer.out_of_stock),
                warn: footer.out_of_stock > 0,
            },
            { key: "rate", label: _t("Sync Rate"), value: _t("%s jobs/h", this.number(footer.rate)) },
        ];
    }

    get deadlineTitles() {
        return { accept: _t("To accept"), ship: _t("To ship"), answer: _t("To answer") };
    }

    deadlineText(entry) {
        if (!entry.total) {
            return _t("nothing waits");
        }
        return entry.first ? _t("first deadline: %s", timeAgo(entry.first)) : _t("no deadline known");
    }

    lateText(entry) {
        return _t("%s too late", this.number(entry.late));
    }

    soonText(entry) {
        return _t("%s within 24 hours", this.number(entry.soon));
    }

    get causesTitle() {
        return _t("Causes to solve: %s", this.number(this.state.data.failures.total));
    }

    retryTitle(cause) {
        return _t("Retry all: %s", cause.name);
    }

    number(value) {
        return formatValue(value);
    }

    ago(moment) {
        return timeAgo(moment);
    }

    exact(moment) {
        return exactTime(moment);
    }

    get updated() {
        return formatHour(luxon.DateTime.fromMillis(this.state.at));
    }

    get howOld() {
        return _t("What you see is from %s.", this.updated);
    }

    /** The days the figures are of, and those they are compared with. */
    get days() {
        const { date_from, date_to, before_from, before_to } = this.state.data.period;
        return _t("%(period)s, compared with %(before)s", {
            period: formatDays(date_from, date_to),
            before: formatDays(before_from, before_to),
        });
    }

    /** Accounts are told apart by their company where there are several. */
    get accounts() {
        const { accounts } = this.state.data;
        const several = new Set(accounts.map((account) => account.company)).size > 1;
        return accounts.map(({ id, name, company }) => ({ id, name: several ? `${name} (${company})` : name }));
    }

    // ------------------------------------------------------------------ colours
    get enterprise() {
        return session.server_version_info?.slice(-1)[0] === "e";
    }

    /** Enterprise has a colour scheme of its own, which is followed; Community has none, so there is a switch. */
    get theme() {
        if (this.enterprise) {
            return cookie.get("color_scheme") === "dark" ? "dark" : "light";
        }
        return this.state.theme === "dark" ? "dark" : "light";
    }

    switchTheme() {
        this.state.theme = this.theme === "dark" ? "light" : "dark";
        browser.localStorage.setItem(THEME, this.state.theme);
        this.keep();
    }

    // ------------------------------------------------------------------ what a person does
    choosePeriod(name) {
        this.state.rangeError = "";
        if (name === "custom") {
            const { date_from, date_to } = this.state.data.period;
            this.state.from = this.state.from || date_from;
            this.state.to = this.state.to || date_to;
            this.state.rangeOpen = !this.state.rangeOpen;
            return;
        }
        this.state.rangeOpen = false;
        this.state.period = name;
        this.change();
    }

    closeRange(event) {
        if (event.key === "Escape") {
            this.state.rangeOpen = false;
            event.stopPropagation();
            event.currentTarget.parentElement.querySelector("button[name='custom']")?.focus();
        }
    }

    applyRange() {
        const { from, to } = this.state;
        const { DateTime } = luxon;
        if (!from || !to || from > to) {
            this.state.rangeError = _t("Choose a first day and a last day that is not before it.");
        } else if (DateTime.fromISO(to).diff(DateTime.fromISO(from), "days").days >= LONGEST_DAYS) {
            this.state.rangeError = _t("The period is longer than ten years. Choose a shorter one.");
        } else {
            this.state.rangeError = "";
            this.state.period = "custom";
            this.change();
        }
    }

    chooseConfig(event) {
        this.state.config = Number(event.target.value);
        this.change();
    }

    chooseChannel(event) {
        this.state.channel = Number(event.target.value);
        this.change();
    }

    /** Open the records behind a number. Of several clicks the last one counts. */
    async open(what, value = null) {
        if (this.state.data.empty && EXAMPLES.includes(what)) {
            return;
        }
        const number = ++this.opened;
        const action = await this.orm.call("cdiscount.dashboard", "get_action", [what, value], this.shown);
        if (number === this.opened && !this.gone) {
            await this.action.doAction(givenAction(action));
        }
    }

    /** Do something once, however often its button is pressed meanwhile. */
    async once(key, work) {
        if (this.state.working[key]) {
            return;
        }
        this.state.working[key] = true;
        try {
            await work();
        } finally {
            delete this.state.working[key];
        }
    }

    openNotice(notice) {
        this.openRecord(notice.model, notice.id);
    }

    openRecord(model, id) {
        if (model === "res.config.settings") {
            return this.action.doAction("cdiscount_store_management.action_settings");
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    retry(cause) {
        return this.once(`retry_${cause.id}`, async () => {
            try {
                const told = await this.orm.call("cdiscount.failure.cause", "action_retry_all", [[cause.id]]);
                await this.action.doAction(givenAction(told));
            } finally {
                await this.load();
            }
        });
    }
}

registry.category("actions").add("cdiscount_dashboard", CdiscountDashboard);
