"""What happens to a sale order when the marketplace changes its order afterwards."""

from odoo import _, models


class CdiscountOrderFollow(models.Model):
    _inherit = "cdiscount.order.mapping"

    def _follow_cancellation(self):
        """The marketplace cancelled or refused the order: no sale order, or the existing one is cancelled.

        When goods have moved already, cancelling in Odoo would hide them: a person is asked instead.
        """
        self.ensure_one()
        if self.state == "cancelled":
            return
        order = self.sale_order_id
        if order and order.state not in ("cancel",):
            if order.picking_ids.filtered(lambda picking: picking.state == "done"):
                self._ask_a_person(
                    _("Order %s was cancelled on Cdiscount after goods had left", self.reference),
                    _(
                        "The delivery is done, so the sale order was not cancelled. Call the parcel back or receive "
                        "the return, then cancel or credit the sale order."
                    ),
                )
                return
            order._action_cancel()
            order.message_post(body=_("Cancelled on Cdiscount: the marketplace's status is %s.", self.status))
        self.write({"state": "cancelled", "hold_code": False, "hold_reason": False, "hold_detail": False})

    def _follow_change(self, decision):
        """A line of an order that has a sale order was cancelled: its remaining quantity is cancelled, the rest lives.

        When it cannot be taken back by itself (delivered, locked, invoiced), a person is asked.
        """
        self.ensure_one()
        dead = self.line_ids.filtered(
            lambda line: not line.live and line.sale_line_id and line.sale_line_id.product_uom_qty
        )
        if not dead or self.sale_order_id.state == "cancel":
            return
        stuck = dead.filtered(lambda line: line.sale_line_id.qty_delivered or line.sale_line_id.qty_invoiced)
        for line in dead - stuck:
            line.sale_line_id.product_uom_qty = 0
        if dead - stuck:
            names = ", ".join((dead - stuck).mapped("title"))
            self.sale_order_id.message_post(body=_("Cancelled on Cdiscount: %s", names))
        if stuck:
            self._ask_a_person(
                _("A line of order %s was cancelled on Cdiscount too late", self.reference),
                _(
                    "Already delivered or invoiced: %s. Take the goods back or credit the line.",
                    ", ".join(stuck.mapped("title")),
                ),
            )

    def _ask_a_person(self, summary, note):
        """Raise one activity on the order for the account's responsible, not one per synchronisation."""
        self.ensure_one()
        user = self.config_id.responsible_id or self.config_id.user_id
        if self.activity_ids.filtered(lambda activity: activity.summary == summary):
            return
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            "cdiscount_store_management.activity_order", user_id=user.id, summary=summary, note=note
        )
