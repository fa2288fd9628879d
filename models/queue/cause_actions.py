"""What a person does with causes, and how they close by themselves."""

import logging
from dataclasses import replace
from datetime import timedelta

import psycopg2

from odoo import SUPERUSER_ID, _, api, fields, models
from odoo.exceptions import UserError
from odoo.modules.registry import Registry

from ...compat import check_access
from ..connection.messages import Cause
from .failure_cause import WAITING_JOBS

_logger = logging.getLogger(__name__)

NEW_LINKS = 500
"""Failures without a cause that one sweep puts under one: those noted while the database was in trouble."""

COUNT_AGAIN = """
WITH waiting AS (
    SELECT cause_id, SUM(number) AS number
      FROM (SELECT cause_id, COUNT(*) AS number FROM cdiscount_order_mapping
             WHERE cause_id IS NOT NULL AND state = 'held' GROUP BY cause_id
             UNION ALL
            SELECT cause_id, COUNT(*) FROM cdiscount_queue
             WHERE cause_id IS NOT NULL AND state = ANY(%(states)s) GROUP BY cause_id) AS part
     GROUP BY cause_id
), judged AS (
    SELECT cause.id, COALESCE(waiting.number, 0) AS number,
           CASE WHEN waiting.number > 0 THEN 'open' ELSE 'solved' END AS state
      FROM cdiscount_failure_cause cause LEFT JOIN waiting ON waiting.cause_id = cause.id
)
UPDATE cdiscount_failure_cause cause
   SET waiting_count = judged.number, state = judged.state,
       solved_at = CASE WHEN judged.state = 'open' THEN NULL ELSE COALESCE(cause.solved_at, %(now)s) END
  FROM judged
 WHERE judged.id = cause.id
   AND (cause.waiting_count IS DISTINCT FROM judged.number OR cause.state IS DISTINCT FROM judged.state)
"""
# What failed and was done by a later job of the same key is not a failure any more.
OVERTAKEN = """
UPDATE cdiscount_queue job SET state = 'cancelled', cause_id = NULL
 WHERE job.state = 'failed'
   AND EXISTS (SELECT 1 FROM cdiscount_queue later
                WHERE later.config_id = job.config_id AND later.operation = job.operation AND later.key = job.key
                  AND later.state = 'done' AND later.finished_at > job.finished_at)
"""


class CdiscountFailureCauseActions(models.Model):
    _inherit = "cdiscount.failure.cause"

    # ------------------------------------------------------------------ what a person can do
    def action_retry_all(self):
        """Try everything again that waits for these causes: the queue does it, whatever the number.

        An account whose access or settings were the trouble is tested first: without it every job would fail again.
        """
        check_access(self, "write")
        tested = self.filtered(lambda cause: cause.kind in ("reauth", "stop")).config_id
        for config in tested.filtered(lambda config: config.state in ("error", "draft")):
            config.action_test_connection()
        orders = self._held_orders().filtered(lambda order: order.hold_code != "payload_invalid")
        orders._request_build()
        jobs = self._waiting_jobs().filtered(lambda job: job.state in ("failed", "waiting_retry"))
        if jobs:
            jobs.action_retry()
        still = tested.filtered(lambda config: config.state == "error")
        if still:
            raise UserError(
                _("%s is still not connected: the connection test of the account shows why.", still[0].name)
            )
        if not orders and not jobs:
            return self.env["cdiscount.config"]._notify(_("Nothing can be retried here now: see what to do."))
        return self.env["cdiscount.config"]._notify(
            _("Tried again: orders %(orders)s, jobs %(jobs)s.", orders=len(orders), jobs=len(jobs))
        )

    def action_resolve(self):
        """Open what is missing for the held orders of these causes, with what can be done about it."""
        orders = self._held_orders()
        if not orders:
            raise UserError(_("Nothing to resolve: no order waits for this any more."))
        return orders.action_resolve()

    def action_open_records(self):
        """Open what waits: the held orders, or the jobs when no order does."""
        return self.action_open_orders() if self._held_orders(limit=1) else self.action_open_jobs()

    def action_open_orders(self):
        """Open the held orders of these causes."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_order_mapping")
        return dict(
            action,
            name=self.name if len(self) == 1 else _("Held Orders"),
            domain=[("cause_id", "in", self.ids), ("state", "=", "held")],
            context={},
        )

    def action_open_jobs(self):
        """Open the jobs of these causes."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_queue")
        return dict(
            action,
            name=self.name if len(self) == 1 else _("Queue"),
            domain=[("cause_id", "in", self.ids), ("state", "in", WAITING_JOBS)],
            context={},
        )

    def action_open_config(self):
        """Open the account."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cdiscount.config",
            "res_id": self.config_id.id,
            "views": [(False, "form")],
        }

    def _held_orders(self, limit=None):
        return self.env["cdiscount.order.mapping"].search(
            [("cause_id", "in", self.ids), ("state", "=", "held")], limit=limit
        )

    def _waiting_jobs(self):
        return self.env["cdiscount.queue"].search([("cause_id", "in", self.ids), ("state", "in", WAITING_JOBS)])

    # ------------------------------------------------------------------ by itself
    @api.model
    def _sweep(self):
        """Count what waits for each cause, close what nothing waits for, reopen what is waited for. Never raises.

        One worker at a time; a worker that meets another one leaves it to that one.
        """
        try:
            with Registry(self.env.cr.dbname).cursor() as cr:
                cr.execute("SELECT pg_try_advisory_xact_lock(hashtext('cdiscount.failure.cause'), 0)")
                if cr.fetchone()[0]:
                    self.with_env(api.Environment(cr, SUPERUSER_ID, {}))._sweep_once()
        except psycopg2.OperationalError as error:
            _logger.info("Cdiscount causes: counted again with the next run (%s)", type(error).__name__)
        except Exception:
            _logger.exception("Cdiscount causes could not be counted; it is tried again with the next run")

    @api.model
    def _sweep_once(self):
        self._note_forgotten()
        self.env.flush_all()
        self.env.cr.execute(OVERTAKEN, log_exceptions=False)
        self.env.cr.execute(
            COUNT_AGAIN, {"states": list(WAITING_JOBS), "now": fields.Datetime.now()}, log_exceptions=False
        )
        self.env.invalidate_all()

    @api.model
    def _note_forgotten(self):
        """Put failures under a cause that have none: from before an upgrade, or from a moment of trouble."""
        self.env["cdiscount.order.mapping"].search(
            [("state", "=", "held"), ("hold_code", "!=", False), ("cause_id", "=", False)], limit=NEW_LINKS
        )._note_hold_cause()
        jobs = self.env["cdiscount.queue"].search(
            [
                ("state", "in", ("failed", "waiting_retry")),
                ("cause_code", "!=", False),
                ("cause_id", "=", False),
                ("operation", "!=", "order_build"),
            ],
            limit=NEW_LINKS,
        )
        for (code, kind, error), same in jobs.grouped(lambda job: (job.cause_code, job.error_kind, job.error)).items():
            cause = Cause(code, error or code)
            same._note_cause(replace(cause, params={"text": error}) if code == "odoo_refused" else cause, kind)

    @api.autovacuum
    def _gc_solved(self, days=90):
        """Forget causes three months after they were solved."""
        self.env.cr.execute(
            """
            DELETE FROM cdiscount_failure_cause cause
             WHERE state = 'solved' AND last_seen < %s
               AND NOT EXISTS (SELECT 1 FROM cdiscount_queue WHERE cause_id = cause.id)
               AND NOT EXISTS (SELECT 1 FROM cdiscount_order_mapping WHERE cause_id = cause.id)
            """,
            (fields.Datetime.now() - timedelta(days=days),),
        )
        self.env.invalidate_all()
