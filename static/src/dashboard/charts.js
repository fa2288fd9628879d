/** @odoo-module **/

import { Component, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { formatShort, formatValue, slotLabels, slotTitles } from "./formats";

const SLICES = {
    WaitingAcceptance: "--csm-amber-fill",
    Processing: "--csm-grey",
    Accepted: "--csm-violet",
    InPreparation: "--csm-blue",
    Shipped: "--csm-teal",
    Delivered: "--csm-green",
    CancelRequest: "--csm-orange",
    Cancelled: "--csm-red",
    other: "--csm-faint",
};

/** A chart of Chart.js: drawn again when its figures or colours change, taken away with its component. */
class CdiscountChart extends Component {
    static props = { theme: String, onOpen: Function, "*": true };

    setup() {
        this.canvas = useRef("canvas");
        this.state = useState({ drawable: true, table: false });
        this.chart = null;
        onWillStart(async () => {
            try {
                await loadBundle("web.chartjs_lib");
            } catch {
                // The table or list beside the chart says the same.
                this.state.drawable = false;
            }
        });
        useEffect(
            () => this.draw(),
            () => [this.signature, this.props.theme, this.state.table]
        );
        onWillUnmount(() => this.chart && this.chart.destroy());
    }

    draw() {
        if (this.chart) {
            this.chart.destroy();
            this.chart = null;
        }
        if (!this.canvas.el || !this.state.drawable) {
            return;
        }
        const styles = getComputedStyle(this.canvas.el);
        const configuration = this.configuration((name) => styles.getPropertyValue(name).trim());
        configuration.options.font = { family: styles.fontFamily };
        this.chart = new Chart(this.canvas.el, configuration);
    }

    get still() {
        return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    }

    get mirrored() {
        return localization.direction === "rtl";
    }

    count(value) {
        return formatValue(value);
    }
}

export class CdiscountTrendChart extends CdiscountChart {
    static template = "cdiscount_store_management.TrendChart";

    get signature() {
        return JSON.stringify([this.props.trend, this.props.currencyId]);
    }

    get titles() {
        return slotTitles(this.props.trend, this.props.last);
    }

    get nothing() {
        const { orders, before } = this.props.trend;
        return ![...orders, ...before].some(Boolean);
    }

    /** The chart in a sentence, for those who do not see it. */
    get summary() {
        const { revenue, orders } = this.props.trend;
        const sum = (row) => row.reduce((total, one) => total + one, 0);
        if (!sum(orders)) {
            return _t("Sales trend: no order in this period.");
        }
        const best = revenue.indexOf(Math.max(...revenue));
        return _t("Sales trend: %(revenue)s from %(orders)s orders; the most, %(best)s, on %(day)s.", {
            revenue: this.money(sum(revenue)),
            orders: this.count(sum(orders)),
            best: this.money(revenue[best]),
            day: this.titles[best],
        });
    }

    get stepTitle() {
        return { hour: _t("Hour"), day: _t("Day"), week: _t("Week"), month: _t("Four weeks") }[this.props.trend.step];
    }

    money(value) {
        return formatValue(value, "money", this.props.currencyId);
    }

    configuration(color) {
        const { trend, onOpen } = this.props;
        const few = trend.days.length <= 31;
        const titles = this.titles;
        const line = (label, data, stroke, more = {}) => ({
            label,
            data,
            borderColor: color(stroke),
            borderWidth: 2,
            tension: 0.25,
            pointRadius: 0,
            pointHitRadius: 12,
            yAxisID: "y",
            ...more,
        });
        const title = (text) => ({ display: true, text, color: color("--csm-muted") });
        const ticks = (more) => ({ color: color("--csm-muted"), ...more });
        const written = (item) =>
            item.dataset.yAxisID === "orders" ? this.count(item.parsed.y) : this.money(item.parsed.y);
        return {
            type: "line",
            data: {
                labels: slotLabels(trend),
                datasets: [
                    line(_t("Revenue"), trend.revenue, "--csm-blue", {
                        backgroundColor: color("--csm-blue-soft"),
                        fill: true,
                        borderWidth: 2.5,
                        pointRadius: few ? 2.5 : 0,
                        pointBackgroundColor: color("--csm-blue"),
                    }),
                    line(_t("Revenue before"), trend.before, "--csm-faint", { borderDash: [5, 4], pointHitRadius: 0 }),
                    line(_t("Orders"), trend.orders, "--csm-green", { yAxisID: "orders" }),
                ],
            },
            options: {
                responsive: true,
                maintainAspectRatio: false,
                animation: this.still ? false : { duration: 300 },
                interaction: { mode: "index", intersect: false },
                onClick: (_event, elements) => elements.length && onOpen("slot", elements[0].index),
                onHover: (event, elements) => {
                    event.native.target.style.cursor = elements.length ? "pointer" : "default";
                },
                plugins: {
                    legend: {
                        position: "bottom",
                        rtl: this.mirrored,
                        labels: {
                            color: color("--csm-text"),
                            usePointStyle: true,
                            pointStyle: "line",
                            pointStyleWidth: 26,
                            padding: 16,
                        },
                    },
                    tooltip: {
                        rtl: this.mirrored,
                        callbacks: {
                            title: (items) => (items.length ? titles[items[0].dataIndex] : ""),
                            label: (item) => `${item.dataset.label}: ${written(item)}`,
                        },
                    },
                },
                scales: {
                    x: {
                        reverse: this.mirrored,
                        grid: { display: false },
                        ticks: ticks({ maxRotation: 0, autoSkipPadding: 16 }),
                    },
                    y: {
                        position: this.mirrored ? "right" : "left",
                        beginAtZero: true,
                        grid: { color: color("--csm-line") },
                        ticks: ticks({ maxTicksLimit: 6, callback: formatShort }),
                        title: title(_t("Revenue")),
                    },
                    orders: {
                        position: this.mirrored ? "left" : "right",
                        beginAtZero: true,
                        grid: { display: false },
                        ticks: ticks({ precision: 0, maxTicksLimit: 6, callback: formatShort }),
                        title: title(_t("Orders")),
                    },
                },
            },
        };
    }
}

export class CdiscountStatusChart extends CdiscountChart {
    static template = "cdiscount_store_management.StatusChart";

    get signature() {
        return JSON.stringify(this.props.statuses);
    }

    get total() {
        return this.props.statuses.reduce((sum, status) => sum + status.count, 0);
    }

    share(status) {
        return formatValue((status.count * 100) / this.total, "percent");
    }

    swatch(status) {
        return `background-color: var(${SLICES[status.key] || SLICES.other})`;
    }

    configuration(color) {
        const { statuses, onOpen } = this.props;
        return {
            type: "doughnut",
            data: {
                labels: statuses.map((status) => status.label),
                datasets: [
                    {
                        data: statuses.map((status) => status.count),
                        backgroundColor: statuses.map((status) => color(SLICES[status.key] || SLICES.other)),
                        borderColor: color("--csm-card"),
                        borderWidth: 2,
                    },
                ],
            },
            options: {
                responsive: true,
                maintainAspectRatio: false,
                cutout: "66%",
                rotation: 0,
                animation: this.still ? false : { duration: 300 },
                onClick: (_event, elements) =>
                    elements.length && onOpen("status", statuses[elements[0].index].key),
                onHover: (event, elements) => {
                    event.native.target.style.cursor = elements.length ? "pointer" : "default";
                },
                plugins: {
                    legend: { display: false },
                    tooltip: {
                        rtl: this.mirrored,
                        callbacks: {
                            label: (item) =>
                                ` ${this.count(item.parsed)} (${this.share(statuses[item.dataIndex])})`,
                        },
                    },
                },
            },
        };
    }
}
