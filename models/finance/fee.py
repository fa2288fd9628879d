"""What the marketplace keeps of a sale."""

from odoo import api, fields, models

from ...compat import constraints

KINDS = [
    ("commission", "Commission"),
    ("commission_refund", "Commission Given Back"),
    ("subscription", "Subscription"),
    ("logistic", "Logistic Fee"),
    ("other", "Other"),
]


class CdiscountFee(models.Model):
    """The commission of one order line, as announced with the order, or another fee as the marketplace charges it.

    A commission's amounts follow the line: they change with it, and are zero once the line, or the whole order, is
    cancelled, because nothing is kept of a sale that did not take place. So a sum of fees is right at any time without
    a filter. What comes back (the commission of a refund) is a fee of its own with negative amounts.
    """

    _name = "cdiscount.fee"
    _description = "Cdiscount Fee"
    _order = "date desc, id desc"
    _rec_name = "order_line_id"

    vars().update(
        constraints(
            ("line_kind_uniq", "unique(order_line_id, kind)", "This fee of the order line is booked already."),
        )
    )

    mapping_id = fields.Many2one("cdiscount.order.mapping", "Order", index=True, ondelete="cascade")
    order_line_id = fields.Many2one("cdiscount.order.mapping.line", index=True, ondelete="cascade")
    config_id = fields.Many2one(
        "cdiscount.config", "Account", compute="_compute_config_id", store=True, readonly=False, index=True
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id", store=True, readonly=False)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    sale_order_id = fields.Many2one(related="mapping_id.sale_order_id", store=True, index=True)
    product_id = fields.Many2one(related="order_line_id.product_id", store=True)
    sales_channel_id = fields.Many2one(related="mapping_id.sales_channel_id", store=True)
    kind = fields.Selection(KINDS, default="commission", required=True, index=True)
    date = fields.Date(index=True)
    due = fields.Boolean(
        compute="_compute_amounts",
        store=True,
        readonly=False,
        help="Off when the line or the order was cancelled: nothing is kept of it.",
    )
    rate = fields.Float("Rate %", compute="_compute_amounts", store=True, readonly=False)
    line_amount = fields.Monetary("Sale", compute="_compute_amounts", store=True, help="What was sold, with VAT.")
    amount_with_vat = fields.Monetary(compute="_compute_amounts", store=True, readonly=False)
    amount_without_vat = fields.Monetary(compute="_compute_amounts", store=True, readonly=False)
    vat_amount = fields.Monetary("VAT", compute="_compute_vat_amount", store=True)
    amount_company = fields.Monetary(
        "Amount in Company Currency",
        compute="_compute_amount_company",
        store=True,
        currency_field="company_currency_id",
        help="With VAT, at the rate of the day of the sale.",
    )

    @api.depends("mapping_id.config_id")
    def _compute_config_id(self):
        for fee in self:
            fee.config_id = fee.mapping_id.config_id or fee.config_id

    @api.depends("mapping_id.currency_id")
    def _compute_currency_id(self):
        for fee in self:
            fee.currency_id = fee.mapping_id.currency_id or fee.currency_id

    @api.depends(
        "order_line_id.live",
        "order_line_id.amount_total",
        "order_line_id.commission_with_vat",
        "order_line_id.commission_without_vat",
        "order_line_id.commission_rate",
        "mapping_id.state",
    )
    def _compute_amounts(self):
        for fee in self:
            line = fee.order_line_id
            if not line:
                # A fee that belongs to no line keeps what it was given.
                fee.due, fee.rate, fee.line_amount = fee.due, fee.rate, 0.0
                fee.amount_with_vat, fee.amount_without_vat = fee.amount_with_vat, fee.amount_without_vat
                continue
            fee.due = line.live and fee.mapping_id.state != "cancelled"
            fee.rate = line.commission_rate
            fee.line_amount = line.amount_total if fee.due else 0.0
            fee.amount_with_vat = line.commission_with_vat if fee.due else 0.0
            fee.amount_without_vat = line.commission_without_vat if fee.due else 0.0

    @api.depends("amount_with_vat", "amount_without_vat")
    def _compute_vat_amount(self):
        for fee in self:
            fee.vat_amount = fee.amount_with_vat - fee.amount_without_vat

    @api.depends("amount_with_vat", "date", "currency_id", "company_id")
    def _compute_amount_company(self):
        for fee in self:
            company, currency = fee.company_id, fee.currency_id
            if not currency or currency == company.currency_id:
                fee.amount_company = fee.amount_with_vat
            else:
                fee.amount_company = currency._convert(
                    fee.amount_with_vat, company.currency_id, company, fee.date or fields.Date.context_today(fee)
                )

    @api.model
    def _book_commissions(self, mappings):
        """Book the commission of each live line of these orders, once per line. A line without one has no fee."""
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
                }
                for line in lines
                if line.id not in booked
            ]
        )
