/** @odoo-module **/

import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { cookie } from "@web/core/browser/cookie";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CdiscountStatusChart, CdiscountTrendChart } from "./charts";
import { exactTime, formatValue, timeAgo } from "./formats";
import { CdiscountKpiCard } from "./kpi_card";
import { sampleData } from "./sample";

const EVERY = 60 * 1000;

/** The shop at a glance: one call for everything, once a minute while somebody looks. */
export class CdiscountDashboard extends Component {
    static template = "cdiscount_store_management.Dashboard";
    static components = { CdiscountKpiCard, CdiscountStatusChart, CdiscountTrendChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({
            data: null,
            busy: false,
            error: "",
            at: 0,
            period: null,
            from: "",
            to: "",
            config: 0,
            channel: 0,
            theme: "auto",
            rangeOpen: false,
        });
        this.asked = 0;
        this.onVisible = () => {
            if (!document.hidden && Date.now() - this.state.at >= EVERY) {
                this.load();
            }
        };
        onMounted(() => {
            this.load();
            this.timer = browser.setInterval(() => !document.hidden && this.load(), EVERY);
            document.addEventListener("visibilitychange", this.onVisible);
        });
        onWillUnmount(() => {
            browser.clearInterval(this.timer);
            document.removeEventListener("visibilitychange", this.onVisible);
            this.asked = -1;
        });
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

    /** Read everything anew. Of several questions only the last one's answer counts. */
    async load() {
        const number = ++this.asked;
        this.state.busy = true;
        try {
            if (!this.state.period) {
                this.take(await this.orm.silent.call("cdiscount.dashboard", "keep_preferences", [{}]));
            }
            const data = await this.orm.silent.call("cdiscount.dashboard", "get_data", [], this.selection);
            if (number !== this.asked) {
                return;
            }
            Object.assign(this.state, { data, error: "", at: Date.now() });
            if (this.state.config && !data.accounts.some((account) => account.id === this.state.config)) {
                this.state.config = 0;
            }
        } catch (error) {
            if (number === this.asked) {
                this.state.error =
                    error.data?.message ||
                    _t("The figures could not be read: Odoo does not answer. They are asked for again in a minute.");
            }
        } finally {
            if (number === this.asked) {
                this.state.busy = false;
            }
        }
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
        if (this.state.period === "custom" && !(this.state.from && this.state.to)) {
            this.state.period = "30d";
        }
    }

    keep() {
        const values = { ...this.selection, theme: this.state.theme };
        // Not to be remembered is no reason to bother anybody.
        this.orm.silent.call("cdiscount.dashboard", "keep_preferences", [values]).catch(() => {});
    }

    change() {
        this.keep();
        return this.load();
    }

    // ------------------------------------------------------------------ what is shown
    get view() {
        const { data } = this.state;
        return data.empty ? sampleData(data) : data;
    }

    get periods() {
        return [
            { name: "today", label: _t("Today") },
            { name: "7d", label: _t("7 days") },
            { name: "30d", label: _t("30 days") },
            { name: "90d", label: _t("90 days") },
            { name: "year", label: _t("Year") },
            { name: "custom", label: _t("Custom") },
        ];
    }

    get quickActions() {
        return [
            { key: "quick_products", label: _t("Products"), icon: "fa-tags" },
            { key: "quick_orders", label: _t("Orders"), icon: "fa-shopping-cart" },
            { key: "quick_customers", label: _t("Customers"), icon: "fa-users" },
            { key: "quick_queue", label: _t("Queue"), icon: "fa-tasks" },
            { key: "quick_logs", label: _t("Logs"), icon: "fa-list-alt" },
            { key: "quick_settings", label: _t("Settings"), icon: "fa-cog", manager: true },
        ].filter((entry) => !entry.manager || this.state.data.manager);
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
        if (entry.late) {
            return _t("%s too late", this.number(entry.late));
        }
        return entry.soon ? _t("%s within 24 hours", this.number(entry.soon)) : _t("none before tomorrow");
    }

    retryTitle(cause) {
        return _t("Retry all: %s", cause.name);
    }

    get waterfallWidth() {
        const { waterfall } = this.view;
        return Math.max(...waterfall.steps.map((step) => Math.max(step.from, step.to)), 0.01);
    }

    bar(step) {
        const most = this.waterfallWidth;
        // What lies below zero, a loss, is drawn from the left edge: the number beside it has the sign.
        const low = Math.max(Math.min(step.from, step.to), 0);
        const width = Math.min(Math.abs(step.to - step.from), most - low);
        return `margin-left: ${(low * 100) / most}%; width: ${Math.max((width * 100) / most, 0.4)}%`;
    }

    number(value) {
        return formatValue(value);
    }

    money(value) {
        return formatValue(value, "money", this.state.data.currency_id);
    }

    ago(moment) {
        return timeAgo(moment);
    }

    exact(moment) {
        return exactTime(moment);
    }

    get updated() {
        return luxon.DateTime.fromMillis(this.state.at).toLocaleString(luxon.DateTime.TIME_SIMPLE);
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
        this.keep();
    }

    // ------------------------------------------------------------------ what a person does
    choosePeriod(name) {
        if (name === "custom") {
            const { period } = this.state.data || {};
            this.state.from = this.state.from || period?.date_from || "";
            this.state.to = this.state.to || period?.date_to || "";
            this.state.rangeOpen = !this.state.rangeOpen || this.state.period !== "custom";
            return;
        }
        this.state.rangeOpen = false;
        this.state.period = name;
        this.change();
    }

    applyRange() {
        if (!this.state.from || !this.state.to || this.state.from > this.state.to) {
            this.notification.add(_t("Choose a first day and a last day that is not before it."), { type: "warning" });
            return;
        }
        this.state.period = "custom";
        this.change();
    }

    chooseConfig(event) {
        this.state.config = Number(event.target.value);
        this.change();
    }

    chooseChannel(event) {
        this.state.channel = Number(event.target.value);
        this.change();
    }

    async open(what, value = null) {
        if (this.state.data.empty && !String(what).startsWith("quick_")) {
            return;
        }
        const action = await this.orm.call("cdiscount.dashboard", "get_action", [what, value], this.selection);
        await this.action.doAction(action);
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

    async retry(cause) {
        const told = await this.orm.call("cdiscount.failure.cause", "action_retry_all", [[cause.id]]);
        await this.action.doAction(told);
        await this.load();
    }

    // ------------------------------------------------------------------ first run
    get onboardingProgress() {
        const { done, steps } = this.state.data.onboarding;
        return _t("%(done)s of %(steps)s steps done", { done, steps: steps.length });
    }

    async doStep(key) {
        const id = this.state.data.onboarding.config_id;
        const action = await this.orm.call("cdiscount.dashboard", "get_onboarding_action", [key, id]);
        await this.action.doAction(action, { onClose: () => this.load() });
    }

    async closeOnboarding() {
        await this.orm.call("cdiscount.dashboard", "close_onboarding", [this.state.data.onboarding.config_id]);
        await this.load();
    }
}

registry.category("actions").add("cdiscount_dashboard", CdiscountDashboard);
