"""Closing, reopening and reading: what a person does to a discussion, carried to Cdiscount."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access
from ...services.errors import NotFound
from ...services.payloads.discussion import Discussion


class CdiscountDiscussionChange(models.Model):
    _inherit = "cdiscount.discussion"

    wanted_open = fields.Selection(
        [("open", "Being Reopened"), ("closed", "Being Closed")],
        "On Its Way",
        readonly=True,
        copy=False,
        help="What Cdiscount is being told.",
    )
    wanted_at = fields.Datetime(readonly=True, copy=False)
    change_note = fields.Text("What Happened", readonly=True, copy=False)

    def action_close(self):
        """Close these discussions on Cdiscount."""
        return self._want_open("closed")

    def action_reopen(self):
        """Open these discussions on Cdiscount again."""
        return self._want_open("open")

    def _want_open(self, wanted):
        check_access(self, "read")
        target = wanted == "open"
        todo = self.filtered(lambda one: one.external_id and (one.is_open != target or one.wanted_open))
        if not todo:
            raise UserError(_("These discussions are open already.") if target else _("These discussions are closed."))
        for config in todo.config_id:
            config._require_connection()
        todo.sudo().write({"wanted_open": wanted, "wanted_at": fields.Datetime.now(), "change_note": False})
        todo._request_change()
        return True

    def action_mark_read(self):
        """Tell Cdiscount that the messages were read."""
        check_access(self, "read")
        unread = self.filtered(lambda one: not one.has_read)
        unread.sudo().write({"has_read": True})
        unread._request_change()
        return True

    def _request_change(self, eta=None):
        for config, some in self.grouped("config_id").items():
            keys = [key for key in some.mapped("external_id") if key]
            if keys:
                self.env["cdiscount.queue"].sudo()._enqueue(config, "discussion_push", keys, eta=eta)

    @api.model
    def _job_push(self, jobs):
        """Queue operation: tell Cdiscount that a discussion is closed, open or read (the key is its number).

        A customer who wrote after somebody has decided to close is not shut out: it is looked first, and what is new is
        shown instead of closed.
        """
        config = jobs.config_id.sudo()
        discussion = self.sudo().search([("config_id", "=", config.id), ("external_id", "=", jobs.key)])
        if not discussion:
            return
        api_ = config._get_client().discussions
        if discussion.wanted_open:
            before = discussion.last_message_at
            raw = api_.get(discussion.external_id)
            self._store_details(config, [raw])
            yield
            parsed = Discussion.parse(raw)
            news = discussion._written_since(parsed, before)
            if discussion.wanted_open == "closed" and news:
                discussion.write(
                    {"wanted_open": False, "change_note": _("Not closed: the customer has written again meanwhile.")}
                )
            else:
                target = discussion.wanted_open == "open"
                if parsed.is_open != target:
                    api_.set_open(discussion.external_id, target)
                discussion._note_open(target)
            yield
        if discussion.has_read:
            unread = discussion.message_line_ids.filtered(
                lambda one: one.direction == "in" and not one.has_read and not one._is_nameless()
            )
            for line in unread:
                try:
                    api_.mark_read(line.external_id)
                except NotFound:
                    line.note = _("Cdiscount does not know this message any more.")
                line.has_read = True
                yield
        discussion._request_read()

    def _written_since(self, parsed, before):
        """Whether somebody else has written after the last message that was known."""
        self.ensure_one()
        last = parsed.messages[-1] if parsed.messages else None
        if not last or last.sender.is_seller or not last.created_at:
            return False
        moment = last.created_at.replace(tzinfo=None, microsecond=0)
        return not before or moment > before

    def _note_open(self, is_open):
        """Cdiscount has closed or reopened it."""
        self.ensure_one()
        self.write({"is_open": is_open, "wanted_open": False, "change_note": False})
        if is_open:
            self.write({"state": "answered"})
            self._wait_again()
        else:
            self.write({"state": "closed", "asked_at": False, "answer_by": False})
        self._watch_answers()

    @api.model
    def _job_push_failed(self, job, cause):
        """Called when Cdiscount cannot be told: the discussion shows why."""
        domain = [("config_id", "=", job.config_id.id), ("external_id", "=", job.key)]
        discussion = self.sudo().search(domain)
        if discussion:
            discussion.write({"wanted_open": False, "change_note": cause.text})


class CdiscountDiscussionMessageName(models.Model):
    _inherit = "cdiscount.discussion.message"

    def _is_nameless(self):
        """Whether Cdiscount gave the message no number that it could be named by."""
        return not self.external_id or self.external_id.startswith("digest:")
