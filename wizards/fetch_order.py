"""Fetch one order by the number a customer or the seller portal tells."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError


class CdiscountOrderFetchWizard(models.TransientModel):
    _name = "cdiscount.order.fetch"
    _description = "Fetch One Order"

    config_id = fields.Many2one(
        "cdiscount.config",
        "Account",
        required=True,
        domain="[('state', '=', 'connected')]",
        default=lambda self: self._default_config(),
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True)
    reference = fields.Char(
        "Order Number", help="The order's number or reference, as in the seller portal or in a message of the customer."
    )
    message = fields.Text("What Became of It", readonly=True)
    mapping_id = fields.Many2one("cdiscount.order.mapping", "Order", readonly=True)
    state = fields.Selection(related="mapping_id.state")

    @api.model
    def _default_config(self):
        return self.env["cdiscount.config"].search([("state", "=", "connected")], limit=1)

    def action_fetch(self):
        """Ask Cdiscount for the order and say what became of it."""
        self.ensure_one()
        orders = self.env["cdiscount.order.mapping"]
        orders._require_manager()
        if not (self.reference or "").strip():
            raise UserError(_("Enter the number of the order first."))
        mapping, message = orders._fetch_one(self.config_id, self.reference)
        self.write({"mapping_id": mapping.id, "message": message})
        return {
            "type": "ir.actions.act_window",
            "name": _("Fetch One Order"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_open(self):
        """Open the order that was found: its sale order when there is one."""
        self.ensure_one()
        if self.mapping_id.sale_order_id:
            return self.mapping_id.action_open_sale_order()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cdiscount.order.mapping",
            "res_id": self.mapping_id.id,
            "views": [(False, "form")],
        }
