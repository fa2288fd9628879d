"""What a person has decided about the quantity of one offer."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...services.rules.stock import Hold

DECIDES_QUANTITY = frozenset(
    {
        "product_id",
        "publish",
        "stock_freeze",
        "stock_fixed_qty",
        "stock_buffer_own",
        "stock_buffer_units",
        "stock_buffer_percent",
        "stock_limit_own",
        "stock_cap",
        "stock_cap_percent",
        "stock_minimum",
    }
)


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
    stock_to_publish = fields.Integer(
        "Quantity to Publish",
        readonly=True,
        copy=False,
        help="What was to be published when the stock of this offer was last looked at.",
    )
    stock_unsure = fields.Boolean(
        "Changed by Cdiscount",
        readonly=True,
        copy=False,
        help="Cdiscount has sold this offer, or taken a sale back, since the quantity was last sent: it is sent anew.",
    )

    def init(self):
        result = super().init()
        # Few of many thousand offers are marked, and they are looked for all the time.
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS cdiscount_product_mapping_stock_dirty
                ON cdiscount_product_mapping (config_id, id) WHERE stock_dirty
            """
        )
        return result

    @api.constrains("stock_fixed_qty")
    def _check_stock_fixed_qty(self):
        if any(offer.stock_fixed_qty < 0 for offer in self):
            raise ValidationError(_("The fixed quantity cannot be negative: enter 0 or more units."))

    @api.model_create_multi
    def create(self, vals_list):
        offers = super().create(vals_list)
        self.env["cdiscount.stock.event"].sudo()._mark_offers(offers.filtered("publish"))
        return offers

    def write(self, vals):
        result = super().write(vals)
        if not DECIDES_QUANTITY.isdisjoint(vals):
            self.env["cdiscount.stock.event"].sudo()._mark_offers(self)
        return result

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
