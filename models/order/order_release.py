"""From a held order back onto the road: who may decide, and creating the sale order while the person waits."""

import inspect
import logging
import time

import psycopg2

from odoo import _, fields, models
from odoo.exceptions import AccessError, UserError

from ..connection.messages import describe_failure
from .order_build import HoldOrder

_logger = logging.getLogger(__name__)

MANAGER = "cdiscount_store_management.group_manager"
PRIORITY = 5
"""A person waits: before everything else of the lane."""
SECONDS = 15
CHUNK = 10


class CdiscountOrderRelease(models.Model):
    _inherit = "cdiscount.order.mapping"

    def _require_manager(self):
        """Only a manager decides what an order becomes; the message says whom to ask."""
        if self.env.su or self.env.user.has_group(MANAGER):
            return
        people = (self.config_id or self.env["cdiscount.config"].search([])).sudo().mapped("responsible_id.name")
        raise AccessError(
            _(
                "Linking products, choosing taxes, releasing and answering orders is up to a Cdiscount Manager. "
                "Ask %s.",
                ", ".join(people) or _("your administrator"),
            )
        )

    def action_release(self):
        """Try held orders again: those in whose way nothing stands any more become sale orders at once."""
        self._require_manager()
        held = self.filtered(lambda order: order.state == "held" and not order.sale_order_id)
        if self and not held and not self.sale_order_id:
            raise UserError(_("Nothing to release: none of these orders is held."))
        held._build_now()
        # A second click, or a colleague who was quicker: the person sees what there is by now.
        return (held or self)._show_outcome()

    def action_resolve(self):
        """Open what is missing for these orders, each thing once, with what can be done about it."""
        held = self.filtered(lambda order: order.state == "held" and not order.sale_order_id)
        if self and not held:
            raise UserError(_("Nothing to resolve: none of these orders is held any more."))
        return self.env["cdiscount.order.resolve"]._open_for(held)

    def _request_build(self, priority=None):
        """Ask the queue to create the sale orders of these mappings (of any accounts)."""
        for config, orders in self.grouped("config_id").items():
            self.env["cdiscount.queue"].sudo()._enqueue(
                config, "order_build", orders.mapped("external_id"), priority=priority
            )

    # ------------------------------------------------------------------ while the person waits
    def _build_now(self, seconds=SECONDS):
        """Create the sale orders of these mappings in this transaction, as far as the time allows.

        The queue is asked first, so that nothing is lost when this request dies or its time is over. Its runner works
        in transactions of its own and could not see what this one has just written; so the jobs are locked here, where
        workers skip them, and done here. What another worker is just doing is left to it.

        :return: the mappings that are still without an answer: the queue goes on with them
        """
        deadline = time.monotonic() + seconds
        waiting = self.browse()
        self._request_build(priority=PRIORITY)
        for config, orders in self.grouped("config_id").items():
            jobs = orders._lock_jobs(config) if config.state in ("connected", "error") else []
            for start in range(0, len(jobs), CHUNK):
                if time.monotonic() < deadline:
                    self._build_jobs(jobs[start : start + CHUNK])
            done = set()
            if jobs:
                jobs.invalidate_recordset()
                done = set(jobs.filtered(lambda job: job.state in ("done", "failed")).mapped("key"))
            waiting |= orders.filtered(lambda order, done=done: order.external_id not in done)
        self.env.invalidate_all()
        return waiting

    def _lock_jobs(self, config):
        """Return the waiting jobs that create these orders, locked, in the account's own environment."""
        self.env.cr.execute(
            """
            SELECT id FROM cdiscount_queue
             WHERE config_id = %s AND operation = 'order_build' AND key = ANY(%s)
               AND state IN ('pending', 'waiting_retry')
             ORDER BY id FOR UPDATE SKIP LOCKED
            """,
            (config.id, self.mapped("external_id")),
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        queue = self.env["cdiscount.queue"]
        return queue.with_env(queue._job_env(self.env.cr, config.id)).sudo().browse(ids)

    def _build_jobs(self, jobs):
        """Do build jobs; one that cannot be done is found by halving, and refused with its reason."""
        try:
            with self.env.cr.savepoint():
                result = jobs.sudo(False).env["cdiscount.order.mapping"]._job_build(jobs)
                if inspect.isgenerator(result):
                    result = list(result)[-1:]
                jobs.env.flush_all()
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            # Odoo repeats the whole request after a serialization failure.
            raise
        except Exception as error:
            if len(jobs) > 1:
                middle = len(jobs) // 2
                self._build_jobs(jobs[:middle])
                self._build_jobs(jobs[middle:])
            else:
                self._refuse_job(jobs, error)
            return
        postponed = set(getattr(result, "keys", ()) or ())
        self._end_jobs(jobs.filtered(lambda job: job.key not in postponed), "done")

    def _end_jobs(self, jobs, state, **values):
        ended = {"state": state, "finished_at": fields.Datetime.now(), "attempts": 0, "eta": False}
        jobs.write({**ended, "error": False, "error_kind": False, "cause_code": False, "cause_id": False, **values})

    def _refuse_job(self, job, error):
        """Hold the order with what Odoo said; leave to the queue what is nobody's to solve."""
        queue = self.env["cdiscount.queue"]
        if queue._kind_of(error) != "fix":
            _logger.warning("Cdiscount order %s could not be created at once; the queue tries again", job.key)
            return
        cause = describe_failure(job.env, error, job.config_id)
        self._end_jobs(job, "failed", error=cause.text, error_kind="fix", cause_code=cause.code)
        job._note_cause(cause, "fix")
        mapping = job.env["cdiscount.order.mapping"].search(
            [("config_id", "=", job.config_id.id), ("external_id", "=", job.key), ("sale_order_id", "=", False)]
        )
        if mapping:
            mapping._hold(HoldOrder("odoo_refused", cause.text))

    def _show_outcome(self):
        """Open what became of these orders: the sale order, or the list of them, with one sentence that counts."""
        made = self.filtered("sale_order_id")
        held = self.filtered(lambda order: order.state == "held")
        gone = self.filtered(lambda order: order.state == "cancelled")
        waiting = self - made - held - gone
        parts = []
        if made:
            parts.append(_("Sale orders created: %s.", len(made)) if len(made) > 1 else _("The sale order is created."))
        if gone:
            parts.append(_("Cancelled on Cdiscount meanwhile: %s.", ", ".join(gone.mapped("display_name")[:5])))
        if len(waiting) == 1:
            parts.append(_("The order is being created by the queue."))
        elif waiting:
            parts.append(_("Orders being created by the queue: %s.", len(waiting)))
        if len(held) == 1:
            parts.append(
                _("Order %(order)s is still held: %(reason)s", order=held.display_name, reason=held.hold_reason)
            )
        elif held:
            parts.append(_("Orders that are still held: %s.", len(held)))
        action = {"type": "ir.actions.act_window_close"}
        if len(self) == 1 and made:
            action = self.action_open_sale_order()
        elif made:
            action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_order_mapping")
            action = dict(action, domain=[("id", "in", self.ids)], context={})
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": " ".join(parts),
                "type": "warning" if held or gone else "success",
                "sticky": bool(held),
                "next": action,
            },
        }
