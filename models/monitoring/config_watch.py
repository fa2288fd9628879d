"""The account's side of a queue that stands still: banner, one activity, a button, an address for monitors."""

import secrets

from markupsafe import Markup

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access
from ...services.rules.stalled import BLOCKING, diagnose

TOKEN = "cdiscount_store_management.health_token"
ACTIVITY = "cdiscount_store_management.activity_stalled"
HEALTH_PATH = "/cdiscount/health"


class CdiscountConfigWatch(models.Model):
    _inherit = "cdiscount.config"

    stalled_since = fields.Datetime("Stands Still Since", readonly=True, copy=False)
    stall_title = fields.Char("What Stands Still", compute="_compute_stall")
    stall_checks = fields.Text("What to Check", compute="_compute_stall")
    can_start_again = fields.Boolean(compute="_compute_stall")
    cause_count = fields.Integer("To Solve", compute="_compute_cause_count")
    health_url = fields.Char(
        "Address for Monitors",
        compute="_compute_health_url",
        groups="cdiscount_store_management.group_manager",
        help="An uptime monitor that asks here is answered 200 while jobs run, and 503 when they stand still. The "
        "answer holds nothing about your shop. Keep the address to yourself: it ends with a secret.",
    )

    @api.depends("state", "active")
    @api.depends_context("lang", "tz")
    def _compute_stall(self):
        # What is seen here is not written: a screen that is only looked at must not change anything.
        queue = self.env["cdiscount.queue"]
        facts = {config.id: seen for config, seen in queue._gather_facts(self.filtered("id")).items()}
        for config in self:
            stall = queue._explain_stall(facts[config.id]) if config.id in facts else None
            config.stall_title = stall and stall["title"]
            config.stall_checks = stall and "\n".join(f"• {check}" for check in stall["checks"])
            config.can_start_again = bool(stall) and "cron_off" in stall["codes"]

    def _compute_cause_count(self):
        groups = self.env["cdiscount.failure.cause"]._read_group(
            [("config_id", "in", self.ids), ("state", "=", "open")], ["config_id"], ["__count"]
        )
        counts = {config.id: count for config, count in groups}
        for config in self:
            # A list of accounts in Settings holds them as records that are about to be saved.
            config.cause_count = counts.get(config._origin.id, 0)

    @api.depends_context("uid")
    def _compute_health_url(self):
        base = self.get_base_url() if self else ""
        token = self.env["ir.config_parameter"].sudo().get_param(TOKEN)
        for config in self:
            config.health_url = f"{base}{HEALTH_PATH}?token={token}" if token else False

    # ------------------------------------------------------------------ one activity, not one per look
    def _settle_stalls(self, facts):
        """Tell the responsible of accounts that stand still, once; take it back when they run again.

        :param facts: ``{account: QueueFacts}`` of the connected accounts
        """
        for config in self.sudo():
            codes = diagnose(facts[config]) if config in facts else ()
            blocked = BLOCKING.intersection(codes) - {"neutralized"}
            if blocked and not config.stalled_since:
                config._raise_stall(facts[config])
            elif not blocked and config.stalled_since:
                config._clear_stall()

    def _raise_stall(self, facts):
        self.ensure_one()
        # The database says who was first: of two people who look at the same moment, one tells.
        self.env.cr.execute(
            "UPDATE cdiscount_config SET stalled_since = %s WHERE id = %s AND stalled_since IS NULL",
            (fields.Datetime.now(), self.id),
        )
        first = self.env.cr.rowcount
        self.invalidate_recordset(["stalled_since"])
        if not first:
            return
        user = self.responsible_id or self.user_id
        config = self.with_context(lang=user.lang, tz=user.tz, mail_activity_quick_update=True)
        stall = config.env["cdiscount.queue"]._explain_stall(facts)
        config.activity_schedule(
            ACTIVITY,
            user_id=user.id,
            summary=config._stall_summary(),
            note=Markup("<p>%s</p><ul>%s</ul>")
            % (stall["title"], Markup().join(Markup("<li>%s</li>") % check for check in stall["checks"])),
        )
        self.env["cdiscount.sync.log"]._add(
            self, "account", stall["title"], level="error", direction="internal", cause_code=stall["codes"][0]
        )

    def _stall_summary(self):
        return _("The jobs of %s stand still", self.name)

    def _clear_stall(self):
        self.ensure_one()
        self.env.cr.execute("UPDATE cdiscount_config SET stalled_since = NULL WHERE id = %s", (self.id,))
        self.invalidate_recordset(["stalled_since"])
        self.activity_unlink([ACTIVITY])
        self.env["cdiscount.sync.log"]._add(self, "account", _("The jobs run again."), direction="internal")

    # ------------------------------------------------------------------ what a person can do
    def action_start_again(self):
        """Switch the scheduled actions of Cdiscount on again and have them run now."""
        check_access(self, "write")
        queue = self.env["cdiscount.queue"].sudo()
        if self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized"):
            raise UserError(_("This database is a copy for tests: its scheduled actions stay switched off."))
        queue._start_crons()
        queue._wake()
        return self._notify(_("The scheduled actions are switched on: the jobs start within a minute."))

    def action_open_causes(self):
        """Open what is to be solved in this account."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_failure_cause")
        return dict(action, domain=[("config_id", "in", self.ids)])

    def action_renew_health_url(self):
        """Give the address for monitors another secret: the old address is refused from now on."""
        check_access(self, "write")
        self.env["ir.config_parameter"].sudo().set_param(TOKEN, secrets.token_urlsafe(24))
        return True

    @api.model
    def _ensure_health_token(self):
        """Called when data are loaded: the address for monitors has a secret of its own in every database."""
        parameters = self.env["ir.config_parameter"].sudo()
        if not parameters.get_param(TOKEN):
            parameters.set_param(TOKEN, secrets.token_urlsafe(24))
