"""Which Odoo tax stands for a VAT rate of the marketplace."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...compat import constraints


class CdiscountTaxMapping(models.Model):
    _name = "cdiscount.tax.mapping"
    _description = "Cdiscount Tax Mapping"
    _order = "company_id, country_id, rate desc"
    _check_company_auto = True

    vars().update(
        constraints(
            (
                "rate_uniq",
                "unique(company_id, rate, country_id)",
                "This VAT rate is mapped already for this country: change the existing line.",
            ),
        )
    )

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    rate = fields.Float("VAT %", required=True, digits=(5, 2))
    country_id = fields.Many2one(
        "res.country", help="Country the goods are delivered to. Empty: every country without a line of its own."
    )
    tax_id = fields.Many2one(
        "account.tax",
        required=True,
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]",
    )

    @api.depends("rate", "country_id", "tax_id")
    def _compute_display_name(self):
        for mapping in self:
            country = f" {mapping.country_id.code}" if mapping.country_id else ""
            mapping.display_name = f"{mapping.rate:g} %{country}"

    @api.constrains("rate", "tax_id")
    def _check_rate(self):
        for mapping in self:
            tax = mapping.tax_id
            if tax.amount_type == "percent" and abs(tax.amount - mapping.rate) > 0.005:
                raise ValidationError(
                    _(
                        "The tax %(tax)s is %(found)s %%, the line says %(rate)s %%: choose a tax of that rate.",
                        tax=tax.name,
                        found=f"{tax.amount:g}",
                        rate=f"{mapping.rate:g}",
                    )
                )
