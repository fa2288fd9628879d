"""How an account makes its prices: pricelists, strike price, rounding, what a sale must earn."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

ROUNDINGS = [
    ("none", "To the cent"),
    ("nearest", "To the nearest such price"),
    ("up", "Up to the next such price"),
    ("down", "Down to the next such price"),
]
STRIKE_SOURCES = [
    ("none", "None"),
    ("sales_price", "Sales price of the product"),
    ("pricelist", "A pricelist"),
]


class CdiscountConfigPrices(models.Model):
    _inherit = "cdiscount.config"

    # ------------------------------------------------------------------ price
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        # Offers would be published at another price because somebody tidied up pricelists.
        ondelete="restrict",
        help="Prices to publish, for one piece at the present day. Empty: the sales prices of the products. Taxes are "
        "added where the prices do not include them.",
    )
    strike_source = fields.Selection(
        STRIKE_SOURCES,
        "Strike Price From",
        default="none",
        required=True,
        help="The price shown crossed out beside the price to pay. It is sent only where it is the higher one. Without "
        "one, an account that goes from Odoo to Cdiscount takes away the strike prices that were entered in the seller "
        "portal.",
    )
    strike_pricelist_id = fields.Many2one("product.pricelist", check_company=True, ondelete="restrict")
    price_rounding = fields.Selection(
        ROUNDINGS, "Round Prices", default="none", required=True, help="Of the price with VAT, at the very end."
    )
    price_ending = fields.Float("Ending", default=0.99, digits=(16, 2), help="0.99 gives 4.99, 5.99; 0.95 gives 4.95.")
    price_step = fields.Float(
        "Every", default=1.0, digits=(16, 2), help="How far such prices are apart: 1 gives 4.99, 5.99; 10 gives 9, 19."
    )
    without_vat = fields.Boolean(
        "Sells Without VAT",
        help="The company charges no VAT: products without a sales tax are published with a rate of 0 %. Without this, "
        "such a product is not published until it has a tax.",
    )

    # ------------------------------------------------------------------ what goes with it
    preparation_days = fields.Integer(
        "Days to Prepare",
        default=1,
        help="Whole days between the order and its shipment, where Configuration, Catalogue, Fields says nothing else.",
    )
    enabled_mode_codes = fields.Char(
        "Delivery Modes of the Shop",
        readonly=True,
        copy=False,
        help="The delivery modes that are enabled in the seller portal, when they were last asked for.",
    )

    # ------------------------------------------------------------------ floor
    floor_active = fields.Boolean(
        "Refuse Prices That Do Not Pay",
        default=True,
        help="A price below cost, commission, shipping and margin is not published: the offer shows the least price. "
        "Products without a cost are not checked.",
    )
    floor_margin_percent = fields.Float("Minimum Margin %", help="Of the price without VAT.")
    floor_margin_amount = fields.Float("Minimum Margin per Piece", digits=(16, 2), help="In euros without VAT.")
    floor_commission = fields.Float(
        "Commission %",
        default=15.0,
        help="Cdiscount's share of the price with VAT, without the VAT on the commission. Rates by category and "
        "what was really paid for a product go before it.",
    )
    floor_learn = fields.Boolean(
        "Learn Commissions From Sales",
        default=True,
        help="Where a product was sold in the last 90 days, the commission that was really kept counts.",
    )
    commission_ids = fields.One2many("cdiscount.commission.rate", "config_id", "Commissions by Category")
    floor_shipping_fixed = fields.Float(
        "Shipping per Parcel", digits=(16, 2), help="What the carrier costs you, in euros without VAT."
    )
    floor_shipping_weight = fields.Float(
        "Shipping per kg", digits=(16, 2), help="On top of it for each kilogram, in euros without VAT."
    )

    @api.constrains("price_rounding", "price_ending", "price_step")
    def _check_price_rounding(self):
        for config in self.filtered(lambda config: config.price_rounding != "none"):
            if config.price_step <= 0 or not 0 <= config.price_ending < config.price_step:
                raise ValidationError(
                    _(
                        "Prices cannot end like this: the step must be above zero and larger than the ending "
                        "(ending 0.99, every 1; ending 9, every 10)."
                    )
                )

    @api.constrains(
        "floor_margin_percent",
        "floor_margin_amount",
        "floor_commission",
        "floor_shipping_fixed",
        "floor_shipping_weight",
        "preparation_days",
    )
    def _check_price_amounts(self):
        for config in self:
            if not (0 <= config.floor_margin_percent < 100 and 0 <= config.floor_commission < 100):
                raise ValidationError(_("Commission and margin are percentages: from 0 to less than 100."))
            if min(config.floor_margin_amount, config.floor_shipping_fixed, config.floor_shipping_weight) < 0:
                raise ValidationError(_("Margin and shipping costs cannot be negative."))
            if not 0 <= config.preparation_days <= 60:
                raise ValidationError(_("The days to prepare an order are a whole number from 0 to 60."))
