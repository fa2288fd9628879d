"""Test base: a person at the screen, in a real Chromium, with the sandbox marketplace behind Odoo."""

import json

from odoo.tests import HttpCase

from ..compat import web_address

TOOLS = """
const wait = async (what, name = "") => {
    for (let tries = 0; tries < 900; tries++) {
        const found = what();
        if (found) { return found; }
        if (document.querySelector(".o_error_dialog")) {
            throw new Error("an error is shown: " + document.querySelector(".o_error_dialog").textContent);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const page = document.querySelector(".modal") || document.querySelector(".o_action_manager") || document.body;
    throw new Error(`never came: ${name} ${what} on: ${page.innerText.slice(0, 1500)}`);
};
/** The elements of a selector that can be seen; in the dialog, while one is open. */
const all = (selector) => {
    const dialogs = document.querySelectorAll(".modal");
    const place = dialogs.length ? dialogs[dialogs.length - 1] : document;
    return [...place.querySelectorAll(selector)].filter((one) => one.getClientRects().length);
};
const seen = (selector) => all(selector).find((one) => !one.disabled);
const see = (selector) => wait(() => seen(selector), selector);
/** Wait until one of the elements of a selector that can be seen says a text. */
const read = (selector, text) => wait(() => all(selector).some((one) => one.textContent.includes(text)), text);
const press = async (name) => (await see(`button[name='${name}']`)).click();
/** Odoo refuses something with these words; the person has read them and closes the message. */
const refused = async (text) => {
    let message;
    for (let tries = 0; tries < 900 && !message; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        message = document.querySelector(".o_error_dialog");
    }
    if (!message?.textContent.includes(text)) { throw new Error(`not refused with ${text}: ${message?.textContent}`); }
    (message.closest(".modal") || message).querySelector("footer .btn-primary, .modal-footer .btn-primary").click();
    while (document.querySelector(".o_error_dialog")) { await new Promise((resolve) => setTimeout(resolve, 50)); }
};
const gone = (selector) => wait(() => !document.querySelector(selector), selector);
const type = async (selector, text) => {
    const field = await see(selector);
    field.focus();
    field.value = text;
    for (const kind of ["input", "change", "blur"]) { field.dispatchEvent(new Event(kind, { bubbles: true })); }
};
/** Type the beginning of a name into a field and choose it from what is proposed. */
const pick = async (selector, text) => {
    const field = await see(selector);
    field.focus();
    field.click();
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const item = await wait(() => [...document.querySelectorAll(".o-autocomplete--dropdown-item")].find(
        (one) => one.textContent.includes(text)));
    (item.querySelector("a") || item).click();
};
const services = () => odoo.__WOWL_DEBUG__.root.env.services;
const call = (model, method, ...args) => services().orm.call(model, method, args);
/** What a worker does meanwhile. One call has a time budget, which a slow machine may need several times over. */
const work = async (account) => {
    for (let turn = 0; turn < 4; turn++) { await call("cdiscount.config", "action_run_queue", [account]); }
};
const open = (action, options = {}) => services().action.doAction(action, options);
const openRecord = (model, id) => open(
    { type: "ir.actions.act_window", res_model: model, res_id: id, views: [[false, "form"]] });
/** Nothing is asked of the server any more: what is still asked when the browser ends would disturb the next test. */
let asked = 0;
const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (...args) {
    asked++;
    this.addEventListener("loadend", () => asked--);
    return send.apply(this, args);
};
const quiet = async () => {
    for (let still = 0; still < 6; ) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        still = asked || [...document.images].some((image) => !image.complete) ? 0 : still + 1;
    }
};
const play = (steps) => steps().then(async () => {
    if (document.querySelector(".o_error_dialog")) { throw new Error("an error is shown"); }
    await quiet();
    console.log("test successful");
}).catch((error) => console.error(error.message));
"""


class BrowserCase(HttpCase):
    """Comes after a base with the marketplace in the list of bases."""

    def record_action(self, record):
        """An action that opens a model's form."""
        return self.env["ir.actions.act_window"].create(
            {"name": "Record", "res_model": record._name, "res_id": record.id, "view_mode": "form"}
        )

    def play(self, action, steps, record=None, ready=".o_action_manager .o_action", login="admin", **values):
        """Open an action (xml id or record) in the browser and do the steps.

        :param steps: JavaScript: the body of an async function that has the tools above and ``values`` by name
        """
        if isinstance(action, str):
            action = self.env.ref(f"cdiscount_store_management.{action}")
        given = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in values.items())
        self.env.flush_all()
        self.browser_js(
            web_address(action.id, record and record.id),
            TOOLS + given + "play(async () => {" + steps + "});",
            ready=f"!!document.querySelector({json.dumps(ready)})",
            login=login,
            timeout=180,
        )
        self.env.invalidate_all()
