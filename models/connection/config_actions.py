"""What a person can ask of an account, and how its state changes."""

import logging
from datetime import timedelta

from odoo import _, api, models
from odoo.exceptions import UserError

from ...compat import check_access

_logger = logging.getLogger(__name__)

REQUEST_BUDGET = 50
"""Seconds ``action_run_queue`` works before it answers; below the usual limits of proxies."""


class CdiscountConfigActions(models.Model):
    _inherit = "cdiscount.config"

    # ------------------------------------------------------------------ asking for work
    def action_pull_orders(self):
        """Fetch new and changed orders as soon as a worker is free."""
        check_access(self, "write")
        for config in self:
            config._require_connection()
            self.env["cdiscount.queue"].sudo()._enqueue(config, "order_pull", "orders", payload={"asked": True})
        return self._notify(_("Orders are being fetched."))

    def action_run_queue(self):
        """Run what is due now; return when it is done or the time budget is spent.

        :return: dict(done, failed, waiting, left: True when work that is due remains)
        """
        check_access(self, "write")
        # The runner works in transactions of its own and must see what this request has asked for.
        self.env.flush_all()
        queue = self.env["cdiscount.queue"].sudo()
        outcome = queue._run_due(config_ids=self.ids, budget=REQUEST_BUDGET)
        self.env.invalidate_all()
        return outcome

    # ------------------------------------------------------------------ states
    def action_pause(self):
        """Stop all jobs of these accounts until somebody resumes them. Nothing is lost: the jobs wait."""
        check_access(self, "write")
        for config in self.filtered(lambda config: config.state != "paused"):
            config.write({"state_before_pause": config.state, "state": "paused"})
            self.env["cdiscount.sync.log"]._add(
                config, "account", _("Paused by %s.", self.env.user.name), direction="internal"
            )
        return True

    def action_resume(self):
        """Let the jobs of paused accounts run again; an account in error is tested first."""
        check_access(self, "write")
        for config in self:
            if config.state == "paused":
                config.write({"state": config.state_before_pause or "draft", "state_before_pause": False})
                self.env["cdiscount.sync.log"]._add(
                    config, "account", _("Resumed by %s.", self.env.user.name), direction="internal"
                )
            if config.state in ("error", "draft"):
                config.action_test_connection()
            if config.state == "connected":
                self.env["cdiscount.queue"]._wake()
        return True

    def _become_connected(self):
        """Enter the state connected: waiting jobs go on, the crons run, the activity is closed."""
        self.sudo().write({"state": "connected", "state_message": False})
        self.activity_unlink(["cdiscount_store_management.activity_connection"])
        for config in self:
            self.env["cdiscount.circuit"].sudo()._note_success(config)
        self.env["cdiscount.queue"].sudo()._start_crons()
        self.env["cdiscount.queue"]._wake()

    def _enter_error(self, cause):
        """Stop the account until somebody has solved ``cause``: its jobs wait, a person is told, nothing is lost."""
        for config in self:
            if config.state in ("error", "paused"):
                config.state_message = cause.text
                continue
            config.write({"state": "error", "state_message": cause.text})
            user = config.responsible_id or config.user_id
            config.with_context(lang=user.lang, mail_activity_quick_update=True).activity_schedule(
                "cdiscount_store_management.activity_connection",
                user_id=user.id,
                summary=_("%s is no longer connected to Cdiscount", config.name),
                note=cause.text,
            )

    def _require_connection(self):
        self.ensure_one()
        if self.state == "paused":
            raise UserError(_("%s is paused: resume it first.", self.name))
        if self.state != "connected":
            raise UserError(
                _("%s is not connected to Cdiscount: use Test Connection and solve what it shows first.", self.name)
            )

    # ------------------------------------------------------------------ the clock
    def _schedule_due_jobs(self, now):
        """Ask for the periodic jobs of this account that are due at ``now`` (naive UTC)."""
        self.ensure_one()
        if self.order_auto_import and self._is_due(self.last_order_pull_at, self.order_sync_interval, now):
            self.env["cdiscount.queue"]._enqueue(self, "order_pull", "orders", wake=False)

    @api.model
    def _is_due(self, last, interval_minutes, now):
        # Thirty seconds of grace: a cron that runs each minute is never exactly on time, and 5 minutes must not be 6.
        return not last or now - last >= timedelta(minutes=int(interval_minutes), seconds=-30)

    # ------------------------------------------------------------------ screens
    def action_open_orders(self):
        """Open the orders of this account."""
        return self._open("cdiscount.order.mapping", _("Orders"))

    def action_open_held(self):
        """Open the orders of this account that wait for a person."""
        return self._open("cdiscount.order.mapping", _("Held Orders"), [("state", "=", "held")])

    def action_open_queue(self):
        """Open the queue of this account."""
        return self._open("cdiscount.queue", _("Queue"), [("state", "not in", ("done", "cancelled"))])

    def action_open_logs(self):
        """Open the log of this account."""
        return self._open("cdiscount.sync.log", _("Log"))

    def _open(self, model, name, domain=()):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": [("config_id", "in", self.ids), *domain],
            "context": {"default_config_id": self[:1].id},
        }

    @api.model
    def _notify(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": message, "type": "success", "next": {"type": "ir.actions.act_window_close"}},
        }
