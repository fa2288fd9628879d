"""Taking work from the queue so that any number of workers on any number of machines share it."""

import json
import logging
import uuid

import psycopg2.errors

from odoo import fields, models
from odoo.modules.registry import Registry

_logger = logging.getLogger(__name__)

LEASE_SECONDS = 300
"""A worker renews its lease at every checkpoint; the longest step between two is one HTTP call and one page."""

CLAIM = """
WITH head AS (
    SELECT job.id, job.config_id, job.operation, job.attempts
      FROM cdiscount_queue job
      JOIN cdiscount_config account ON account.id = job.config_id
     WHERE ((job.state IN ('pending', 'waiting_retry') AND (job.eta IS NULL OR job.eta <= %(now)s))
            OR (job.state = 'running' AND job.lease_until < %(now)s))
       AND job.operation = ANY(%(operations)s)
       AND account.active
       AND (account.state = 'connected' OR (account.state = 'error' AND job.operation = ANY(%(offline)s)))
       AND (%(configs)s::int[] IS NULL OR job.config_id = ANY(%(configs)s::int[]))
       AND NOT EXISTS (
            SELECT 1 FROM cdiscount_queue other
             WHERE other.config_id = job.config_id AND other.id <> job.id
               AND other.state = 'running' AND other.lease_until >= %(now)s
               AND %(alone)s::jsonb ->> other.operation = %(alone)s::jsonb ->> job.operation)
       AND (%(lanes)s::text[] IS NULL OR job.lane = ANY(%(lanes)s::text[]))
     ORDER BY job.priority, job.id
     LIMIT 1
       FOR UPDATE OF job SKIP LOCKED
), mates AS (
    SELECT job.id
      FROM cdiscount_queue job
      JOIN head ON head.config_id = job.config_id AND head.operation = job.operation
     WHERE job.state = 'pending' AND (job.eta IS NULL OR job.eta <= %(now)s)
       AND job.id <> head.id AND job.attempts = 0 AND head.attempts = 0
     ORDER BY job.priority, job.id
     LIMIT (SELECT GREATEST((%(batches)s::jsonb ->> head.operation)::int - 1, 0) FROM head)
       FOR UPDATE OF job SKIP LOCKED
)
UPDATE cdiscount_queue job
   SET attempts = job.attempts + CASE WHEN job.state = 'running' THEN 1 ELSE 0 END,
       state = 'running', run_again = FALSE, worker = %(worker)s, started_at = %(now)s, finished_at = NULL,
       lease_until = %(now)s + %(lease)s * interval '1 second', write_date = %(now)s
 WHERE job.id IN (SELECT id FROM head UNION ALL SELECT id FROM mates)
RETURNING job.id, job.config_id, job.operation, job.attempts, job.max_attempts
"""


class CdiscountQueueClaim(models.Model):
    _inherit = "cdiscount.queue"

    def _claim(self, lanes=None, config_ids=None):
        """Take the next job, with those that can be sent together with it, and commit.

        A job that failed before is taken alone, so one bad job cannot drag its neighbours down again; so is one whose
        worker died. A job whose workers keep dying ends as failed instead of killing workers for ever.

        :return: dict(worker, ids, config_id, operation), or None when nothing is due
        """
        operations = self._get_operations()
        worker = uuid.uuid4().hex
        parameters = {
            "now": fields.Datetime.now(),
            "operations": list(operations),
            "offline": [name for name, spec in operations.items() if not spec.needs_connection],
            "batches": json.dumps({name: spec.batch for name, spec in operations.items()}),
            "alone": json.dumps({name: spec.alone_in for name, spec in operations.items() if spec.alone_in}),
            "configs": list(config_ids) if config_ids is not None else None,
            "lanes": list(lanes) if lanes else None,
            "worker": worker,
            "lease": LEASE_SECONDS,
        }
        rows = self._claim_rows(parameters)
        if not rows:
            return None
        worn_out = [row[0] for row in rows if row[3] >= row[4]]
        if worn_out:
            self._give_up_worn_out(worn_out, worker)
            rows = [row for row in rows if row[0] not in worn_out]
            if not rows:
                return self._claim(lanes, config_ids)
        return {
            "worker": worker,
            "ids": sorted(row[0] for row in rows),
            "config_id": rows[0][1],
            "operation": rows[0][2],
        }

    def _claim_rows(self, parameters, tries=5):
        # Odoo's transactions are REPEATABLE READ: a row that another worker claimed between our snapshot and our lock
        # raises a serialization failure instead of being skipped. A new snapshot is all it takes.
        for attempt in range(tries):
            try:
                with Registry(self.env.cr.dbname).cursor() as cr:
                    cr.execute(CLAIM, parameters, log_exceptions=False)
                    return cr.fetchall()
            except psycopg2.errors.SerializationFailure:
                _logger.debug("claim met another worker, try %s", attempt + 1)
        return []

    def _renew_lease(self, cr, ids, worker, progress=None):
        """Prolong the lease inside ``cr``.

        :return: False when another worker has taken over because our lease had run out; then nothing may be committed
        """
        cr.execute(
            """
            UPDATE cdiscount_queue
               SET lease_until = (now() AT TIME ZONE 'UTC') + %s * interval '1 second',
                   progress = COALESCE(%s, progress)
             WHERE id = ANY(%s) AND state = 'running' AND worker = %s
            """,
            (LEASE_SECONDS, progress, list(ids), worker),
        )
        return cr.rowcount == len(ids)
