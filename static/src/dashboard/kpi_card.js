/** @odoo-module **/

import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatChange, formatValue } from "./formats";

const ICONS = {
    revenue: "fa-line-chart",
    orders: "fa-shopping-cart",
    customers: "fa-users",
    products: "fa-cubes",
    average: "fa-calculator",
    health: "fa-heartbeat",
};

/** One number of the shop with its change against the period before. Opens the records that make it. */
export class CdiscountKpiCard extends Component {
    static template = "cdiscount_store_management.KpiCard";
    static props = { kpi: Object, currencyId: { type: Number, optional: true }, onOpen: Function };

    get icon() {
        return ICONS[this.props.kpi.key];
    }

    get title() {
        return {
            revenue: _t("Revenue"),
            orders: _t("Orders"),
            customers: _t("Customers"),
            products: _t("Products"),
            average: _t("Avg Order Value"),
            health: _t("Sync Health"),
        }[this.props.kpi.key];
    }

    /** What the number counts, for those who wonder. */
    get meaning() {
        return {
            revenue: _t("What the orders of the period amount to, VAT and shipping included, cancelled ones left out"),
            orders: _t("Orders of the period, cancelled ones left out"),
            customers: _t("Different customers who ordered in the period"),
            products: _t("Different products sold in the period"),
            average: _t("Revenue divided by orders"),
            health: _t("Share of the queue's jobs of the period that succeeded"),
        }[this.props.kpi.key];
    }

    get value() {
        const { kpi, currencyId } = this.props;
        return formatValue(kpi.value, kpi.format, currencyId);
    }

    /** Large amounts are written smaller rather than broken in two. */
    get size() {
        return this.value.length > 15 ? "csm_longest" : this.value.length > 12 ? "csm_long" : "";
    }

    get before() {
        const { kpi, currencyId } = this.props;
        return kpi.before === null ? "" : _t("before: %s", formatValue(kpi.before, kpi.format, currencyId));
    }

    get online() {
        const { online } = this.props.kpi;
        return online === null ? "" : _t("Offers online: %s", formatValue(online));
    }

    get change() {
        const { change, format } = this.props.kpi;
        return change === null ? "" : formatChange(change, format);
    }

    get trend() {
        const { change } = this.props.kpi;
        return !change ? "same" : change > 0 ? "up" : "down";
    }

    get spoken() {
        const change = this.change ? _t("%s against the period before", this.change) : _t("nothing to compare with");
        return `${this.title}: ${this.value}, ${change}`;
    }
}
