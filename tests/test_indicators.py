"""The shop's indicators: read whatever is told, judged, followed, and told to a person once."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..services.rules.seller_day import day_of
from .common import CdiscountCase

ACTIVITY = "cdiscount_store_management.activity_indicator"


class IndicatorCase(CdiscountCase):
    def read_indicators(self, replace=False, **values):
        """Have Cdiscount judge the shop so, and read it."""
        if values or replace:
            self.sandbox("indicators", values=values, replace=replace)
        self.config.action_pull_indicators()
        self.run_queue()

    def indicator(self, code, source="cdiscount"):
        return self.env["cdiscount.indicator"].search(
            [("config_id", "=", self.config.id), ("source", "=", source), ("code", "=", code)]
        )

    def alerts(self, indicator):
        kind = self.env.ref(ACTIVITY)
        return indicator.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    def past(self, indicator, *values):
        """Give an indicator the values of the days before today, the last one yesterday's."""
        today = day_of(self.now())
        self.env["cdiscount.indicator.value"].create(
            [
                {
                    "indicator_id": indicator.id,
                    "day": today - timedelta(days=len(values) - place),
                    "value_30": value,
                    "known_30": True,
                }
                for place, value in enumerate(values)
            ]
        )


@tagged("post_install", "-at_install")
class TestIndicators(IndicatorCase):
    def test_every_indicator_is_read_with_its_threshold_and_state(self):
        self.read_indicators()
        accepted, late = self.indicator("order_acceptation"), self.indicator("deadline_compliance")
        self.assertEqual((accepted.value_30, accepted.value_60, accepted.threshold), (99.1, 98.7, 97.5))
        self.assertEqual((accepted.state, accepted.kind), ("good", "minimum"))
        self.assertEqual(late.state, "breached")
        self.assertEqual(len(self.env["cdiscount.indicator"].search([("source", "=", "cdiscount")])), 5)

    def test_a_second_reading_of_a_day_adds_no_second_point(self):
        self.read_indicators()
        self.read_indicators(order_claims={"value_d30": 0.7})
        point = self.indicator("order_claims").value_ids
        self.assertEqual(len(point), 1)
        self.assertEqual(point.value_30, 0.7)

    def test_what_is_null_is_not_known_and_no_zero(self):
        self.read_indicators()
        self.read_indicators(order_claims=None, deadline_compliance={"value_d30": None})
        claims, late = self.indicator("order_claims"), self.indicator("deadline_compliance")
        self.assertEqual((claims.state, claims.known_30, claims.value_30), ("unknown", False, 0.6))
        self.assertEqual(claims.value_30_text, "not known")
        self.assertTrue(late.known_60)
        self.assertFalse(claims.value_ids.known_30)

    def test_an_indicator_nobody_knows_is_kept_and_one_that_is_gone_is_not_known(self):
        self.read_indicators(replace=True, punctuality={"value_d30": 90, "threshold": 95, "threshold_type": "Minimum"})
        one = self.indicator("punctuality")
        self.assertEqual((one.name, one.state), ("Punctuality", "breached"))
        self.read_indicators(replace=True, other=1)
        self.assertEqual(one.state, "unknown")
        self.assertEqual(self.indicator("other").state, "unjudged")

    def test_an_answer_without_indicators_fails_with_words_and_changes_nothing(self):
        self.read_indicators()
        self.fault("null_body", path="/sellers/indicators", times=None)
        self.read_indicators()
        job = self.env["cdiscount.queue"].search([("operation", "=", "indicator_pull")], limit=1, order="id desc")
        self.assertNotEqual(job.state, "done")
        self.assertIn("form that is not known", job.error)
        self.assertEqual(self.indicator("order_claims").value_30, 0.6)

    def test_a_login_without_the_right_is_told_so_and_the_account_goes_on(self):
        self.read_indicators()
        self.fault("forbidden", path="/sellers/indicators", times=None)
        self.read_indicators()
        self.assertEqual(self.config.state, "connected")
        log = self.env["cdiscount.sync.log"].search([("operation", "=", "indicator_pull")], limit=1)
        self.assertEqual((log.level, log.cause_code), ("warning", "access_denied"))
        self.assertEqual(self.indicator("order_claims").state, "unknown")

    def test_the_trend_is_against_a_week_before(self):
        self.read_indicators()
        accepted, claims = self.indicator("order_acceptation"), self.indicator("order_claims")
        self.past(accepted, *[98.0] * 8)
        self.past(claims, *[0.2] * 8)
        self.read_indicators()
        self.assertEqual((accepted.trend, round(accepted.change_week, 2)), ("better", 1.1))
        self.assertEqual(claims.trend, "worse")

    def test_a_breach_is_told_once_and_closed_when_it_is_over(self):
        self.read_indicators()
        late = self.indicator("deadline_compliance")
        self.assertEqual(len(self.alerts(late)), 1)
        self.assertEqual(self.alerts(late).user_id, self.config.responsible_id)
        self.read_indicators(deadline_compliance={"value_d30": 94.0})
        self.assertEqual(len(self.alerts(late)), 1, "one activity, not one each day")
        self.alerts(late).action_done()
        self.read_indicators(deadline_compliance={"value_d30": 93.0})
        self.assertFalse(self.alerts(late), "what a person has seen is not raised anew")
        self.read_indicators(deadline_compliance={"value_d30": 99.0})
        self.assertEqual(late.state, "good")
        self.read_indicators(deadline_compliance={"value_d30": 90.0})
        self.assertEqual(len(self.alerts(late)), 1, "it was over: this is a new one")
        self.read_indicators(deadline_compliance={"value_d30": 99.0})
        self.assertFalse(self.alerts(late))

    def test_an_expected_breach_is_told_before_it_happens(self):
        self.read_indicators(order_acceptation={"value_d30": 98.0})
        accepted = self.indicator("order_acceptation")
        self.past(accepted, 99.8, 99.4, 99.0, 98.6, 98.3)
        self.read_indicators()
        self.assertEqual(accepted.state, "expected")
        self.assertGreater(accepted.expected_on, day_of(self.now()))
        self.assertEqual(len(self.alerts(accepted)), 1)
        self.read_indicators(order_acceptation={"value_d30": 97.0})
        self.assertEqual(accepted.state, "breached")
        self.assertEqual(len(self.alerts(accepted)), 1, "the same activity says what has become of it")
        self.assertIn("is beyond", self.alerts(accepted).summary)

    def test_a_threshold_of_our_own_judges_at_once(self):
        self.read_indicators()
        accepted = self.indicator("order_acceptation")
        accepted.with_user(self.manager).write({"threshold_set": True, "threshold_own": 99.5})
        self.assertEqual(accepted.state, "breached")
        accepted.with_user(self.manager).threshold_set = False
        self.assertEqual(accepted.state, "good")
        self.assertFalse(self.alerts(accepted))

    def test_a_user_reads_and_a_stranger_sees_nothing(self):
        self.read_indicators()
        user = new_test_user(self.env, "reader", "cdiscount_store_management.group_user")
        one = self.indicator("order_claims").with_user(user)
        self.assertEqual(one.value_30, 0.6)
        with self.assertRaises(AccessError):
            one.threshold_own = 3
        for model in ("indicator", "indicator.value", "api.day", "completeness.day", "completeness.gap"):
            self.assertFalse(self.env[f"cdiscount.{model}"].with_user(self.manager_elsewhere_once()).search([]))

    def manager_elsewhere_once(self):
        if not hasattr(self, "_stranger"):
            self._stranger = self.manager_elsewhere()
        return self._stranger

    def test_the_night_asks_once(self):
        now = fields.Datetime.now()
        self.config._schedule_due_jobs(now)
        self.assertTrue(self.jobs("indicator_pull"))
        self.run_queue()
        self.config._schedule_due_jobs(now + timedelta(minutes=1))
        self.assertFalse(self.jobs("indicator_pull"), "once a day")
        self.config._schedule_due_jobs(self.config.next_night_at)
        self.assertTrue(self.jobs("indicator_pull"))
        self.assertTrue(self.jobs("completeness_check"))

    def jobs(self, operation):
        domain = [("config_id", "=", self.config.id), ("operation", "=", operation), ("state", "=", "pending")]
        return self.env["cdiscount.queue"].search(domain)


@tagged("post_install", "-at_install")
class TestEarlyWarnings(IndicatorCase):
    def setUp(self):
        super().setUp()
        self.number = 0

    def order(self, status="Shipped", days=5, **values):
        """An order Odoo knows, bought some days ago."""
        self.number += 1
        name = f"E{self.number:05d}"
        return self.env["cdiscount.order.mapping"].create(
            {
                "config_id": self.config.id,
                "external_id": name,
                "reference": name,
                "status": status,
                "state": "imported",
                "purchased_at": fields.Datetime.now() - timedelta(days=days),
                "line_ids": [fields.Command.create({"external_id": f"{name}-1", "supply_mode": "Seller"})],
                **values,
            }
        )

    def hours(self, count):
        return fields.Datetime.now() + timedelta(hours=count)

    def work_out(self):
        self.env["cdiscount.queue"]._enqueue(self.config, "early_check", "early")
        self.run_queue()

    def early(self, code):
        one = self.indicator(code, "own")
        return (one.count_30, one.base_30, one.count_60, one.base_60, one.soon_count)

    def behind(self, code):
        action = self.indicator(code, "own").action_open_behind()
        return self.env[action["res_model"]].search(action["domain"])

    def test_late_to_ship_counts_what_is_open_and_what_left_late(self):
        late = self.order("InPreparation", ship_by=self.hours(-1))
        soon = self.order("InPreparation", ship_by=self.hours(3))
        self.order("InPreparation", ship_by=self.hours(90))
        self.order("Shipped", ship_by=self.hours(-1))
        old = self.order("InPreparation", days=45, ship_by=self.hours(-99))
        theirs = self.order("InPreparation", ship_by=self.hours(-1))
        theirs.line_ids.supply_mode = "Fulfillment"
        self.work_out()
        self.assertEqual(self.early("ship_late"), (1, 4, 2, 5, 1))
        self.assertEqual(self.behind("ship_late"), late | soon | old)
        self.assertEqual(self.indicator("ship_late", "own").state, "breached")

    def test_late_to_accept_counts_what_nobody_answered(self):
        late = self.order("WaitingAcceptance", state="new", accept_by=self.hours(-1))
        soon = self.order("WaitingAcceptance", state="new", accept_by=self.hours(1))
        lapsed = self.order("Refused", state="cancelled")
        self.order("Refused", state="cancelled", answer="refuse", answer_state="given")
        self.order("Processing", state="new")
        self.order("Delivered")
        self.work_out()
        self.assertEqual(self.early("accept_late")[:2], (2, 5))
        self.assertEqual(self.behind("accept_late"), late | soon | lapsed)
        self.assertEqual(self.early("cancelled")[:2], (1, 5))

    def test_refunds_cancellations_and_claims_are_shares_of_their_orders(self):
        refunded, cancelled, claimed = self.order(), self.order("InPreparation"), self.order()
        for order, kind in ((refunded, "refund"), (cancelled, "cancellation")):
            self.env["cdiscount.refund"].create(
                {"mapping_id": order.id, "kind": kind, "reason_code": "x", "state": "done"}
            )
        self.env["cdiscount.refund"].create(
            {"mapping_id": claimed.id, "kind": "refund", "reason_code": "x", "state": "refused"}
        )
        self.env["cdiscount.discussion"].create(
            {
                "config_id": self.config.id,
                "external_id": "D1",
                "subject": "Broken",
                "mapping_id": claimed.id,
                "graduation": "claim",
                "opened_at": self.hours(-80),
                "answer_by": self.hours(-5),
            }
        )
        self.work_out()
        self.assertEqual(self.early("refunded")[:2], (1, 2))
        self.assertEqual(self.early("cancelled")[:2], (1, 3))
        self.assertEqual(self.early("claimed")[:2], (1, 2))
        self.assertEqual(self.early("unanswered")[:2], (1, 1))
        self.assertEqual(self.behind("claimed"), claimed)
        self.assertEqual(self.behind("unanswered").external_id, "D1")
        self.assertEqual(self.indicator("refunded", "own").state, "unjudged")
        self.assertTrue(self.alerts(self.indicator("unanswered", "own")))

    def test_without_orders_nothing_is_judged(self):
        self.work_out()
        self.assertEqual(
            set(self.env["cdiscount.indicator"].search([("source", "=", "own")]).mapped("state")), {"unknown"}
        )

    def test_the_number_of_statements_does_not_depend_on_the_number_of_orders(self):
        indicators = self.env["cdiscount.indicator"]

        def statements():
            with self.counted() as sent:
                for code, early in indicators._early_warnings().items():
                    indicators._work_out(self.config, code, early)
            return len(sent)

        few = statements()
        for _place in range(30):
            self.order("InPreparation", ship_by=self.hours(-1))
        self.env.flush_all()
        self.assertEqual(statements(), few)
