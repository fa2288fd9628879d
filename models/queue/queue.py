"""The durable list of work: one row per (account, operation, key) that is still to be done."""

import json

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access
from .operations import LANES, OPERATIONS, SELECTION

LIVE_STATES = ("pending", "running", "waiting_retry")
WAITING_STATES = ("pending", "waiting_retry")

ENQUEUE = """
INSERT INTO cdiscount_queue
       (config_id, company_id, operation, key, payload, state, lane, priority, attempts, max_attempts, eta,
        create_uid, create_date, write_uid, write_date)
SELECT %(config)s, %(company)s, %(operation)s, k, %(payload)s, 'pending', %(lane)s, %(priority)s, 0,
       %(max_attempts)s, %(eta)s,
       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
  FROM unnest(%(keys)s) AS k
    ON CONFLICT (config_id, operation, key) WHERE state IN ('pending', 'waiting_retry')
    DO UPDATE SET
       payload = COALESCE(EXCLUDED.payload, cdiscount_queue.payload),
       priority = LEAST(cdiscount_queue.priority, EXCLUDED.priority),
       eta = CASE WHEN cdiscount_queue.state = 'waiting_retry' THEN cdiscount_queue.eta
                  WHEN EXCLUDED.eta IS NULL OR cdiscount_queue.eta IS NULL THEN NULL
                  ELSE LEAST(cdiscount_queue.eta, EXCLUDED.eta) END
"""

SUPERSEDE = """
UPDATE cdiscount_queue SET state = 'cancelled', finished_at = now() AT TIME ZONE 'UTC'
 WHERE config_id = %(config)s AND operation = %(operation)s AND key = ANY(%(keys)s) AND state = 'failed'
"""

RETRY = """
WITH candidate AS (
    SELECT DISTINCT ON (job.config_id, job.operation, job.key) job.id
      FROM cdiscount_queue job
     WHERE job.id = ANY(%(ids)s)
       AND (job.state = 'waiting_retry' OR NOT EXISTS (
            SELECT 1 FROM cdiscount_queue twin
             WHERE twin.config_id = job.config_id AND twin.operation = job.operation AND twin.key = job.key
               AND twin.state IN ('pending', 'running', 'waiting_retry')))
     ORDER BY job.config_id, job.operation, job.key, job.state = 'waiting_retry' DESC, job.id DESC
)
UPDATE cdiscount_queue
   SET state = CASE WHEN id IN (SELECT id FROM candidate) THEN 'pending' ELSE 'cancelled' END,
       attempts = CASE WHEN id IN (SELECT id FROM candidate) THEN 0 ELSE attempts END,
       eta = NULL, cancel_requested = FALSE,
       finished_at = CASE WHEN id IN (SELECT id FROM candidate) THEN NULL ELSE now() AT TIME ZONE 'UTC' END,
       write_date = now() AT TIME ZONE 'UTC', write_uid = %(uid)s
 WHERE id = ANY(%(ids)s)
   AND (state = 'failed' OR (state IN ('cancelled', 'waiting_retry') AND id IN (SELECT id FROM candidate)))
"""


class CdiscountQueue(models.Model):
    _name = "cdiscount.queue"
    _description = "Cdiscount Queue Job"
    _order = "priority, id"
    _rec_name = "key"

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True)
    operation = fields.Selection(SELECTION, required=True, readonly=True)
    key = fields.Char(
        required=True, readonly=True, help="What the job is about. The same work asked twice is one job, not two."
    )
    payload = fields.Text(readonly=True, help="Technical parameters. Never holds personal data or secrets.")
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("running", "Running"),
            ("waiting_retry", "Waiting to retry"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="pending",
        readonly=True,
    )
    lane = fields.Selection(LANES, readonly=True, help="Jobs of one lane never wait for those of another.")
    priority = fields.Integer(default=50, help="Lower goes first.")
    attempts = fields.Integer(readonly=True, help="How often the job was tried and did not succeed.")
    max_attempts = fields.Integer(default=8, readonly=True)
    eta = fields.Datetime("Not before", readonly=True, help="The job waits until this moment.")
    error = fields.Text(readonly=True, help="Why the last try did not succeed, and what to do about it.")
    error_kind = fields.Selection(
        [
            ("wait", "Solves itself by waiting"),
            ("fix", "Somebody must correct data"),
            ("reauth", "Credentials must be renewed"),
            ("stop", "Settings must be changed"),
            ("bug", "Unexpected"),
        ],
        readonly=True,
    )
    cause_code = fields.Char("Cause", readonly=True)
    started_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    lease_until = fields.Datetime(
        readonly=True, help="A job that is not heard of before this moment is given to another worker."
    )
    worker = fields.Char(readonly=True, help="Server, process and lock of the worker that has the job.")
    worker_lock = fields.Integer(
        readonly=True,
        help="The database lock its worker holds for as long as it lives. When nobody holds it, the worker is dead.",
    )
    exclusive = fields.Char(
        readonly=True, help="While this job runs, no other job of the account that names the same thing here does."
    )
    cancel_requested = fields.Boolean(
        readonly=True, help="Somebody cancelled the job while it was running: it ends at the next point where it can."
    )
    progress = fields.Char(readonly=True)

    @api.model
    def _get_operations(self):
        """Return the table ``{name: Operation}``. Extend it to add operations."""
        return OPERATIONS

    # ------------------------------------------------------------------ asking for work
    @api.model
    def _enqueue(self, config, operation, keys, payload=None, priority=None, eta=None, wake=True):
        """Ask for work; asking again before it has begun changes nothing but brings the job forward.

        What is asked while the same work is running waits as a job of its own and runs afterwards: the running one may
        have read its data before the change that is the reason to ask. (A mark on the running job would not do: the
        transaction that does the work could not end it without a serialization failure, and would begin anew, again
        and again for work that is asked for often.) A failed job of the same work is over with it.

        :param config: the account, one record
        :param operation: a name of ``_get_operations``
        :param keys: a text, or an iterable of texts for several jobs in one statement
        :param payload: a dict of plain values given to each job (replaces that of a job still waiting)
        :param eta: naive UTC datetime before which nothing happens
        :return: number of jobs now waiting for these keys
        """
        spec = self._get_operations()[operation]
        keys = [keys] if isinstance(keys, str) else list(dict.fromkeys(keys))
        if not keys:
            return 0
        self.env.flush_all()
        values = {
            "config": config.id,
            "company": config.company_id.id,
            "operation": operation,
            "payload": json.dumps(payload, sort_keys=True) if payload is not None else None,
            "lane": spec.lane,
            "priority": spec.priority if priority is None else priority,
            "max_attempts": spec.max_attempts,
            "eta": eta,
            "uid": self.env.uid,
            "keys": keys,
        }
        self.env.cr.execute(SUPERSEDE, values)
        self.env.cr.execute(ENQUEUE, values)
        count = self.env.cr.rowcount
        self.invalidate_model()
        if wake:
            self._wake(eta, lanes=[spec.lane])
        return count

    def _get_payload(self):
        """Return the job's parameters as a dict."""
        self.ensure_one()
        return json.loads(self.payload) if self.payload else {}

    # ------------------------------------------------------------------ what a person can do
    def action_retry(self):
        """Run failed, waiting or cancelled jobs again, from the first attempt.

        A job whose twin is already waiting or running is not run: its work is under way, so its failure is over.
        """
        again = self.filtered(lambda job: job.state in ("failed", "cancelled", "waiting_retry"))
        if self and not again:
            raise UserError(_("Nothing to retry: only failed, cancelled or waiting jobs can be run again."))
        check_access(self, "write")
        self.env.flush_all()
        self.env.cr.execute(RETRY, {"ids": again.ids, "uid": self.env.uid})
        self.invalidate_model()
        self._wake(lanes=set(again.mapped("lane")))
        return True

    def action_cancel(self):
        """Give up jobs. One that is running ends at the next point where it can; what it has committed stays."""
        check_access(self, "write")
        waiting = self.filtered(lambda job: job.state in ("pending", "waiting_retry", "failed"))
        running = self.filtered(lambda job: job.state == "running")
        if self and not waiting and not running:
            raise UserError(_("Nothing to cancel: these jobs are over."))
        waiting.sudo().write({"state": "cancelled", "finished_at": fields.Datetime.now()})
        running.sudo().write({"cancel_requested": True})
        return True

    def action_open_config(self):
        """Open the account of the job."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cdiscount.config",
            "res_id": self.config_id.id,
            "views": [(False, "form")],
        }

    @api.autovacuum
    def _gc_finished(self):
        """Remove finished jobs after a month or what Settings say; failed ones stay until somebody decides."""
        self.env.cr.execute(
            """
            DELETE FROM cdiscount_queue
             WHERE state IN ('done', 'cancelled') AND finished_at < (now() AT TIME ZONE 'UTC') - %s * interval '1 day'
            """,
            (self.env["cdiscount.sync.log"]._kept("job_days"),),
        )
