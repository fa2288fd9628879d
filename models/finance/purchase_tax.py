"""Which purchase tax stands for the VAT on what the marketplace charges, in one company."""

from decimal import Decimal

from ...compat import position_taxes
from ..order.tax_finder import shape_of

PLACES = Decimal("0.005")


class PurchaseTaxFinder:
    """Answers amounts with the purchase tax that gives just that VAT, or None.

    In this order: the tax chosen on the account; what the product has and what the company buys with, both as the
    fiscal position of the vendor changes them (that is how a reverse charge is found: its VAT comes to zero); then a
    purchase tax of that very rate of the company's own country. A tax of zero is never guessed: without VAT on the
    invoice it may be a reverse charge or an exemption, and only the books tell which.
    """

    def __init__(self, env, company, vendor, chosen=None):
        self.company = company
        positions = env["account.fiscal.position"].with_company(company)
        self.position = positions._get_fiscal_position(vendor)
        self.chosen = chosen or env["account.tax"]
        taxes = env["account.tax"].with_company(company)
        replaced = position_taxes(positions.search(positions._check_company_domain(company)))
        home = company.account_fiscal_country_id or company.country_id
        self.others = taxes.search(
            [
                *taxes._check_company_domain(company),
                ("type_tax_use", "=", "purchase"),
                ("amount_type", "in", ("percent", "group")),
            ]
        ).filtered(
            lambda tax: (
                (not home or tax.country_id == home)
                and (tax not in replaced or tax == company.account_purchase_tax_id)
                and tax.tax_scope != "consu"
            )
        )

    def __call__(self, product, without_vat, vat, count=1):
        """:param without_vat, vat: exact sums of ``count`` amounts, each rounded on its own"""
        candidates = [self.chosen]
        for taxes in (product.supplier_taxes_id.filtered(self._is_own), self.company.account_purchase_tax_id):
            mapped = self.position.map_tax(taxes) if self.position else taxes
            candidates.append(mapped)
        for taxes in candidates:
            if taxes and self._fits(taxes, without_vat, vat, count):
                return taxes
        if not vat:
            return None
        return next((tax for tax in self.others if self._fits(tax, without_vat, vat, count)), None)

    def _is_own(self, tax):
        return tax.company_id in self.company | self.company.parent_ids

    def _fits(self, taxes, without_vat, vat, count):
        shape = shape_of(taxes)
        if shape is None:
            return False
        expected = without_vat * shape.percent / 100
        return abs(expected - vat) <= PLACES * count + Decimal("0.005")
