"""Which taxes per piece are the eco-tax, which the furniture contribution (DEA): offers name them apart."""

from odoo import fields, models


class AccountTax(models.Model):
    _inherit = "account.tax"

    cdiscount_contribution = fields.Selection(
        [("eco_tax", "Eco-tax"), ("dea", "DEA (furniture)"), ("none", "Neither")],
        "Contribution on Cdiscount",
        help="How Cdiscount is told of this tax per piece. Empty: as an eco-tax.",
    )
