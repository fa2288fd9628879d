"""What the marketplace keeps of a sale."""

from odoo import api, fields, models

from ...compat import constraints


class CdiscountFee(models.Model):
    _name = "cdiscount.fee"
    _description = "Cdiscount Fee"
    _order = "date desc, id desc"
    _rec_name = "order_line_id"

    vars().update(
        constraints(
            ("line_kind_uniq", "unique(order_line_id, kind)", "This fee of the order line is booked already."),
        )
    )

    mapping_id = fields.Many2one("cdiscount.order.mapping", "Order", required=True, index=True, ondelete="cascade")
    order_line_id = fields.Many2one("cdiscount.order.mapping.line", index=True, ondelete="cascade")
    config_id = fields.Many2one(related="mapping_id.config_id", store=True, index=True)
    company_id = fields.Many2one(related="mapping_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="mapping_id.currency_id")
    sale_order_id = fields.Many2one(related="mapping_id.sale_order_id", store=True, index=True)
    product_id = fields.Many2one(related="order_line_id.product_id", store=True)
    kind = fields.Selection([("commission", "Commission")], default="commission", required=True)
    date = fields.Date(index=True)
    rate = fields.Float("Rate %")
    amount_with_vat = fields.Monetary()
    amount_without_vat = fields.Monetary()
    vat_amount = fields.Monetary("VAT", compute="_compute_vat_amount", store=True)

    @api.depends("amount_with_vat", "amount_without_vat")
    def _compute_vat_amount(self):
        for fee in self:
            fee.vat_amount = fee.amount_with_vat - fee.amount_without_vat

    @api.model
    def _book_commissions(self, mappings):
        """Book the commission of each live line of these orders, once per line."""
        lines = self.env["cdiscount.order.mapping.line"].concat(*[mapping.line_ids for mapping in mappings])
        lines = lines.filtered(lambda line: line.live and (line.commission_with_vat or line.commission_without_vat))
        if not lines:
            return
        booked = set(
            self.search([("order_line_id", "in", lines.ids), ("kind", "=", "commission")]).mapped("order_line_id.id")
        )
        self.create(
            [
                {
                    "mapping_id": line.mapping_id.id,
                    "order_line_id": line.id,
                    "kind": "commission",
                    "date": line.mapping_id.purchased_at,
                    "rate": line.commission_rate,
                    "amount_with_vat": line.commission_with_vat,
                    "amount_without_vat": line.commission_without_vat,
                }
                for line in lines
                if line.id not in booked
            ]
        )
