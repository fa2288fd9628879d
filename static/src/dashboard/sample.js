/** @odoo-module **/

/** What a dashboard looks like with orders in it: shown, greyed and marked as an example, to a shop that has none yet. */
export function sampleData(real) {
    const days = [...Array(30).keys()].map((day) => luxon.DateTime.now().minus({ days: 29 - day }).toISODate());
    const wave = (day, height) => Math.round(height * (1.2 + Math.sin(day / 2.3) / 2 + day / 60));
    const kpi = (key, format, value, change) => ({ key, format, value, change, before: value, online: null });
    return {
        ...real,
        kpis: [
            kpi("revenue", "money", 18420.5, 12.4),
            kpi("orders", "number", 412, 8.1),
            kpi("customers", "number", 371, 6.3),
            kpi("products", "number", 96, 2.0),
            kpi("average", "money", 44.71, 3.9),
            kpi("health", "percent", 99.6, 0.2),
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
            { key: "InPreparation", label: real.labels?.InPreparation || "To ship", count: 38 },
            { key: "Shipped", label: real.labels?.Shipped || "Shipped", count: 160 },
            { key: "Delivered", label: real.labels?.Delivered || "Delivered", count: 198 },
            { key: "Cancelled", label: real.labels?.Cancelled || "Cancelled", count: 16 },
        ],
    };
}
