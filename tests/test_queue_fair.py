"""Who comes first: lanes, accounts and priorities share the workers, and any number of workers share the work."""

from odoo.tests import tagged

from ..models.queue.queue_claim import FROM_FURTHER_DOWN
from ..models.queue.worker import LARGEST_CLAIM
from .queue_common import QueueCase


@tagged("post_install", "-at_install")
class TestQueueFair(QueueCase):
    def setUp(self):
        super().setUp()
        self.change_operation(batch=1, alone_in="")

    def test_a_lane_does_the_work_of_its_own(self):
        self.ask("A")
        self.handler()
        self.assertEqual(self.queue._run_due(lanes=["stock", "catalogue"], budget=60)["done"], 0)
        self.assertEqual(self.queue._run_due(lanes=["orders"], budget=60)["done"], 1)

    def test_many_jobs_of_one_account_do_not_keep_another_account_waiting(self):
        other = self.make_account(name="Second shop", seller_id="98980")
        self.ask(*[f"A{number:03d}" for number in range(60)], priority=1)
        self.ask(*[f"B{number}" for number in range(3)], config=other, priority=50)
        with self.living_worker(configs=self.config | other) as worker:
            served = [self.claim(worker)["config_id"] for _turn in range(6)]
        self.assertEqual(served.count(other.id), 3)

    def test_a_flood_of_urgent_work_does_not_keep_the_rest_waiting_for_ever(self):
        self.ask(*[f"A{number:03d}" for number in range(30 * FROM_FURTHER_DOWN)], priority=1)
        patient = self.ask("patient", priority=99)
        with self.living_worker() as worker:
            for _turn in range(25 * FROM_FURTHER_DOWN):
                if patient.id in self.claim(worker)["ids"]:
                    break
        self.assertEqual(patient.state, "running")

    def test_quick_work_is_taken_in_handfuls_and_committed_one_by_one(self):
        jobs = self.ask(*[f"K{number:03d}" for number in range(150)])
        claims = []
        original = type(self.queue)._claim

        def counting(model, worker):
            claim = original(model, worker)
            claims.append(len(claim["ids"]) if claim else 0)
            return claim

        self.patch(type(self.queue), "_claim", counting)
        self.handler()
        self.run_queue()
        self.assertEqual(self.ran, [[key] for key in jobs.mapped("key")], "one by one and in order")
        self.assertEqual(claims[0], 1, "how quick it is must first be seen")
        self.assertGreater(max(claims), 5)
        self.assertLessEqual(max(claims), LARGEST_CLAIM)
        self.assertEqual(set(jobs.mapped("state")), {"done"})

    def test_what_was_taken_and_not_begun_is_given_back(self):
        jobs = self.ask(*[f"K{number:03d}" for number in range(40)])
        with self.living_worker() as worker:
            worker.note_pace("order_build", 100, 0.1)
            claim = self.queue._claim(worker)
            self.assertEqual(len(claim["ids"]), 40)
            worker.deadline = 0
            self.handler()
            outcome = {"done": 0, "failed": 0, "waiting": 0, "left": False}
            self.queue._perform_claim(claim, worker, outcome)
        self.assertEqual((outcome["done"], outcome["left"]), (1, True))
        self.assertEqual(sorted(jobs.mapped("state")), ["done"] + ["pending"] * 39)
        self.assertEqual(set(jobs.mapped("attempts")), {0})

    def test_two_workers_share_and_do_nothing_twice(self):
        jobs = self.ask(*[f"K{number}" for number in range(10)])
        with self.living_worker() as first, self.living_worker() as second:
            taken = [self.claim(worker)["ids"] for worker in (first, second) * 5]
        self.assertEqual(sorted(job_id for ids in taken for job_id in ids), sorted(jobs.ids))

    def test_the_next_job_is_found_without_looking_at_those_that_wait(self):
        self.env.cr.execute(
            """
            INSERT INTO cdiscount_queue (config_id, operation, key, state, lane, priority, attempts, max_attempts, eta)
            SELECT %s, 'order_build', 'W' || n, 'waiting_retry', 'orders', 1, 1, 8, now() + interval '1 day'
              FROM generate_series(1, 3000) n
            """,
            (self.config.id,),
        )
        self.ask("now")
        self.env.cr.execute("ANALYZE cdiscount_queue")
        cr = self.env.cr
        statements = []
        with self.living_worker() as worker:
            own = worker.cursor()
            original = own.execute
            own.execute = lambda query, params=None, **kw: (
                statements.append((query, params)),
                original(query, params, **kw),
            )
            claim = self.queue._claim(worker)
            del own.execute
            worker._close_work()
            worker._cr = None
        self.assertEqual(len(claim["ids"]), 1)
        query, params = next(row for row in statements if "LATERAL" in row[0])
        cr.execute("EXPLAIN (ANALYZE, FORMAT TEXT) " + query, params)
        plan = "\n".join(row[0] for row in cr.fetchall())
        self.assertIn("cdiscount_queue_ready", plan)
        self.assertNotIn("Rows Removed by Filter: 3", plan)
