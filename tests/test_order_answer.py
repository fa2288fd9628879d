"""Orders that wait for the seller's acceptance: answered by hand, or by themselves when the goods are there."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CdiscountCase

APPROVAL = "/orders/{order_id}/approval-status"


@tagged("post_install", "-at_install")
class TestOrderAnswer(CdiscountCase):
    def waiting(self, quantity=2, **options):
        """An order that waits for acceptance and is known here."""
        lines = [{"sku": "CSM-0001", "quantity": quantity, "unit_price": "10.00"}]
        order = self.place_order(status="WaitingAcceptance", lines=lines, **options)
        self.pull()
        return self.mapping(order)

    def stock(self, quantity):
        location = self.config.warehouse_id.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(self.product, location, quantity)

    def there(self, mapping):
        return self.sandbox(f"orders/{mapping.external_id}", method="GET")["order"]["status"]

    def activities(self, mapping):
        return mapping.activity_ids

    def test_accepted_by_hand(self):
        order = self.waiting()
        self.assertTrue(order.waits_for_answer)
        self.assertTrue(self.activities(order), "somebody is told of the deadline")
        order.action_accept()
        self.run_queue()
        self.assertEqual(self.there(order), "Accepted")
        self.assertEqual((order.status, order.answer_state, order.answer_note), ("Accepted", "given", False))
        self.assertFalse(self.activities(order), "the deadline is over")

    def test_refused_by_hand(self):
        order = self.waiting()
        order.action_refuse()
        self.run_queue()
        self.assertEqual((self.there(order), order.state), ("Refused", "cancelled"))

    def test_nothing_happens_by_itself_when_it_is_to_be_by_hand(self):
        self.stock(10)
        order = self.waiting()
        self.assertEqual((self.there(order), self.calls(APPROVAL)), ("WaitingAcceptance", 0))

    def test_by_itself_always(self):
        self.config.acceptance_mode = "auto"
        order = self.waiting()
        self.assertEqual((self.there(order), order.answer_state), ("Accepted", "given"))
        self.pull()
        self.assertEqual(self.calls(APPROVAL), 1)

    def test_by_itself_when_the_goods_are_there(self):
        self.config.acceptance_mode = "available"
        self.stock(2)
        order = self.waiting()
        self.assertEqual(self.there(order), "Accepted")

    def test_what_is_not_there_is_left_to_a_person_with_its_name(self):
        self.config.acceptance_mode = "available"
        self.stock(1)
        order = self.waiting()
        self.assertEqual((self.there(order), self.calls(APPROVAL)), ("WaitingAcceptance", 0))
        self.assertIn("CSM-0001", order.answer_note)
        self.assertTrue(order.waits_for_answer)
        self.stock(1)
        self.env["cdiscount.queue"].search([("operation", "=", "order_answer")]).write({"eta": False})
        self.run_queue()
        self.assertEqual((self.there(order), order.answer_note), ("Accepted", False))

    def test_two_orders_for_the_last_piece_the_older_one_gets_it(self):
        self.config.acceptance_mode = "available"
        self.stock(2)
        lines = [{"sku": "CSM-0001", "quantity": 2, "unit_price": "10.00"}]
        newer, older = (
            self.place_order(
                status="WaitingAcceptance", lines=lines, purchased_at=moment, updated_at=self.now().isoformat()
            )
            for moment in ("2026-11-22T10:00:00Z", "2026-11-22T09:00:00Z")
        )
        self.pull()
        self.assertEqual(self.there(self.mapping(older)), "Accepted")
        self.assertEqual(self.there(self.mapping(newer)), "WaitingAcceptance")

    def test_an_unknown_product_is_not_accepted_by_itself(self):
        self.config.acceptance_mode = "available"
        order = self.place_order(
            status="WaitingAcceptance", lines=[{"sku": "WHO-KNOWS", "quantity": 1, "unit_price": "10.00"}]
        )
        self.pull()
        self.assertEqual(self.there(self.mapping(order)), "WaitingAcceptance")
        self.assertIn("WHO-KNOWS", self.mapping(order).answer_note)

    def test_an_answer_lost_after_the_effect_is_recognised(self):
        order = self.waiting()
        self.fault("lost_answer", path=APPROVAL)
        order.action_accept()
        self.run_queue()
        self.env["cdiscount.queue"].search([("state", "=", "waiting_retry")]).action_retry()
        self.run_queue()
        self.assertEqual((self.there(order), order.answer_state), ("Accepted", "given"))

    def test_an_answer_that_comes_too_late_says_so(self):
        order = self.waiting()
        self.sandbox(f"orders/{order.external_id}/move", to="Refused", force=True)
        order.action_accept()
        self.run_queue()
        self.assertEqual((order.answer_state, order.state), ("given", "cancelled"))
        self.assertTrue(order.answer_note)

    def test_what_does_not_wait_cannot_be_answered(self):
        order = self.waiting()
        order.action_accept()
        self.run_queue()
        with self.assertRaises(UserError):
            order.action_refuse()

    def test_a_user_does_not_answer(self):
        order = self.waiting()
        user = new_test_user(self.env, "care", "cdiscount_store_management.group_user")
        with self.assertRaises(AccessError):
            order.with_user(user).action_accept()
