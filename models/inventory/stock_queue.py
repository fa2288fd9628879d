"""When stock is sent: as soon as something has changed, or by the clock, and once a day all of it anew."""

import logging
from datetime import timedelta

import psycopg2

from odoo import _, api, models
from odoo.modules.registry import Registry

from ...compat import check_access
from ..queue.queue_claim import COLLISIONS
from ..queue.quiet_sql import quiet_about

_logger = logging.getLogger(__name__)

OPERATION, KEY = "stock_push", "stock"
COMPARE_ALL = timedelta(hours=24)
"""Some changes nobody notes: a lot that is to be removed today, the parts of a kit."""


class CdiscountQueueStock(models.Model):
    _inherit = "cdiscount.queue"

    @api.model
    def _run_due(self, config_ids=None, lanes=None, budget=None, report=None):
        if not lanes or "stock" in lanes:
            # What this very transaction has noted comes along; a runner's own has noted nothing.
            self.env["cdiscount.stock.event"].sudo()._write_down()
            self._ask_for_stock()
        return super()._run_due(config_ids=config_ids, lanes=lanes, budget=budget, report=report)

    @api.model
    def _ask_for_stock(self):
        """Turn changes that were noted into work: whoever made them could not touch a row that all share. Never raises.

        When another runner is quicker, it has put the work on the queue.
        """
        try:
            with quiet_about(COLLISIONS), Registry(self.env.cr.dbname).cursor() as cr:
                env = api.Environment(cr, api.SUPERUSER_ID, {})
                for config in env["cdiscount.stock.event"]._waiting_accounts():
                    env["cdiscount.queue"]._enqueue(config, OPERATION, KEY, wake=False)
        except psycopg2.Error as error:
            _logger.info("Cdiscount stock: changes wait for the next run: %s", type(error).__name__)


class CdiscountConfigStockClock(models.Model):
    _inherit = "cdiscount.config"

    def action_push_stock(self):
        """Work out the stock of every published offer of these accounts anew and send what differs."""
        check_access(self, "write")
        for config in self:
            config._require_connection()
            self.env["cdiscount.queue"].sudo()._enqueue(config, OPERATION, KEY, payload={"all": True})
        return self._notify(_("Stock is being sent."))

    def _schedule_due_jobs(self, now):
        result = super()._schedule_due_jobs(now)
        queue = self.env["cdiscount.queue"]
        offers = self.env["cdiscount.product.mapping"].sudo()
        published = [("config_id", "=", self.id), ("publish", "=", True)]
        if not self.stock_compared_at or now - self.stock_compared_at >= COMPARE_ALL:
            if offers.search_count(published, limit=1):
                queue._enqueue(self, OPERATION, KEY, payload={"all": True}, wake=False)
        elif self._is_due(self.last_stock_push_at, self.stock_sync_interval, now):
            changed = self.env["cdiscount.stock.event"].sudo().search_count([("config_id", "=", self.id)], limit=1)
            if changed or offers.search_count([*published, ("stock_dirty", "=", True)], limit=1):
                queue._enqueue(self, OPERATION, KEY, wake=False)
        return result
