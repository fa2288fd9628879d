"""The scheduled actions that run the queue: one for each lane, and one for all that also watches the clock.

Two cron workers can both be busy with orders: one through the lane's runner, one through the runner of all lanes, which
the first one wakes when it finds more than it can take at once. Every runner also runs each minute, so a wake-up that
is lost costs a minute at most.
"""

import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.modules.registry import Registry

from ...compat import forgive_failures, keep_running

_logger = logging.getLogger(__name__)

MODULE = "cdiscount_store_management"
ALL_LANES = "cron_run_queue"
LANE_CRONS = {
    "orders": "cron_run_orders",
    "stock": "cron_run_stock",
    "catalogue": "cron_run_catalogue",
    "aftersales": "cron_run_service",
    "finance": "cron_run_service",
}


class CdiscountQueueWake(models.Model):
    _inherit = "cdiscount.queue"

    @api.model
    def _cron(self, name):
        return self.env.ref(f"{MODULE}.{name}", raise_if_not_found=False) or self.env["ir.cron"]

    @api.model
    def _crons(self):
        """Return every scheduled action that runs the queue, active or not."""
        crons = self.env["ir.cron"].sudo()
        for name in (ALL_LANES, *dict.fromkeys(LANE_CRONS.values())):
            crons |= self._cron(name).sudo()
        return crons

    @api.model
    def _wake(self, eta=None, lanes=None):
        """Have the runners of these lanes (default: all) run once this transaction is committed, or at ``eta``.

        A lane whose own runner is switched off is served by the runner of all lanes.
        """
        names = dict.fromkeys(LANE_CRONS.get(lane, ALL_LANES) for lane in lanes or LANE_CRONS)
        everyone = self._cron(ALL_LANES).sudo()
        crons = everyone.browse()
        for name in names:
            cron = self._cron(name).sudo()
            crons |= cron if cron.active else everyone
        # However often a transaction asks, one wake-up is enough: nothing is seen of it before its end.
        woken = self.env.cr.precommit.data.setdefault("cdiscount_queue_woken", set())
        for cron in crons:
            if eta and eta > fields.Datetime.now():
                self._wake_at(cron, eta)
            elif cron.id not in woken:
                woken.add(cron.id)
                cron._trigger()

    @api.model
    def _wake_at(self, cron, moment):
        """Have a runner run at a moment in the future; it looks by itself for what comes after that.

        So one row is enough for thousands of jobs that wait, each for a moment of its own.
        """
        # Odoo looks once a minute anyway.
        moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        self.env.cr.execute(
            "SELECT 1 FROM ir_cron_trigger WHERE cron_id = %s AND call_at > %s AND call_at <= %s LIMIT 1",
            (cron.id, fields.Datetime.now(), moment),
        )
        if not self.env.cr.fetchone():
            cron._trigger(at=moment)
            self.env.flush_all()

    @api.model
    def _wake_later(self, lanes, left):
        """At the end of a run: go on at once when work is left, else when the next waiting job's time comes."""
        with Registry(self.env.cr.dbname).cursor() as cr:
            queue = self.with_env(self.env(cr=cr))
            if left:
                cron = queue._cron(LANE_CRONS[lanes[0]] if lanes else ALL_LANES).sudo()
                if cron:
                    cron._trigger()
                return
            eta = self._next_eta(cr, lanes)
            if eta:
                queue._wake(eta, lanes)

    @api.model
    def _next_eta(self, cr, lanes):
        """Return the moment, in the future, at which the next waiting job of these lanes is due; None without any."""
        cr.execute(
            """
            SELECT min(eta) FROM cdiscount_queue
             WHERE state IN ('pending', 'waiting_retry') AND eta IS NOT NULL
               AND (%(lanes)s::text[] IS NULL OR lane = ANY(%(lanes)s::text[]))
            """,
            {"lanes": list(lanes) if lanes else None},
        )
        eta = cr.fetchone()[0]
        return eta and max(eta, fields.Datetime.now() + timedelta(seconds=1))

    @api.model
    def _wake_helper(self, worker):
        """Have the runner of all lanes help a lane that has more to do than one worker takes at once."""
        if not worker.lanes or self._count_due(worker, most=1) < 1:
            return
        cr = worker.cursor()
        for cron in self.with_env(self.env(cr=cr))._cron(ALL_LANES).sudo():
            cron._trigger()
        worker.commit()

    @api.model
    def _count_due(self, worker, most=10000):
        """How many jobs could be run now; ``most`` is where counting ends."""
        cr = worker.cursor()
        cr.execute(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM cdiscount_queue job
                  JOIN cdiscount_config account ON account.id = job.config_id
                 WHERE job.state IN ('pending', 'waiting_retry') AND job.eta IS NULL
                   AND job.lane = ANY(%(lanes)s) AND account.active AND account.state = 'connected'
                 LIMIT %(most)s) due
            """,
            {"lanes": worker.lanes or list(LANE_CRONS), "most": most},
        )
        count = cr.fetchone()[0]
        worker.commit()
        return count

    # ------------------------------------------------------------------ always there
    @api.model
    def _start_crons(self):
        """Switch the runners on: an account is connected. A neutralised copy of a database stays quiet."""
        if self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized"):
            return
        idle = self._crons().filtered(lambda cron: not cron.active)
        if idle:
            # They are due from now on, not since the installation: that would look like days without a run.
            idle.write({"active": True, "nextcall": fields.Datetime.now()})
            keep_running(idle)

    @api.model
    def _keep_crons_running(self):
        """Called when data are loaded: the runners repeat for ever on every series.

        A database from before there was a runner for each lane gets the new ones switched on together with the old.
        """
        crons = self._crons()
        if self._cron(ALL_LANES).sudo().active and not all(crons.mapped("active")):
            self._start_crons()
        keep_running(crons)

    @api.model
    def _guard_crons(self):
        """Forget failures of the other runners, so that Odoo never switches one off. Never raises.

        A run does not fail, but a process may be killed in the middle of one, for its memory or its time, again and
        again: Odoo counts that as failures and after a week deactivates the action, and no order ever comes again.
        """
        try:
            with Registry(self.env.cr.dbname).cursor() as cr:
                forgive_failures(cr, self.with_env(self.env(cr=cr))._crons().ids)
        except psycopg2.Error as error:
            _logger.debug("the runners' failures could not be reset: %s", error)
