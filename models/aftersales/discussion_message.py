"""One message of a discussion: what the customer or Cdiscount's customer care wrote, and what the shop answers."""

from odoo import fields, models

from ...compat import constraints

RECEIVERS = [("customer", "Customer"), ("care", "Cdiscount Customer Care")]


class CdiscountDiscussionMessage(models.Model):
    _name = "cdiscount.discussion.message"
    _description = "Cdiscount Message"
    _order = "sent_at desc, id desc"
    _rec_name = "discussion_id"

    vars().update(
        constraints(
            ("external_uniq", "unique(discussion_id, external_id)", "This message is known already."),
        )
    )

    discussion_id = fields.Many2one(
        "cdiscount.discussion", required=True, readonly=True, index=True, ondelete="cascade"
    )
    config_id = fields.Many2one(related="discussion_id.config_id", store=True, index=True)
    company_id = fields.Many2one(related="discussion_id.company_id", store=True, index=True)
    external_id = fields.Char(
        "Message Number", readonly=True, copy=False, help="Cdiscount's number, or a digest where it gives none."
    )
    direction = fields.Selection([("in", "Received"), ("out", "Sent")], required=True, readonly=True)
    sender = fields.Char(readonly=True, help="Who wrote it, in Cdiscount's words.")
    receiver = fields.Selection(RECEIVERS, "To", readonly=True)
    body = fields.Text("Message", readonly=True)
    sent_at = fields.Datetime("Date", readonly=True, index=True)
    state = fields.Selection(
        [
            ("received", "Received"),
            ("to_send", "To Send"),
            ("sent", "Sent"),
            ("refused", "Not Sent"),
            ("dropped", "Given Up"),
        ],
        required=True,
        default="received",
        readonly=True,
        index=True,
    )
    posting = fields.Boolean(readonly=True, help="Technical: it may have been sent, its answer is not known.")
    posted_at = fields.Datetime(readonly=True)
    note = fields.Text("What Happened", readonly=True)
    has_read = fields.Boolean("Read", readonly=True)
    author_id = fields.Many2one("res.users", "Written By", readonly=True, index="btree_not_null")
    mail_message_id = fields.Many2one("mail.message", "In the Chatter", readonly=True, index="btree_not_null")
    file_ids = fields.Many2many(
        "ir.attachment", "cdiscount_discussion_message_file_rel", "message_id", "attachment_id", "Files", readonly=True
    )
    attachment_ids = fields.One2many(
        "cdiscount.discussion.attachment", "message_id", "Attachments of Cdiscount", readonly=True
    )


class CdiscountDiscussionAttachment(models.Model):
    """A file that Cdiscount keeps: fetched after its message, as far as it is small enough."""

    _name = "cdiscount.discussion.attachment"
    _description = "Cdiscount Attachment"

    vars().update(
        constraints(
            ("external_uniq", "unique(message_id, external_id)", "This attachment is known already."),
        )
    )

    message_id = fields.Many2one(
        "cdiscount.discussion.message", required=True, readonly=True, index=True, ondelete="cascade"
    )
    discussion_id = fields.Many2one(related="message_id.discussion_id", store=True, index=True)
    config_id = fields.Many2one(related="message_id.config_id", store=True, index=True)
    company_id = fields.Many2one(related="message_id.company_id", store=True, index=True)
    external_id = fields.Char("Attachment Number", required=True, readonly=True)
    name = fields.Char("File Name", readonly=True)
    size = fields.Integer("Bytes", readonly=True)
    state = fields.Selection(
        [("waiting", "To Fetch"), ("fetched", "Fetched"), ("failed", "Not Fetched")],
        default="waiting",
        required=True,
        readonly=True,
    )
    note = fields.Char("What Happened", readonly=True)
    file_id = fields.Many2one("ir.attachment", readonly=True, ondelete="set null", index="btree_not_null")
