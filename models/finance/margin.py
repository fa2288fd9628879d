"""What a sale has brought: price, commission, fees, refunds and cost of each order line, as figures to add up."""

from odoo import fields, models

from ...compat import aggregates, constraints


class CdiscountMargin(models.Model):
    """One row per order line that was sold, without VAT, in the currency of the company.

    A table of its own, written by one statement for hundreds of orders: a computed field would be worked out order by
    order, and again each time a fee or an operation changes.
    """

    _name = "cdiscount.margin"
    _description = "Cdiscount Margin"
    _order = "date desc, id desc"
    _rec_name = "mapping_id"
    _log_access = False

    vars().update(
        constraints(
            ("line_uniq", "unique(order_line_id)", "The margin of this order line is known already."),
        )
    )

    order_line_id = fields.Many2one("cdiscount.order.mapping.line", readonly=True, required=True, ondelete="cascade")
    mapping_id = fields.Many2one(
        "cdiscount.order.mapping", "Order", readonly=True, required=True, index=True, ondelete="cascade"
    )
    config_id = fields.Many2one("cdiscount.config", "Account", readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one("res.currency", readonly=True)
    sale_order_id = fields.Many2one("sale.order", readonly=True, index="btree_not_null", ondelete="cascade")
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null", ondelete="set null")
    sales_channel_id = fields.Many2one("cdiscount.sales.channel", readonly=True, ondelete="set null")
    date = fields.Date("Sold On", readonly=True, index=True)
    quantity = fields.Float(readonly=True, digits=(16, 2))
    goods = fields.Monetary(readonly=True, help="Price of the goods without VAT.")
    shipping = fields.Monetary(readonly=True, help="Shipping the customer paid, without VAT.")
    service = fields.Monetary("Service Fee", readonly=True, help="Its share of what the customer paid for the order.")
    revenue = fields.Monetary(readonly=True, help="Goods, shipping and service fee, less what was given back.")
    refund = fields.Monetary("Given Back", readonly=True, help="Refunds and commercial gestures, without VAT.")
    commission = fields.Monetary(readonly=True, help="Less what came back with a refund.")
    fees = fields.Monetary("Other Fees", readonly=True, help="Logistic and other fees of the order.")
    unit_cost = fields.Float(
        readonly=True,
        digits="Product Price",
        help="Cost of the product when the margin was first worked out; for what has left, the valuation of the stock "
        "counts instead.",
        **aggregates("avg"),
    )
    cost = fields.Monetary(readonly=True, help="Of the goods: as valued when they left, until then by the unit cost.")
    margin = fields.Monetary(readonly=True, help="Revenue less commission, other fees and cost.")

    def action_open_order(self):
        """Open the marketplace order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cdiscount.order.mapping",
            "res_id": self.mapping_id.id,
            "views": [(False, "form")],
        }
