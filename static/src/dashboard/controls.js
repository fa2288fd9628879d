/** @odoo-module **/

import { _t } from "@web/core/l10n/translation";

/** The periods one can choose, in the words of the reader; the names are those of ``get_data``. */
export const periods = () => [
    { name: "today", label: _t("Today") },
    { name: "7d", label: _t("7 days") },
    { name: "30d", label: _t("30 days") },
    { name: "90d", label: _t("90 days") },
    { name: "year", label: _t("Year") },
    { name: "custom", label: _t("Custom range") },
];

/** Where one goes from here; ``manager``: only for those who may change settings. */
export const quickActions = () => [
    { key: "quick_products", label: _t("Products"), icon: "fa-tags" },
    { key: "quick_orders", label: _t("Orders"), icon: "fa-shopping-cart" },
    { key: "quick_customers", label: _t("Customers"), icon: "fa-users" },
    { key: "quick_queue", label: _t("Queue"), icon: "fa-tasks" },
    { key: "quick_logs", label: _t("Logs"), icon: "fa-list-alt" },
    { key: "quick_settings", label: _t("Settings"), icon: "fa-cog", manager: true },
];
