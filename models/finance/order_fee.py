"""Commission and what is left after it, on the marketplace order and on the sale order."""

from odoo import api, fields, models


class CdiscountOrderFee(models.Model):
    _inherit = "cdiscount.order.mapping"

    fee_ids = fields.One2many("cdiscount.fee", "mapping_id", "Commissions", readonly=True)
    net_total = fields.Monetary(
        "Net After Commission",
        compute="_compute_net_total",
        store=True,
        # With the INSERT: on Odoo 17 each different amount would be an UPDATE of its own afterwards.
        precompute=True,
        help="What Cdiscount pays out for the order: its total with VAT, less the commission with VAT.",
    )
    without_commission = fields.Integer(
        "Lines Without Commission",
        compute="_compute_without_commission",
        help="Lines for which Cdiscount announced no commission: the net amount may be too high.",
    )

    @api.depends("amount_total", "commission_total", "state")
    def _compute_net_total(self):
        for order in self:
            over = order.state == "cancelled"
            order.net_total = 0.0 if over else order.amount_total - order.commission_total

    @api.depends("line_ids.live", "line_ids.commission_with_vat", "line_ids.amount_total")
    def _compute_without_commission(self):
        for order in self:
            order.without_commission = len(
                order.line_ids.filtered(
                    lambda line: line.live and line.amount_total > 0 and not line.commission_with_vat
                )
            )

    def action_open_fees(self):
        """Open the commissions of these orders."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_fee")
        return dict(action, domain=[("mapping_id", "in", self.ids)], context={})


class CdiscountOrderLineFee(models.Model):
    _inherit = "cdiscount.order.mapping.line"

    @api.model_create_multi
    def create(self, vals_list):
        """A line that joins an order which has its sale order already has a commission, too."""
        lines = super().create(vals_list)
        late = lines.mapping_id.filtered("sale_order_id")
        if late:
            self.env["cdiscount.fee"].sudo()._book_commissions(late)
        return lines


class SaleOrder(models.Model):
    _inherit = "sale.order"

    cdiscount_commission = fields.Monetary(compute="_compute_cdiscount_commission", compute_sudo=True, help="With VAT.")
    cdiscount_net = fields.Monetary(
        "Net After Commission",
        compute="_compute_cdiscount_commission",
        compute_sudo=True,
        help="What Cdiscount pays out: the total with VAT, less the commission with VAT.",
    )
    cdiscount_net_untaxed = fields.Monetary(
        "Net Without VAT",
        compute="_compute_cdiscount_commission",
        compute_sudo=True,
        help="What is left of the sale before the cost of the goods: both amounts without VAT.",
    )

    @api.depends("amount_total", "amount_untaxed", "state", "cdiscount_mapping_ids.fee_ids.amount_with_vat")
    def _compute_cdiscount_commission(self):
        groups = self.env["cdiscount.fee"]._read_group(
            [("sale_order_id", "in", self.ids)],
            ["sale_order_id"],
            ["amount_with_vat:sum", "amount_without_vat:sum"],
        )
        fees = {order.id: (with_vat, without_vat) for order, with_vat, without_vat in groups}
        for order in self:
            with_vat, without_vat = fees.get(order.id, (0.0, 0.0))
            over = order.state == "cancel"
            order.cdiscount_commission = with_vat
            order.cdiscount_net = 0.0 if over else order.amount_total - with_vat
            order.cdiscount_net_untaxed = 0.0 if over else order.amount_untaxed - without_vat
