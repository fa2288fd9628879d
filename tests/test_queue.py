"""The queue: asked twice is done once, failures wait or are told, nothing is lost when a worker dies."""

from datetime import timedelta
from unittest.mock import patch

import psycopg2.errors

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.queue.operations import Postponed
from ..models.queue.worker import LEASE_SECONDS
from ..services.errors import RateLimited
from .queue_common import RUNNER, QueueCase

JOURNAL_MISSING = "The journal is missing: choose one."
K5_IS_BAD = "K5 is bad."
REVIVE = "odoo.addons.cdiscount_store_management.models.queue.queue_revive"


@tagged("post_install", "-at_install")
class TestQueue(QueueCase):
    def test_asking_twice_is_one_job(self):
        self.ask("A")
        self.ask("A")
        self.assertEqual(self.queue.search_count([("key", "=", "A")]), 1)
        self.handler()
        self.run_queue()
        self.assertEqual(self.ran, [["A"]])
        self.ask("A")
        self.assertEqual(self.queue.search_count([("key", "=", "A")]), 2, "what is over can be asked again")

    def test_jobs_that_can_go_together_are_done_together(self):
        self.ask(*[f"K{number:03d}" for number in range(120)])
        self.handler()
        self.run_queue()
        self.assertEqual([len(keys) for keys in self.ran], [50, 50, 20])
        self.assertEqual(self.queue.search_count([("state", "=", "done")]), 120)

    def test_urgent_work_goes_first(self):
        self.ask("later")
        self.ask("now", priority=1)
        self.handler()
        self.change_operation(batch=1)
        self.run_queue()
        self.assertEqual(self.ran, [["now"], ["later"]])

    def test_work_waits_for_its_time(self):
        self.ask("soon", eta=fields.Datetime.now() + timedelta(hours=1))
        self.handler()
        self.run_queue()
        self.assertFalse(self.ran)

    def test_asked_again_while_running_runs_once_more(self):
        job = self.ask("A")

        def ask_again(keys):
            if len(self.ran) == 1:
                self.queue._enqueue(self.config, "order_build", "A")

        self.handler(ask_again)
        self.run_queue()
        self.assertEqual(self.ran, [["A"], ["A"]])
        self.assertEqual(job.state, "done")

    def test_what_solves_itself_waits_as_long_as_the_marketplace_asks(self):
        job = self.ask("A")

        def refuse(keys):
            raise RateLimited(code="rate_limited", params={}, retry_after=600)

        self.handler(refuse)
        before = fields.Datetime.now()
        self.run_queue()
        self.assertEqual((job.state, job.attempts, job.error_kind), ("waiting_retry", 1, "wait"))
        self.assertGreaterEqual(job.eta, before + timedelta(seconds=600))
        self.run_queue()
        self.assertEqual(len(self.ran), 1, "not before its time")

    def test_a_person_s_error_fails_at_once_with_its_message_and_is_retried_by_hand(self):
        job = self.ask("A")
        state = {"broken": True}

        def refuse(keys):
            if state["broken"]:
                raise UserError(JOURNAL_MISSING)

        self.handler(refuse)
        self.run_queue()
        self.assertEqual((job.state, job.error), ("failed", "The journal is missing: choose one."))
        state["broken"] = False
        job.action_retry()
        self.run_queue()
        self.assertEqual((job.state, job.error), ("done", False))

    def test_a_bug_is_told_without_a_trace_and_tried_again_later(self):
        job = self.ask("A")

        def explode(keys):
            raise KeyError("secret-value")

        self.handler(explode)
        with mute_logger(RUNNER):
            self.run_queue()
        self.assertEqual(job.state, "waiting_retry")
        self.assertNotIn("secret-value", job.error)
        self.assertNotIn("Traceback", job.error)

    def test_a_batch_with_a_bad_job_is_halved_until_it_stands_alone(self):
        jobs = self.ask(*[f"K{number}" for number in range(8)])

        def refuse_one(keys):
            if "K5" in keys:
                raise UserError(K5_IS_BAD)

        self.handler(refuse_one)
        self.run_queue()
        self.assertEqual(jobs.filtered(lambda job: job.state == "failed").mapped("key"), ["K5"])
        self.assertEqual(len(jobs.filtered(lambda job: job.state == "done")), 7)

    def test_serialization_noise_is_never_seen(self):
        job = self.ask("A")

        def collide(keys):
            if len(self.ran) < 3:
                raise psycopg2.errors.SerializationFailure("could not serialize")

        self.handler(collide)
        self.run_queue()
        self.assertEqual((job.state, job.attempts, len(self.ran)), ("done", 0, 3))
        self.assertFalse(self.env["cdiscount.sync.log"].search([("level", "!=", "info")]))

    def test_the_work_of_a_dead_worker_is_done_by_another(self):
        job = self.ask("A")
        self.handler()
        with self.living_worker() as worker:
            self.assertEqual(self.claim(worker)["ids"], job.ids)
            self.run_queue()
            self.assertFalse(self.ran, "a living worker is not disturbed")
        with mute_logger(REVIVE):
            self.run_queue()
        self.assertEqual((self.ran, job.state), ([["A"]], "done"))

    def test_a_worker_that_lives_but_hangs_loses_its_work_in_the_end(self):
        job = self.ask("A")
        self.handler()
        with self.living_worker() as worker, mute_logger(REVIVE):
            self.claim(worker)
            self.env.cr.execute(
                "UPDATE cdiscount_queue SET lease_until = lease_until - %s * interval '1 second'", (LEASE_SECONDS + 1,)
            )
            self.run_queue()
        self.assertEqual((self.ran, job.state), ([["A"]], "done"))

    def test_a_job_that_keeps_killing_workers_ends_as_failed(self):
        job = self.ask("A")
        self.handler()
        with mute_logger(REVIVE):
            for _death in range(job.max_attempts):
                self.assertTrue(self.claim_and_die())
                with self.living_worker() as healthy:
                    self.queue._revive_dead(healthy)
            self.run_queue()
        self.assertEqual((job.state, job.cause_code), ("failed", "worker_killed"))
        self.assertIn("killed", job.error)
        self.assertFalse(self.ran)

    def test_a_failure_that_cannot_be_told_is_a_failure_all_the_same(self):
        job = self.ask("A")

        def refuse(keys):
            raise UserError(JOURNAL_MISSING)

        self.handler(refuse)
        self.patch(type(self.env["cdiscount.order.mapping"]), "_job_build_failed", lambda *args: 1 / 0)
        with mute_logger("odoo.addons.cdiscount_store_management.models.queue.queue_failure"):
            self.run_queue()
        self.assertEqual((job.state, job.error), ("failed", JOURNAL_MISSING))

    def test_a_job_of_a_dead_worker_that_cannot_be_settled_does_not_stop_the_queue(self):
        self.change_operation(alone_in="")
        self.ask("A")
        self.claim_and_die()
        other = self.ask("B")
        self.handler()
        self.patch(type(self.queue), "_settle_dead", lambda *args: 1 / 0)
        with mute_logger(REVIVE):
            self.run_queue()
        self.assertEqual(other.state, "done")

    def test_what_a_worker_did_after_losing_its_job_is_not_kept(self):
        job = self.ask("A")

        def lose_job(keys):
            self.config.sudo().shop_name = "written too late"
            self.env.flush_all()
            self.env.cr.execute("UPDATE cdiscount_queue SET worker = 'another'")

        self.handler(lose_job)
        with mute_logger(RUNNER), self.living_worker() as worker:
            claim = self.queue._claim(worker)
            outcome = {"done": 0, "failed": 0, "waiting": 0, "left": False}
            self.queue._perform(claim, worker, outcome)
        self.assertEqual(outcome["done"], 0)
        self.assertEqual(job.state, "running")
        self.assertNotEqual(self.config.shop_name, "written too late")

    def test_when_time_is_over_the_rest_waits_and_nothing_is_lost(self):
        job = self.ask("A")
        pages = iter(range(5))

        def long_work(keys):
            for page in pages:
                self.now_is_late = True
                yield f"page {page}"

        self.handler(long_work)
        outcome = self.queue._run_due(budget=0)
        self.assertTrue(outcome["left"])
        self.assertFalse(self.ran)
        self.now_is_late = False
        with patch(f"{RUNNER}.time.monotonic", lambda: 1000.0 if self.now_is_late else 0.0):
            outcome = self.queue._run_due(budget=50)
        self.env.invalidate_all()
        self.assertTrue(outcome["left"])
        self.assertEqual((job.state, job.progress), ("pending", "page 0"))
        self.run_queue()
        self.assertEqual((job.state, job.progress), ("done", "page 4"))

    def test_the_cron_never_raises(self):
        self.patch(type(self.queue), "_run_due", lambda *args, **kwargs: 1 / 0)
        with mute_logger(RUNNER):
            self.queue._cron_run()

    def test_connecting_an_account_starts_the_cron(self):
        cron = self.env.ref("cdiscount_store_management.cron_run_queue")
        cron.active = False
        self.config.action_test_connection()
        self.assertTrue(cron.active)
        if "numbercall" in cron._fields:
            self.assertEqual(cron.numbercall, -1)

    def test_orders_are_asked_for_when_their_interval_is_over(self):
        self.queue._schedule_due()
        self.env.invalidate_all()
        self.assertEqual(self.queue.search_count([("operation", "=", "order_pull")]), 1)
        self.run_queue()
        self.queue._schedule_due()
        self.assertEqual(self.queue.search_count([("operation", "=", "order_pull")]), 1)
        self.config.last_order_pull_at = fields.Datetime.now() - timedelta(minutes=15)
        self.env.flush_all()
        self.queue._schedule_due()
        self.env.invalidate_all()
        self.assertEqual(self.queue.search_count([("operation", "=", "order_pull")]), 2)

    def test_cancelled_work_is_not_done(self):
        job = self.ask("A")
        self.handler()
        job.action_cancel()
        self.run_queue()
        self.assertFalse(self.ran)
        self.assertEqual(job.state, "cancelled")

    def test_two_readers_of_the_order_list_do_not_run_at_the_same_time(self):
        self.queue._enqueue(self.config, "order_pull", "orders")
        self.queue._enqueue(self.config, "initial_import", "1", payload={"import_id": 0})
        self.env.flush_all()
        with self.living_worker() as worker, self.living_worker() as another:
            first = self.claim(worker)
            self.assertEqual(first["operation"], "order_pull")
            self.assertIsNone(self.claim(another), "the import waits until the other reader is done")
            self.env.cr.execute("UPDATE cdiscount_queue SET state = 'done' WHERE id = ANY(%s)", (first["ids"],))
            self.assertEqual(self.claim(another)["operation"], "initial_import")

    def test_what_another_worker_holds_comes_again_soon_without_counting_as_a_failure(self):
        self.ask("A", "B")
        self.handler(lambda keys: Postponed(("B",)))
        self.run_queue()
        jobs = {job.key: job for job in self.queue.search([])}
        self.assertEqual((jobs["A"].state, jobs["B"].state), ("done", "pending"))
        self.assertEqual((jobs["B"].attempts, jobs["B"].error), (0, False))
        self.assertGreater(jobs["B"].eta, fields.Datetime.now())
