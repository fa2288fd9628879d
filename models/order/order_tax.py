"""Finding the tax of an order line: by mapping, then by rate and country; never by guess."""

from odoo import api, models


class CdiscountOrderTax(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _load_taxes(self, config):
        """Return a finder ``(rate, country code) -> account.tax or None`` for one company, in two queries."""
        company = config.company_id
        mapped = {
            (round(mapping.rate, 2), mapping.country_id.code or ""): mapping.tax_id
            for mapping in self.env["cdiscount.tax.mapping"].sudo().search([("company_id", "=", company.id)])
        }
        taxes = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(company),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
            ]
        )
        home = company.account_fiscal_country_id.code or company.country_id.code or ""

        def suits(tax, country):
            """Smaller is better: the destination's own tax, then the home country's; prices with VAT; goods."""
            code = tax.country_id.code or ""
            return (
                0 if code == country else 1 if code == home else 2,
                0 if tax.price_include else 1,
                1 if tax.tax_scope == "service" else 0,
                tax.sequence,
                tax.id,
            )

        def find(rate, country):
            key = round(float(rate), 2)
            if (key, country) in mapped:
                return mapped[key, country]
            if (key, "") in mapped:
                return mapped[key, ""]
            candidates = [tax for tax in taxes if abs(tax.amount - key) < 0.005]
            return min(candidates, key=lambda tax: suits(tax, country)) if candidates else None

        return find
