"""The messages of discussions: each is kept once, here and in the chatter, and nobody is sent an e-mail about it."""

from datetime import timedelta

from markupsafe import Markup

from odoo import _, api, fields, models
from odoo.tools import plaintext2html

from ...services.payloads.discussion import Discussion
from ...services.payloads.storage import digest
from ...services.rules.discussion import CUSTOMER_CARE, same_text, state_of, waiting_since
from ..order.order_bulk import update_many
from ..order.order_import import naive
from ..order.order_store import NO_TRAIL

CLOCKS_APART = timedelta(minutes=2)


class CdiscountDiscussionDetail(models.Model):
    _inherit = "cdiscount.discussion"

    message_line_ids = fields.One2many("cdiscount.discussion.message", "discussion_id", "Conversation", readonly=True)
    unsigned = fields.Boolean(readonly=True, help="Technical: messages came before the customer was known.")
    unsent_ids = fields.One2many(
        "cdiscount.discussion.message",
        "discussion_id",
        "Answers Under Way",
        domain=[("state", "in", ("to_send", "refused"))],
        readonly=True,
    )

    @api.model
    def _store_details(self, config, raws):
        """Store whole discussions with their messages: a fixed number of queries for all of them.

        :param raws: dicts of ``GET /discussions/{id}``
        """
        told = {parsed.discussion_id: (parsed, digest(raw)) for raw in raws if (parsed := Discussion.parse(raw))}
        known = self._known(config, told)
        fresh = {key: pair for key, pair in told.items() if key in known and known[key].detail_digest != pair[1]}
        if not fresh:
            return
        discussions = self.browse([known[key].id for key in fresh])
        lines = self.env["cdiscount.discussion.message"].sudo().search([("discussion_id", "in", discussions.ids)])
        before = lines.grouped("discussion_id")
        values, received = {}, []
        for key, (parsed, new_digest) in fresh.items():
            discussion = known[key]
            own = before.get(discussion, lines.browse())
            received += discussion._sort_in(own, parsed)
            values[discussion.id] = {"detail_digest": new_digest, **self._prepare_talk(config, parsed)}
        update_many(discussions, values)
        discussions._receive(received)
        discussions._watch_answers()

    @api.model
    def _prepare_talk(self, config, parsed):
        """Return what follows from the whole conversation."""
        last = parsed.messages[-1] if parsed.messages else None
        state = state_of(parsed.is_open, parsed.status, last)
        since = waiting_since(parsed.messages) or parsed.updated_at
        care = next((one.user_id for one in parsed.recipients if one.user_type == CUSTOMER_CARE), "")
        customer = next((one.user_id for one in parsed.recipients if one.is_customer and one.user_id), "")
        values = {
            "is_open": parsed.is_open,
            "state": state,
            "care_reference": care,
            "has_read": self._is_read(parsed),
            **self._prepare_deadline(config, state, since),
        }
        if last and last.created_at:
            values["last_message_at"] = naive(last.created_at)
        if customer:
            values["customer_reference"] = customer
        return values

    @api.model
    def _is_read(self, parsed):
        """Whether nothing is left to read: what has been answered was read, whatever Cdiscount's mark says."""
        read = True
        for message in parsed.messages:
            read = message.sender.is_seller or (read and message.has_read)
        return read

    def _sort_in(self, own, parsed):
        """Return the messages that are new as ``[(discussion, message)]``; one that we sent is known again.

        :param own: what is kept of this discussion
        """
        by_key = {line.external_id: line for line in own if line.external_id}
        # In the order in which they were written: two answers of the same words are told apart by their turn.
        nameless = own.filtered(lambda line: line.direction == "out" and not line.external_id).sorted("id")
        fresh = []
        for message in parsed.messages:
            line = by_key.get(message.key)
            if line:
                if message.has_read and not line.has_read:
                    line.has_read = True
                continue
            ours = nameless.filtered(lambda one, message=message: one._is_copy(message))[:1]
            if message.sender.is_seller and ours:
                nameless -= ours
                ours._note_sent(message.key, message.created_at)
            else:
                fresh.append((self, message))
        return fresh

    def _receive(self, received):
        """Keep new messages, and show them in the chatter: two inserts, whatever their number."""
        if not received:
            return
        note = self.env.ref("mail.mt_comment").id
        posts = (
            self.env["mail.message"]
            .sudo()
            .with_context(**NO_TRAIL)
            .create([discussion._prepare_post(message, note) for discussion, message in received])
        )
        lines = (
            self.env["cdiscount.discussion.message"]
            .sudo()
            .create(
                [
                    {
                        "discussion_id": discussion.id,
                        "external_id": message.key,
                        "direction": "out" if message.sender.is_seller else "in",
                        "state": "sent" if message.sender.is_seller else "received",
                        "sender": message.sender.user_type,
                        "body": message.body,
                        "sent_at": naive(message.created_at),
                        "has_read": message.has_read,
                        "mail_message_id": post.id,
                    }
                    for (discussion, message), post in zip(received, posts, strict=True)
                ]
            )
        )
        unsigned = self.browse(
            [one.id for one, message in received if message.sender.is_customer and not one.partner_id]
        )
        unsigned.filtered(lambda one: not one.unsigned).unsigned = True
        self.env["cdiscount.discussion.attachment"]._note_files(
            [(line, message.attachments) for line, (_d, message) in zip(lines, received, strict=True)]
        )

    def _prepare_post(self, message, subtype_id):
        """Return the values of the chatter's entry for a message.

        It is created, not posted: posting would tell followers by e-mail what was said elsewhere.
        """
        self.ensure_one()
        author, name = self._author_of(message.sender)
        return {
            "model": self._name,
            "res_id": self.id,
            "message_type": "comment",
            "subtype_id": subtype_id,
            "body": self._chatter_body(message.body),
            "date": naive(message.created_at) or fields.Datetime.now(),
            "author_id": author.id,
            "email_from": name,
            "reply_to": name,
            "record_name": self.display_name,
        }

    def _author_of(self, sender):
        """Return (partner or none, name to show) of who wrote a message. Never an address that mail could go to."""
        if sender.is_seller:
            return self.company_id.partner_id, self.company_id.name
        if sender.is_customer:
            return self.partner_id, self.partner_id.name or _("Customer")
        return self.env["res.partner"], _("Cdiscount Customer Care")

    @api.model
    def _chatter_body(self, text, note=""):
        body = plaintext2html(text or "")
        return Markup("%s<p><i>%s</i></p>") % (body, note) if note else body

    @api.model
    def _sign_due(self, config):
        """Name the customers as authors of what came before they were known: one query, and one for all of them."""
        due = self.search([("config_id", "=", config.id), ("unsigned", "=", True), ("partner_id", "!=", False)])
        if not due:
            return
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE mail_message AS post SET author_id = discussion.partner_id
              FROM cdiscount_discussion_message AS line
              JOIN cdiscount_discussion AS discussion ON discussion.id = line.discussion_id
             WHERE post.id = line.mail_message_id AND post.author_id IS NULL AND line.sender = 'Customer'
               AND discussion.id = ANY(%s)
            """,
            [due.ids],
        )
        self.env["mail.message"].invalidate_model(["author_id"])
        due.unsigned = False


class CdiscountDiscussionCopy(models.Model):
    _inherit = "cdiscount.discussion.message"

    def _is_copy(self, message):
        """Whether the marketplace's message is this one of ours, whose number is not known yet."""
        self.ensure_one()
        if not (self.state == "sent" or self.posting) or not message.sender.is_seller:
            return False
        written = naive(message.created_at)
        # The same words in an older message were another one.
        if written and self.posted_at and written < self.posted_at - CLOCKS_APART:
            return False
        return same_text(self.body or "", message.body)
