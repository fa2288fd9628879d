"""What the screens of returns show: the next step, what is late, and the ways to and from a return."""

from odoo import _, api, fields, models

from ...services.rules.order_status import LINE_SHIPPED, canonical
from ...services.rules.returns import claim_reason


class CdiscountReturnScreen(models.Model):
    _inherit = "cdiscount.return"

    discussion_id = fields.Many2one(
        "cdiscount.discussion", "Claim", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    product_names = fields.Char(compute="_compute_product_names")
    late = fields.Boolean(compute="_compute_late")
    next_step = fields.Selection(
        [
            ("new", "Save"),
            ("expect", "Expect the parcel"),
            ("receive", "Receive the goods"),
            ("check", "Check the goods"),
            ("refund", "Refund"),
            ("gesture", "Commercial gesture"),
            ("credit", "Credit note"),
            ("none", "Nothing"),
        ],
        compute="_compute_next_step",
    )

    @api.depends("line_ids.title", "line_ids.quantity")
    def _compute_product_names(self):
        for one in self:
            names = [f"{line.quantity:g} × {line.title or line.sku or ''}" for line in one.line_ids]
            one.product_names = ", ".join(names)

    @api.depends("state", "expected_on")
    def _compute_late(self):
        today = fields.Date.context_today(self)
        for one in self:
            one.late = bool(one.state == "expected" and one.expected_on and one.expected_on < today)

    @api.depends("state", "money_state", "can_refund", "has_open_receipt", "check_ids.state", "line_ids")
    def _compute_next_step(self):
        for one in self:
            one.next_step = one._next_step()

    def _next_step(self):
        """Return what somebody has to do now: one thing."""
        if not self.ids:
            return "new"
        if self.supply == "seller" and self.state in ("proposed", "expected"):
            return "receive" if self.has_open_receipt else "expect"
        if any(check.state == "open" for check in self.check_ids):
            return "check"
        if self.state != "checked":
            return "none"
        if self.money_state in ("open", "part", "trouble") and self.mapping_id:
            whole = any(line._is_whole() for line in self.line_ids if line.order_line_id)
            return "refund" if whole and self.can_refund else "gesture"
        return "credit" if self.credit_missing else "none"

    # ------------------------------------------------------------------ buttons
    def action_all_good(self):
        """Everything that arrived and is not decided yet goes to stock."""
        self.check_ids.action_good()
        return True

    def action_all_bad(self):
        """Everything that arrived and is not decided yet goes to scrap."""
        self.check_ids.action_bad()
        return True

    def action_open_order(self):
        """Open the marketplace order."""
        self.ensure_one()
        return {**self._open_records(self.mapping_id), "name": _("Order")}

    def action_open_credit_notes(self):
        """Open the credit notes of what comes back."""
        self.ensure_one()
        return self._open_credit_notes()


class CdiscountReturnLineScreen(models.Model):
    _inherit = "cdiscount.return.line"

    worth = fields.Monetary(
        "Value", compute="_compute_worth", store=True, help="What the customer gets back for it, VAT included."
    )

    @api.depends("quantity", "received", "order_line_id", "return_id.shipping_refund", "return_id.check_ids")
    def _compute_worth(self):
        for line in self:
            line.worth = float(line._worth())


class CdiscountDiscussionReturns(models.Model):
    _inherit = "cdiscount.discussion"

    return_ids = fields.One2many("cdiscount.return", "discussion_id", "Returns", readonly=True)
    return_count = fields.Integer("Number of Returns", compute="_compute_return_count")

    @api.depends("mapping_id.return_ids", "return_ids")
    def _compute_return_count(self):
        for discussion in self:
            discussion.return_count = len(discussion.return_ids | discussion.mapping_id.return_ids)

    def action_new_return(self):
        """Announce that the goods the customer complains about come back."""
        self.ensure_one()
        action = self.mapping_id.action_new_return()
        action["context"].update(
            default_discussion_id=self.id,
            default_origin="claim",
            default_reason=claim_reason(self.sub_typology),
            default_customer_words=self.subject,
        )
        return action

    def action_open_returns(self):
        """Open the returns of this claim and of its order."""
        self.ensure_one()
        returns = self.return_ids | self.mapping_id.return_ids
        return returns._open_records(returns)


class CdiscountOrderReturnable(models.Model):
    _inherit = "cdiscount.order.mapping"

    can_return = fields.Boolean(compute="_compute_can_return")

    @api.depends("status", "state", "sale_order_id", "line_ids.sale_line_id.qty_delivered")
    def _compute_can_return(self):
        for order in self:
            sent = canonical(order.status or "") in LINE_SHIPPED
            delivered = any(line.qty_delivered > 0 for line in order.sudo().line_ids.sale_line_id)
            order.can_return = sent or delivered
