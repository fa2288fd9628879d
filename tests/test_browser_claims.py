"""Customer care at the screen, in a real Chromium: a claim is answered, its goods are announced to come back."""

from odoo.tests import tagged

from .browser_case import BrowserCase
from .discussions_case import BODY, DiscussionsCase

ANSWER = """
    await press("action_answer");
    await type(".modal div[name='body'] textarea", body);
    await press("action_send");
    await gone(".modal");
    await wait(() => document.body.textContent.includes(body));
"""

RETURN = """
    await press("action_new_return");
    await wait(() => document.querySelectorAll("div[name='line_ids'] tr.o_data_row").length === 1);
    (await see(".o_form_button_save")).click();
    await see("button[name='action_expect']");
"""


@tagged("post_install", "-at_install")
class TestBrowserClaims(DiscussionsCase, BrowserCase):
    def setUp(self):
        super().setUp()
        self.claim = self.asked(
            subject="The lamp is broken",
            body="It came in two pieces.",
            typology="Claim",
            graduation="Level_1",
            sub_typology="productIsDamaged",
        )

    def at_the_claim(self, steps, ready, **values):
        ready = f"button[name='{ready}']"
        self.play(self.record_action(self.claim), steps, self.claim, ready=ready, login="customer-care", **values)

    def test_a_claim_is_answered_by_somebody_who_is_no_manager(self):
        self.at_the_claim(ANSWER, "action_answer", body=BODY)
        answers = self.claim.message_line_ids.filtered(lambda one: one.direction == "out")
        self.assertEqual(answers.mapped("body"), [BODY])
        self.run_queue()
        self.assertEqual(self.said_there(), [BODY], "the customer got it, once")

    def test_the_goods_of_a_claim_are_announced_to_come_back(self):
        self.at_the_claim(RETURN, "action_new_return")
        order = self.claim.mapping_id
        one = self.env["cdiscount.return"].search([("mapping_id", "=", order.id)])
        self.assertEqual((one.origin, one.reason, one.discussion_id), ("claim", "damaged", self.claim))
        self.assertEqual((one.line_ids.order_line_id, one.line_ids.quantity), (order.line_ids, 1))
