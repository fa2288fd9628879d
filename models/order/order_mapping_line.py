"""A line of a marketplace order."""

from odoo import fields, models


class CdiscountOrderMappingLine(models.Model):
    _name = "cdiscount.order.mapping.line"
    _description = "Cdiscount Order Line"
    _order = "mapping_id, sequence, id"
    _rec_name = "title"

    mapping_id = fields.Many2one("cdiscount.order.mapping", "Order", required=True, index=True, ondelete="cascade")
    config_id = fields.Many2one(related="mapping_id.config_id", store=True)
    company_id = fields.Many2one(related="mapping_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="mapping_id.currency_id")
    purchased_at = fields.Datetime(related="mapping_id.purchased_at", store=True, index=True)
    sequence = fields.Integer(readonly=True)
    external_id = fields.Char("Marketplace Line", readonly=True, index=True)
    status = fields.Char("Marketplace Status", readonly=True)
    live = fields.Boolean("Sold", default=True, readonly=True, help="Off when the line was cancelled or refused.")
    sku = fields.Char("SKU", readonly=True, index=True)
    gtin = fields.Char("GTIN", readonly=True)
    title = fields.Char(readonly=True)
    supply_mode = fields.Char(readonly=True)
    quantity = fields.Float(readonly=True, digits=(16, 2))
    unit_price = fields.Monetary(readonly=True, help="VAT included.")
    product_amount = fields.Monetary("Goods", readonly=True, help="VAT included.")
    shipping_amount = fields.Monetary("Shipping", readonly=True, help="VAT included.")
    amount_total = fields.Monetary("Total", readonly=True, help="VAT included.")
    vat_rate = fields.Float("VAT %", readonly=True)
    commission_with_vat = fields.Monetary("Commission", readonly=True)
    commission_without_vat = fields.Monetary("Commission without VAT", readonly=True)
    commission_rate = fields.Float("Commission %", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null", ondelete="set null")
    sale_line_id = fields.Many2one("sale.order.line", readonly=True, index="btree_not_null", ondelete="set null")
