/** @odoo-module **/

import { markup } from "@odoo/owl";

/**
 * An action as a method of our server returned it, ready for ``doAction``.
 *
 * What a list says while it is empty is HTML of the addon's own actions. Odoo marks it as such where it reads an action
 * itself, by name or behind a button; where we have called the method, nobody did, and its tags would be read out.
 */
export function givenAction(action) {
    return action && typeof action.help === "string" ? { ...action, help: markup(action.help) } : action;
}
