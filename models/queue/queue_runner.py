"""Doing the work: one unit, one transaction, one commit; failures written in a transaction of their own."""

import inspect
import logging
import random
import threading
import time

import psycopg2
import psycopg2.errors

from odoo import api, fields, models
from odoo.tools import config as odoo_config

from ...compat import report_progress
from ..connection.config_facts import Facts
from .operations import Postponed
from .quiet_sql import quiet_about
from .worker import Worker

_logger = logging.getLogger(__name__)

# A lock that could not be had within its time is not among them: trying at once would hold the worker again.
TRANSIENT_DATABASE_ERRORS = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.DeadlockDetected,
    # Two workers created the same thing; the second try finds what the first one made.
    psycopg2.errors.UniqueViolation,
)
IMMEDIATE_TRIES = 5
RUNNERS = 5
"""Scheduled actions of the queue. Odoo lets one cron process run all that are due, one after the other, and kills it
when together they take longer than its limit."""
SHARE_OF_LIMIT = 0.6
LONGEST_RUN = 30
LONGEST_UNIT = 300
SHORTEST_RUN = 5
LOOK_AROUND = 5.0
"""Seconds between two looks for dead workers, jobs whose time has come, and progress to report."""
SAME_ROUND = 2.0
"""Seconds. A run that begins so soon after another one of this thread belongs to the same round of the cron process."""

_round = threading.local()


class LeaseLost(Exception):
    """The job is no longer ours: taken over, or deleted with its account. What we did must not be committed."""


class Stopped(Exception):
    """The job is ended at a checkpoint by a person.

    :param cancelled: True when the job was cancelled, False when its account was paused
    """

    def __init__(self, cancelled):
        super().__init__()
        self.cancelled = cancelled


class CdiscountQueueRunner(models.Model):
    _inherit = "cdiscount.queue"

    # ------------------------------------------------------------------ entry points
    @api.model
    def _cron_run(self, lanes=None):
        """Work until nothing is left or the time is over. Never raises.

        :param lanes: the lanes of this runner. The runner without lanes works for all of them, and puts on the queue
            what has become due by the clock.
        """
        try:
            if not lanes:
                self._plan()
            self._run_round(lanes)
        except Exception:
            # Odoo 18 and later switch a scheduled action off after repeated failures: that would stop every account.
            _logger.exception("Cdiscount queue: the run was interrupted; it goes on with the next one")
        if not lanes:
            self._after_run()
        _round.ended = time.monotonic()

    @api.model
    def _run_round(self, lanes):
        """Do what a scheduled action is for: run its lanes and see to the next time."""
        outcome = self._run_due(lanes=lanes, report=lambda done, left: report_progress(self.env, done, left))
        self._wake_later(lanes, outcome["left"])

    @api.model
    def _run_due(self, config_ids=None, lanes=None, budget=None, report=None):
        """Run what is due now.

        :param config_ids: restrict to these accounts
        :param lanes: restrict to these lanes
        :param budget: seconds after which no new unit is begun; by default what the cron's time limit leaves
        :param report: called now and then with (jobs done since the last call, jobs that are due)
        :return: dict(done, failed, waiting, left: True when work that is due remains)
        """
        begin = time.monotonic()
        run, unit = self._time_budget() if budget is None else (budget, budget)
        outcome = {"done": 0, "failed": 0, "waiting": 0, "left": False}
        looked, reported = None, 0
        with Worker(self.env.cr.dbname, lanes, config_ids, begin + run, begin + unit) as worker:
            while True:
                if looked is None or time.monotonic() - looked >= LOOK_AROUND:
                    looked = time.monotonic()
                    self._revive_dead(worker)
                    self._promote_due(worker)
                    if report:
                        report(outcome["done"] - reported, self._count_due(worker))
                        reported = outcome["done"]
                if worker.is_time_over():
                    outcome["left"] = True
                    break
                claim = self._claim(worker)
                if claim:
                    if worker.claims == 1 and report:
                        self._wake_helper(worker)
                    self._perform_claim(claim, worker, outcome)
                elif not self._promote_due(worker):
                    outcome["left"] = outcome["left"] or worker.crowded_out
                    break
        if report:
            # Nothing "remaining" at the end: Odoo would call again at once, up to ten times and past its own limit.
            report(outcome["done"] - reported, 0)
        return outcome

    @api.model
    def _time_budget(self):
        """Seconds after which a cron run begins nothing new, and after which it interrupts what could go on.

        All runners may follow each other in one cron process, whose limit counts for all of them together.
        """
        limit = odoo_config["limit_time_real_cron"]
        if limit is None or limit < 0:
            limit = odoo_config["limit_time_real"]
        if not limit:
            return LONGEST_RUN, LONGEST_UNIT
        now = time.monotonic()
        if not hasattr(_round, "begin") or now - getattr(_round, "ended", 0.0) >= SAME_ROUND:
            _round.begin = now
        share = limit * SHARE_OF_LIMIT
        # Half of it in equal parts; the other half for one unit that takes long and could be interrupted.
        run = max(SHORTEST_RUN, min(LONGEST_RUN, share / 2 / RUNNERS))
        return run, max(run, min(LONGEST_UNIT, _round.begin + share - (RUNNERS - 1) * run - now))

    # ------------------------------------------------------------------ one claim
    def _perform_claim(self, claim, worker, outcome):
        """Do what was claimed: jobs that go together in one unit, others one after the other."""
        begin = time.monotonic()
        spec = self._get_operations()[claim["operation"]]
        size = len(claim["ids"])
        if spec.batch > 1 or size == 1:
            self._perform(claim, worker, outcome)
        else:
            for position, job_id in enumerate(claim["ids"]):
                good = self._perform(dict(claim, ids=[job_id]), worker, outcome)
                size = position + 1
                if (not good or worker.is_time_over()) and size < len(claim["ids"]):
                    # What stopped one may stop all: the account is paused, the circuit is open, the limit is reached.
                    self._release(dict(claim, ids=claim["ids"][size:]), worker)
                    outcome["left"] = outcome["left"] or worker.is_time_over()
                    break
        worker.note_pace(claim["operation"], size, time.monotonic() - begin)

    def _perform(self, claim, worker, outcome):
        """Run one unit to its end, whatever happens: done, left for later, split, waiting or failed.

        :return: True when it went well
        """
        failure = None
        for attempt in range(IMMEDIATE_TRIES):
            try:
                if failure is not None:
                    self._check_still_ours(claim, worker)
                with quiet_about(TRANSIENT_DATABASE_ERRORS):
                    finished = self._perform_once(claim, worker)
                outcome["done" if finished else "waiting"] += len(claim["ids"])
                outcome["left"] = outcome["left"] or not finished
                if claim.get("shaky") and self._get_operations()[claim["operation"]].needs_connection:
                    self._settle_success(claim, worker)
                return True
            except LeaseLost:
                worker.rollback()
                _logger.warning("Cdiscount queue: job %s was taken over or removed meanwhile", claim["ids"])
                return False
            except Stopped as stop:
                worker.rollback()
                self._release(claim, worker, cancelled=stop.cancelled)
                return False
            except TRANSIENT_DATABASE_ERRORS as error:
                # Serialization noise: two workers touched the same rows. It is nobody's fault and nobody should see it.
                worker.rollback()
                failure = error
                time.sleep(random.uniform(0.01, 0.05 * 2**attempt))
            except Exception as error:
                worker.rollback()
                failure = error
                break
        if len(claim["ids"]) > 1 and self._kind_of(failure) in ("fix", "bug"):
            self._perform_halves(claim, worker, outcome)
        else:
            self._settle_failure(claim, failure, outcome, worker)
        return False

    def _perform_halves(self, claim, worker, outcome):
        """One bad job must not stop its neighbours: cut the batch until the bad one stands alone."""
        middle = len(claim["ids"]) // 2
        for ids in (claim["ids"][:middle], claim["ids"][middle:]):
            self._perform(dict(claim, ids=ids), worker, outcome)

    def _perform_once(self, claim, worker):
        """Run the operation's method in a transaction of its own and commit it.

        :return: True when done, False when the time was over and the rest waits for the next run
        """
        spec = self._get_operations()[claim["operation"]]
        cr = worker.cursor()
        env = self._job_env(cr, claim["config_id"], worker.contexts)
        facts = Facts()
        env = env(context=dict(env.context, cdiscount_facts=facts))
        accounts = env["cdiscount.config"]
        jobs = env["cdiscount.queue"].sudo().browse(claim["ids"])
        steps = getattr(env[spec.model], spec.method)(jobs)
        postponed = steps if isinstance(steps, Postponed) else None
        finished = True
        if inspect.isgenerator(steps):
            for progress in steps:
                env.flush_all()
                self._checkpoint(cr, claim, progress)
                # The runner owns this cursor: one unit of work, one commit.
                cr.commit()  # pylint: disable=invalid-commit
                accounts._write_facts(facts)
                if time.monotonic() >= worker.last_call:
                    steps.close()
                    finished = False
                    break
        env.flush_all()
        if not self._mark_ended(cr, claim, finished, postponed):
            raise LeaseLost
        cr.commit()  # pylint: disable=invalid-commit
        accounts._write_facts(facts)
        cr.cache.clear()
        return finished

    def _checkpoint(self, cr, claim, progress):
        """What was done so far is complete: tell that the work goes on, or end it here when a person wants that."""
        answer = self._renew_lease(cr, claim, progress)
        if answer == "lost":
            raise LeaseLost
        if answer in ("stop", "cancel"):
            cr.commit()  # pylint: disable=invalid-commit
            raise Stopped(cancelled=answer == "cancel")

    def _check_still_ours(self, claim, worker):
        """Before a unit is tried again: a collision may have been a person, or a worker, who took the job away."""
        cr = worker.cursor()
        answer = self._renew_lease(cr, claim)
        if answer == "lost":
            raise LeaseLost
        cr.commit()  # pylint: disable=invalid-commit
        if answer in ("stop", "cancel"):
            raise Stopped(cancelled=answer == "cancel")

    def _job_env(self, cr, config_id, known=None):
        """Return the environment of the account: its user, its company, its language; not the superuser's.

        :param known: dict in which the answers are kept for the length of a run
        """
        known = {} if known is None else known
        if config_id not in known:
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
            known[config_id] = user.id, context
        user_id, context = known[config_id]
        return api.Environment(cr, user_id, dict(context))

    def _mark_ended(self, cr, claim, finished, postponed=None):
        """Write the end of a unit into its own transaction.

        :return: False when the jobs are no longer ours
        """
        later = set(postponed.keys) if postponed and finished else set()
        if later or not finished:
            self._absorb_later(cr, claim["ids"])
        cr.execute(
            """
            UPDATE cdiscount_queue
               SET state = CASE WHEN %(finished)s AND key <> ALL(%(later)s) THEN 'done' ELSE 'pending' END,
                   attempts = CASE WHEN %(finished)s THEN 0 ELSE attempts END,
                   error = NULL, error_kind = NULL, cause_code = NULL, cause_id = NULL,
                   eta = CASE WHEN key = ANY(%(later)s) THEN %(now)s + %(seconds)s * interval '1 second' END,
                   lease_until = NULL, worker_lock = NULL, exclusive = NULL, cancel_requested = FALSE,
                   finished_at = %(now)s
             WHERE id = ANY(%(ids)s) AND state = 'running' AND worker = %(worker)s
            """,
            {
                "finished": finished,
                "ids": claim["ids"],
                "worker": claim["worker"],
                "later": list(later),
                "seconds": postponed.seconds if postponed else 0,
                "now": fields.Datetime.now(),
            },
        )
        return cr.rowcount == len(claim["ids"])
