"""How long an order can still be accepted is seen, and somebody is warned while there is time."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import CdiscountCase


@tagged("post_install", "-at_install")
class TestOrderCountdown(CdiscountCase):
    def waiting(self, **left):
        """An order that waits for acceptance, with so much time left."""
        order = self.place_order(status="WaitingAcceptance", lines=[{"sku": "CSM-0001", "unit_price": "10.00"}])
        self.pull()
        mapping = self.mapping(order)
        mapping.accept_by = fields.Datetime.now() + timedelta(**left) + timedelta(seconds=30)
        return mapping

    def plan(self, config=None):
        (config or self.config)._schedule_due_jobs(fields.Datetime.now())

    def test_the_time_left_counts_down_and_turns_urgent(self):
        order = self.waiting(hours=23, minutes=5)
        self.assertEqual((order.accept_left, order.accept_urgent), ("23 h 05 min", False))
        shown = {}
        for left in ({"days": 2, "hours": 3}, {"hours": 3, "minutes": 59}, {"minutes": 1}, {"minutes": -5}):
            order.accept_by = fields.Datetime.now() + timedelta(**left) + timedelta(seconds=30)
            shown[order.accept_left] = order.accept_urgent
        self.assertEqual(shown, {"2 days 3 h": False, "3 h 59 min": True, "1 min": True, "over": True})

    def test_an_answered_order_has_no_countdown(self):
        order = self.waiting(hours=5)
        order.action_accept()
        self.run_queue()
        self.assertEqual((order.accept_by, order.accept_left, order.accept_urgent), (False, False, False))

    def test_whoever_closed_the_first_activity_is_warned_once_before_the_deadline(self):
        order = self.waiting(hours=5)
        order.activity_ids.unlink()
        self.plan()
        self.assertFalse(order.activity_ids, "there is time")
        order.accept_by = fields.Datetime.now() + timedelta(hours=3)
        self.plan()
        self.assertEqual(len(order.activity_ids), 1)
        self.assertIn(order.reference, order.activity_ids.summary)
        order.activity_ids.unlink()
        self.plan()
        self.assertFalse(order.activity_ids, "warned once")

    def test_an_answer_takes_the_warning_away(self):
        order = self.waiting(hours=2)
        order.activity_ids.unlink()
        self.plan()
        order.action_accept()
        self.run_queue()
        self.assertFalse(order.activity_ids)

    def test_nobody_is_warned_twice_of_the_same(self):
        order = self.waiting(hours=2)
        self.plan()
        self.assertEqual(len(order.activity_ids), 1, "the first activity still says it")

    def test_an_account_may_do_without_the_warning(self):
        self.config.acceptance_warning_hours = 0
        order = self.waiting(hours=2)
        order.activity_ids.unlink()
        self.plan()
        self.assertFalse(order.activity_ids)
        with self.assertRaises(ValidationError):
            self.config.acceptance_warning_hours = -1
