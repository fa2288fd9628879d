"""What the health page finds out without asking anybody outside."""

import platform
import shutil

from odoo import _, api, fields, models
from odoo.tools import format_datetime, formatLang

from ...compat import odoo_version

TABLES = """
SELECT relname, pg_total_relation_size(oid), GREATEST(reltuples, 0)::bigint
  FROM pg_class WHERE relkind = 'r' AND relname LIKE 'cdiscount\\_%%'
   AND relnamespace = 'public'::regnamespace
 ORDER BY 2 DESC LIMIT 10
"""
STATES = "SELECT state, count(*), min(create_date) FROM cdiscount_queue WHERE config_id = %s GROUP BY state"
CALLS = """
SELECT COALESCE(sum(calls), 0), COALESCE(sum(errors), 0), COALESCE(sum(limited), 0), COALESCE(max(worst), 0),
       COALESCE(sum(seconds), 0)
  FROM cdiscount_api_day WHERE config_id = %s AND day >= %s
"""
MANY_ERRORS = 0.05


class CdiscountHealthFacts(models.TransientModel):
    _inherit = "cdiscount.health"

    @api.model
    def _findings(self, config):
        return [
            *super()._findings(config),
            *self._about_account(config),
            *self._about_crons(config),
            *self._about_queue(config),
            *self._about_rights(config),
            *self._about_token(config),
            *self._about_calls(config),
            *self._about_server(),
            *self._about_tables(),
        ]

    def _when(self, moment):
        return format_datetime(self.env, moment, dt_format="short") if moment else _("never")

    @api.model
    def _about_account(self, config):
        label = dict(config._fields["state"]._description_selection(self.env))[config.state]
        result = {"connected": "ok", "paused": "warning", "draft": "warning"}.get(config.state, "failed")
        remedy = _("Choose Test Connection on the account.") if config.state in ("draft", "error") else ""
        if config.state == "paused":
            remedy = _("Choose Resume on the account when work shall go on.")
        found = [("account", result, _("State"), "\n".join(filter(None, [label, config.state_message])), remedy)]
        found.append(("account", "info", _("Orders last fetched"), self._when(config.last_order_pull_at), ""))
        if config.cause_count:
            message = _("Causes that wait for a solution: %s.", config.cause_count)
            found.append(("account", "warning", _("To Solve"), message, _("Open Operations, To Solve.")))
        return found

    @api.model
    def _about_crons(self, config):
        # They are switched on by the first successful connection test.
        off = "failed" if config.state in ("connected", "error") else "info"
        data = self.env["ir.model.data"].sudo()
        ids = data.search([("module", "=", "cdiscount_store_management"), ("model", "=", "ir.cron")]).mapped("res_id")
        found = []
        for cron in self.env["ir.cron"].sudo().with_context(active_test=False).browse(ids).exists().sorted("id"):
            message = _(
                "Last run: %(last)s. Next: %(next)s.", last=self._when(cron.lastcall), next=self._when(cron.nextcall)
            )
            remedy = "" if cron.active else _("Activate it in Settings, Technical, Scheduled Actions.")
            found.append(("crons", "ok" if cron.active else off, cron.name, message, remedy))
        return found

    @api.model
    def _about_queue(self, config):
        self.env.flush_all()
        self.env.cr.execute(STATES, [config.id])
        rows = self.env.cr.fetchall()
        labels = dict(self.env["cdiscount.queue"]._fields["state"]._description_selection(self.env))
        found = []
        if config.stall_title:
            found.append(("queue", "failed", _("Standstill"), config.stall_title, config.stall_checks))
        for state, count, oldest in rows:
            if state in ("pending", "running", "waiting_retry", "failed"):
                message = _("%(count)s, the oldest of %(date)s.", count=count, date=self._when(oldest))
                result = "warning" if state == "failed" else "info"
                remedy = _("Open Operations, To Solve: it says why.") if state == "failed" else ""
                found.append(("queue", result, labels[state], message, remedy))
        return found or [("queue", "ok", _("Waiting jobs"), _("None: everything is done."), "")]

    @api.model
    def _about_rights(self, config):
        name, runner = _("Runs As"), config.user_id
        if not runner.active:
            text, remedy = _("%s is archived.", runner.name), _("Choose another person on the account.")
            return [("rights", "failed", name, text, remedy)]
        if not runner.has_group("cdiscount_store_management.group_manager"):
            text = _("%s is not a Cdiscount Manager.", runner.name)
            return [("rights", "failed", name, text, _("Give this person the right, or choose another one."))]
        found = [("rights", "ok", name, runner.name, "")]
        if config.company_id not in runner.company_ids:
            text = _("%(person)s does not work in %(company)s.", person=runner.name, company=config.company_id.name)
            found.append(("rights", "failed", _("Company"), text, _("Allow the company for this person.")))
        groups = (
            ("stock.group_stock_user", _("Inventory")),
            ("sales_team.group_sale_salesman_all_leads", _("Sales")),
            ("account.group_account_invoice", _("Invoicing")),
        )
        for group, label in groups:
            has = runner.has_group(group)
            text = _("%s has it.", runner.name) if has else _("%s has it not.", runner.name)
            remedy = "" if has else _("Jobs that touch such documents may be refused: give this person the right.")
            found.append(("rights", "ok" if has else "warning", label, text, remedy))
        return found

    @api.model
    def _about_token(self, config):
        token = self.env["cdiscount.token"].sudo().search([("config_id", "=", config.id)], limit=1)
        if not token.expires_at:
            return [("token", "info", _("Access token"), _("None yet: the next call asks for one."), "")]
        good = token.expires_at > fields.Datetime.now()
        text = _("Good until %s.", self._when(token.expires_at))
        if not good:
            text = _("Expired on %s; the next call asks for a new one.", self._when(token.expires_at))
        return [("token", "ok" if good else "info", _("Access token"), text, "")]

    @api.model
    def _about_calls(self, config):
        since = fields.Date.subtract(fields.Date.today(), days=1)
        self.env.cr.execute(CALLS, [config.id, since])
        calls, errors, limited, worst, seconds = self.env.cr.fetchone()
        if not calls:
            return [("calls", "info", _("Since yesterday"), _("No call."), "")]
        text = _(
            "Calls: %(calls)s, errors: %(errors)s, refused as too many: %(limited)s; on average %(mean)s s, at most "
            "%(worst)s s.",
            calls=calls,
            errors=errors,
            limited=limited,
            mean=formatLang(self.env, seconds / calls, digits=2),
            worst=formatLang(self.env, worst, digits=2),
        )
        bad = errors > calls * MANY_ERRORS
        remedy = _("Open Performance, API Health: it shows which endpoint.") if bad else ""
        return [("calls", "warning" if bad else "ok", _("Since yesterday"), text, remedy)]

    @api.model
    def _about_server(self):
        module = self.env["ir.module.module"].sudo().search([("name", "=", "cdiscount_store_management")], limit=1)
        self.env.cr.execute("SHOW server_version")
        postgres = self.env.cr.fetchone()[0]
        versions = f"Odoo {odoo_version()}, addon {module.installed_version}, PostgreSQL {postgres}"
        found = [("server", "info", _("Versions"), f"{versions}, Python {platform.python_version()}", "")]
        printer = shutil.which("wkhtmltopdf")
        text = _("wkhtmltopdf is there.") if printer else _("wkhtmltopdf is missing: Odoo cannot print PDF.")
        remedy = "" if printer else _("Install wkhtmltopdf on the server when invoices shall be sent to Cdiscount.")
        found.append(("server", "ok" if printer else "warning", _("Printing"), text, remedy))
        return found

    @api.model
    def _about_tables(self):
        self.env.cr.execute(TABLES)
        found = []
        for name, size, rows in self.env.cr.fetchall():
            text = _("%(size)s MB, about %(rows)s rows", size=formatLang(self.env, size / 2**20, digits=1), rows=rows)
            found.append(("tables", "info", name, text, ""))
        return found
