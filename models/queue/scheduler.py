"""When work becomes due by the clock."""

import logging

from odoo import _, api, fields, models
from odoo.modules.registry import Registry

from .queue_claim import COLLISIONS
from .quiet_sql import quiet_about

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
        """Put every periodic job that is due on the queue, each account in a transaction of its own.

        One scheduler at a time is enough, and two would only be in each other's way. What a worker is taking at this
        very moment is asked for again in a minute.
        """
        with Registry(self.env.cr.dbname).cursor() as cr:
            cr.execute("SELECT pg_try_advisory_xact_lock(hashtext('cdiscount.queue.schedule'), 0)")
            if not cr.fetchone()[0]:
                return
            cr.execute("SELECT id FROM cdiscount_config WHERE state = 'connected' AND active ORDER BY id")
            for (config_id,) in cr.fetchall():
                self._schedule_account(config_id)

    @api.model
    def _schedule_account(self, config_id):
        try:
            with quiet_about(COLLISIONS), Registry(self.env.cr.dbname).cursor() as cr:
                env = api.Environment(cr, api.SUPERUSER_ID, {})
                env["cdiscount.config"].browse(config_id)._schedule_due_jobs(fields.Datetime.now())
        except COLLISIONS:
            _logger.debug("Cdiscount queue: account %s is scheduled in a minute", config_id)
        except Exception:
            # One account's trouble is not the others'.
            _logger.exception("Cdiscount queue: account %s could not be scheduled; it is tried again", config_id)

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
