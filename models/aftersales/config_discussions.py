"""What an account does about discussions: whether and how often they are read, until when an answer is due."""

from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

WINDOW = timedelta(days=180)
"""Cdiscount refuses a search that goes further back than six months (contract §7.1); the shortest six are 181 days."""
OVERLAP = timedelta(minutes=15)
"""What is read once more each time: two clocks and a list that moves."""
DENIED_MINUTES = 60


class CdiscountConfigDiscussions(models.Model):
    _inherit = "cdiscount.config"

    discussion_auto_import = fields.Boolean(
        "Fetch Messages Automatically", default=True, help="Questions and claims of customers come into the inbox."
    )
    discussion_interval = fields.Integer(
        "Minutes Between Two Looks", default=5, help="How often Cdiscount is asked for new messages."
    )
    answer_hours = fields.Integer(
        "Hours to Answer",
        default=48,
        help="Within how many hours a customer shall have an answer. The API does not tell: see your seller contract.",
    )
    care_user_id = fields.Many2one(
        "res.users",
        "Customer Care",
        domain="[('share', '=', False)]",
        help="Receives new discussions. Empty: the responsible of the account.",
    )
    discussion_watermark = fields.Datetime("Messages Read Up To", readonly=True, copy=False)
    last_discussion_pull_at = fields.Datetime("Messages Last Asked", readonly=True, copy=False)
    discussions_denied_since = fields.Datetime("Messages Not Allowed Since", readonly=True, copy=False)
    discussions_denied_text = fields.Text("Right to Messages", compute="_compute_discussions_denied_text")
    typologies_read_at = fields.Datetime(readonly=True, copy=False)
    discussion_to_answer_count = fields.Integer("To Answer", compute="_compute_discussion_to_answer_count")

    @api.depends("discussions_denied_since", "name")
    @api.depends_context("lang")
    def _compute_discussions_denied_text(self):
        for config in self:
            config.discussions_denied_text = (
                config._discussions_denied_text() if config.discussions_denied_since else False
            )

    def _compute_discussion_to_answer_count(self):
        groups = self.env["cdiscount.discussion"]._read_group(
            [("config_id", "in", self.ids), ("state", "=", "to_answer")], ["config_id"], ["__count"]
        )
        counts = {config.id: count for config, count in groups}
        for config in self:
            config.discussion_to_answer_count = counts.get(config.id, 0)

    @api.constrains("discussion_interval", "answer_hours")
    def _check_discussion_figures(self):
        if any(config.discussion_interval < 1 or config.answer_hours < 1 for config in self):
            raise ValidationError(_("Enter at least one minute between two looks and one hour to answer."))

    # ------------------------------------------------------------------ the clock
    def _schedule_due_jobs(self, now):
        result = super()._schedule_due_jobs(now)
        minutes = max(self.discussion_interval, DENIED_MINUTES if self.discussions_denied_since else 1)
        if self.discussion_auto_import and self._is_due(self.last_discussion_pull_at, minutes, now):
            self.env["cdiscount.queue"]._enqueue(self, "discussion_pull", "discussions", wake=False)
        return result

    def _discussions_from(self, now):
        """Return the moment from which discussions are read (naive UTC), never outside Cdiscount's search window."""
        self.ensure_one()
        earliest = now - WINDOW
        return max(earliest, min(self.discussion_watermark, now) - OVERLAP) if self.discussion_watermark else earliest

    # ------------------------------------------------------------------ the right to read them
    def _note_discussions_denied(self):
        """Remember that this login may not read messages: it is said on the account and at the inbox."""
        if not self.discussions_denied_since:
            self.sudo().discussions_denied_since = fields.Datetime.now()
            self.env["cdiscount.sync.log"]._add(
                self, "discussion_pull", self._discussions_denied_text(), level="warning", cause_code="access_denied"
            )

    def _note_discussions_allowed(self):
        if self.discussions_denied_since:
            self.sudo().discussions_denied_since = False

    def _discussions_denied_text(self):
        return _(
            "%s may not read messages and claims: customers who write are not seen here. Ask for the right to "
            "discussions in the seller portal (Settings, API access), then choose Fetch Messages. Orders and the rest "
            "go on without it.",
            self.name,
        )

    def _check_discussions(self, client):
        found = super()._check_discussions(client)
        if found[0] == "ok":
            self._note_discussions_allowed()
        else:
            self._note_discussions_denied()
        return found

    # ------------------------------------------------------------------ what a person can do
    def action_pull_discussions(self):
        """Ask for the messages of customers now."""
        for config in self:
            config._require_connection()
            self.env["cdiscount.queue"].sudo()._enqueue(config, "discussion_pull", "discussions", priority=1)
        return self._notify(_("Cdiscount is being asked for messages."))

    def action_open_discussions(self):
        """Open the inbox of this account."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_discussion")
        action["domain"] = [("config_id", "in", self.ids)]
        return action
