"""Answers on their way to Cdiscount: checked before, sent once, looked for before anything is sent again."""

from datetime import timedelta, timezone

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access
from ...services.errors import AccessDenied, AuthError, CircuitOpen, DataError, RateLimited
from ...services.payloads.discussion import CUSTOMER, Discussion, Person
from ...services.rules.discussion import CUSTOMER_CARE, check_message, find_sent
from ..order.order_import import naive

NOTHING_DONE = (RateLimited, CircuitOpen, AuthError, AccessDenied, DataError)
"""Failures after which it is certain that nothing was sent."""
QUIET = timedelta(minutes=2)
"""How long after a lost answer nothing is sent again: until then Cdiscount may not show the message yet."""
LOOK_SECONDS = 30


class CdiscountDiscussionSend(models.Model):
    _inherit = "cdiscount.discussion.message"

    # ------------------------------------------------------------------ before it is sent
    def _problems(self):
        """Return what Cdiscount would refuse, one sentence each."""
        self.ensure_one()
        files = [(file.name or "", file.file_size or 0) for file in self.file_ids]
        return self.env["cdiscount.discussion"]._explain_problems(check_message(self.body or "", files))

    def _check_or_push(self):
        """Hand the answer to the queue, or keep it with what is wrong about it."""
        for line in self:
            problems = line._problems()
            if problems:
                line._note_refused("\n".join(problems))
            else:
                line.write({"state": "to_send", "note": False})
                line.discussion_id.sudo().write({"state": "answered", "asked_at": False, "answer_by": False})
                line.discussion_id.sudo()._watch_answers()
                line._request_push()
        self._show_in_chatter()

    def _request_push(self, eta=None):
        for config, some in self.grouped("config_id").items():
            keys = [str(one.id) for one in some]
            self.env["cdiscount.queue"].sudo()._enqueue(config, "message_push", keys, eta=eta)

    def _show_in_chatter(self):
        """Have the chatter hold each answer once, and say below it when it has not reached the customer."""
        discussions = self.env["cdiscount.discussion"]
        for line in self.sudo():
            note = ""
            if line.state == "refused":
                note = _("Not sent: %s", line.note or "")
            elif line.state == "dropped":
                note = _("Not sent: given up.")
            body = discussions._chatter_body(line.body, note)
            if line.mail_message_id:
                if line.mail_message_id.body != body:
                    line.mail_message_id.body = body
                continue
            author = line.author_id.partner_id or line.company_id.partner_id
            line.mail_message_id = self.env["mail.message"].create(
                {
                    "model": "cdiscount.discussion",
                    "res_id": line.discussion_id.id,
                    "message_type": "comment",
                    "subtype_id": self.env.ref("mail.mt_comment").id,
                    "body": body,
                    "author_id": author.id,
                    "email_from": author.name,
                    "reply_to": author.name,
                    "attachment_ids": [(6, 0, line.file_ids.ids)],
                }
            )

    # ------------------------------------------------------------------ sending
    @api.model
    def _job_push(self, jobs):
        """Send an answer, or look what has become of it (queue; the key is its id). Each step is committed."""
        line = self.sudo().browse(int(jobs.key)).exists()
        if not line or line.state != "to_send":
            return
        discussion = line.discussion_id
        api_ = line.config_id._get_client().discussions
        if line.posting:
            if line._find_again(api_):
                discussion._request_read()
                return
            if fields.Datetime.now() - line.posted_at < QUIET:
                line._request_push(eta=fields.Datetime.now() + timedelta(seconds=LOOK_SECONDS))
                return
        problems = line._problems()
        if problems:
            line._note_refused("\n".join(problems))
            line._show_in_chatter()
            return
        earlier = line._earlier_on_its_way()
        if earlier:
            # Two answers to one customer arrive in the order in which they were written.
            line._request_push(eta=fields.Datetime.now() + timedelta(seconds=LOOK_SECONDS))
            return
        if discussion.external_id and not discussion.is_open:
            # Whoever answers in a closed discussion wants it to go on; closed ones take no message.
            api_.set_open(discussion.external_id, True)
            discussion.write({"is_open": True})
        line.write({"posting": True, "posted_at": fields.Datetime.now()})
        yield
        try:
            number = line._send(api_)
        except NOTHING_DONE:
            line.posting = False
            yield
            raise
        line._note_sent(number, None)
        discussion._note_answered()

    def _earlier_on_its_way(self):
        return self.search_count(
            [("discussion_id", "=", self.discussion_id.id), ("state", "=", "to_send"), ("id", "<", self.id)], limit=1
        )

    def _send(self, api_):
        """Write the message, or open the discussion with it; return the number of the message, "" when none is told."""
        discussion = self.discussion_id
        files = [(file.name, file.raw or b"") for file in self.file_ids]
        channel = discussion.sales_channel_id.code or ""
        person = self._person()
        if discussion.external_id:
            return api_.send(discussion.external_id, self.body, person, files, channel)
        mapping = discussion.mapping_id
        number = api_.open(
            mapping.external_id,
            discussion.subject,
            discussion.sub_typology,
            self.body,
            person.user_type,
            files,
            channel,
        )
        if number:
            discussion.external_id = number
        else:
            self._find_opened(api_)
        return ""

    def _person(self):
        """Return whom the message is for."""
        discussion = self.discussion_id
        if self.receiver == "care":
            return Person(CUSTOMER_CARE, discussion.care_reference or "")
        return Person(CUSTOMER, discussion.customer_reference or "")

    def _find_again(self, api_):
        """Look whether a message whose answer was lost has arrived; returns whether it has."""
        discussion = self.discussion_id
        if not discussion.external_id:
            return self._find_opened(api_)
        parsed = Discussion.parse(api_.get(discussion.external_id))
        others = discussion.message_line_ids.filtered(lambda one: one != self).mapped("external_id")
        found = find_sent(parsed.messages, self.body, _aware(self.posted_at), filter(None, others))
        if found:
            self._note_sent(found.key, found.created_at)
            discussion._note_answered()
        return bool(found)

    def _find_opened(self, api_):
        """Look for the discussion that was opened with this message; returns whether it is there."""
        discussion = self.discussion_id
        same_order = self.env["cdiscount.discussion"].search(
            [("config_id", "=", self.config_id.id), ("mapping_id", "=", discussion.mapping_id.id)]
        )
        for raw in api_.of_order(discussion.mapping_id.external_id):
            parsed = Discussion.parse(raw)
            if parsed.discussion_id in same_order.mapped("external_id"):
                continue
            found = find_sent(parsed.messages, self.body, _aware(self.posted_at))
            if found:
                discussion.external_id = parsed.discussion_id
                self._note_sent("", found.created_at)
                discussion._note_answered()
                return True
        return False

    # ------------------------------------------------------------------ outcomes
    def _note_sent(self, number, moment):
        """The message has arrived; its number may be told only when it is read back."""
        self.ensure_one()
        values = {"state": "sent", "posting": False, "note": False, "has_read": True}
        if number:
            values["external_id"] = number
        if moment:
            values["sent_at"] = naive(moment)
        elif self.state != "sent":
            values["sent_at"] = fields.Datetime.now()
        self.write(values)
        self._show_in_chatter()

    def _note_refused(self, why):
        self.write({"state": "refused", "note": why})
        discussion = self.discussion_id.sudo()
        if discussion.external_id and discussion.state == "answered":
            # Nobody has answered after all: the time runs on from what is known of the messages.
            discussion._wait_again()

    @api.model
    def _job_push_failed(self, job, cause):
        """Called when an answer cannot be sent: it shows why, and whoever wrote it is told."""
        line = self.sudo().browse(int(job.key)).exists()
        if not line or line.state != "to_send":
            return
        if cause.code == "access_denied":
            line.config_id._note_discussions_denied()
        line._note_refused(cause.text)
        line._show_in_chatter()
        line.discussion_id._ask_a_person(
            _("Your answer was not sent"),
            _("%s Open the discussion: your text is kept there, correct it or send it again.", cause.text),
            line.author_id,
        )

    # ------------------------------------------------------------------ what a person can do
    def action_send_again(self):
        """Send once more what was not sent."""
        check_access(self, "read")
        again = self.filtered(lambda one: one.state == "refused")
        if not again:
            raise UserError(_("Only an answer that was not sent can be sent again."))
        again.sudo()._check_or_push()
        return True

    def action_drop(self):
        """Give up an answer that was not sent."""
        check_access(self, "read")
        if any(one.state != "refused" for one in self):
            raise UserError(_("Only an answer that was not sent can be given up."))
        if any(one.posting for one in self):
            raise UserError(_("It is not known whether Cdiscount has it: choose Send Again, which looks first."))
        self.sudo().write({"state": "dropped"})
        self.sudo()._show_in_chatter()
        return True

    def action_correct(self):
        """Open an answer that was not sent, to write it differently."""
        self.ensure_one()
        return self.discussion_id._open_answer(self)


def _aware(moment):
    return moment.replace(tzinfo=timezone.utc) if moment else None


class CdiscountDiscussionAnswered(models.Model):
    _inherit = "cdiscount.discussion"

    def _note_answered(self):
        """What we have sent is an answer; Cdiscount's own word follows with the next reading."""
        self.ensure_one()
        self.sudo().write({"state": "answered", "asked_at": False, "answer_by": False, "has_read": True})
        self.sudo()._watch_answers()
        # What was answered was read; the messages are read once more after that was told.
        self._request_change()

    def _wait_again(self):
        """An answer was not sent: the customer waits since the first message that is not answered."""
        for discussion in self:
            since = False
            for line in discussion.message_line_ids.filtered(lambda one: one.state in ("received", "sent")).sorted(
                lambda one: (one.sent_at or one.create_date, one.id)
            ):
                since = False if line.direction == "out" else since or line.sent_at
            if not since:
                continue
            hours = discussion.config_id.answer_hours
            discussion.write(
                {
                    "state": "to_answer" if discussion.is_open else "closed",
                    "asked_at": since,
                    "answer_by": since + timedelta(hours=hours) if discussion.is_open else False,
                }
            )
        self._watch_answers()

    @api.model
    def _adopt_opened(self, config, parsed):
        """Return ``{number: discussion}`` of those that were opened from here and whose answer was lost.

        The job that opened them looks for them too; whoever comes first notes the number, nobody makes a second one.
        """
        lines = self.env["cdiscount.discussion.message"].search(
            [("config_id", "=", config.id), ("posting", "=", True), ("discussion_id.external_id", "=", False)]
        )
        adopted = {}
        for one in parsed if lines else ():
            for line in lines:
                discussion = line.discussion_id
                same = not discussion.external_id and discussion.order_external_id == one.order_id
                if same and find_sent(one.messages, line.body, _aware(line.posted_at)):
                    discussion.external_id = one.discussion_id
                    adopted[one.discussion_id] = discussion
                    break
        return adopted

    @api.model
    def _explain_problems(self, problems):
        """Return what is wrong with a message, one sentence each (see ``services.rules.discussion``)."""
        texts = {
            "too_short": _("The message has %(length)s characters: Cdiscount takes none below %(limit)s."),
            "too_long": _("The message has %(length)s characters: Cdiscount takes at most %(limit)s. Shorten it."),
            "too_many_files": _("%(count)s files are attached: Cdiscount takes at most %(limit)s per message."),
            "files_too_large": _("The files have %(size)s MB in all: Cdiscount takes at most %(limit)s MB."),
            "file_type": _("Cdiscount does not take the file %(name)s: it takes %(types)s."),
            "file_empty": _("The file %(name)s is empty."),
        }
        return [texts[problem.code] % problem.params for problem in problems]
