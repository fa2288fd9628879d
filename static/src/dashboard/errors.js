/** @odoo-module **/

import { _t } from "@web/core/l10n/translation";

/** What a person is told when the figures could not be read: ``text``, and ``login`` when only a new login helps. */
export function explain(error) {
    const { name, message } = error.data || {};
    if (name === "odoo.http.SessionExpiredException") {
        return { text: _t("You have been logged out. Log in again to go on."), login: true };
    }
    // Only messages that are meant for people.
    if (message && String(name).startsWith("odoo.exceptions.")) {
        return { text: message };
    }
    return {
        text: _t("The figures could not be read: Odoo does not answer. They are asked for again in a minute."),
    };
}
