"""The marketplace is down: calls stop for all workers, one job finds out, nothing is lost and a person is told."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.queue.circuit import LONGEST_PAUSE, THRESHOLD
from ..services.errors import CircuitOpen, InvalidRequest, RateLimited, ServerError
from .queue_common import RUNNER, QueueCase

HOUR = 3600


@tagged("post_install", "-at_install")
class TestQueueCircuit(QueueCase):
    def setUp(self):
        super().setUp()
        self.change_operation(batch=1, needs_connection=True, alone_in="")
        self.down = True

    def answer(self, keys):
        if self.down:
            raise ServerError(status=503)

    def run_for(self, seconds, every=60):
        """Let the crons run once a minute for a while."""
        for _minute in range(int(seconds / every)):
            self.run_queue()
            self.let_time_pass(every)

    def circuit(self, config=None):
        return self.env["cdiscount.circuit"].search([("config_id", "=", (config or self.config).id)])

    def test_after_repeated_failures_the_calls_stop_and_one_job_finds_out(self):
        jobs = self.ask(*[f"K{number:02d}" for number in range(20)])
        self.handler(self.answer)
        self.run_queue()
        self.assertEqual(len(self.ran), THRESHOLD, "the others were spared")
        self.assertTrue(self.circuit().suspended_until)
        self.assertEqual(self.config.calls_suspended_until, self.circuit().suspended_until)
        self.run_queue()
        self.assertEqual(len(self.ran), THRESHOLD, "no worker asks again before the pause is over")

        self.let_time_pass(120)
        self.run_queue()
        self.assertEqual(len(self.ran), THRESHOLD + 1, "one job asks, not twenty")

        self.down = False
        self.let_time_pass(LONGEST_PAUSE + 61)
        self.run_queue()
        self.assertEqual(set(jobs.mapped("state")), {"done"}, "one answer resumes all")
        self.assertFalse(self.circuit().suspended_until)
        self.assertFalse(self.circuit().failures)

    def test_orders_come_in_after_an_outage_of_six_hours(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.fault("unavailable_empty", times=1000000, path="/orders")
        self.config.action_pull_orders()
        job = self.queue.search([("operation", "=", "order_pull")])
        self.run_for(6 * HOUR, every=300)
        self.assertEqual(job.state, "waiting_retry")
        self.assertLess(job.attempts, job.max_attempts)
        self.assertFalse(self.queue.search([("state", "=", "failed")]), "time alone can help, so nothing has failed")
        self.assertIn("has not answered", " ".join(self.config.activity_ids.mapped("summary")))

        self.sandbox("faults", method="DELETE")
        self.run_for(2 * LONGEST_PAUSE)
        self.assert_imported_once(order)
        self.assertFalse(self.config.activity_ids, "the activity goes with its reason")

    def test_waiting_for_the_marketplace_uses_up_no_attempts(self):
        job = self.ask("A")
        self.handler(self.answer)
        self.run_for(12 * HOUR, every=600)
        self.assertEqual(job.state, "waiting_retry")
        self.assertLessEqual(job.attempts, THRESHOLD)

    def test_a_request_that_breaks_the_marketplace_does_not_stop_the_others(self):
        poison, good = self.ask("poison"), self.ask("good 1")

        def answer(keys):
            if keys == ["poison"]:
                raise ServerError(status=500)

        self.handler(answer)
        with mute_logger(RUNNER):
            self.run_for(HOUR)
            self.assertEqual(good.state, "done")
            later = self.ask("good 2")
            self.run_for(HOUR)
            self.assertEqual(later.state, "done")
            for number in range(60):
                self.ask(f"good {number + 3}")
                self.run_for(600, every=300)
        self.assertEqual(poison.state, "failed", "others got answers, so it is this one: a person has to look")

    def test_work_that_calls_nobody_goes_on(self):
        self.change_operation("order_follow", batch=1)
        self.ask(*[f"K{number}" for number in range(THRESHOLD)])
        self.handler(self.answer)
        self.run_queue()
        self.assertTrue(self.circuit().suspended_until)
        followed = self.ask("B", operation="order_follow")
        self.handler(method="_job_follow")
        self.run_queue()
        self.assertEqual(followed.state, "done")

    def test_the_other_account_goes_on(self):
        other = self.make_account(name="Second shop", seller_id="98980")
        self.ask(*[f"K{number}" for number in range(THRESHOLD)])
        mine = self.ask("B", config=other)
        self.handler(lambda keys: self.answer(keys) if keys != ["B"] else None)
        self.run_queue(self.config | other)
        self.assertTrue(self.circuit().suspended_until)
        self.assertFalse(self.circuit(other).suspended_until)
        self.assertEqual(mine.state, "done")

    def test_a_refusal_is_an_answer_too(self):
        self.ask(*[f"K{number}" for number in range(THRESHOLD + 1)])
        self.handler(self.answer)
        self.run_queue()

        def refuse(keys):
            raise InvalidRequest(status=422)

        self.handler(refuse)
        self.let_time_pass(150)
        self.run_queue()
        self.assertFalse(self.circuit().suspended_until)

    def test_a_process_that_was_told_to_wait_has_asked_nobody(self):
        self.ask("A")

        def closed(keys):
            raise CircuitOpen(params={"seconds": 30}, retry_after=30.0)

        self.handler(closed)
        self.run_queue()
        self.assertTrue(self.circuit().suspended_until)
        self.assertEqual(self.circuit().pauses, 0)
        self.assertLessEqual((self.circuit().suspended_until - self.now()).total_seconds(), 30)

    def test_a_test_of_the_connection_that_succeeds_ends_the_pause(self):
        self.ask(*[f"K{number}" for number in range(THRESHOLD)])
        self.handler(self.answer)
        self.run_queue()
        self.assertTrue(self.circuit().suspended_until)
        self.config.action_test_connection()
        self.assertFalse(self.circuit().suspended_until)

    def test_two_workers_do_not_both_find_out(self):
        self.ask(*[f"K{number}" for number in range(6)])
        self.handler(self.answer)
        self.run_queue()
        self.let_time_pass(150)
        with self.living_worker() as first, self.living_worker() as second:
            self.queue._promote_due(first)
            claim = self.claim(first)
            self.assertTrue(claim["probe"])
            self.assertEqual(len(claim["ids"]), 1)
            self.assertIsNone(self.claim(second), "the second worker waits for what the first one finds out")

    def test_a_worker_that_dies_while_finding_out_does_not_stop_the_account(self):
        self.ask(*[f"K{number}" for number in range(6)])
        self.handler(self.answer)
        self.run_queue()
        self.let_time_pass(150)
        self.down = False
        with mute_logger("odoo.addons.cdiscount_store_management.models.queue.queue_revive"):
            self.assertTrue(self.claim_and_die()["probe"])
            self.run_queue()
        self.assertFalse(self.circuit().suspended_until)

    def test_being_asked_to_slow_down_never_ends_a_job(self):
        job = self.ask("A")

        def refuse(keys):
            raise RateLimited(retry_after=86400.0)

        self.handler(refuse)
        for _day in range(job.max_attempts + 2):
            self.run_queue()
            self.assertEqual(job.state, "waiting_retry")
            self.assertGreater((job.eta - self.now()).total_seconds(), 86000, "a day is a day")
            self.let_time_pass(86400 + 60)
        self.assertEqual(len(self.ran), job.max_attempts + 2)
        self.assertFalse(self.circuit().suspended_until, "one limit does not stop what has another one")
