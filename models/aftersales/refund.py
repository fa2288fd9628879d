"""What was asked of the marketplace for the customer's sake: lines cancelled before they leave, refunded afterwards."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access

LIVE = ("waiting", "asked", "done")
"""States of a request that stands: its lines are not asked for again."""


class CdiscountRefund(models.Model):
    _name = "cdiscount.refund"
    _description = "Cdiscount Cancellation or Refund"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _rec_name = "mapping_id"
    _mail_post_access = "read"

    mapping_id = fields.Many2one(
        "cdiscount.order.mapping", "Order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    config_id = fields.Many2one(related="mapping_id.config_id", store=True, index=True)
    company_id = fields.Many2one(related="mapping_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("cancellation", "Cancellation"), ("refund", "Refund")], required=True, readonly=True, default="cancellation"
    )
    line_ids = fields.Many2many(
        "cdiscount.order.mapping.line", "cdiscount_refund_line_rel", "refund_id", "line_id", "Lines", readonly=True
    )
    reason_code = fields.Char(readonly=True, required=True)
    reason = fields.Char(readonly=True)
    shipping_refund = fields.Boolean("With Shipping", readonly=True, default=True)
    currency_id = fields.Many2one(related="mapping_id.currency_id")
    amount = fields.Monetary(
        compute="_compute_amount", store=True, help="What the customer gets back, VAT included, by the order's lines."
    )
    state = fields.Selection(
        [
            ("waiting", "To send"),
            ("asked", "Sent to Cdiscount"),
            ("done", "Done"),
            ("refused", "Refused"),
            ("failed", "Failed"),
            ("dropped", "Given up"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    posting = fields.Boolean(
        readonly=True, copy=False, help="Technical: it may have been sent, its answer is not known."
    )
    external_id = fields.Char("Request Number", readonly=True, copy=False, index="btree_not_null")
    asked_at = fields.Datetime("Asked On", readonly=True, copy=False)
    done_at = fields.Datetime("Done On", readonly=True, copy=False)
    note = fields.Text("What Happened", readonly=True, copy=False)

    @api.depends("line_ids.product_amount", "line_ids.shipping_amount", "shipping_refund")
    def _compute_amount(self):
        for refund in self:
            lines = refund.line_ids
            goods = sum(lines.mapped("product_amount"))
            refund.amount = goods + (sum(lines.mapped("shipping_amount")) if refund.shipping_refund else 0)

    # ------------------------------------------------------------------ asking
    @api.model
    def _ask(self, mapping, lines, reason, shipping_refund=True, kind="cancellation", credit_note=None):
        """Ask the marketplace to cancel or refund whole lines of an order; the queue sends it.

        :param reason: a ``cdiscount.cancellation.reason``
        :param credit_note: the credit note in Odoo this is asked for, if there is one
        :raises UserError: a line was asked for already, or is not sold any more
        """
        # Two people who ask at the same moment: the second one waits here; Odoo then begins the request anew, because
        # the row has changed, and it sees the first. (A mere lock would leave it with what it saw before.)
        self.env.flush_all()
        self.env.cr.execute("UPDATE cdiscount_order_mapping SET write_date = write_date WHERE id = %s", [mapping.id])
        standing = self.sudo().search([("mapping_id", "=", mapping.id), ("state", "in", LIVE)]).line_ids
        twice = lines & standing
        if twice:
            raise UserError(
                _("%(line)s of order %(order)s was asked for already.", line=twice[0].title, order=mapping.reference)
            )
        if not lines or lines.mapping_id != mapping or not all(lines.mapped("live")):
            raise UserError(_("Choose lines of order %s that are still sold.", mapping.reference))
        refund = self.sudo().create(
            {
                "mapping_id": mapping.id,
                "line_ids": [fields.Command.set(lines.ids)],
                "reason_code": reason.code,
                "reason": reason.name,
                "shipping_refund": shipping_refund,
                "kind": kind,
                "credit_note_id": credit_note and credit_note.id,
            }
        )
        refund._request_push()
        return refund

    def _request_push(self, eta=None):
        for config in self.config_id:
            keys = [str(one.id) for one in self if one.config_id == config]
            self.env["cdiscount.queue"].sudo()._enqueue(config, "refund_push", keys, eta=eta)

    # ------------------------------------------------------------------ what a person can do
    def action_send_again(self):
        """Ask once more for what was refused or has failed."""
        check_access(self, "read")
        again = self.filtered(lambda one: one.state in ("failed", "refused"))
        if not again:
            raise UserError(_("Nothing to send again: only refused or failed requests can be."))
        for one in again:
            others = self.sudo().search(
                [("mapping_id", "=", one.mapping_id.id), ("state", "in", LIVE), ("id", "!=", one.id)]
            )
            if others.line_ids & one.line_ids:
                raise UserError(_("Another request of order %s has these lines already.", one.mapping_id.reference))
        # A refused one is asked anew, under a number of its own.
        again.filtered(lambda one: one.state == "refused").sudo().external_id = False
        again.sudo().write({"state": "waiting", "note": False})
        again._request_push()
        return True

    def action_drop(self):
        """Give up a request that was not sent."""
        check_access(self, "read")
        for one in self:
            if one.state not in ("waiting", "failed", "refused") or one.posting or one.external_id:
                raise UserError(
                    _("The request for order %s has been sent: Cdiscount decides.", one.mapping_id.reference)
                )
        self.sudo().write({"state": "dropped"})
        return True
