"""What becomes of the jobs of a worker that has died."""

import logging

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..connection.messages import Cause, describe_failure
from .queue_claim import COLLISIONS
from .worker import LOCK_CLASS

_logger = logging.getLogger(__name__)

# Jobs of workers whose lock nobody holds any more (see worker.py), and jobs that nobody has heard of for too long.
DEAD = """
WITH alive AS MATERIALIZED (
    SELECT objid::bigint AS number
      FROM pg_locks
     WHERE locktype = 'advisory' AND classid = %(class)s AND objsubid = 2 AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
SELECT job.id, job.attempts + 1 >= job.max_attempts, job.cancel_requested
  FROM cdiscount_queue job
 WHERE job.state = 'running'
   AND (job.lease_until < %(now)s
        OR (job.worker_lock IS NOT NULL AND job.worker_lock NOT IN (SELECT number FROM alive)))
   FOR NO KEY UPDATE SKIP LOCKED
"""

# What was asked for while the job ran waits as a job of its own; the one that goes on takes its place.
ABSORB = """
WITH later AS (
    DELETE FROM cdiscount_queue later
     USING cdiscount_queue job
     WHERE job.id = ANY(%(ids)s) AND job.state = 'running'
       AND later.config_id = job.config_id AND later.operation = job.operation AND later.key = job.key
       AND later.state IN ('pending', 'waiting_retry')
    RETURNING job.id, later.payload, later.priority
)
UPDATE cdiscount_queue job
   SET payload = COALESCE(later.payload, job.payload), priority = LEAST(later.priority, job.priority)
  FROM later
 WHERE job.id = later.id
"""


class CdiscountQueueRevive(models.Model):
    _inherit = "cdiscount.queue"

    @api.model
    def _absorb_later(self, cr, ids):
        """Merge running jobs that are about to wait again with those asked for meanwhile: one of each may wait."""
        cr.execute(ABSORB, {"ids": list(ids)})

    @api.model
    def _revive_dead(self, worker):
        """Give the jobs of dead workers back to the queue.

        A job whose workers keep dying ends as failed instead of killing workers for ever.

        :return: number of jobs found
        """
        try:
            cr = worker.cursor()
            cr.execute(DEAD, {"class": LOCK_CLASS, "now": fields.Datetime.now()}, log_exceptions=False)
            rows = cr.fetchall()
            if rows:
                self._settle_dead(cr, rows)
            worker.commit()
        except COLLISIONS:
            # Another worker does the same at this moment, or the job has just ended.
            worker.rollback()
            return 0
        except Exception:
            worker.rollback()
            if not cr.closed:
                # One job that cannot be settled must not keep all others from being done.
                _logger.exception("Cdiscount queue: the jobs of a dead worker could not be given back")
                return 0
            raise
        return len(rows)

    def _settle_dead(self, cr, rows):
        cancelled = [row[0] for row in rows if row[2]]
        worn_out = [row[0] for row in rows if row[1] and not row[2]]
        again = [row[0] for row in rows if not row[1] and not row[2]]
        _logger.warning("Cdiscount queue: a worker has died; its jobs %s run again", again)
        self._absorb_later(cr, again)
        cr.execute(
            """
            UPDATE cdiscount_queue
               SET state = CASE WHEN id = ANY(%(cancelled)s) THEN 'cancelled' ELSE 'pending' END,
                   attempts = attempts + 1, worker = NULL, worker_lock = NULL, exclusive = NULL, lease_until = NULL,
                   cancel_requested = FALSE
             WHERE id = ANY(%(again)s) OR id = ANY(%(cancelled)s)
            """,
            {"again": again, "cancelled": cancelled},
        )
        if worn_out:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            env["cdiscount.queue"].browse(worn_out)._give_up_worn_out()
            env.flush_all()

    def _give_up_worn_out(self):
        """End jobs whose workers died too often; what they do kills processes and a person has to look."""
        message = _(
            "The worker that ran this job was killed several times (memory or time limit of the server). "
            "Have the server's log checked, then retry the job."
        )
        self.write(
            {
                "state": "failed",
                "error": message,
                "error_kind": "bug",
                "cause_code": "worker_killed",
                "finished_at": fields.Datetime.now(),
                "lease_until": False,
                "worker_lock": False,
                "exclusive": False,
            }
        )
        self._note_cause(Cause("worker_killed", message), "bug")
        operations = self._get_operations()
        for job in self:
            job.attempts += 1
            self.env["cdiscount.sync.log"]._add(
                job.config_id,
                operation=job.operation,
                level="error",
                message=message,
                job=job,
                cause_code="worker_killed",
            )
            spec = operations.get(job.operation)
            if spec:
                job._tell_failed(spec, describe_failure(self.env, UserError(message), job.config_id))
