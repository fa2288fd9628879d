"""The marketplace's side of a sale order."""

from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    cdiscount_mapping_ids = fields.One2many("cdiscount.order.mapping", "sale_order_id", "Cdiscount Orders")
    cdiscount_mapping_id = fields.Many2one(
        "cdiscount.order.mapping", "Cdiscount Order", compute="_compute_cdiscount_mapping_id", compute_sudo=True
    )
    cdiscount_status = fields.Char(compute="_compute_cdiscount_mapping_id", compute_sudo=True)
    cdiscount_config_id = fields.Many2one(
        "cdiscount.config", "Cdiscount Account", readonly=True, copy=False, index="btree_not_null"
    )

    @api.depends("cdiscount_mapping_ids.status")
    @api.depends_context("lang")
    def _compute_cdiscount_mapping_id(self):
        for order in self:
            order.cdiscount_mapping_id = order.cdiscount_mapping_ids[:1]
            order.cdiscount_status = order.cdiscount_mapping_ids[:1].status_label

    def action_open_cdiscount_order(self):
        """Open the marketplace order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cdiscount.order.mapping",
            "res_id": self.cdiscount_mapping_id.id,
            "views": [(False, "form")],
        }


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    cdiscount_line_id = fields.Char("Marketplace Line", readonly=True, copy=False)
