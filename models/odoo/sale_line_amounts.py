"""What the marketplace charged stays what it charged: prices and taxes of its lines are not worked out anew by Odoo."""

from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _recompute_taxes(self):
        """Leave orders of the marketplace alone: "Update Taxes" would replace the VAT the customer has paid.

        Odoo offers it whenever the fiscal position changes, which a corrected address is enough for.
        """
        others = self.filtered(lambda order: not order.cdiscount_config_id)
        (self - others).show_update_fpos = False
        return super(SaleOrder, others)._recompute_taxes() if others else None

    def _recompute_prices(self):
        """Leave the prices of the marketplace alone."""
        others = self.filtered(lambda order: not order.cdiscount_config_id)
        (self - others).show_update_pricelist = False
        return super(SaleOrder, others)._recompute_prices() if others else None


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    cdiscount_kind = fields.Selection(
        [("goods", "Goods"), ("shipping", "Shipping"), ("fee", "Service Fee"), ("rounding", "Rounding")],
        "Marketplace Amount",
        readonly=True,
        copy=False,
        help="What the marketplace charged with this line. Its price and taxes are the marketplace's, so Odoo does not "
        "compute them anew when the quantity, the product or the customer changes.",
    )

    def _own_amounts(self):
        """Return the lines whose price and taxes are Odoo's business."""
        return self.filtered(lambda line: not line.cdiscount_kind)

    def _compute_price_unit(self):
        return super(SaleOrderLine, self._own_amounts())._compute_price_unit()

    def _compute_discount(self):
        return super(SaleOrderLine, self._own_amounts())._compute_discount()

    # The taxes are computed under one name until Odoo 18 and under another one since.
    def _compute_tax_id(self):
        return super(SaleOrderLine, self._own_amounts())._compute_tax_id()

    def _compute_tax_ids(self):
        return super(SaleOrderLine, self._own_amounts())._compute_tax_ids()
