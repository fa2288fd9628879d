"""The scheduled actions that run the queue: always there, woken in time, never switched off by Odoo."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import config as odoo_config
from odoo.tools import mute_logger

from ..compat import report_progress
from ..models.queue import queue_runner
from ..models.queue.queue_wake import ALL_LANES, LANE_CRONS
from .queue_common import RUNNER, QueueCase

DAYS = 86400


@tagged("post_install", "-at_install")
class TestQueueCrons(QueueCase):
    def setUp(self):
        super().setUp()
        self.crons = self.queue._crons()
        self.crons.write({"active": True})
        self.everyone = self.queue._cron(ALL_LANES)
        self.env["ir.cron.trigger"].search([("cron_id", "in", self.crons.ids)]).unlink()
        self.env.flush_all()

    def cron(self, lane):
        return self.queue._cron(LANE_CRONS[lane])

    def triggers(self, cron=None):
        self.env.flush_all()
        return self.env["ir.cron.trigger"].search([("cron_id", "in", (cron or self.crons).ids)])

    def next_transaction(self):
        """Forget what belongs to the present transaction only."""
        self.env.cr.precommit.data.clear()

    # ------------------------------------------------------------------ always there
    def test_connecting_an_account_starts_a_runner_for_each_lane(self):
        self.crons.write({"active": False})
        self.config.action_test_connection()
        self.assertEqual(len(self.crons), 5)
        self.assertTrue(all(self.crons.mapped("active")))
        if "numbercall" in self.crons._fields:
            self.assertEqual(set(self.crons.mapped("numbercall")), {-1})

    def test_an_upgrade_starts_the_runners_that_are_new(self):
        (self.crons - self.everyone).write({"active": False})
        self.queue._keep_crons_running()
        self.assertTrue(all(self.crons.mapped("active")))

    def test_an_upgrade_of_a_database_without_an_account_starts_nothing(self):
        self.crons.write({"active": False})
        self.queue._keep_crons_running()
        self.assertFalse(any(self.crons.mapped("active")))

    def test_a_neutralised_copy_stays_quiet(self):
        self.crons.write({"active": False})
        self.env["ir.config_parameter"].sudo().set_param("database.is_neutralized", "True")
        self.queue._start_crons()
        self.assertFalse(any(self.crons.mapped("active")))

    def test_processes_that_are_killed_again_and_again_do_not_switch_a_runner_off(self):
        if "failure_count" not in self.crons._fields:
            return
        self.crons.write({"failure_count": 4, "first_failure_date": self.now() - timedelta(days=8)})
        self.env.flush_all()
        self.queue._plan()
        self.env.invalidate_all()
        self.assertEqual(set(self.crons.mapped("failure_count")), {0})
        self.assertEqual(set(self.crons.mapped("first_failure_date")), {False})

    def test_whatever_breaks_the_run_ends_well_for_odoo(self):
        for step in ("_schedule_due", "_fail_unknown", "_guard_crons", "_run_due"):
            with (
                patch.object(type(self.queue), step, lambda *args, **kwargs: 1 / 0),
                mute_logger(RUNNER, "odoo.addons.cdiscount_store_management.models.queue.scheduler"),
            ):
                self.queue._cron_run()

    def test_one_broken_step_of_the_minute_does_not_keep_orders_from_being_asked_for(self):
        self.handler(method="_job_pull")
        with (
            patch.object(type(self.queue), "_fail_unknown", lambda *args: 1 / 0),
            mute_logger("odoo.addons.cdiscount_store_management.models.queue.scheduler"),
        ):
            self.queue._cron_run()
        self.assertEqual(self.ran, [["orders"]])

    # ------------------------------------------------------------------ woken
    def test_work_wakes_the_runner_of_its_lane_once(self):
        self.next_transaction()
        self.ask("A", "B")
        self.ask("C")
        self.assertEqual(self.triggers().cron_id, self.cron("orders"))
        self.assertEqual(len(self.triggers()), 1)

    def test_a_lane_whose_runner_is_switched_off_is_served_by_the_other(self):
        self.cron("orders").active = False
        self.next_transaction()
        self.ask("A")
        self.assertEqual(self.triggers().cron_id, self.everyone)

    def test_thousands_of_jobs_that_wait_are_one_wake_up(self):
        for minute in range(50):
            self.next_transaction()
            self.ask(f"K{minute}", eta=self.now() + timedelta(minutes=3 + minute))
        self.assertEqual(len(self.triggers()), 1)
        self.assertLess(self.triggers().call_at, self.now() + timedelta(minutes=5))

    def test_an_earlier_moment_is_not_missed(self):
        self.ask("late", eta=self.now() + timedelta(hours=5))
        self.ask("soon", eta=self.now() + timedelta(hours=1))
        self.assertLess(min(self.triggers().mapped("call_at")), self.now() + timedelta(hours=1, minutes=2))

    def test_a_run_sees_to_the_next_moment_by_itself(self):
        self.ask("soon", eta=self.now() + timedelta(hours=1), wake=False)
        self.ask("late", eta=self.now() + timedelta(hours=5), wake=False)
        self.handler()
        self.queue._cron_run(["orders"])
        self.assertEqual(len(self.triggers(self.cron("orders"))), 1)
        self.assertLess(self.triggers().call_at, self.now() + timedelta(hours=1, minutes=2))

    def test_a_run_that_has_no_time_left_is_followed_by_another(self):
        self.ask("A", wake=False)
        self.patch(type(self.queue), "_time_budget", lambda model: (0, 0))
        self.queue._cron_run(["orders"])
        self.assertEqual(self.triggers().cron_id, self.cron("orders"))

    def test_a_runner_that_finds_much_to_do_gets_help(self):
        self.change_operation(batch=1, alone_in="")
        self.handler()
        self.ask("alone", wake=False)
        self.queue._cron_run(["orders"])
        self.assertFalse(self.triggers(self.everyone))
        self.ask(*[f"K{number}" for number in range(30)], wake=False)
        self.queue._cron_run(["orders"])
        self.assertTrue(self.triggers(self.everyone))

    def test_the_runner_of_a_lane_leaves_the_clock_and_the_other_lanes_alone(self):
        self.ask("A", wake=False)
        self.handler()
        self.queue._cron_run(["stock"])
        self.assertFalse(self.ran)
        self.assertFalse(self.queue.search([("operation", "=", "order_pull")]))

    # ------------------------------------------------------------------ time and progress
    def test_all_runners_together_stay_below_the_limit_of_the_process(self):
        for limit in (60, 120, 900):
            with patch.dict(odoo_config.options, {"limit_time_real_cron": limit}):
                self.clock = 1000.0
                queue_runner._round.ended = 0.0
                with patch(f"{RUNNER}.time.monotonic", lambda: self.clock):
                    for _runner in self.crons:
                        run, unit = self.queue._time_budget()
                        self.assertLessEqual(run, unit)
                        self.clock += unit
                        queue_runner._round.ended = self.clock
                self.assertLess(self.clock - 1000.0, limit * 0.8)

    def test_a_run_after_one_that_broke_off_has_its_time(self):
        queue_runner._round.__dict__.pop("begin", None)
        queue_runner._round.ended = queue_runner.time.monotonic()
        run, unit = self.queue._time_budget()
        self.assertGreater(run, 0)
        self.assertGreaterEqual(unit, run)

    def test_progress_is_reported_where_odoo_asks_for_it(self):
        if "ir.cron.progress" not in self.env:
            return
        progress = self.env["ir.cron.progress"].create({"cron_id": self.everyone.id, "remaining": 0, "done": 0})
        self.env.flush_all()
        with self.registry.cursor() as cr:
            env = self.env(cr=cr, context={"ir_cron_progress_id": progress.id, "cron_id": self.everyone.id})
            report_progress(env, 3, 10)
            report_progress(env, 4, 0)
        self.env.invalidate_all()
        self.assertEqual((progress.done, progress.remaining), (7, 0))
        report_progress(self.env, 1, 1)
        self.assertEqual(progress.done, 7, "outside of a scheduled action there is nothing to report")
