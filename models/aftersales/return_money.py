"""The money of a return: what is due, what Cdiscount gives back, and what it has given back already."""

from decimal import Decimal

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...services.payloads.storage import loads
from ...services.rules.returns import part_of, refunded_line_ids

STANDING = ("waiting", "asked", "done")


class CdiscountReturnMoney(models.Model):
    _inherit = "cdiscount.return"

    shipping_refund = fields.Boolean(
        "Give Shipping Back",
        default=True,
        help="The customer gets back what the delivery of these lines has cost, too.",
    )
    amount = fields.Monetary(
        "To Give Back",
        compute="_compute_amount",
        store=True,
        help="VAT included, by the order's lines: what has come back, or what is announced as long as nothing has.",
    )
    gesture_ids = fields.One2many("cdiscount.refund", "return_id", "Commercial Gestures", readonly=True)
    refund_ids = fields.Many2many("cdiscount.refund", string="Given Back", compute="_compute_refund_ids")
    amount_back = fields.Monetary("Given Back or Asked", compute="_compute_refund_ids")
    refunded_there = fields.Boolean(
        "Refunded on Cdiscount Already",
        compute="_compute_refund_ids",
        help="Cdiscount has refunded these lines: somebody did it in the seller portal, or Cdiscount itself.",
    )
    can_refund = fields.Boolean(compute="_compute_refund_ids")
    money_state = fields.Selection(
        [
            ("open", "Not asked"),
            ("asked", "Asked"),
            ("part", "A part"),
            ("done", "Given back"),
            ("trouble", "Refused or failed"),
            ("none", "Nothing to give back"),
        ],
        "Money",
        compute="_compute_refund_ids",
    )
    money_waived = fields.Boolean(
        "No Money Back", readonly=True, copy=False, tracking=True, help="Somebody decided that nothing is given back."
    )

    @api.depends(
        "line_ids.quantity", "line_ids.received", "line_ids.order_line_id", "shipping_refund", "check_ids.quantity"
    )
    def _compute_amount(self):
        for one in self:
            one.amount = float(sum((line._worth() for line in one.line_ids), Decimal(0)))

    def _requests(self):
        """Return what was asked of the marketplace for these lines, whoever asked, and the gestures of this return."""
        self.ensure_one()
        lines = self.line_ids.order_line_id
        whole = self.mapping_id.refund_ids.filtered(lambda one: one.kind != "gesture" and one.line_ids & lines)
        return whole | self.gesture_ids

    def _refunded_lines(self):
        """Return the order lines of this return for which the marketplace has given the money back on its own."""
        self.ensure_one()
        lines = self.line_ids.order_line_id
        back = refunded_line_ids(loads(self.mapping_id.sudo().payload or "{}"))
        return lines.filtered(lambda line: not line.live or line.external_id in back)

    @api.depends(
        "mapping_id.refund_ids.state", "mapping_id.payload", "gesture_ids.state", "amount", "money_waived", "line_ids"
    )
    def _compute_refund_ids(self):
        for one in self:
            requests = one.sudo()._requests()
            there = one._refunded_lines()
            standing = requests.filtered(lambda refund: refund.state in STANDING)
            back, done = one._given_back(standing, there), one._given_back(requests.filtered_state("done"), there)
            one.refund_ids = requests
            one.amount_back = back
            one.refunded_there = bool(there - standing.line_ids)
            missing = one.line_ids.order_line_id - standing.line_ids - there
            one.can_refund = bool(missing) and one.state not in ("refused", "cancelled")
            currency = one.currency_id or one.env.company.currency_id
            if one.money_waived or currency.is_zero(one.amount):
                one.money_state = "none"
            elif currency.compare_amounts(done, one.amount) >= 0:
                one.money_state = "done"
            elif currency.compare_amounts(back, one.amount) >= 0:
                one.money_state = "asked"
            elif back:
                one.money_state = "part"
            else:
                one.money_state = "trouble" if requests.filtered_state("failed", "refused") else "open"

    def _given_back(self, refunds, there):
        """Return how much of this return these requests and the marketplace give back, shipping included."""
        lines = self.line_ids.filtered(
            lambda line: line.order_line_id in there | refunds.filtered(lambda one: one.kind != "gesture").line_ids
        )
        gestures = refunds.filtered(lambda one: one.kind == "gesture")
        return float(sum((line._worth() for line in lines), Decimal(0))) + sum(gestures.mapped("amount"))

    def _money_is_settled(self):
        self.invalidate_recordset(["money_state", "refund_ids"])
        return self.money_state in ("done", "none") and not self._credit_missing()

    def _credit_missing(self):
        """Tell whether an invoice is still to be credited; filled in by what knows about invoices."""
        return False

    # ------------------------------------------------------------------ what a person does
    def action_refund(self):
        """Choose a reason and ask Cdiscount to refund these lines, whole: Cdiscount refunds no part of a line."""
        self.ensure_one()
        lines = self._lines_to_refund()
        action = self.mapping_id.action_cancel_on_cdiscount()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.write({"line_ids": [fields.Command.set(lines.ids)], "shipping_refund": self.shipping_refund})
        return action

    def _lines_to_refund(self):
        self._require_order()
        missing = self.mapping_id._lines_to_cancel() & self.line_ids.order_line_id - self._refunded_lines()
        whole = self.line_ids.filtered(lambda line: line.order_line_id in missing and line._is_whole()).order_line_id
        if not missing:
            raise UserError(_("The lines of return %s have been refunded, or Cdiscount has been asked.", self.name))
        if not whole:
            raise UserError(
                _(
                    "Cdiscount refunds whole lines only, and a part of the line comes back with return %s: choose "
                    "Commercial Gesture.",
                    self.name,
                )
            )
        return whole

    def action_gesture(self):
        """Give a part of the money back: what comes back is a part of a line, or the goods are worn."""
        self.ensure_one()
        self._require_order()
        if self.gesture_ids.filtered(lambda one: one.state in STANDING):
            raise UserError(_("A commercial gesture was asked for with return %s already.", self.name))
        action = self.mapping_id.action_commercial_gesture()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.amount = min(max(self.amount - self.amount_back, 0.0), wizard.allowable)
        return {**action, "context": {"cdiscount_return_id": self.id}}

    def action_waive(self):
        """Close it without giving money back."""
        self._check_open(("received", "checked", "expected"))
        for one in self:
            one.money_waived = True
            if one.state == "checked":
                one._advance()
        return True

    def action_settle(self):
        """Somebody says that all is done, although Odoo does not see it."""
        self._check_open(("checked",))
        self.write({"state": "settled"})
        return True

    def _require_order(self):
        if not self.mapping_id:
            raise UserError(_("Return %s belongs to no order that Odoo knows.", self.name))


class CdiscountReturnLineMoney(models.Model):
    _inherit = "cdiscount.return.line"

    def _counted(self):
        """Return the units that are worth money: those that came back, or the announced ones before that."""
        return self.received if self.return_id.check_ids or self.received else self.quantity

    def _is_whole(self):
        return self._counted() >= self.order_line_id.quantity

    def _worth(self):
        """Return what the customer gets back for this line, VAT included (Decimal); shipping only of whole lines."""
        return self._worth_of(self._counted())

    def _worth_of(self, quantity):
        sold = self.order_line_id
        if not sold:
            return Decimal(0)
        goods, shipping = (Decimal(str(round(amount, 2))) for amount in (sold.product_amount, sold.shipping_amount))
        worth = part_of(goods, Decimal(str(sold.quantity)), Decimal(str(quantity)))
        return worth + shipping if self.return_id.shipping_refund and quantity >= sold.quantity else worth


class CdiscountRefundOfReturn(models.Model):
    _inherit = "cdiscount.refund"

    return_id = fields.Many2one(
        "cdiscount.return", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )

    def filtered_state(self, *states):
        """Return those in one of these states."""
        return self.filtered(lambda one: one.state in states)

    @api.model
    def _ask_gesture(self, mapping, *args, **kwargs):
        gesture = super()._ask_gesture(mapping, *args, **kwargs)
        own = self.env["cdiscount.return"].sudo().browse(self.env.context.get("cdiscount_return_id") or ())
        if own and own.mapping_id == mapping:
            if own.gesture_ids.filtered_state(*STANDING):
                raise UserError(_("A commercial gesture was asked for with return %s already.", own.name))
            gesture.return_id = own
        return gesture

    def _note_done(self, note=False):
        result = super()._note_done(note)
        # What the marketplace has given may have been the last thing a return was waiting for.
        returns = self.mapping_id.sudo().return_ids
        returns.filtered(lambda one: one.state == "checked")._advance()
        return result


class CdiscountOrderOfReturn(models.Model):
    _inherit = "cdiscount.order.mapping"

    return_ids = fields.One2many("cdiscount.return", "mapping_id", "Returns", readonly=True)
    return_count = fields.Integer("Number of Returns", compute="_compute_return_count")

    @api.depends("return_ids")
    def _compute_return_count(self):
        for order in self:
            order.return_count = len(order.return_ids)

    def _follow(self):
        result = super()._follow()
        # A refund from the seller portal shows in the order only.
        self.return_ids.filtered(lambda one: one.state == "checked")._advance()
        return result

    def action_open_returns(self):
        """Open the returns of this order."""
        self.ensure_one()
        return self.return_ids._open_records(self.return_ids)

    def action_new_return(self):
        """Announce that goods of this order come back: all its lines, to be corrected."""
        self.ensure_one()
        lines = [
            fields.Command.create({"order_line_id": line.id, "quantity": line.quantity})
            for line in self.line_ids
            if line.live
        ]
        return {
            "type": "ir.actions.act_window",
            "name": _("New Return"),
            "res_model": "cdiscount.return",
            "views": [(False, "form")],
            "context": {"default_mapping_id": self.id, "default_line_ids": lines},
        }
