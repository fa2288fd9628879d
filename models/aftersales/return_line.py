"""A line of an order, or a part of it, that the customer sends back."""

from odoo import api, fields, models

from .return_texts import CLOSED


class CdiscountReturnLine(models.Model):
    _name = "cdiscount.return.line"
    _description = "Cdiscount Return Line"
    _order = "return_id, id"
    _rec_name = "title"

    return_id = fields.Many2one("cdiscount.return", required=True, index=True, ondelete="cascade")
    mapping_id = fields.Many2one(related="return_id.mapping_id", store=True)
    config_id = fields.Many2one(related="return_id.config_id", store=True)
    company_id = fields.Many2one(related="return_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="return_id.currency_id")
    state = fields.Selection(related="return_id.state", store=True, string="Status")
    reason = fields.Selection(related="return_id.reason", store=True)
    order_line_id = fields.Many2one(
        "cdiscount.order.mapping.line",
        domain="[('mapping_id', '=', mapping_id)]",
        index="btree_not_null",
        ondelete="cascade",
    )
    product_id = fields.Many2one(
        "product.product", compute="_compute_product_id", store=True, readonly=False, index="btree_not_null"
    )
    title = fields.Char(compute="_compute_product_id", store=True, readonly=False)
    sku = fields.Char("SKU", compute="_compute_product_id", store=True, readonly=False, index=True)
    ordered = fields.Float(related="order_line_id.quantity", string="Sold")
    quantity = fields.Float("Coming Back", default=1.0, digits=(16, 2), required=True)

    @api.depends("order_line_id")
    def _compute_product_id(self):
        for line in self:
            sold = line.order_line_id
            line.product_id = sold.sale_line_id.product_id or sold.product_id or line.product_id
            line.title = sold.title or line.product_id.display_name or line.title
            line.sku = sold.sku or line.product_id.default_code or line.sku

    def _standing(self):
        """Return those whose return takes place."""
        return self.filtered(lambda line: line.return_id.state not in CLOSED)
