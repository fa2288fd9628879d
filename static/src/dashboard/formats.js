/** @odoo-module **/

import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { formatFloat, formatInteger, formatMonetary } from "@web/views/fields/formatters";

const { DateTime, Settings } = luxon;

/** A formatter of the browser in the reader's language, or in the browser's own where it does not know that one. */
function inLanguage(Formatter, options) {
    try {
        return new Formatter(Settings.defaultLocale, options);
    } catch {
        return new Formatter(undefined, options);
    }
}

/** A number as the reader's language writes it: an amount in the company's currency, a percentage, or a count. */
export function formatValue(value, format, currencyId) {
    if (value === null || value === undefined) {
        return "–";
    }
    if (format === "money") {
        return formatMonetary(value, { currencyId });
    }
    if (format === "percent") {
        return inLanguage(Intl.NumberFormat, { style: "percent", maximumFractionDigits: 1 }).format(value / 100);
    }
    return formatInteger(value);
}

/** A number beside an axis, short: "12K", "12 k". */
export function formatShort(value) {
    return inLanguage(Intl.NumberFormat, { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

/** A change with its sign: "+4.2%", or in points for what is a percentage itself. */
export function formatChange(change, format) {
    const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
    if (format === "percent") {
        return sign + _t("%s pt", formatFloat(Math.abs(change), { digits: [16, 1] }));
    }
    return sign + formatValue(Math.abs(change), "percent");
}

/** How long ago, in words of the reader's language. */
export function timeAgo(moment) {
    return deserializeDateTime(moment).toRelative();
}

/** The moment itself, for those who want it exactly. */
export function exactTime(moment) {
    return formatDateTime(deserializeDateTime(moment));
}

/** The time of a day as the reader's language writes it, without seconds. */
export function formatHour(moment) {
    return moment.toFormat((localization.timeFormat || "HH:mm:ss").replace(/:ss/, ""));
}

/** Days from and to, both as YYYY-MM-DD: "Oct 25 – Nov 23, 2026". */
export function formatDays(from, to) {
    const day = (text) => DateTime.fromISO(text, { zone: "utc" }).toJSDate();
    return inLanguage(Intl.DateTimeFormat, { dateStyle: "medium", timeZone: "UTC" }).formatRange(day(from), day(to));
}

/** Labels of the trend's steps: hours of a day, days, or the first day of longer steps. */
export function slotLabels(trend) {
    if (trend.step === "hour") {
        return trend.hours.map((hour) => formatHour(DateTime.fromObject({ hour })));
    }
    return trend.days.map((day) => DateTime.fromISO(day).toLocaleString({ day: "numeric", month: "short" }));
}

/** What a step of the trend is in full: its day with the year, or its first and last day. */
export function slotTitles(trend, last) {
    if (trend.step === "hour") {
        return slotLabels(trend);
    }
    return trend.days.map((day, index) => {
        const next = trend.days[index + 1];
        return formatDays(day, next ? DateTime.fromISO(next).minus({ days: 1 }).toISODate() : last || day);
    });
}
