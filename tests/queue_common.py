"""Test base of the queue: operations whose work the test decides, and workers that live and die when it says so."""

import time
from contextlib import contextmanager
from dataclasses import replace

from odoo import fields

from ..models.queue.worker import Worker
from .common import CdiscountCase

RUNNER = "odoo.addons.cdiscount_store_management.models.queue.queue_runner"


class QueueCase(CdiscountCase):
    def setUp(self):
        super().setUp()
        self.queue = self.env["cdiscount.queue"]
        self.ran = []

    def ask(self, *keys, operation="order_build", config=None, **options):
        """Put jobs on the queue and return them."""
        config = config or self.config
        self.queue._enqueue(config, operation, list(keys), **options)
        self.env.flush_all()
        return self.queue.search(
            [("key", "in", keys), ("config_id", "=", config.id), ("state", "in", ("pending", "waiting_retry"))],
            order="id",
        )

    def handler(self, behaviour=None, method="_job_build"):
        """Replace the work of an operation (``order_build``) by ``behaviour(keys)``."""

        def work(model, jobs):
            keys = jobs.mapped("key")
            self.ran.append(keys)
            if behaviour:
                return behaviour(keys)

        self.patch(type(self.env["cdiscount.order.mapping"]), method, work)

    def change_operation(self, name="order_build", **changes):
        """Change how an operation is done."""
        operations = dict(self.queue._get_operations())
        operations[name] = replace(operations[name], **changes)
        self.patch(type(self.queue), "_get_operations", lambda model: operations)

    @contextmanager
    def living_worker(self, lanes=None, configs=None):
        """A worker that is alive as long as the block lasts, as seen by all others."""
        self.env.flush_all()
        # Without the working cursor, which the test's own workers would find in their way.
        worker = Worker(self.env.cr.dbname, lanes, configs and configs.ids, time.monotonic() + 600)
        with worker:
            yield worker
        self.env.invalidate_all()

    def claim(self, worker):
        """What a worker takes next; its connection is free for others afterwards."""
        self.env.flush_all()
        claim = self.queue._claim(worker)
        worker._close_work()
        worker._cr = None
        self.env.invalidate_all()
        return claim

    def claim_and_die(self):
        """Let a worker take what is next and die with it."""
        with self.living_worker() as worker:
            return self.claim(worker)

    def let_time_pass(self, seconds):
        """Move every moment the queue waits for closer, as the clock would."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE cdiscount_queue SET eta = eta - %s * interval '1 second'", (seconds,))
        self.env.cr.execute(
            """
            UPDATE cdiscount_circuit SET suspended_until = suspended_until - %(seconds)s * interval '1 second',
                   opened_at = opened_at - %(seconds)s * interval '1 second'
            """,
            {"seconds": seconds},
        )
        self.env.invalidate_all()

    def now(self):
        return fields.Datetime.now()
