"""How an account writes the offers it sends."""

from odoo import fields, models


class CdiscountConfigOffers(models.Model):
    _inherit = "cdiscount.config"

    offer_tax_shape = fields.Selection(
        [("value", "Amounts and percent"), ("typed", "Rates and amounts, with their type")],
        "Taxes Are Sent As",
        default="value",
        required=True,
        help="Change it only when Cdiscount refuses the taxes of every offer.",
    )
