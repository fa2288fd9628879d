"""Taking work from the queue so that any number of workers on any number of machines share it."""

import json
import logging
import random
import time

import psycopg2.errors

from odoo import fields, models

from .worker import LEASE_SECONDS

_logger = logging.getLogger(__name__)

CLAIM_TRIES = 20
FROM_FURTHER_DOWN = 10
"""One claim in so many begins at a priority drawn by lot: floods of urgent work cannot keep the rest waiting."""
LOWEST_PRIORITY = 100
ANY_PRIORITY = -(2**31)

# A queue grows from nothing to 100 000 jobs before the statistics of its table know. What PostgreSQL thinks right for
# an empty table (all rows of the account, sorted) then takes seconds for each claim; the index has the next job first.
# The penalties would also make it compile the statement, which takes longer than the statement.
BY_INDEX = """
SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off;
SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off
"""

# The next job of each account and lane; the account that was served longest ago comes first. One look into an index
# per account and lane, whatever the number of jobs. What must not exist is asked for row by row, by sub-selects that
# PostgreSQL cannot turn into a join.
CANDIDATES = """
WITH busy AS MATERIALIZED (
    SELECT config_id, exclusive FROM cdiscount_queue WHERE state = 'running' AND exclusive IS NOT NULL
), account AS MATERIALIZED (
    SELECT config.id, circuit.failures, circuit.suspended_until IS NOT NULL AS probing,
           config.state = 'connected'
           AND (circuit.suspended_until IS NULL
                OR (circuit.suspended_until <= %(now)s
                    AND NOT EXISTS (SELECT 1 FROM cdiscount_queue probe
                                     WHERE probe.id = circuit.probe_job AND probe.state = 'running'))) AS reachable
      FROM cdiscount_config config
 LEFT JOIN cdiscount_circuit circuit ON circuit.config_id = config.id
     WHERE config.active AND config.state IN ('connected', 'error')
       AND (%(configs)s::int[] IS NULL OR config.id = ANY(%(configs)s::int[]))
)
SELECT lane.name, account.id, head.operation, head.attempts,
       account.probing, COALESCE(account.failures, 0) > 0
  FROM account
 CROSS JOIN unnest(%(lanes)s::text[]) AS lane(name)
 CROSS JOIN LATERAL (
    SELECT job.id, job.operation, job.attempts, job.priority
      FROM cdiscount_queue job
     WHERE job.lane = lane.name AND job.config_id = account.id
       AND job.state IN ('pending', 'waiting_retry') AND job.eta IS NULL
       AND job.priority >= %(floor)s
       AND job.operation = ANY(CASE WHEN account.reachable THEN %(operations)s ELSE %(offline)s END)
       AND (SELECT 1 FROM busy
             WHERE busy.config_id = job.config_id AND busy.exclusive = %(alone)s::jsonb ->> job.operation
             LIMIT 1) IS NULL
       AND (SELECT same.id FROM cdiscount_queue same
             WHERE same.state = 'running' AND same.config_id = job.config_id
               AND same.operation = job.operation AND same.key = job.key
             LIMIT 1) IS NULL
     ORDER BY job.priority, job.id
     LIMIT 1) head
 ORDER BY COALESCE((%(served)s::jsonb ->> account.id::text)::int, 0), head.priority, head.id
 LIMIT 10
"""

# A job that failed before is taken alone, so one bad job cannot drag its neighbours down again.
TAKE = """
WITH mine AS (
    SELECT job.id
      FROM cdiscount_queue job
     WHERE job.lane = %(lane)s AND job.config_id = %(config)s AND job.operation = %(operation)s
       AND job.state IN ('pending', 'waiting_retry') AND job.eta IS NULL
       AND job.priority >= %(floor)s
       AND (job.attempts > 0) = %(tried)s
       AND (SELECT same.id FROM cdiscount_queue same
             WHERE same.state = 'running' AND same.config_id = job.config_id
               AND same.operation = job.operation AND same.key = job.key
             LIMIT 1) IS NULL
     ORDER BY job.priority, job.id
     LIMIT %(limit)s
       FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE cdiscount_queue job
   SET state = 'running', worker = %(worker)s, worker_lock = %(lock)s,
       -- One of the jobs stands for all that are done together: the index allows one at a time.
       exclusive = CASE WHEN job.id = (SELECT id FROM mine LIMIT 1) THEN %(exclusive)s END,
       started_at = %(now)s, finished_at = NULL, write_date = %(now)s,
       lease_until = %(now)s + %(lease)s * interval '1 second'
  FROM mine
 WHERE job.id = mine.id
RETURNING job.priority, job.id
"""

PROBE = """
UPDATE cdiscount_circuit SET probe_job = %(job)s
 WHERE config_id = %(config)s
   AND NOT EXISTS (SELECT 1 FROM cdiscount_queue probe
                    WHERE probe.id = cdiscount_circuit.probe_job AND probe.state = 'running' AND probe.id <> %(job)s)
"""

PROMOTE = """
UPDATE cdiscount_queue SET eta = NULL
 WHERE id IN (SELECT id FROM cdiscount_queue
               WHERE state IN ('pending', 'waiting_retry') AND eta <= %(now)s
               ORDER BY eta LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED)
"""

COLLISIONS = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.UniqueViolation,
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
)


class CdiscountQueueClaim(models.Model):
    _inherit = "cdiscount.queue"

    def _claim(self, worker):
        """Take the next job, with those that go together with it, and commit.

        :return: dict(worker, ids, config_id, operation, probe, shaky), or None when nothing is due. ``probe``: this is
            the one call that finds out whether the marketplace answers again. ``shaky``: calls of the account failed
            lately
        """
        # Odoo's transactions are REPEATABLE READ: a row that another worker claimed between our snapshot and our lock
        # raises a serialization failure instead of being skipped. A new snapshot is all it takes.
        for attempt in range(CLAIM_TRIES):
            try:
                claim = self._claim_once(worker)
                worker.commit()
                return claim
            except COLLISIONS:
                worker.rollback()
                time.sleep(random.uniform(0, 0.002 * (attempt + 1)))
        _logger.info("Cdiscount queue: other workers were always quicker; this one tries again later")
        worker.crowded_out = True
        return None

    def _claim_once(self, worker):
        cr = worker.cursor()
        cr.execute(BY_INDEX)
        operations = self._get_operations()
        floors = [ANY_PRIORITY]
        if worker.claims % FROM_FURTHER_DOWN == FROM_FURTHER_DOWN - 1:
            floors.insert(0, random.randint(1, LOWEST_PRIORITY))
        for floor in floors:
            values = {
                "now": fields.Datetime.now(),
                "operations": list(operations),
                "offline": [name for name, spec in operations.items() if not spec.needs_connection],
                "alone": json.dumps({name: spec.alone_in for name, spec in operations.items() if spec.alone_in}),
                "configs": worker.config_ids,
                "lanes": worker.lanes or [name for name, _label in self._fields["lane"].selection],
                "served": json.dumps(worker.served),
                "floor": floor,
                "worker": worker.name,
                "lock": worker.lock,
                "lease": LEASE_SECONDS,
            }
            cr.execute(CANDIDATES, values, log_exceptions=False)
            for candidate in cr.fetchall():
                claim = self._take(cr, worker, operations, values, candidate)
                if claim:
                    return claim
        return None

    def _take(self, cr, worker, operations, values, candidate):
        lane, config_id, operation, attempts, probing, shaky = candidate
        spec = operations[operation]
        probe = probing and spec.needs_connection
        limit = worker.how_many(operation, spec)
        if probe and spec.batch == 1:
            limit = 1
        cr.execute(
            TAKE,
            dict(
                values,
                lane=lane,
                config=config_id,
                operation=operation,
                tried=attempts > 0,
                limit=1 if attempts else limit,
                exclusive=spec.alone_in or None,
            ),
            log_exceptions=False,
        )
        ids = [row[1] for row in sorted(cr.fetchall())]
        if not ids:
            return None
        if probe:
            cr.execute(PROBE, {"job": ids[0], "config": config_id}, log_exceptions=False)
        worker.claims += 1
        worker.served[str(config_id)] = worker.claims
        return {
            "worker": worker.name,
            "ids": ids,
            "config_id": config_id,
            "operation": operation,
            "probe": probe,
            "shaky": shaky or probing,
        }

    def _promote_due(self, worker, limit=1000):
        """Make ready what had to wait and whose time has come.

        :return: True when there was something
        """
        try:
            cr = worker.cursor()
            cr.execute(PROMOTE, {"now": fields.Datetime.now(), "limit": limit}, log_exceptions=False)
            promoted = cr.rowcount
            worker.commit()
        except COLLISIONS:
            # Another worker does the same at this moment.
            worker.rollback()
            return False
        return bool(promoted)

    def _renew_lease(self, cr, claim, progress=None):
        """Tell that the work goes on, inside ``cr``.

        :return: ``go on``; ``stop`` when the account was paused or archived meanwhile; ``cancel`` when a person
            cancelled the job; ``lost`` when the jobs are no longer ours: then nothing may be committed
        """
        cr.execute(
            """
            UPDATE cdiscount_queue job
               SET lease_until = %(now)s + %(lease)s * interval '1 second',
                   progress = COALESCE(%(progress)s, job.progress)
              FROM cdiscount_config account
             WHERE account.id = job.config_id AND job.id = ANY(%(ids)s) AND job.state = 'running'
               AND job.worker = %(worker)s
            RETURNING job.cancel_requested, account.active AND account.state IN ('connected', 'error')
            """,
            {
                "now": fields.Datetime.now(),
                "lease": LEASE_SECONDS,
                "progress": progress,
                "ids": claim["ids"],
                "worker": claim["worker"],
            },
        )
        rows = cr.fetchall()
        if len(rows) != len(claim["ids"]):
            return "lost"
        if all(cancelled for cancelled, _open in rows):
            return "cancel"
        return "go on" if all(is_open for _cancelled, is_open in rows) else "stop"
