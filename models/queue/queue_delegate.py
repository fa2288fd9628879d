"""For those who outgrow Odoo's cron: OCA ``queue_job`` decides when and on which worker a lane is run.

With that addon installed and the system parameter ``cdiscount_store_management.use_queue_job`` set to 1, a lane that
has work becomes a job on a channel of its own (``root.cdiscount.orders``, ...), so that its capacity is set where all
others are. The work itself, its order, retries and screens stay here; of the scheduled actions only the one that
watches the clock has something to do.
"""

from odoo import _, api, models

from .queue_wake import LANE_CRONS

PARAMETER = "cdiscount_store_management.use_queue_job"
BUDGET = 50
"""Seconds one job of that addon works before it makes place for another one."""


class CdiscountQueueDelegate(models.Model):
    _inherit = "cdiscount.queue"

    @api.model
    def _is_delegated(self):
        """Whether ``queue_job`` runs the queue."""
        chosen = self.env["ir.config_parameter"].sudo().get_param(PARAMETER)
        return "queue.job" in self.env and str(chosen).strip().lower() in ("1", "true", "yes")

    @api.model
    def _wake(self, eta=None, lanes=None):
        if not self._is_delegated():
            return super()._wake(eta, lanes)
        for lane in dict.fromkeys(lanes or LANE_CRONS):
            # The key makes one waiting job of many wishes. One that has started already does not count: it may not see
            # what this transaction asks for.
            self.sudo().with_delay(
                channel=f"root.cdiscount.{lane}",
                identity_key=f"cdiscount-{lane}" + (f"-{eta:%Y%m%d%H%M}" if eta else ""),
                eta=eta,
                description=_("Cdiscount: %s", lane),
            )._run_delegated(lane)

    @api.model
    def _run_delegated(self, lane):
        """Job of ``queue_job``: do what is due in a lane."""
        outcome = self._run_due(lanes=[lane], budget=BUDGET)
        self._wake_later([lane], outcome["left"])
        return f"{outcome['done']} done, {outcome['waiting']} waiting, {outcome['failed']} failed"

    @api.model
    def _wake_later(self, lanes, left):
        if not self._is_delegated():
            return super()._wake_later(lanes, left)
        if left:
            return self._wake(lanes=lanes)
        eta = self._next_eta(self.env.cr, lanes)
        return self._wake(eta, lanes) if eta else None

    @api.model
    def _run_round(self, lanes):
        if not self._is_delegated():
            return super()._run_round(lanes)
        busy = [] if lanes else self._lanes_with_work()
        if busy:
            self._wake(lanes=busy)
        return None

    @api.model
    def _lanes_with_work(self):
        self.env.cr.execute(
            """
            SELECT DISTINCT lane FROM cdiscount_queue
             WHERE (state IN ('pending', 'waiting_retry') AND (eta IS NULL OR eta <= now() AT TIME ZONE 'UTC'))
                OR state = 'running'
            """
        )
        return [row[0] for row in self.env.cr.fetchall() if row[0]]
