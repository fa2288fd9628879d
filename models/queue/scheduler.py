"""When work becomes due by the clock."""

import logging

from odoo import _, api, fields, models
from odoo.modules.registry import Registry

_logger = logging.getLogger(__name__)


class CdiscountQueueScheduler(models.Model):
    _inherit = "cdiscount.queue"

    @api.model
    def _plan(self):
        """What is done once a minute besides the work itself. No step may keep another one back."""
        for step in (self._schedule_due, self._fail_unknown, self._guard_crons):
            try:
                step()
            except Exception:
                _logger.exception("Cdiscount queue: %s did not succeed; it is tried again in a minute", step.__name__)

    @api.model
    def _schedule_due(self):
        """Put every periodic job that is due on the queue, in a transaction of its own.

        Asking for work that waits already costs nothing, so two schedulers at once do no harm.
        """
        with Registry(self.env.cr.dbname).cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            now = fields.Datetime.now()
            for config in env["cdiscount.config"].search([("state", "=", "connected")]):
                config._schedule_due_jobs(now)

    @api.model
    def _fail_unknown(self):
        """Show jobs that this version of the addon (or of an extension that was removed) cannot do.

        They would wait for ever without anybody noticing.
        """
        with Registry(self.env.cr.dbname).cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            known = list(self._get_operations())
            cr.execute(
                """
                SELECT id FROM cdiscount_queue
                 WHERE state IN ('pending', 'waiting_retry') AND operation <> ALL(%s) LIMIT 1000
                   FOR NO KEY UPDATE SKIP LOCKED
                """,
                (known,),
            )
            jobs = env["cdiscount.queue"].browse([row[0] for row in cr.fetchall()])
            for name, same in jobs.grouped("operation").items():
                same.write(
                    {
                        "state": "failed",
                        "error": _(
                            'The installed version does not know the operation "%s". Install the module that brings '
                            "it, then retry; or cancel the job.",
                            name,
                        ),
                        "error_kind": "stop",
                        "cause_code": "operation_unknown",
                        "finished_at": fields.Datetime.now(),
                    }
                )
