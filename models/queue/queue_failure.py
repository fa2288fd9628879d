"""What becomes of work that did not succeed: who is told, and when it is tried again."""

import logging
import random
import time
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...services.rules.retry import next_delay
from ..connection.messages import describe_failure
from .queue import WAITING_STATES
from .queue_claim import COLLISIONS

_logger = logging.getLogger(__name__)

SETTLE_TRIES = 5
LONGEST_DELAY = 3600
LONGEST_PERIODIC_DELAY = 900
"""Seconds between two tries of work that the clock asks for again and again: no order waits longer than that."""


class CdiscountQueueFailure(models.Model):
    _inherit = "cdiscount.queue"

    @api.model
    def _kind_of(self, error):
        """What a failure asks for: wait, fix, reauth, stop or bug."""
        kind = getattr(error, "kind", None)
        if kind == "read_back":
            return "wait"
        if kind in ("wait", "fix", "reauth", "stop"):
            return kind
        if isinstance(error, (psycopg2.OperationalError, psycopg2.InterfaceError)):
            return "wait"
        if isinstance(error, UserError):
            return "fix"
        return "bug"

    def _in_own_transaction(self, worker, what, method):
        """Call ``method(env)`` as superuser in a fresh transaction, again after collisions. Never raises.

        :param what: for the server's log
        :return: what the method returned, None when it could not be done
        """
        for attempt in range(SETTLE_TRIES):
            try:
                cr = worker.cursor()
                env = api.Environment(cr, api.SUPERUSER_ID, {})
                answer = method(env)
                env.flush_all()
                worker.commit()
                return answer
            except COLLISIONS:
                worker.rollback()
                time.sleep(random.uniform(0.01, 0.05 * 2**attempt))
            except Exception:
                worker.rollback()
                # The database itself is in trouble. The worker's lock goes with its run and the job runs again.
                _logger.exception("Cdiscount queue: could not record %s", what)
                return None
        _logger.warning("Cdiscount queue: could not record %s, other workers were in the way", what)
        return None

    def _settle_success(self, claim, worker):
        """A job of an account that had failures got its answers: the others may go on."""

        def settle(env):
            config = env["cdiscount.config"].browse(claim["config_id"]).exists()
            if config:
                env["cdiscount.circuit"]._note_success(config)

        self._in_own_transaction(worker, "that calls are answered again", settle)

    def _release(self, claim, worker, cancelled=False):
        """Give jobs back that were claimed and not done: as they were, or cancelled."""

        def settle(env):
            if not cancelled:
                env["cdiscount.queue"]._absorb_later(env.cr, claim["ids"])
            env.cr.execute(
                """
                UPDATE cdiscount_queue
                   SET state = CASE WHEN %(cancelled)s OR cancel_requested THEN 'cancelled' ELSE 'pending' END,
                       finished_at = CASE WHEN %(cancelled)s OR cancel_requested THEN %(now)s END,
                       lease_until = NULL, worker_lock = NULL, exclusive = NULL, cancel_requested = FALSE
                 WHERE id = ANY(%(ids)s) AND state = 'running' AND worker = %(worker)s
                """,
                {
                    "ids": claim["ids"],
                    "worker": claim["worker"],
                    "cancelled": cancelled,
                    "now": fields.Datetime.now(),
                },
            )

        self._in_own_transaction(worker, f"the release of {claim['ids']}", settle)

    def _settle_failure(self, claim, error, outcome, worker):
        """Write what went wrong and what happens next, in a fresh transaction. Never raises."""
        kind = self._kind_of(error)
        if kind == "bug":
            _logger.error("Cdiscount queue: %s %s failed", claim["operation"], claim["ids"], exc_info=error)

        def settle(env):
            jobs = env["cdiscount.queue"].browse(claim["ids"]).exists()
            if not jobs:
                return {}
            job_env = self._job_env(env.cr, claim["config_id"])
            return jobs.with_env(job_env).sudo()._write_failure(claim, error, kind)

        for name, count in (self._in_own_transaction(worker, f"the failure of {claim['ids']}", settle) or {}).items():
            outcome[name] += count

    def _write_failure(self, claim, error, kind):
        """Write the failure of one unit on its jobs and decide what comes next.

        :return: dict(waiting, failed): numbers of jobs
        """
        result = {"waiting": 0, "failed": 0}
        mine = self.filtered(lambda job: job.state == "running" and job.worker == claim["worker"])
        if not mine:
            return result
        spec = self._get_operations()[claim["operation"]]
        config = mine[0].config_id
        cause = describe_failure(self.env, error, config)
        circuit = self.env["cdiscount.circuit"].sudo()
        suspended = None
        if spec.needs_connection and circuit._is_outage(error):
            suspended = circuit._note_failure(config, error, probe=claim.get("probe"))
        elif claim.get("shaky") and getattr(error, "status", None):
            # A refusal is an answer, too.
            circuit._note_success(config)
        stops_account = kind == "reauth" or (kind == "stop" and cause.stops_account)
        plans = {
            job: job._after_failure(spec, error, kind, stops_account, suspended, claim.get("probe")) for job in mine
        }
        self._absorb_later(self.env.cr, [job.id for job, values in plans.items() if values["state"] in WAITING_STATES])
        mine.invalidate_recordset()
        asked_again = set(mine._find_later().mapped("key"))
        told = {
            "error": cause.text,
            "error_kind": kind,
            "cause_code": cause.code,
            "lease_until": False,
            "worker_lock": False,
            "exclusive": False,
            "cancel_requested": False,
        }
        for job, values in plans.items():
            if values["state"] == "failed" and job.key in asked_again:
                # The same work waits already, asked for after this began: what it finds is what counts.
                values["state"] = "cancelled"
            job.write(dict(told, **values))
            if values["state"] == "cancelled":
                continue
            if values["state"] == "failed":
                result["failed"] += 1
                job._tell_failed(spec, cause)
            else:
                result["waiting"] += 1
        mine._note_cause(cause, kind)
        if stops_account:
            config.sudo()._enter_error(cause)
        self.env["cdiscount.sync.log"].sudo()._add(
            config,
            operation=claim["operation"],
            level="warning" if kind == "wait" else "error",
            message=cause.text,
            records=len(mine),
            job=mine[:1],
            cause_code=cause.code,
        )
        return result

    def _tell_failed(self, spec, cause):
        """Have the operation's model note that a job has failed for good. That it cannot does not undo the failure."""
        if not spec.on_failure:
            return
        try:
            with self.env.cr.savepoint():
                getattr(self.env[spec.model], spec.on_failure)(self, cause)
        except COLLISIONS:
            raise
        except Exception:
            _logger.exception("Cdiscount queue: %s of job %s did not succeed", spec.on_failure, self.id)

    def _find_later(self):
        """Return the waiting jobs of the same work as these running ones."""
        return self.search(
            [
                ("config_id", "in", self.config_id.ids),
                ("operation", "in", list(set(self.mapped("operation")))),
                ("key", "in", self.mapped("key")),
                ("state", "in", WAITING_STATES),
            ]
        )

    def _after_failure(self, spec, error, kind, stops_account, suspended, probe):
        """Decide what happens to one job after a failure.

        :param suspended: moment until which the account makes no calls, None when it does
        :return: values to write
        """
        self.ensure_one()
        now = fields.Datetime.now()
        attempts = self.attempts + 1
        if self.cancel_requested:
            return {"state": "cancelled", "finished_at": now}
        if stops_account:
            # Not the job's fault: it waits with its attempts untouched until the account is connected again.
            return {"state": "pending", "eta": False}
        if suspended:
            # Neither is this. The circuit holds it back, not a time of its own, so that it goes on the moment calls are
            # answered again. The job that probed steps aside: the next probe is another one, if there is one. A request
            # that always breaks the marketplace would otherwise be taken for an outage for ever.
            eta = suspended + timedelta(seconds=random.uniform(1, 60)) if probe else False
            return {"state": "waiting_retry", "eta": eta}
        slow_down = getattr(error, "code", None) == "rate_limited"
        endless = slow_down or (spec.periodic and kind == "wait")
        if kind in ("wait", "bug") and (endless or attempts < self.max_attempts):
            delay = next_delay(
                attempts,
                rng=random,
                retry_after=getattr(error, "retry_after", None),
                cap=LONGEST_PERIODIC_DELAY if spec.periodic else LONGEST_DELAY,
            )
            return {
                "state": "waiting_retry",
                "attempts": min(attempts, self.max_attempts - 1) if endless else attempts,
                "eta": fields.Datetime.add(now, seconds=int(delay) + 1),
            }
        return {"state": "failed", "attempts": attempts, "finished_at": now}
