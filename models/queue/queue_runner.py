"""Doing the work: one unit, one transaction, one commit; failures written in a transaction of their own."""

import inspect
import logging
import random
import time

import psycopg2
import psycopg2.errors

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tools import config as odoo_config

from ...services.rules.retry import next_delay
from ..connection.messages import Cause, describe_failure
from .operations import Postponed

_logger = logging.getLogger(__name__)

TRANSIENT_DATABASE_ERRORS = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
    # Two workers created the same thing; the second try finds what the first one made.
    psycopg2.errors.UniqueViolation,
)
IMMEDIATE_TRIES = 5
LONGEST_RUN = 300
SHORTEST_RUN = 10


class LeaseLost(Exception):
    """Another worker took the job over because ours took longer than its lease; what we did must not be committed."""


class CdiscountQueueRunner(models.Model):
    _inherit = "cdiscount.queue"

    # ------------------------------------------------------------------ entry points
    @api.model
    def _cron_run(self):
        """Ask for what is due, then work until nothing is left or the time is over. Never raises."""
        try:
            self._schedule_due()
            outcome = self._run_due()
            if outcome["left"]:
                with Registry(self.env.cr.dbname).cursor() as cr:
                    self.with_env(self.env(cr=cr))._wake()
        except Exception:
            # Odoo 18 and later switch a scheduled action off after repeated failures: that would stop every account.
            _logger.exception("Cdiscount queue: the run was interrupted; it goes on with the next one")
        self._after_run()

    @api.model
    def _run_due(self, config_ids=None, lanes=None, budget=None):
        """Run what is due now.

        :param config_ids: restrict to these accounts
        :param budget: seconds after which no new unit is begun; by default what the cron's time limit leaves
        :return: dict(done, failed, waiting, left: True when work that is due remains)
        """
        deadline = time.monotonic() + (self._time_budget() if budget is None else budget)
        outcome = {"done": 0, "failed": 0, "waiting": 0, "left": False}
        while True:
            if time.monotonic() >= deadline:
                outcome["left"] = True
                return outcome
            claim = self._claim(lanes, config_ids)
            if not claim:
                return outcome
            self._perform(claim, deadline, outcome)

    @api.model
    def _time_budget(self):
        """Seconds a cron run may take: well below the limit at which Odoo would kill the worker."""
        limit = odoo_config["limit_time_real_cron"]
        if limit is None or limit < 0:
            limit = odoo_config["limit_time_real"]
        if not limit:
            return LONGEST_RUN
        return max(SHORTEST_RUN, min(LONGEST_RUN, limit * 0.5))

    # ------------------------------------------------------------------ one unit of work
    def _perform(self, claim, deadline, outcome):
        """Run one claim to its end, whatever happens: done, left for later, split, waiting or failed."""
        for attempt in range(IMMEDIATE_TRIES):
            try:
                finished = self._perform_once(claim, deadline)
                outcome["done" if finished else "waiting"] += len(claim["ids"])
                outcome["left"] = outcome["left"] or not finished
                return
            except LeaseLost:
                _logger.warning("Cdiscount queue: job %s was taken over by another worker", claim["ids"])
                return
            except TRANSIENT_DATABASE_ERRORS as error:
                # Serialization noise: two workers touched the same rows. It is nobody's fault and nobody should see it.
                failure = error
                time.sleep(random.uniform(0.01, 0.05 * 2**attempt))
            except Exception as error:
                failure = error
                break
        if len(claim["ids"]) > 1 and self._kind_of(failure) in ("fix", "bug"):
            self._perform_halves(claim, deadline, outcome)
            return
        self._settle_failure(claim, failure, outcome)

    def _perform_halves(self, claim, deadline, outcome):
        """One bad job must not stop its neighbours: cut the batch until the bad one stands alone."""
        middle = len(claim["ids"]) // 2
        for ids in (claim["ids"][:middle], claim["ids"][middle:]):
            half = dict(claim, ids=ids)
            with Registry(self.env.cr.dbname).cursor() as cr:
                if not self._renew_lease(cr, ids, claim["worker"]):
                    continue
            self._perform(half, deadline, outcome)

    def _perform_once(self, claim, deadline):
        """Run the operation's method in a transaction of its own.

        :return: True when done, False when the time was over and the rest waits for the next run
        """
        spec = self._get_operations()[claim["operation"]]
        with Registry(self.env.cr.dbname).cursor() as cr:
            self._bound_locks(cr)
            env = self._job_env(cr, claim["config_id"])
            jobs = env["cdiscount.queue"].sudo().browse(claim["ids"])
            steps = getattr(env[spec.model], spec.method)(jobs)
            postponed = steps if isinstance(steps, Postponed) else None
            finished = True
            if inspect.isgenerator(steps):
                for progress in steps:
                    env.flush_all()
                    if not self._renew_lease(cr, claim["ids"], claim["worker"], progress):
                        cr.rollback()
                        raise LeaseLost
                    # The runner owns this cursor: one unit of work, one commit.
                    cr.commit()  # pylint: disable=invalid-commit
                    self._bound_locks(cr)
                    if time.monotonic() >= deadline:
                        steps.close()
                        finished = False
                        break
            env.flush_all()
            if not self._mark_ended(cr, claim, finished, postponed):
                cr.rollback()
                raise LeaseLost
        return finished

    @staticmethod
    def _bound_locks(cr):
        # A lock that another transaction keeps for long (a person's wizard, a report) must make this job wait its turn
        # in the queue, not hold a worker for ever. LOCAL: the connection goes back to the pool as it was.
        cr.execute("SET LOCAL lock_timeout = '20s'")

    def _job_env(self, cr, config_id):
        """Return the environment of the account: its user, its company, its language; not the superuser's."""
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        config = env["cdiscount.config"].browse(config_id)
        user = config.user_id
        context = {
            "lang": user.lang or "fr_FR",
            "tz": user.tz or "Europe/Paris",
            "allowed_company_ids": config.company_id.ids,
            # A connector's thousands of documents must not each mail the followers or open a tracking thread.
            "mail_create_nosubscribe": True,
            "tracking_disable": True,
            "cdiscount_job": True,
        }
        return api.Environment(cr, user.id, context)

    def _mark_ended(self, cr, claim, finished, postponed=None):
        cr.execute(
            """
            UPDATE cdiscount_queue
               SET state = CASE WHEN %(finished)s AND NOT run_again AND key <> ALL(%(later)s) THEN 'done'
                                ELSE 'pending' END,
                   attempts = CASE WHEN %(finished)s THEN 0 ELSE attempts END,
                   error = NULL, error_kind = NULL, cause_code = NULL, cause_id = NULL, run_again = FALSE,
                   eta = CASE WHEN key = ANY(%(later)s)
                              THEN (now() AT TIME ZONE 'UTC') + %(seconds)s * interval '1 second' END,
                   lease_until = NULL, finished_at = now() AT TIME ZONE 'UTC'
             WHERE id = ANY(%(ids)s) AND state = 'running' AND worker = %(worker)s
            """,
            {
                "finished": finished,
                "ids": claim["ids"],
                "worker": claim["worker"],
                "later": list(postponed.keys) if postponed else [],
                "seconds": postponed.seconds if postponed else 0,
            },
        )
        return cr.rowcount == len(claim["ids"])

    # ------------------------------------------------------------------ failures
    @api.model
    def _kind_of(self, error):
        """What a failure asks for: wait, fix, reauth, stop or bug."""
        kind = getattr(error, "kind", None)
        if kind == "read_back":
            return "wait"
        if kind in ("wait", "fix", "reauth", "stop"):
            return kind
        if isinstance(error, (psycopg2.OperationalError, psycopg2.InterfaceError, *TRANSIENT_DATABASE_ERRORS)):
            return "wait"
        if isinstance(error, UserError):
            return "fix"
        return "bug"

    def _settle_failure(self, claim, error, outcome):
        """Write what went wrong and what happens next, in a fresh transaction. Never raises."""
        kind = self._kind_of(error)
        if kind == "bug":
            _logger.error("Cdiscount queue: %s %s failed", claim["operation"], claim["ids"], exc_info=error)
        try:
            with Registry(self.env.cr.dbname).cursor() as cr:
                env = self._job_env(cr, claim["config_id"])
                jobs = env["cdiscount.queue"].sudo().browse(claim["ids"])
                jobs._write_failure(claim, error, kind, outcome)
        except Exception:
            # The database itself is in trouble. The lease runs out and the job runs again; nothing is lost.
            _logger.exception("Cdiscount queue: could not record the failure of %s", claim["ids"])

    def _write_failure(self, claim, error, kind, outcome):
        mine = self.filtered(lambda job: job.state == "running" and job.worker == claim["worker"])
        if not mine:
            return
        spec = self._get_operations()[claim["operation"]]
        config = mine[0].config_id
        cause = describe_failure(self.env, error, config)
        now = fields.Datetime.now()
        values = {"error": cause.text, "error_kind": kind, "cause_code": cause.code, "lease_until": False}
        for job in mine:
            attempts = job.attempts + 1
            if kind == "reauth":
                # Not the job's fault: it waits with its attempts untouched until the account is connected again.
                job.write(dict(values, state="pending", eta=False))
                outcome["waiting"] += 1
            elif kind in ("wait", "bug") and attempts < job.max_attempts:
                delay = next_delay(attempts, rng=random, retry_after=getattr(error, "retry_after", None))
                eta = fields.Datetime.add(now, seconds=int(delay) + 1)
                job.write(dict(values, state="waiting_retry", attempts=attempts, eta=eta))
                job._wake(eta)
                outcome["waiting"] += 1
            else:
                job.write(dict(values, state="failed", attempts=attempts, finished_at=now))
                outcome["failed"] += 1
                if spec.on_failure:
                    getattr(self.env[spec.model], spec.on_failure)(job, cause)
        mine._note_cause(cause, kind)
        if kind == "reauth" or (kind == "stop" and cause.stops_account):
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

    def _give_up_worn_out(self, ids, worker):
        """End jobs whose workers died too often; what they do kills processes and a person has to look."""
        with Registry(self.env.cr.dbname).cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            jobs = env["cdiscount.queue"].browse(ids).filtered(lambda job: job.worker == worker)
            message = _(
                "The worker that ran this job was killed several times (memory or time limit of the server). "
                "Have the server's log checked, then retry the job."
            )
            jobs.write(
                {
                    "state": "failed",
                    "error": message,
                    "error_kind": "bug",
                    "cause_code": "worker_killed",
                    "finished_at": fields.Datetime.now(),
                    "lease_until": False,
                }
            )
            jobs._note_cause(Cause("worker_killed", message), "bug")
            for job in jobs:
                spec = env["cdiscount.queue"]._get_operations()[job.operation]
                env["cdiscount.sync.log"]._add(
                    job.config_id,
                    operation=job.operation,
                    level="error",
                    message=message,
                    job=job,
                    cause_code="worker_killed",
                )
                if spec.on_failure:
                    cause = describe_failure(env, UserError(message), job.config_id)
                    getattr(env[spec.model], spec.on_failure)(job, cause)
