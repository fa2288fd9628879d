"""Giving the customer of an order that has left a part of the money back."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..models.connection.messages import describe_failure
from ..services.errors import CdiscountError
from ..services.rules.order_status import LINE_SHIPPED, canonical


class CdiscountOrderGesture(models.TransientModel):
    _name = "cdiscount.order.gesture"
    _description = "Commercial Gesture"

    mapping_id = fields.Many2one("cdiscount.order.mapping", "Order", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="mapping_id.company_id", store=True)
    currency_id = fields.Many2one(related="mapping_id.currency_id")
    allowable = fields.Monetary(
        "Can Still Be Given", readonly=True, help="What Cdiscount allows, less what waits in Odoo. VAT included."
    )
    last_seen = fields.Integer(readonly=True)
    reason_ids = fields.One2many("cdiscount.order.gesture.reason", "wizard_id", "Allowed Reasons", readonly=True)
    reason_id = fields.Many2one("cdiscount.order.gesture.reason", domain="[('wizard_id', '=', id)]")
    details_needed = fields.Boolean(related="reason_id.details_needed")
    reason_details = fields.Text("Explanation", help="Needed when the reason is Other.")
    amount = fields.Monetary("Amount Given", help="VAT included.")
    credit_note_id = fields.Many2one("account.move", readonly=True, ondelete="cascade")

    def action_confirm(self):
        """Ask Cdiscount; the queue sends it once and follows it."""
        self.ensure_one()
        reason, details = self.reason_id, (self.reason_details or "").strip()
        if not reason or reason.wizard_id != self:
            raise UserError(_("Choose a reason: Cdiscount does not take a commercial gesture without one."))
        if reason.details_needed and not details:
            raise UserError(_("Explain the reason: Cdiscount wants to know it when it is none of the others."))
        if reason.maximum and self.amount > reason.maximum:
            raise UserError(
                _(
                    "At most %(limit)s can be given for the reason %(reason)s.",
                    limit=self.currency_id.format(reason.maximum),
                    reason=reason.name,
                )
            )
        credit_note = self.credit_note_id.sudo()
        self.env["cdiscount.refund"]._ask_gesture(
            self.mapping_id,
            self.amount,
            {"code": reason.code, "name": reason.name},
            details,
            self.allowable,
            self.last_seen,
            credit_note,
        )
        credit_note._cdiscount_after_asking()
        return self.env["cdiscount.config"]._notify(
            _("Cdiscount is being asked. What it makes of it stands under Cancellations and Refunds.")
        )


class CdiscountOrderGestureReason(models.TransientModel):
    _name = "cdiscount.order.gesture.reason"
    _description = "Reason of a Commercial Gesture"

    wizard_id = fields.Many2one("cdiscount.order.gesture", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="wizard_id.company_id", store=True)
    code = fields.Char(required=True, readonly=True)
    name = fields.Char("Reason", required=True, readonly=True)
    maximum = fields.Float("Highest Amount", readonly=True)
    details_needed = fields.Boolean("Needs an Explanation", readonly=True)


class CdiscountOrderGiving(models.Model):
    _inherit = "cdiscount.order.mapping"

    can_give = fields.Boolean(compute="_compute_can_give")

    @api.depends("status", "state")
    def _compute_can_give(self):
        for order in self:
            known = order.state in ("new", "held", "imported")
            order.can_give = known and canonical(order.status or "") in LINE_SHIPPED

    def action_commercial_gesture(self):
        """Ask how much of the money the customer shall get back, and why; limit and reasons are Cdiscount's."""
        self.ensure_one()
        self.config_id._require_connection()
        if not self.can_give:
            raise UserError(
                _(
                    "A commercial gesture is possible once an order has been shipped; order %(order)s is %(status)s.",
                    order=self.reference,
                    status=self.status_label or self.status,
                )
            )
        refunds = self.env["cdiscount.refund"].sudo().search([("mapping_id", "=", self.id)])
        # What waits in Odoo is not known to Cdiscount yet.
        waiting = refunds.filtered(lambda one: one.state == "waiting" and one.kind in ("gesture", "refund"))
        gestures = self.config_id._get_client().gestures
        try:
            left = float(gestures.allowable(self.external_id)) - sum(waiting.mapped("amount"))
            reasons = gestures.reasons(self.sales_channel_id.code or "")
        except CdiscountError as error:
            raise UserError(describe_failure(self.env, error, self.config_id).text) from error
        currency = self.currency_id or self.company_id.currency_id
        if currency.compare_amounts(left, 0) <= 0:
            raise UserError(_("Nothing can be given any more for order %s.", self.reference))
        if not reasons:
            raise UserError(_("Cdiscount names no reason for commercial gestures on this channel."))
        wizard = self.env["cdiscount.order.gesture"].create(
            {
                "mapping_id": self.id,
                "allowable": currency.round(left),
                "last_seen": max(refunds.ids, default=0),
                "reason_ids": [
                    fields.Command.create(
                        {
                            "code": reason.code,
                            "name": reason.label,
                            "maximum": float(reason.maximum or 0),
                            "details_needed": reason.details_needed,
                        }
                    )
                    for reason in reasons
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": _("Commercial Gesture"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }
