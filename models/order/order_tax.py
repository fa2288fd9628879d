"""The taxes of an order line: by mapping, then by rate and country; never by guess."""

from odoo import _, api, models

from .order_build import HoldOrder
from .tax_finder import TaxFinder


class CdiscountOrderTax(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _load_taxes(self, config):
        """Return the finder of one company's taxes: ``finder(rate, country) -> account.tax or None``.

        It reads taxes, fiscal positions and mappings once, whatever the number of orders.
        """
        return TaxFinder(self.env, config.company_id)

    @api.model
    def _tax_of(self, rate, country, lookups, product, config, business=False):
        """Return the VAT of a rate, an empty recordset for a rate of zero without one; hold when a rate has none."""
        finder = lookups["tax"]
        if rate is None:
            # The marketplace did not say: the product's own taxes are the best knowledge there is.
            return self._own_taxes(product, country, finder, config, business)
        tax = finder(rate, country, business, product)
        if tax:
            return tax
        if not rate:
            return self.env["account.tax"]
        raise HoldOrder(
            "tax_not_mapped",
            _(
                "No sales tax of %(rate)s %% is known for deliveries to %(country)s. Choose it (Cdiscount, "
                "Configuration, Orders, Taxes): the orders that wait for it are then created.",
                rate=format(float(rate), "g"),
                country=country,
            ),
            detail=f"{float(rate):g} % ({country})",
        )

    @api.model
    def _own_taxes(self, product, country, finder, config, business):
        """Return the taxes a product has in the account's company, as a delivery to ``country`` changes them."""
        taxes = product.taxes_id._filter_taxes_by_company(config.company_id).filtered("active")
        if taxes and country != finder.home:
            taxes = finder.position_for(country, business).map_tax(taxes)
        return taxes if finder.shape(taxes) else self.env["account.tax"]

    @api.model
    def _piece_taxes(self, product, finder, config):
        """Return the taxes per piece (eco-taxes) of a product, which are inside the marketplace's price.

        They go with deliveries at home: abroad they are not due, and another country's VAT does not go with them.
        """
        taxes = product.taxes_id._filter_taxes_by_company(config.company_id).filtered("active")
        return taxes.filtered(lambda tax: tax.amount_type == "fixed" and tax.country_id.code == finder.home)

    @api.model
    def _line_taxes(self, amounts, country, lookups, product, config, business):
        """Return all taxes of a goods line."""
        finder = lookups["tax"]
        taxes = self._tax_of(amounts.vat_rate, country, lookups, product, config, business)
        if amounts.vat_rate is not None and country == finder.home:
            taxes |= self._piece_taxes(product, finder, config)
        # A gift is free of everything: an amount per piece would make it cost something.
        return taxes if amounts.product_incl else taxes.filtered(lambda tax: not finder.shape(tax).per_piece)

    @api.model
    def _fee_taxes(self, lines, country, lookups, config, business):
        """Return the taxes of the service fees: those of the fee product, otherwise those of the largest line.

        The order names no rate for its fees. An accountant who taxes them in a way of their own says so on the product;
        without that they follow what they were charged for.

        :param lines: list of (amount with VAT, its taxes)
        """
        taxes = self._own_taxes(config.fee_product_id, country, lookups["tax"], config, business)
        if not taxes and lines:
            taxes = max(lines, key=lambda line: line[0])[1]
        return taxes.filtered(lambda tax: tax.amount_type != "fixed")
