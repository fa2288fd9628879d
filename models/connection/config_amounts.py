"""Which of the marketplace's two prices an account books."""

from odoo import fields, models


class CdiscountConfigAmounts(models.Model):
    _inherit = "cdiscount.config"

    order_amount_basis = fields.Selection(
        [("offer", "The price of your offer"), ("selling", "The price the customer paid")],
        "Book Orders At",
        default="offer",
        required=True,
        help="They differ when Cdiscount grants the customer a discount at its own expense: the price of your offer is "
        "what you are paid on. Changing this applies to orders that come in from now on.",
    )
