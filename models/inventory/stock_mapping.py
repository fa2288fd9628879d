"""Which warehouses an account sells from."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...compat import constraints


class CdiscountStockMapping(models.Model):
    """One warehouse of an account. Without any line the account sells from its own warehouse alone."""

    _name = "cdiscount.stock.mapping"
    _inherit = "cdiscount.stock.setting"
    _description = "Cdiscount Warehouse to Sell From"
    _order = "config_id, priority, id"
    _rec_name = "warehouse_id"
    _check_company_auto = True

    vars().update(
        constraints(
            (
                "warehouse_uniq",
                "unique(config_id, warehouse_id)",
                "This warehouse has a line already: change the existing one.",
            ),
        )
    )

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        check_company=True,
        ondelete="cascade",
        domain="[('company_id', '=', company_id)]",
    )
    location_id = fields.Many2one(
        "stock.location",
        check_company=True,
        domain="[('usage', 'in', ('internal', 'view')), ('warehouse_id', '=', warehouse_id)]",
        help="What is counted: this location with all below it. Empty: the stock location, from which deliveries are "
        "taken, so that goods still in reception or in quality control are not sold yet.",
    )
    priority = fields.Integer(default=10, help="Lower comes first.")
    buffer = fields.Integer("Safety Stock", help="Units of each product that stay in this warehouse.")
    active = fields.Boolean(default=True)

    @api.constrains("buffer")
    def _check_buffer(self):
        if any(line.buffer < 0 for line in self):
            raise ValidationError(_("The safety stock cannot be negative: enter 0 or more units."))

    @api.constrains("location_id", "warehouse_id")
    def _check_location(self):
        for line in self.filtered("location_id"):
            if line.location_id.warehouse_id != line.warehouse_id:
                raise ValidationError(
                    _(
                        "%(location)s is not in the warehouse %(warehouse)s: choose one of its locations.",
                        location=line.location_id.display_name,
                        warehouse=line.warehouse_id.name,
                    )
                )

    @api.model
    def _places(self, config):
        """Return ``[(warehouse, location, buffer)]`` of an account, the first to sell from first."""
        lines = self.sudo().search([("config_id", "=", config.id)])
        if not lines:
            warehouse = config.sudo().warehouse_id
            return [(warehouse, warehouse.lot_stock_id, 0)]
        return [
            (line.warehouse_id, line.location_id or line.warehouse_id.lot_stock_id, line.buffer)
            for line in lines.sorted(lambda line: (line.priority, line.id))
        ]
