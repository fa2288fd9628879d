"""The chatter of a discussion: what is sent to the customer there goes through Cdiscount, and never by e-mail."""

from odoo import api, models

from ...services.rules.plain_text import text_of_html

INTERNAL = "cdiscount_internal"
"""Context key: the message is Odoo's own, not one for the customer."""


class CdiscountDiscussionChatter(models.Model):
    _inherit = "cdiscount.discussion"

    def message_post(self, **kwargs):
        """Send what a person writes to the customer; internal notes and Odoo's own messages stay here.

        What Cdiscount would refuse is kept with the reason instead of being refused: what was typed is not lost.
        """
        if kwargs.get("partner_ids"):
            partners = self.env["res.partner"].browse(kwargs["partner_ids"])
            kwargs["partner_ids"] = self._only_colleagues(partners).ids
        post = super().message_post(**kwargs)
        if self._is_for_customer(post):
            self.env["cdiscount.discussion.message"].sudo()._from_chatter(self, post)
        return post

    def _is_for_customer(self, post):
        return (
            len(self) == 1
            and not self.env.context.get(INTERNAL)
            and post.message_type == "comment"
            and post.subtype_id == self.env.ref("mail.mt_comment", raise_if_not_found=False)
            and post.author_id.user_ids.filtered(lambda user: not user.share)
        )

    @api.model
    def _only_colleagues(self, partners):
        return partners.filtered(lambda one: one.sudo().user_ids.filtered(lambda user: not user.share))

    # ------------------------------------------------------------------ no e-mail leaves for a customer
    def _notify_get_recipients(self, message, *args, **kwargs):
        """Only colleagues are told: customers read the message on Cdiscount."""
        found = super()._notify_get_recipients(message, *args, **kwargs)
        return [one for one in found if one.get("uid") and not one.get("share")]

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Customers do not follow: a follower is sent e-mails."""
        colleagues = self._only_colleagues(self.env["res.partner"].browse(partner_ids or []))
        if partner_ids and not colleagues:
            return True
        return super().message_subscribe(colleagues.ids, subtype_ids)

    def _mail_get_partner_fields(self, introspect_fields=False):
        return []

    def _message_get_suggested_recipients(self, *args, **kwargs):
        found = super()._message_get_suggested_recipients(*args, **kwargs)
        return {key: [] for key in found} if isinstance(found, dict) else []

    def _message_get_suggested_recipients_batch(self, *args, **kwargs):
        return {record.id: [] for record in self}


class CdiscountMessageFromChatter(models.Model):
    _inherit = "cdiscount.discussion.message"

    @api.model
    def _from_chatter(self, discussion, post):
        """Make an answer of what was written in the chatter."""
        line = self.create(
            {
                "discussion_id": discussion.id,
                "direction": "out",
                "sender": "Seller",
                "receiver": "customer",
                "body": text_of_html(str(post.body or ""), links=True),
                "file_ids": [(6, 0, post.sudo().attachment_ids.ids)],
                "author_id": self.env.uid,
                "mail_message_id": post.id,
                "state": "to_send",
                "sent_at": post.date,
            }
        )
        line._check_or_push()
        return line
