"""What a person has decided about the quantity of one offer."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...services.rules.stock import Hold


class CdiscountOfferStock(models.Model):
    _name = "cdiscount.product.mapping"
    _inherit = ["cdiscount.product.mapping", "cdiscount.stock.limits"]

    stock_freeze = fields.Selection(
        [("keep", "Leave it as it is"), ("fixed", "Always publish the same quantity")],
        "Frozen Quantity",
        copy=False,
        help="Empty: the quantity follows the stock. A frozen quantity does not, whatever happens to the stock.",
    )
    stock_fixed_qty = fields.Integer("Fixed Quantity", copy=False)

    @api.constrains("stock_fixed_qty")
    def _check_stock_fixed_qty(self):
        if any(offer.stock_fixed_qty < 0 for offer in self):
            raise ValidationError(_("The fixed quantity cannot be negative: enter 0 or more units."))

    def _known_quantity(self):
        """Return what is on Cdiscount as far as Odoo knows: what was accepted last, else what was read."""
        self.ensure_one()
        return self.published_qty if self.last_pushed_at else self.quantity_read

    def _stock_hold(self):
        """Return the Hold of an offer whose quantity a person has frozen, or None."""
        self.ensure_one()
        if self.stock_freeze == "keep":
            return Hold("keep", self._known_quantity())
        return Hold("fixed", self.stock_fixed_qty) if self.stock_freeze == "fixed" else None
