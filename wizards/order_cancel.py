"""Cancelling lines of an order on Cdiscount, or refunding them once they have left."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..models.connection.messages import describe_failure
from ..services.errors import CdiscountError
from ..services.rules.order_status import LINE_DEAD, LINE_SHIPPED, canonical


class CdiscountOrderCancel(models.TransientModel):
    _name = "cdiscount.order.cancel"
    _description = "Cancel or Refund on Cdiscount"

    mapping_id = fields.Many2one("cdiscount.order.mapping", "Order", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="mapping_id.company_id", store=True)
    kind = fields.Selection([("cancellation", "Cancellation"), ("refund", "Refund")], required=True)
    line_ids = fields.Many2many(
        "cdiscount.order.mapping.line",
        string="Lines",
        domain="[('id', 'in', open_line_ids)]",
        help="Only whole lines can be cancelled or refunded.",
    )
    open_line_ids = fields.Many2many(
        "cdiscount.order.mapping.line", string="Lines Still Sold", compute="_compute_open_line_ids"
    )
    reason_ids = fields.Many2many(
        "cdiscount.cancellation.reason", "cdiscount_order_cancel_reason_rel", string="Allowed Reasons"
    )
    reason_id = fields.Many2one("cdiscount.cancellation.reason", domain="[('id', 'in', reason_ids)]")
    shipping_refund = fields.Boolean("Refund Shipping Too", default=True)
    credit_note_id = fields.Many2one("account.move", readonly=True, ondelete="cascade")
    sale_state = fields.Selection(related="mapping_id.sale_order_id.state", string="Sale Order Status")

    @api.depends("mapping_id")
    def _compute_open_line_ids(self):
        for wizard in self:
            wizard.open_line_ids = wizard.mapping_id._lines_to_cancel()

    def action_confirm(self):
        """Ask Cdiscount; the queue sends it, and the sale order follows when it has taken effect."""
        self.ensure_one()
        if not self.reason_id:
            raise UserError(_("Choose a reason: Cdiscount does not take a request without one."))
        if not self.line_ids:
            raise UserError(_("Choose at least one line."))
        credit_note = self.credit_note_id.sudo()
        self.env["cdiscount.refund"]._ask(
            self.mapping_id, self.line_ids, self.reason_id, self.shipping_refund, self.kind, credit_note
        )
        credit_note._cdiscount_after_asking()
        return self.env["cdiscount.config"]._notify(
            _("Cdiscount is being asked. The sale order follows as soon as Cdiscount has carried it out.")
        )

    def action_cancel_in_odoo(self):
        """Cancel the sale order without telling Cdiscount: it was cancelled in the seller portal."""
        self.ensure_one()
        self.mapping_id._require_manager()
        return self.mapping_id.sale_order_id.with_context(cdiscount_cancel_here=True).action_cancel()


class CdiscountOrderCancelling(models.Model):
    _inherit = "cdiscount.order.mapping"

    refund_ids = fields.One2many("cdiscount.refund", "mapping_id", "Cancellations and Refunds", readonly=True)
    can_cancel = fields.Boolean(compute="_compute_can_cancel")

    @api.depends("line_ids.live", "line_ids.status", "status", "refund_ids.state")
    def _compute_can_cancel(self):
        for order in self:
            order.can_cancel = order.state in ("new", "held", "imported") and bool(order._lines_to_cancel())

    def _lines_to_cancel(self):
        """Return the lines that are still sold and that no request stands for."""
        standing = self.refund_ids.filtered(lambda one: one.state in ("waiting", "asked", "done")).line_ids
        return (
            self.line_ids.filtered(lambda line: line.live and canonical(line.status or "") not in LINE_DEAD) - standing
        )

    def action_cancel_on_cdiscount(self):
        """Ask which lines to cancel (or refund, once they have left) and why; the reasons are Cdiscount's."""
        self.ensure_one()
        self.config_id._require_connection()
        lines = self._lines_to_cancel()
        if not lines:
            raise UserError(_("No line of order %s is left to cancel.", self.reference))
        status = canonical(self.status or "")
        try:
            reasons = self.env["cdiscount.cancellation.reason"]._ask_reasons(
                self.config_id, status, self.sales_channel_id.code or ""
            )
        except CdiscountError as error:
            raise UserError(describe_failure(self.env, error, self.config_id).text) from error
        if not reasons:
            raise UserError(
                _(
                    "Cdiscount allows no cancellation by the seller for an order that is %s.",
                    self.status_label or status,
                )
            )
        wizard = self.env["cdiscount.order.cancel"].create(
            {
                "mapping_id": self.id,
                "kind": "refund" if status in LINE_SHIPPED else "cancellation",
                "line_ids": [fields.Command.set(lines.ids)],
                "reason_ids": [fields.Command.set(reasons.ids)],
                "reason_id": reasons.id if len(reasons) == 1 else False,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": _("Refund on Cdiscount") if wizard.kind == "refund" else _("Cancel on Cdiscount"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }
