"""Cancelling a sale order of the marketplace asks the marketplace first; the sale order follows."""

from odoo import _, models
from odoo.exceptions import UserError

from ...services.rules.order_status import canonical

HERE_ONLY = "cdiscount_cancel_here"
"""Context key: cancel in Odoo without telling the marketplace."""
OPEN = ("Processing", "Accepted", "WaitingAcceptance", "InPreparation")
LEFT = ("Shipped", "Delivered")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_cancel(self):
        """Open the request to Cdiscount for an order that is still to be delivered there, or to be refunded."""
        sold = self.filtered(lambda order: order._cdiscount_still_sold())
        if not sold or self.env.context.get(HERE_ONLY):
            return super().action_cancel()
        if len(self) > 1:
            raise UserError(
                _("%s was sold on Cdiscount: cancel it on its own, so that the customer is refunded.", sold[0].name)
            )
        if not self.env.user.has_group("cdiscount_store_management.group_user"):
            person = sold.sudo().cdiscount_config_id.responsible_id.name or _("your administrator")
            raise UserError(
                _(
                    "%(order)s was sold on Cdiscount and is cancelled there, so that the customer is refunded. Ask "
                    "%(person)s.",
                    order=sold.name,
                    person=person,
                )
            )
        mapping = sold.cdiscount_mapping_id
        if not mapping._lines_to_cancel():
            raise UserError(
                _("Cdiscount has been asked to cancel %s: the sale order follows when it has done so.", sold.name)
            )
        return mapping.action_cancel_on_cdiscount()

    def _cdiscount_still_sold(self):
        """Whether the marketplace still counts this order as sold: cancelling it in Odoo alone would hide that."""
        self.ensure_one()
        mapping = self.sudo().cdiscount_mapping_id
        status = canonical(mapping.status or "")
        if self.state == "cancel" or not mapping:
            return False
        # What has left and was refunded altogether may be cancelled for tidiness.
        return status in OPEN or (status in LEFT and bool(mapping._lines_to_cancel()))
