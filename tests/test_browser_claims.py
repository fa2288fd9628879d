"""Customer care at the screen, in a real Chromium: a claim is answered, its goods are announced to come back."""

from odoo.tests import HttpCase, tagged

from ..compat import web_address
from .common import SandboxMixin, account_values

WAIT = """
const wait = async (what) => {
    for (let tries = 0; tries < 400; tries++) {
        const found = what();
        if (found) { return found; }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("never came: " + what);
};
const button = (name) => document.querySelector(`button[name='${name}']:not([disabled])`);
const type = (field, text) => {
    field.focus();
    field.value = text;
    for (const kind of ["input", "change", "blur"]) { field.dispatchEvent(new Event(kind, { bubbles: true })); }
};
"""

ANSWER = (
    WAIT
    + """
(async () => {
    (await wait(() => button("action_answer"))).click();
    const body = await wait(() => document.querySelector(".modal div[name='body'] textarea"));
    type(body, "Bonjour, le remplacement part demain.");
    (await wait(() => button("action_send"))).click();
    await wait(() => !document.querySelector(".modal"));
    await wait(() => document.body.textContent.includes("le remplacement part demain"));
    if (document.querySelector(".o_error_dialog")) { throw new Error("an error is shown"); }
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""
)

RETURN = (
    WAIT
    + """
(async () => {
    (await wait(() => button("action_new_return"))).click();
    await wait(() => document.querySelectorAll("div[name='line_ids'] tr.o_data_row").length === 1);
    (await wait(() => document.querySelector(".o_form_button_save"))).click();
    await wait(() => button("action_expect"));
    if (document.querySelector(".o_error_dialog")) { throw new Error("an error is shown"); }
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""
)


@tagged("post_install", "-at_install")
class TestBrowserClaims(SandboxMixin, HttpCase):
    def setUp(self):
        super().setUp()
        self.start_marketplace()
        self.env.ref("base.EUR").active = True
        self.config = self.env["cdiscount.config"].create(account_values(self.env, state="connected"))
        self.order = self.env["cdiscount.order.mapping"].create(
            {
                "config_id": self.config.id,
                "external_id": "ORDER1",
                "reference": "ORDER1",
                "status": "Shipped",
                "state": "imported",
                "line_ids": [(0, 0, {"external_id": "ORDER1-1", "sku": "LAMP", "title": "Lamp", "quantity": 2})],
            }
        )
        self.claim = self.env["cdiscount.discussion"].create(
            {
                "config_id": self.config.id,
                "external_id": "D1",
                "subject": "The lamp is broken",
                "mapping_id": self.order.id,
                "graduation": "claim",
                "sub_typology": "productIsDamaged",
            }
        )

    def at_the_claim(self, steps, ready):
        action = self.env["ir.actions.act_window"].create(
            {"name": "Claim", "res_model": "cdiscount.discussion", "res_id": self.claim.id, "view_mode": "form"}
        )
        self.browser_js(
            web_address(action.id, self.claim.id),
            steps,
            ready=f"!!document.querySelector(\"button[name='{ready}']\")",
            login="admin",
            timeout=120,
        )
        self.env.invalidate_all()

    def test_a_claim_is_answered(self):
        self.at_the_claim(ANSWER, "action_answer")
        answers = self.env["cdiscount.discussion.message"].search([("discussion_id", "=", self.claim.id)])
        self.assertEqual(answers.mapped("body"), ["Bonjour, le remplacement part demain."])

    def test_the_goods_of_a_claim_are_announced_to_come_back(self):
        self.at_the_claim(RETURN, "action_new_return")
        one = self.env["cdiscount.return"].search([("mapping_id", "=", self.order.id)])
        self.assertEqual((one.origin, one.reason, one.discussion_id), ("claim", "damaged", self.claim))
        self.assertEqual((one.line_ids.order_line_id, one.line_ids.quantity), (self.order.line_ids, 2))
