/** @odoo-module **/

import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatChange, formatValue } from "./formats";

const ICONS = {
    revenue: "fa-eur",
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

    get value() {
        const { kpi, currencyId } = this.props;
        return formatValue(kpi.value, kpi.format, currencyId);
    }

    get hint() {
        const { kpi, currencyId } = this.props;
        if (kpi.key === "products") {
            return _t("different products sold; %s offers online", formatValue(kpi.online || 0));
        }
        if (kpi.key === "health") {
            return _t("jobs that succeeded");
        }
        return _t("before: %s", formatValue(kpi.before, kpi.format, currencyId));
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
