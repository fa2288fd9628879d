"""What happens to a sale order when the marketplace changes its order afterwards.

Storing a page only asks for it; the work is done in jobs of the queue, so that one sale order Odoo refuses to change
stops no page, is tried again, and shows up with its cause. A change is carried over once: what the sale order was last
brought up to date with is kept, and compared (``services/rules/booked.py``).
"""

from odoo import _, api, models
from odoo.exceptions import UserError

from ...services.rules.booked import Booked, booked, changes
from ...services.rules.booked import loads as load_booked
from ...services.rules.order_status import decide
from ...services.rules.totals import order_amounts
from .order_build import Draft, HoldOrder

FOLLOWING = "cdiscount_following"
"""Context key: a sale order is being changed because the marketplace changed its order, not by a person."""


class CdiscountOrderFollow(models.Model):
    _inherit = "cdiscount.order.mapping"

    def _request_follow(self):
        """Ask the queue to carry the marketplace's changes over to the sale orders of these mappings."""
        for config, orders in self.grouped("config_id").items():
            self.env["cdiscount.queue"].sudo()._enqueue(config, "order_follow", orders.mapped("external_id"))

    @api.model
    def _job_follow(self, jobs):
        """Queue operation: bring the sale orders of these orders up to date with the marketplace."""
        mappings = self.sudo().search(
            [("config_id", "=", jobs.config_id.id), ("external_id", "in", jobs.mapped("key"))], order="id"
        )
        for mapping in mappings.with_context(mail_activity_quick_update=True, **{FOLLOWING: True}):
            if mapping.state != "ignored" and mapping.hold_code != "payload_invalid":
                mapping._follow()

    @api.model
    def _job_follow_failed(self, job, cause):
        """Called when a change cannot be carried over: a person is told; the job waits in the queue for a retry."""
        mapping = self.sudo().search([("config_id", "=", job.config_id.id), ("external_id", "=", job.key)])
        if mapping:
            mapping._ask_a_person(
                _("A change of order %s could not be brought into Odoo", mapping.reference),
                _("%s Then retry the job in the queue.", cause.text),
            )

    # ------------------------------------------------------------------ one order
    def _follow(self):
        """Compare the order with what the sale order stands for; carry over what changed."""
        self.ensure_one()
        order = self._parse()
        decision = decide(order)
        if not self.sale_order_id:
            self._follow_without_sale_order(decision)
            return
        old = load_booked(self.booked)
        basis = old.basis if old else self.config_id.order_amount_basis
        amounts = order_amounts(order, basis)
        new = booked(order, amounts, decision, basis)
        change = changes(old or self._assumed_booked(new), new)
        if change:
            draft = Draft(self, order, amounts, decision, sale_order=self.sale_order_id)
            self._carry_over(draft, change)
        if change or not old:
            self.booked = new.dumps()

    def _follow_without_sale_order(self, decision):
        if decision.action in ("build", "history") and self.state in ("new", "held"):
            self._request_build()
        elif decision.action == "cancel" and self.state in ("new", "held"):
            self._mark_cancelled()

    def _assumed_booked(self, new):
        """What a sale order from before this was remembered stands for: the same, but for what has died since."""
        alive = {line.external_id for line in self.line_ids if line.sale_line_id.product_uom_qty}
        lines = {
            line_id: line.__class__(line.quantity, line.product, line.shipping, line_id in alive or line.live, False)
            for line_id, line in new.lines.items()
        }
        action = "build" if new.cancelled and self.state != "cancelled" else new.action
        total = sum((line.total for line in lines.values() if line.live), new.fees)
        return Booked(action, total, new.fees, new.delivery, new.billing, new.country, new.ship_by, new.basis, lines)

    def _carry_over(self, draft, change):
        """Carry each change over; where a person has to decide, raise an activity instead."""
        if draft.decision.action == "cancel":
            if change.cancelled:
                self._follow_cancellation()
            return
        if self.sale_order_id.state == "cancel":
            if change.revived and self.state == "cancelled":
                self._follow_revival(draft)
            else:
                self._ask_a_person(
                    _("Order %s goes on at Cdiscount, its sale order is cancelled in Odoo", self.reference),
                    _("Cancel the order in the seller portal too, or set the sale order to draft and confirm it."),
                )
            return
        try:
            self._follow_places(draft, change)
            if change.amounts:
                self._follow_lines(draft, change)
        except HoldOrder as hold:
            # A missing product or tax: somebody corrects it and retries the job; until then nothing is half done.
            raise UserError(hold.text) from hold
        self._follow_shipping(draft, change)

    # ------------------------------------------------------------------ cancelled, and alive again
    def _mark_cancelled(self):
        self.write({"state": "cancelled", "hold_code": False, "hold_reason": False, "hold_detail": False})

    def _follow_cancellation(self):
        """The marketplace cancelled or refused the order: the sale order is cancelled.

        When goods or an invoice have left already, cancelling in Odoo would hide them: a person is asked instead.
        """
        self.ensure_one()
        order = self.sale_order_id
        if order.state != "cancel":
            gone = self._lines_gone(order.order_line)
            invoiced = order.invoice_ids.filtered(lambda invoice: invoice.state == "posted")
            if gone or invoiced:
                self._ask_a_person(
                    _("Order %s was cancelled on Cdiscount after goods had left", self.reference)
                    if gone
                    else _("Order %s was cancelled on Cdiscount after it was invoiced", self.reference),
                    _(
                        "The sale order was not cancelled. Call the parcel back or receive the return (button Return "
                        "on the delivery), then credit the invoice or cancel the sale order."
                    ),
                )
                self._propose_return(gone)
                return
            being_picked = self._being_picked(order.order_line)
            order._action_cancel()
            order.message_post(body=_("Cancelled on Cdiscount: the marketplace's status is %s.", self.status))
            self._tell_pickers(being_picked)
        self._mark_cancelled()

    def _follow_revival(self, draft):
        """An order cancelled by the marketplace lives again: its sale order is taken up, with what it holds now."""
        order = self.sale_order_id
        if draft.decision.action not in ("build", "history"):
            self.state = "new"
            return
        if order.picking_ids.filtered(lambda picking: picking.state == "done") or order.invoice_ids.filtered(
            lambda invoice: invoice.state == "posted"
        ):
            self._ask_a_person(
                _("Order %s lives again on Cdiscount", self.reference),
                _("Its cancelled sale order has a delivery or an invoice: decide what still has to be done."),
            )
            return
        date = order.date_order
        order.action_draft()
        try:
            self._rewrite_lines(draft)
        except HoldOrder as hold:
            raise UserError(hold.text) from hold
        order.action_confirm()
        order.date_order = date
        order.message_post(body=_("The order lives again on Cdiscount: the sale order was taken up again."))
        self.state = "imported"

    # ------------------------------------------------------------------ a person
    def _ask_a_person(self, summary, note):
        """Raise one activity on the order for the account's responsible, not one per synchronisation."""
        self.ensure_one()
        user = self.config_id.responsible_id or self.config_id.user_id
        if self.activity_ids.filtered(lambda activity: activity.summary == summary):
            return
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            "cdiscount_store_management.activity_order", user_id=user.id, summary=summary, note=note
        )
