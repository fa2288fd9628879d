"""What of a marketplace order is to be invoiced: the account says so, not the product's invoicing policy."""

from odoo import api, fields, models

from ...compat import sale_line_uom_field

POLICIES = [("confirmation", "When confirmed"), ("shipment", "When shipped")]


class SaleOrder(models.Model):
    _inherit = "sale.order"

    cdiscount_invoice_policy = fields.Selection(
        POLICIES,
        "Invoiced on Cdiscount's Terms",
        readonly=True,
        copy=False,
        help="How the account makes the invoices of this order. Kept on the order, so that changing the account later "
        "does not invoice what was invoiced elsewhere.",
    )

    def action_confirm(self):
        result = super().action_confirm()
        self._cdiscount_ask_invoice("confirmation")
        return result

    def _cdiscount_ask_invoice(self, policy):
        """Ask the queue to invoice those of these orders that are invoiced at this moment."""
        due = self.sudo().filtered(lambda order: order.cdiscount_invoice_policy == policy and order.state == "sale")
        due.cdiscount_mapping_ids._request_invoice()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.depends(
        "cdiscount_kind",
        "order_id.cdiscount_invoice_policy",
        "order_id.order_line.qty_delivered",
        "invoice_lines.move_id.move_type",
    )
    def _compute_qty_to_invoice(self):
        result = super()._compute_qty_to_invoice()
        for line in self:
            policy = line.order_id.cdiscount_invoice_policy
            if policy and line.cdiscount_kind and line.state == "sale":
                line.qty_to_invoice = max(line._cdiscount_invoiceable(policy) - line._cdiscount_ever_invoiced(), 0)
        return result

    def _cdiscount_invoiceable(self, policy):
        """Return how much of the line may be invoiced by now; never more than the customer has paid.

        Shipping, fees and rounding go with the first goods that leave.
        """
        self.ensure_one()
        ordered = self.product_uom_qty
        if policy == "confirmation":
            return ordered
        if self.cdiscount_kind == "goods":
            return min(self.qty_delivered, ordered)
        goods = self.order_id.order_line.filtered(lambda line: line.cdiscount_kind == "goods")
        return ordered if any(line.qty_delivered > 0 for line in goods) else 0

    def _cdiscount_ever_invoiced(self):
        """Return the invoiced quantity without taking credit notes off.

        What was credited was refunded: Odoo would take it for not invoiced and invoice it once more.
        """
        self.ensure_one()
        uom = self[sale_line_uom_field(self.env)]
        credited = self.invoice_lines.filtered(
            lambda line: line.move_id.move_type == "out_refund" and line.move_id.state != "cancel"
        )
        return self.qty_invoiced + sum(line.product_uom_id._compute_quantity(line.quantity, uom) for line in credited)

    def write(self, vals):
        result = super().write(vals)
        if "qty_delivered" in vals:
            # What leaves elsewhere is delivered when the marketplace says so: no delivery of Odoo will tell.
            self.filtered("cdiscount_outside").order_id._cdiscount_ask_invoice("shipment")
        return result


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        result = super()._action_done()
        left = self.move_ids.filtered(
            lambda move: move.state == "done" and move.location_dest_id.usage == "customer" and move.sale_line_id
        )
        left.sale_line_id.order_id._cdiscount_ask_invoice("shipment")
        return result
