"""When work becomes due by the clock."""

import logging

from odoo import api, fields, models
from odoo.modules.registry import Registry

from ...compat import keep_running

_logger = logging.getLogger(__name__)


class CdiscountQueueScheduler(models.Model):
    _inherit = "cdiscount.queue"

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
    def _keep_crons_running(self):
        """Called when data are loaded: the addon's crons repeat for ever on every series."""
        cron = self.env.ref("cdiscount_store_management.cron_run_queue", raise_if_not_found=False)
        if cron:
            keep_running(cron)
