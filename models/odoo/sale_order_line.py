"""Lines of a sale order whose goods do not leave through a delivery of Odoo."""

from odoo import api, fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    cdiscount_outside = fields.Selection(
        [("shipped", "Shipped outside Odoo"), ("fulfilment", "Leaves from Cdiscount's warehouse")],
        "Delivered Elsewhere",
        readonly=True,
        copy=False,
        help="No delivery is prepared in Odoo for this line and its stock is not touched; the marketplace says when it "
        "is delivered.",
    )

    @api.depends("cdiscount_outside")
    def _compute_qty_delivered_method(self):
        # No stock move will ever count what left elsewhere: the delivered quantity is set, not computed.
        outside = self.filtered("cdiscount_outside")
        outside.qty_delivered_method = "manual"
        return super(SaleOrderLine, self - outside)._compute_qty_delivered_method()

    def _action_launch_stock_rule(self, *args, **kwargs):
        inside = self.filtered(lambda line: not line.cdiscount_outside)
        if not inside:
            return True
        return super(SaleOrderLine, inside)._action_launch_stock_rule(*args, **kwargs)
