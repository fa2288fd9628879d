/** @odoo-module **/

import { _t } from "@web/core/l10n/translation";

/** What a dashboard looks like with orders in it: shown, greyed and marked as an example, to a shop that has none yet. */
export function sampleData(real) {
    const days = [...Array(30).keys()].map((day) => luxon.DateTime.now().minus({ days: 29 - day }).toISODate());
    const wave = (day, height) => Math.round(height * (1.2 + Math.sin(day / 2.3) / 2 + day / 60));
    const kpi = (key, format, value, change, before) => ({ key, format, value, change, before, online: null });
    const step = (key, label, from, to, kind) => ({ key, label, from, to, kind, amount: key === "profit" ? to : to - from });
    return {
        ...real,
        kpis: [
            kpi("revenue", "money", 18420.5, 12.4, 16388.35),
            kpi("orders", "number", 412, 8.1, 381),
            kpi("customers", "number", 371, 6.3, 349),
            kpi("products", "number", 96, 2.1, 94),
            kpi("average", "money", 44.71, 3.9, 43.01),
            kpi("health", "percent", 99.6, 0.2, 99.4),
        ],
        trend: {
            step: "day",
            days,
            hours: [],
            revenue: days.map((_day, index) => wave(index, 500)),
            before: days.map((_day, index) => wave(index + 3, 430)),
            orders: days.map((_day, index) => wave(index, 11)),
        },
        statuses: [
            { key: "InPreparation", label: real.labels?.InPreparation || _t("To ship"), count: 38 },
            { key: "Shipped", label: real.labels?.Shipped || _t("Shipped"), count: 160 },
            { key: "Delivered", label: real.labels?.Delivered || _t("Delivered"), count: 198 },
            { key: "Cancelled", label: real.labels?.Cancelled || _t("Cancelled"), count: 16 },
        ],
        waterfall: {
            steps: [
                step("goods", _t("Goods sold, without VAT"), 0, 14200, "plus"),
                step("shipping", _t("Shipping and service paid"), 14200, 15350, "plus"),
                step("commission", _t("Commission"), 15350, 13050, "minus"),
                step("cost", _t("Cost of goods"), 13050, 5120, "minus"),
                step("profit", _t("Profit"), 0, 5120, "profit"),
            ],
        },
    };
}
