"""With OCA queue_job, lanes run on its channels; what is done, and how, stays the same."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..models.queue.queue_delegate import PARAMETER
from .queue_common import QueueCase


@tagged("post_install", "-at_install")
class TestQueueDelegate(QueueCase):
    def setUp(self):
        super().setUp()
        self.delayed = []
        test = self

        def with_delay(model, **options):
            """What queue_job adds to every model: the method called on the answer is run later, elsewhere."""

            class Recorder:
                def _run_delegated(self, lane):
                    test.delayed.append((lane, options))

            return Recorder()

        queue = type(self.queue)
        patcher = patch.object(queue, "with_delay", with_delay, create=True)
        patcher.start()
        self.addCleanup(patcher.stop)

    def delegate(self):
        """As if that addon were installed and chosen."""
        self.patch(type(self.queue), "_is_delegated", lambda model: True)
        self.delayed.clear()

    def triggers(self):
        return self.env["ir.cron.trigger"].search_count([("cron_id", "in", self.queue._crons().ids)])

    def test_work_becomes_a_job_on_the_channel_of_its_lane(self):
        self.delegate()
        before = self.triggers()
        self.ask("A")
        ((lane, options),) = self.delayed
        self.assertEqual((lane, options["channel"]), ("orders", "root.cdiscount.orders"))
        self.assertTrue(options["identity_key"], "many wishes are one job")
        self.assertEqual(self.triggers(), before, "the cron is left alone")

    def test_that_job_does_what_is_due_and_sees_to_the_next_moment(self):
        self.delegate()
        job = self.ask("A")
        later = self.ask("B", eta=self.now() + timedelta(hours=1))
        self.delayed.clear()
        self.handler()
        self.queue._run_delegated("orders")
        self.env.invalidate_all()
        self.assertEqual((job.state, later.state), ("done", "pending"))
        ((_lane, options),) = self.delayed
        self.assertGreater(options["eta"], self.now())

    def test_the_clock_is_still_watched(self):
        self.delegate()
        self.handler(method="_job_pull")
        self.queue._cron_run()
        self.assertFalse(self.ran, "the scheduled action itself does no work")
        self.assertIn("orders", [lane for lane, _options in self.delayed])

    def test_without_the_addon_the_setting_changes_nothing(self):
        self.env["ir.config_parameter"].sudo().set_param(PARAMETER, "1")
        self.assertEqual(self.queue._is_delegated(), "queue.job" in self.env)
        if "queue.job" not in self.env:
            self.ask("A")
            self.assertFalse(self.delayed)
