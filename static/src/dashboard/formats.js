/** @odoo-module **/

import { deserializeDateTime } from "@web/core/l10n/dates";
import { formatFloat, formatInteger, formatMonetary } from "@web/views/fields/formatters";

const { DateTime } = luxon;

/** A number as the reader's language writes it: an amount in the company's currency, a percentage, or a count. */
export function formatValue(value, format, currencyId) {
    if (value === null || value === undefined) {
        return "–";
    }
    if (format === "money") {
        return formatMonetary(value, { currencyId });
    }
    if (format === "percent") {
        return `${formatFloat(value, { digits: [16, 1] })} %`;
    }
    return formatInteger(value);
}

/** A change with its sign: "+4.2 %", or in points for what is a percentage itself. */
export function formatChange(change, format) {
    const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
    const unit = format === "percent" ? "pt" : "%";
    return `${sign}${formatFloat(Math.abs(change), { digits: [16, 1] })} ${unit}`;
}

/** How long ago, in words of the reader's language. */
export function timeAgo(moment) {
    return deserializeDateTime(moment).toRelative();
}

/** The moment itself, for those who want it exactly. */
export function exactTime(moment) {
    return deserializeDateTime(moment).toLocaleString(DateTime.DATETIME_MED);
}

/** Labels of the trend's steps: hours of a day, days, or the first day of longer steps. */
export function slotLabels(trend) {
    if (trend.step === "hour") {
        return trend.hours.map((hour) => `${String(hour).padStart(2, "0")}:00`);
    }
    return trend.days.map((day) => DateTime.fromISO(day).toLocaleString({ day: "numeric", month: "short" }));
}
