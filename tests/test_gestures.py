"""A part of the money given back: within what Cdiscount allows, once, and followed until Cdiscount has decided."""

import json
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..services.resources.gestures import Gestures
from .test_shipments import ShipmentCase

REQUESTS = "/order-commercial-gesture-requests"


@tagged("post_install", "-at_install")
class TestGestures(ShipmentCase):
    def setUp(self):
        super().setUp()
        self.order = self.place_order(
            status="Shipped",
            scenario="plain",
            lines=[{"sku": "CSM-0001", "quantity": 2, "unit_price": "10.00", "shipping": "0.00"}],
        )
        self.pull()

    def wizard(self, user=None):
        mapping = self.mapping(self.order)
        action = (mapping.with_user(user) if user else mapping).action_commercial_gesture()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        return wizard.with_user(user) if user else wizard

    def fill(self, wizard, amount=5.0, code="MissingProduct", details=False):
        reason = wizard.reason_ids.filtered(lambda one: one.code == code)
        wizard.write({"amount": amount, "reason_id": reason.id, "reason_details": details})
        return wizard

    def give(self, amount=5.0, **values):
        self.fill(self.wizard(), amount, **values).action_confirm()
        return self.mapping(self.order).refund_ids[:1]

    def again(self):
        """Let waiting jobs come at once."""
        self.env["cdiscount.queue"].search([("state", "in", ("pending", "waiting_retry"))]).write({"eta": False})
        self.run_queue()

    def break_call(self, name, **options):
        """Let something go wrong with the very call that asks for a gesture, not with the reading of the list."""
        rule = {"name": name, "path": REQUESTS, "method": "POST", "times": 1, **options}
        self.assertEqual(self.control.post("/_sandbox/faults", json=rule).status_code, 201)

    def posts(self):
        rows = self.sandbox("calls?limit=1000", method="GET")["calls"]
        return sum(1 for row in rows if row["route"] == REQUESTS and row["method"] == "POST")

    def given(self):
        """Amounts of what the marketplace took in."""
        shop = self.app.marketplace.shop
        return [float(one["amount"]) for one in getattr(shop, "gestures", [])]

    def list_is_behind(self):
        """For a while the marketplace's list shows nothing of what it took in."""
        return patch.object(Gestures, "of_order", lambda client, order_id: ())

    def let_time_pass(self, gesture, **time):
        gesture.posted_at -= timedelta(**time)

    # ------------------------------------------------------------------ the straight road
    def test_a_part_of_the_money_is_given(self):
        wizard = self.wizard()
        self.assertEqual(wizard.allowable, 20.0)
        self.assertIn("Other", wizard.reason_ids.mapped("code"))
        gesture = self.give(5.55)
        self.assertEqual((gesture.kind, gesture.amount, gesture.state), ("gesture", 5.55, "waiting"))
        self.run_queue()
        self.assertEqual((self.given(), gesture.state), ([5.55], "asked"))
        self.again()
        self.assertEqual((gesture.state, gesture.posting), ("done", False))
        self.assertTrue(gesture.external_id and gesture.done_at)
        self.assertEqual(self.posts(), 1)

    def test_it_is_followed_until_cdiscount_has_decided(self):
        self.sandbox("settings", gesture_delay=60, gesture_verdict="Refused")
        gesture = self.give()
        self.run_queue()
        self.again()
        self.assertEqual(gesture.state, "asked")
        self.sandbox("clock", advance=61)
        self.again()
        self.assertEqual(gesture.state, "refused")
        self.assertTrue(self.mapping(self.order).activity_ids)
        self.sandbox("settings", gesture_delay=0, gesture_verdict="Accepted")
        gesture.action_send_again()
        self.run_queue()
        self.again()
        self.assertEqual((gesture.state, self.posts()), ("done", 2))

    def test_another_reason_is_explained(self):
        wizard = self.fill(self.wizard(), code="Other")
        with self.assertRaises(UserError):
            wizard.action_confirm()
        wizard.reason_details = "The box was scratched"
        wizard.action_confirm()
        self.run_queue()
        self.assertEqual(self.app.marketplace.shop.gestures[0]["reasonDetails"], "The box was scratched")

    # ------------------------------------------------------------------ how much
    def test_more_than_allowed_is_not_asked_for(self):
        for amount in (20.01, 0, -5):
            with self.assertRaises(UserError):
                self.give(amount)
        wizard = self.wizard()
        wizard.amount = 5
        with self.assertRaises(UserError):
            wizard.action_confirm()
        self.assertFalse(self.mapping(self.order).refund_ids)

    def test_less_is_allowed_when_it_is_sent_than_when_it_was_asked_for(self):
        gesture = self.give(15)
        self.refund_in_the_portal()
        self.run_queue()
        self.assertEqual((gesture.state, self.posts()), ("failed", 0))
        self.assertIn("0.00", gesture.note)
        self.assertTrue(self.mapping(self.order).activity_ids)

    def test_the_marketplace_s_own_refusal_is_told(self):
        gesture = self.give(15)
        shop = self.app.marketplace.shop
        mark = self.app.marketplace.counters.mark

        def refund_meanwhile(name, by=1):
            # Between our look at what is allowed and our call somebody refunds the order in the portal.
            if name == "gestures_posted_twice" and not shop.cancellations:
                self.refund_in_the_portal()
            mark(name, by)

        with patch.object(self.app.marketplace.counters, "mark", refund_meanwhile):
            self.run_queue()
        self.assertEqual((gesture.state, gesture.posting), ("failed", False))
        self.assertEqual((self.posts(), self.given()), (1, []))
        self.assertIn("allowable", gesture.note)

    def test_a_second_gesture_reduces_what_is_allowed(self):
        self.give(15)
        self.assertEqual(self.wizard().allowable, 5.0, "not sent yet")
        self.run_queue()
        self.again()
        wizard = self.wizard()
        self.assertEqual(wizard.allowable, 5.0)
        with self.assertRaises(UserError):
            self.fill(wizard, 5.01).action_confirm()
        self.give(5)
        self.run_queue()
        self.assertEqual(self.given(), [15.0, 5.0])
        with self.assertRaises(UserError):
            self.wizard()

    def test_the_same_amount_can_be_given_a_second_time_on_purpose(self):
        self.give(5)
        self.run_queue()
        self.again()
        second = self.give(5)
        self.break_call("lost_answer")
        self.run_queue()
        self.again()
        first = self.mapping(self.order).refund_ids - second
        self.assertEqual((self.given(), second.state), ([5.0, 5.0], "done"))
        self.assertNotEqual(first.external_id, second.external_id)

    def test_two_people_at_once_give_no_more_than_is_allowed(self):
        one, other = self.wizard(), self.wizard()
        self.fill(one, 15).action_confirm()
        with self.assertRaises(UserError):
            self.fill(other, 15).action_confirm()
        self.fill(other, 5).action_confirm()
        self.run_queue()
        self.assertEqual(sorted(self.given()), [5.0, 15.0])

    # ------------------------------------------------------------------ when the wire fails
    def test_an_answer_lost_after_the_effect_is_not_repeated(self):
        gesture = self.give()
        self.break_call("lost_answer")
        self.run_queue()
        self.again()
        self.again()
        self.assertEqual((gesture.state, self.given(), self.posts()), ("done", [5.0], 1))
        self.assertTrue(gesture.external_id)
        self.assertEqual(self.counters()["gestures_posted_twice"], 0)

    def test_while_the_list_is_behind_nothing_is_sent_again(self):
        gesture = self.give()
        self.break_call("lost_answer")
        with self.list_is_behind():
            self.run_queue()
            self.assertEqual((gesture.state, gesture.posting), ("waiting", True))
            self.let_time_pass(gesture, minutes=10)
            self.again()
        self.assertEqual((gesture.state, self.posts()), ("waiting", 1), "less is left: it may have arrived")
        self.again()
        self.assertEqual((gesture.state, self.posts()), ("done", 1))

    def test_what_stays_unclear_is_given_to_a_person(self):
        gesture = self.give()
        self.break_call("lost_answer")
        with self.list_is_behind():
            self.run_queue()
            self.let_time_pass(gesture, days=4)
            self.again()
            self.assertEqual((gesture.state, gesture.posting, self.posts()), ("failed", True, 1))
            with self.assertRaises(UserError):
                gesture.action_drop()
            gesture.action_send_again()
            self.again()
            self.assertEqual(self.posts(), 1)

    def test_an_equal_one_from_the_portal_is_not_taken_for_ours(self):
        shop = self.app.marketplace.shop
        self.give(5)
        self.run_queue()
        self.again()
        shop.gestures[0]["requestId"] = "CG-PORTAL"
        gesture = self.give(5)
        self.break_call("unavailable_empty")
        self.run_queue()
        self.again()
        self.assertEqual((gesture.state, gesture.posting, len(shop.gestures)), ("waiting", True, 1))

    def test_what_never_arrived_is_sent_after_a_while(self):
        gesture = self.give()
        self.break_call("unavailable_empty", times=1)
        self.run_queue()
        self.again()
        self.assertEqual((gesture.state, self.posts()), ("waiting", 1), "the list may be behind")
        self.let_time_pass(gesture, minutes=10)
        self.again()
        self.again()
        self.assertEqual((gesture.state, self.given()), ("done", [5.0]))

    def test_a_marketplace_that_is_busy_is_waited_for(self):
        gesture = self.give()
        self.break_call("rate_limited", times=200)
        self.run_queue()
        self.assertEqual((gesture.state, gesture.posting, self.given()), ("waiting", False, []))
        self.sandbox("faults", method="DELETE")
        self.again()
        self.again()
        self.assertEqual((gesture.state, self.given()), ("done", [5.0]))

    def test_the_intent_is_written_down_before_the_call(self):
        gesture = self.give()
        self.run_queue()
        self.assertEqual(json.loads(gesture.listed_before), {"requests": [], "allowable": "20.0"})
        self.assertTrue(gesture.posted_at)

    # ------------------------------------------------------------------ when, and who
    def test_before_it_has_left_there_is_no_gesture(self):
        self.order = self.place_order(status="InPreparation")
        self.pull()
        mapping = self.mapping(self.order)
        self.assertFalse(mapping.can_give)
        with self.assertRaises(UserError) as caught:
            mapping.action_commercial_gesture()
        self.assertIn(mapping.reference, str(caught.exception))

    def test_customer_care_may_give_and_not_write(self):
        user = new_test_user(self.env, "care", "cdiscount_store_management.group_user")
        self.fill(self.wizard(user=user)).action_confirm()
        gesture = self.mapping(self.order).refund_ids
        self.assertEqual(gesture.create_uid, user)
        with self.assertRaises(AccessError):
            gesture.with_user(user).state = "done"
        self.run_queue()
        self.assertEqual(self.given(), [5.0])

    def test_others_may_not(self):
        user = new_test_user(self.env, "sales", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self.mapping(self.order).with_user(user).action_commercial_gesture()

    def refund_in_the_portal(self):
        shop = self.app.marketplace.shop
        entry = shop.orders.get(self.order["orderId"])
        shop.cancellations.append(
            {
                "orderSellerId": entry.order_id,
                "type": "Refund",
                "status": "Accepted",
                "lines": [{"lineId": line["orderLineId"], "shippingCostRefund": True} for line in entry.lines],
            }
        )
