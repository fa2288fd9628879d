"""Writing to a customer or to Cdiscount's customer care: an answer, a corrected one, or the first message."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..compat import check_access
from ..models.aftersales.discussion_message import RECEIVERS
from ..models.connection.messages import describe_failure
from ..services.errors import CdiscountError
from ..services.rules.discussion import MessageLimits, check_message

LIMITS = MessageLimits()


class CdiscountDiscussionAnswer(models.TransientModel):
    _name = "cdiscount.discussion.answer"
    _description = "Answer a Discussion"

    discussion_id = fields.Many2one("cdiscount.discussion", readonly=True, ondelete="cascade")
    line_id = fields.Many2one("cdiscount.discussion.message", readonly=True, ondelete="cascade")
    mapping_id = fields.Many2one("cdiscount.order.mapping", "Order", readonly=True, ondelete="cascade")
    config_id = fields.Many2one("cdiscount.config", compute="_compute_config_id", store=True)
    company_id = fields.Many2one(related="config_id.company_id", store=True)
    closed = fields.Boolean(compute="_compute_closed")
    receiver = fields.Selection(RECEIVERS, "To", default="customer", required=True)
    subject = fields.Char()
    typology_id = fields.Many2one(
        "cdiscount.discussion.typology", "Reason", domain="[('config_id', '=', config_id), ('typology', '!=', 'Offer')]"
    )
    template_id = fields.Many2one("cdiscount.discussion.template")
    body = fields.Text("Message")
    file_ids = fields.Many2many("ir.attachment", string="Files", help="At most 3, together at most 4 MB.")
    problem = fields.Text(compute="_compute_problem")

    @api.depends("discussion_id", "mapping_id")
    def _compute_config_id(self):
        for wizard in self:
            wizard.config_id = wizard.discussion_id.config_id or wizard.mapping_id.config_id

    @api.depends("discussion_id.is_open")
    def _compute_closed(self):
        for wizard in self:
            wizard.closed = bool(wizard.discussion_id.external_id) and not wizard.discussion_id.is_open

    @api.depends("body", "file_ids")
    def _compute_problem(self):
        for wizard in self:
            wizard.problem = "\n".join(wizard._problems()) if wizard.body or wizard.file_ids else False

    def _problems(self):
        files = [(file.name or "", file.file_size or 0) for file in self.file_ids]
        return self.env["cdiscount.discussion"]._explain_problems(check_message(self.body or "", files, LIMITS))

    @api.onchange("template_id")
    def _onchange_template_id(self):
        if self.template_id:
            self.body = self.template_id._fill_in(self.mapping_id or self.discussion_id.mapping_id)

    def action_send(self):
        """Send it: the queue does so once, and what becomes of it stands on the discussion."""
        self.ensure_one()
        problems = self._problems()
        if problems:
            raise UserError("\n".join(problems))
        if not self.discussion_id:
            self.discussion_id = self._open_discussion()
        check_access(self.discussion_id, "read")
        values = {
            "receiver": self.receiver,
            "body": self.body.strip(),
            "file_ids": [(6, 0, self.file_ids.ids)],
            "author_id": self.env.uid,
        }
        line = self.line_id.sudo()
        if line:
            if line.state != "refused":
                raise UserError(_("This answer was sent already."))
            if line.posting:
                raise UserError(_("It is not known whether Cdiscount has it: choose Send Again, which looks first."))
            line.write(values)
        else:
            line = line.create(
                {
                    "discussion_id": self.discussion_id.id,
                    "direction": "out",
                    "sender": "Seller",
                    "state": "to_send",
                    "sent_at": fields.Datetime.now(),
                    **values,
                }
            )
        self.file_ids.sudo().write({"res_model": "cdiscount.discussion", "res_id": self.discussion_id.id})
        line._check_or_push()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cdiscount.discussion",
            "res_id": self.discussion_id.id,
            "views": [(False, "form")],
        }

    def _open_discussion(self):
        """Return the new discussion that this message opens; Cdiscount hears of it with the message."""
        mapping = self.mapping_id
        check_access(mapping, "read")
        if not (self.subject or "").strip() or not self.typology_id:
            raise UserError(_("Enter a subject and choose a reason: Cdiscount opens no discussion without them."))
        config = mapping.config_id
        return (
            self.env["cdiscount.discussion"]
            .sudo()
            .create(
                {
                    "config_id": config.id,
                    "subject": self.subject.strip()[:200],
                    "mapping_id": mapping.id,
                    "order_external_id": mapping.external_id,
                    "order_reference": mapping.reference,
                    "sales_channel_id": (mapping.sales_channel_id or config.sales_channel_id).id,
                    "typology": "Order",
                    "typology_id": self.typology_id.id,
                    "sub_typology": self.typology_id.code,
                    "state": "answered",
                    "has_read": True,
                    "user_id": self.env.uid,
                    "opened_at": fields.Datetime.now(),
                    "last_message_at": fields.Datetime.now(),
                }
            )
        )

    @api.model
    def default_get(self, names):
        """A new discussion needs Cdiscount's reasons: they are asked for while the user waits."""
        values = super().default_get(names)
        mapping = self.env["cdiscount.order.mapping"].browse(values.get("mapping_id"))
        # Asked only when the dialog opens: saving it fills in defaults as well, for fields that were not shown.
        if mapping and not values.get("discussion_id") and "typology_id" in names:
            self._ask_reasons(mapping)
            # The customer reads it, so it is not in the language of whoever writes.
            values.setdefault("subject", f"Votre commande {mapping.reference}")
        return values

    @api.model
    def _ask_reasons(self, mapping):
        config = mapping.config_id
        try:
            channel = mapping.sales_channel_id.code or ""
            entries = config.sudo()._get_client().discussions.typologies(mapping.status or "", channel)
        except CdiscountError as error:
            if error.code == "access_denied":
                raise UserError(config._discussions_denied_text()) from error
            raise UserError(describe_failure(self.env, error, config).text) from error
        self.env["cdiscount.discussion.typology"]._store_named(config, entries)


class CdiscountDiscussionOpenAnswer(models.Model):
    _inherit = "cdiscount.discussion"

    def action_answer(self):
        """Write an answer."""
        return self._open_answer()

    def _open_answer(self, line=None):
        """Return the action that opens the answer's dialog.

        :param line: a message that was not sent, whose text is to be corrected
        """
        self.ensure_one()
        context = {"default_discussion_id": self.id, "default_mapping_id": self.mapping_id.id}
        if line:
            context.update(
                default_line_id=line.id,
                default_body=line.body,
                default_receiver=line.receiver,
                default_file_ids=[(6, 0, line.file_ids.ids)],
            )
        elif self.typology_id:
            best = self.env["cdiscount.discussion.template"]._for_reason(self.sub_typology, self.company_id)[:1]
            if best and best._fits(self.sub_typology):
                context.update(default_template_id=best.id, default_body=best._fill_in(self.mapping_id))
        return {
            "type": "ir.actions.act_window",
            "name": _("Answer"),
            "res_model": "cdiscount.discussion.answer",
            "views": [(False, "form")],
            "target": "new",
            "context": context,
        }
