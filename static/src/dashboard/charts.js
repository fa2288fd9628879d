/** @odoo-module **/

import { Component, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { formatValue, slotLabels } from "./formats";

const SLICES = {
    WaitingAcceptance: "--csm-amber",
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
        this.state = useState({ drawable: true });
        this.chart = null;
        onWillStart(async () => {
            try {
                await loadBundle("web.chartjs_lib");
            } catch {
                // The table below the chart says the same.
                this.state.drawable = false;
            }
        });
        useEffect(
            () => this.draw(),
            () => [this.signature, this.props.theme]
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
        this.chart = new Chart(this.canvas.el, this.configuration((name) => styles.getPropertyValue(name).trim()));
    }

    get still() {
        return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    }
}

export class CdiscountTrendChart extends CdiscountChart {
    static template = "cdiscount_store_management.TrendChart";

    get signature() {
        return JSON.stringify(this.props.trend);
    }

    get labels() {
        return slotLabels(this.props.trend);
    }

    money(value) {
        return formatValue(value, "money", this.props.currencyId);
    }

    count(value) {
        return formatValue(value);
    }

    configuration(color) {
        const { trend, onOpen } = this.props;
        const few = trend.days.length <= 31;
        const open = (_event, elements) => elements.length && onOpen("slot", elements[0].index);
        return {
            type: "line",
            data: {
                labels: this.labels,
                datasets: [
                    {
                        label: _t("Revenue"),
                        data: trend.revenue,
                        yAxisID: "y",
                        borderColor: color("--csm-blue"),
                        backgroundColor: color("--csm-blue-soft"),
                        fill: true,
                        tension: 0.25,
                        pointRadius: few ? 3 : 0,
                        pointHitRadius: 12,
                    },
                    {
                        label: _t("Revenue before"),
                        data: trend.before,
                        yAxisID: "y",
                        borderColor: color("--csm-faint"),
                        borderDash: [5, 4],
                        borderWidth: 2,
                        tension: 0.25,
                        pointRadius: 0,
                        pointHitRadius: 0,
                    },
                    {
                        label: _t("Orders"),
                        data: trend.orders,
                        yAxisID: "orders",
                        borderColor: color("--csm-green"),
                        borderWidth: 2,
                        tension: 0.25,
                        pointRadius: 0,
                        pointHitRadius: 12,
                    },
                ],
            },
            options: {
                responsive: true,
                maintainAspectRatio: false,
                animation: this.still ? false : { duration: 300 },
                interaction: { mode: "index", intersect: false },
                onClick: open,
                onHover: (event, elements) => {
                    event.native.target.style.cursor = elements.length ? "pointer" : "default";
                },
                plugins: {
                    legend: { position: "bottom", labels: { color: color("--csm-text"), boxWidth: 18 } },
                    tooltip: {
                        callbacks: {
                            label: (item) =>
                                `${item.dataset.label}: ${
                                    item.dataset.yAxisID === "orders"
                                        ? this.count(item.parsed.y)
                                        : this.money(item.parsed.y)
                                }`,
                        },
                    },
                },
                scales: {
                    x: {
                        grid: { display: false },
                        ticks: { color: color("--csm-muted"), maxRotation: 0, autoSkipPadding: 16 },
                    },
                    y: {
                        beginAtZero: true,
                        grid: { color: color("--csm-line") },
                        ticks: { color: color("--csm-muted"), maxTicksLimit: 6, callback: (value) => this.count(value) },
                        title: { display: true, text: _t("Revenue"), color: color("--csm-muted") },
                    },
                    orders: {
                        position: "right",
                        beginAtZero: true,
                        grid: { display: false },
                        ticks: { color: color("--csm-muted"), precision: 0, maxTicksLimit: 6 },
                        title: { display: true, text: _t("Orders"), color: color("--csm-muted") },
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

    count(value) {
        return formatValue(value);
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
                cutout: "64%",
                animation: this.still ? false : { duration: 300 },
                onClick: (_event, elements) =>
                    elements.length && onOpen("status", statuses[elements[0].index].key),
                onHover: (event, elements) => {
                    event.native.target.style.cursor = elements.length ? "pointer" : "default";
                },
                plugins: { legend: { display: false } },
            },
        };
    }
}
