"""What people do to jobs and accounts while workers are busy with them."""

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .queue_common import RUNNER, QueueCase

FAILURE = "odoo.addons.cdiscount_store_management.models.queue.queue_failure"
IT_IS_BAD = "It is bad."


@tagged("post_install", "-at_install")
class TestQueuePeople(QueueCase):
    def long_work(self, at_page=None, then=None):
        """Work of three pages; ``then()`` happens while page ``at_page`` is worked on."""

        def work(keys):
            for page in range(3):
                self.pages.append(page)
                if page == at_page and len(self.pages) == page + 1:
                    then()
                    self.env.flush_all()
                yield f"page {page}"

        self.pages = []
        self.handler(work)

    def refuse(self, keys):
        raise UserError(IT_IS_BAD)

    # ------------------------------------------------------------------ cancel
    def test_running_work_that_is_cancelled_ends_at_its_next_checkpoint(self):
        job = self.ask("A")
        self.long_work(1, lambda: job.action_cancel())
        self.run_queue()
        self.assertEqual((job.state, job.progress), ("cancelled", "page 1"), "what was committed stays")
        self.assertEqual(self.pages, [0, 1])
        self.run_queue()
        self.assertEqual(self.pages, [0, 1])

    def test_running_work_that_is_cancelled_is_not_tried_again_when_it_fails(self):
        job = self.ask("A")

        def fail(keys):
            raise KeyError

        self.handler(fail)
        with mute_logger(FAILURE), self.living_worker() as worker:
            claim = self.queue._claim(worker)
            job.action_cancel()
            self.env.flush_all()
            self.queue._perform(claim, worker, {"done": 0, "failed": 0, "waiting": 0, "left": False})
        self.assertEqual(job.state, "cancelled")

    def test_cancelling_what_is_over_is_refused(self):
        job = self.ask("A")
        self.handler()
        self.run_queue()
        with self.assertRaises(UserError):
            job.action_cancel()

    # ------------------------------------------------------------------ asked again
    def test_what_is_asked_while_it_runs_is_seen_and_done_afterwards(self):
        job = self.ask("A", payload={"page": 1})
        seen = []

        def work(model, jobs):
            seen.append((jobs.id, jobs._get_payload()))
            if len(seen) == 1:
                model.env["cdiscount.queue"].sudo()._enqueue(self.config, "order_build", "A", payload={"page": 2})

        self.patch(type(self.env["cdiscount.order.mapping"]), "_job_build", work)
        self.run_queue()
        self.assertEqual([payload for _id, payload in seen], [{"page": 1}, {"page": 2}])
        self.assertEqual(job.state, "done")
        self.assertFalse(self.queue.search([("state", "not in", ("done",))]))

    def test_the_same_work_never_runs_twice_at_once(self):
        self.change_operation(alone_in="")
        self.ask("A")
        with self.living_worker() as first, self.living_worker() as second:
            self.assertTrue(self.claim(first))
            self.ask("A")
            self.assertIsNone(self.claim(second))

    def test_work_that_failed_and_was_asked_again_meanwhile_waits_once(self):
        job = self.ask("A")

        def fail(keys):
            raise KeyError

        self.handler(fail)
        with mute_logger(FAILURE), self.living_worker() as worker:
            claim = self.queue._claim(worker)
            self.ask("A", payload={"new": 1}, priority=3)
            self.queue._perform(claim, worker, {"done": 0, "failed": 0, "waiting": 0, "left": False})
        waiting = self.queue.search([("key", "=", "A")])
        self.assertEqual(waiting, job)
        self.assertEqual((job.state, job.attempts, job.priority), ("waiting_retry", 1, 3))
        self.assertEqual(job._get_payload(), {"new": 1})

    def test_work_that_failed_for_good_and_was_asked_again_meanwhile_is_done_once_more(self):
        job = self.ask("A")
        self.handler(self.refuse)
        with self.living_worker() as worker:
            claim = self.queue._claim(worker)
            self.ask("A")
            self.queue._perform(claim, worker, {"done": 0, "failed": 0, "waiting": 0, "left": False})
        self.assertEqual(job.state, "cancelled", "what the second one finds is what counts")
        self.handler()
        self.run_queue()
        self.assertEqual(self.queue.search([("key", "=", "A"), ("state", "=", "done")]).attempts, 0)

    def test_a_failure_is_over_when_the_same_is_asked_again(self):
        job = self.ask("A")
        self.handler(self.refuse)
        self.run_queue()
        self.assertEqual(job.state, "failed")
        again = self.ask("A")
        self.assertEqual((job.state, again.state), ("cancelled", "pending"))

    def test_retrying_a_failure_whose_work_is_under_way_does_it_once(self):
        job = self.ask("A")
        self.handler(self.refuse)
        self.run_queue()
        twin = job.copy({"state": "pending", "operation": job.operation, "key": job.key, "lane": job.lane})
        self.env.flush_all()
        job.action_retry()
        self.assertEqual((job.state, twin.state), ("cancelled", "pending"))

    # ------------------------------------------------------------------ accounts
    def test_an_account_that_is_paused_stops_at_the_next_checkpoint_and_goes_on_later(self):
        job = self.ask("A")
        self.long_work(0, lambda: self.config.action_pause())
        self.run_queue()
        self.assertEqual((job.state, job.attempts, self.pages), ("pending", 0, [0]))
        self.run_queue()
        self.assertEqual(self.pages, [0], "nothing runs while it is paused")
        self.config.action_resume()
        self.run_queue()
        self.assertEqual(job.state, "done")

    def test_an_account_that_is_archived_stops_at_the_next_checkpoint(self):
        job = self.ask("A")
        self.long_work(1, lambda: setattr(self.config, "active", False))
        self.run_queue()
        self.assertEqual((job.state, self.pages), ("pending", [0, 1]))

    def test_an_account_that_is_deleted_takes_its_work_with_it(self):
        self.ask("A")
        other = self.make_account(name="Second shop", seller_id="98980")
        job = self.ask("B", config=other)

        def work(keys):
            if keys == ["A"]:
                self.env.cr.execute("DELETE FROM cdiscount_queue WHERE config_id = %s", (self.config.id,))

        self.handler(work)
        with mute_logger(RUNNER):
            self.run_queue(self.config | other)
        self.assertEqual(job.state, "done", "the other account is served")

    # ------------------------------------------------------------------ versions
    def test_work_this_version_does_not_know_is_shown(self):
        job = self.ask("A")
        self.env.cr.execute("UPDATE cdiscount_queue SET operation = 'magic' WHERE id = %s", (job.id,))
        self.env.invalidate_all()
        self.queue._cron_run()
        self.env.invalidate_all()
        self.assertEqual((job.state, job.cause_code), ("failed", "operation_unknown"))
        self.assertIn("magic", job.error)
        self.assertTrue(job.read())
