"""The price of an offer: Odoo's pricelist, every tax included, in euros, rounded as the account wants it."""

from dataclasses import dataclass
from decimal import Decimal

from odoo import api, fields, models

from ...services.rules import offer_price
from ...services.rules.money import ZERO, round_half_up
from ..order.tax_finder import shape_of

EURO = "EUR"


def exact(amount, places=6):
    """Odoo's float as a Decimal, without what a float invents."""
    return Decimal(str(round(amount or 0.0, places)))


@dataclass(frozen=True)
class OfferTaxes:
    """What a set of taxes is to an offer.

    :param vat_rate: percent, None when the product has no tax
    :param eco_tax: per piece, with the VAT on it; ``dea`` likewise
    :param shape: TaxShape, None when only Odoo itself can compute these taxes
    """

    vat_rate: Decimal | None
    eco_tax: Decimal
    dea: Decimal
    shape: object


class CdiscountOfferPrice(models.AbstractModel):
    _inherit = "cdiscount.offer.mixin"

    # ------------------------------------------------------------------ taxes
    @api.model
    def _taxes_of_offers(self, config, products):
        """Return ``{product.id: (account.tax, OfferTaxes)}``; each set of taxes is worked out once."""
        known, found = {}, {}
        for product in products:
            taxes = product.taxes_id._filter_taxes_by_company(config.company_id).filtered("active")
            key = tuple(taxes.ids)
            if key not in known:
                known[key] = self._read_offer_taxes(config, taxes)
            found[product.id] = (taxes, known[key])
        return found

    @api.model
    def _read_offer_taxes(self, config, taxes):
        if not taxes:
            return OfferTaxes(Decimal(0) if config.without_vat else None, ZERO, ZERO, shape_of(taxes))
        shape = shape_of(taxes)
        leaves = self._leaves(taxes)
        per_piece = leaves.filtered(lambda tax: tax.amount_type == "fixed")
        if shape is None:
            # Computed by a formula of their own: the rate is what they add to a large price.
            plain = leaves - per_piece
            rate = exact(self._with_taxes(plain, Decimal(1000), config) / 10 - 100, 2) if plain else Decimal(0)
            amounts = {kind: exact(sum(group.mapped("amount"))) for kind, group in self._by_kind(per_piece).items()}
        else:
            rate = shape.percent
            amounts = {}
            for kind, group in self._by_kind(per_piece).items():
                # What of the price is there because of these taxes, the VAT on them included where they bear it.
                without = shape_of(leaves - group)
                amounts[kind] = shape.per_piece - (without.per_piece if without else ZERO)
        cents = {kind: round_half_up(amount) for kind, amount in amounts.items()}
        return OfferTaxes(rate, cents.get("eco_tax", ZERO), cents.get("dea", ZERO), shape)

    @api.model
    def _leaves(self, taxes):
        found = taxes.browse()
        for tax in taxes:
            found |= tax.children_tax_ids if tax.amount_type == "group" else tax
        return found

    @api.model
    def _by_kind(self, taxes):
        kinds = {}
        for tax in taxes:
            kind = tax.cdiscount_contribution or "eco_tax"
            kinds[kind] = kinds.get(kind, taxes.browse()) | tax
        return kinds

    @api.model
    def _with_taxes(self, taxes, unit_price, config):
        """Odoo's own computation, for taxes that are no straight line."""
        result = taxes.compute_all(float(unit_price), currency=config.company_id.currency_id, quantity=1.0)
        return exact(result["total_included"])

    # ------------------------------------------------------------------ unit prices
    @api.model
    def _unit_prices(self, config, pricelist, products, date):
        """Return (``{product.id: Decimal price of one piece}``, code of their currency), as a sale order begins with.

        The currency is the euro unless no rate is known that leads to it.

        :param pricelist: one, or an empty recordset for the sales prices
        """
        company = config.company_id
        products = products.with_company(company)
        prices = pricelist.with_env(products.env)._cdiscount_unit_prices(products, date)
        source = pricelist.currency_id or company.currency_id
        euro = self._euro()
        factor = 1.0
        if source != euro:
            if not self._has_rates((source | euro) - company.currency_id, company):
                return {key: exact(price) for key, price in prices.items()}, source.name
            factor = source._get_conversion_rate(source, euro, company, fields.Date.to_date(date))
        places = self.env["decimal.precision"].precision_get("Product Price")
        return {key: round_half_up(exact(price * factor), places) for key, price in prices.items()}, EURO

    @api.model
    def _euro(self):
        """The euro without asking whether it exists: it is asked for with every amount that is shown."""
        return self.env["res.currency"].browse(self.env["ir.model.data"]._xmlid_to_res_id("base.EUR"))

    @api.model
    def _has_rates(self, currencies, company):
        """Tell whether each currency has a rate in the company. Odoo counts without one as if it were 1."""
        rates = (
            self.env["res.currency.rate"]
            .sudo()
            ._read_group(
                [("currency_id", "in", currencies.ids), ("company_id", "in", (False, company.root_id.id, company.id))],
                ["currency_id"],
            )
        )
        return len(rates) == len(currencies)

    @api.model
    def _prices_with_taxes(self, config, products, taxes, pricelist, date):
        """Return (``{product.id: Decimal price with all taxes, to the cent}``, code of their currency)."""
        units, currency = self._unit_prices(config, pricelist, products, date)
        found = {}
        for product in products:
            odoo_taxes, offer_taxes = taxes[product.id]
            if offer_taxes.shape is None:
                total = round_half_up(self._with_taxes(odoo_taxes, units[product.id], config))
            else:
                total = offer_price.including_taxes(units[product.id], offer_taxes.shape)
            found[product.id] = total
        return found, currency

    # ------------------------------------------------------------------ what is published
    def _offer_pricelist(self, config):
        """Return the pricelist of the channel these records are on, else the account's, else an empty recordset."""
        if self._name == "cdiscount.channel.offer":
            setting = self.env["cdiscount.channel.setting"].search(
                [("config_id", "=", config.id), ("sales_channel_id", "in", self.sales_channel_id.ids)], limit=1
            )
            if setting.pricelist_id:
                return setting.pricelist_id
        return config.pricelist_id

    @api.model
    def _strike_prices(self, config, products, taxes, date):
        """Return ``{product.id: Decimal}`` of what may be shown crossed out; empty when the account wants none.

        Rounded like the price: 24.00 beside 23.99 is no reduction.
        """
        if config.strike_source == "none":
            return {}
        pricelist = config.strike_pricelist_id if config.strike_source == "pricelist" else self.env["product.pricelist"]
        if config.strike_source == "pricelist" and not pricelist:
            return {}
        prices, currency = self._prices_with_taxes(config, products, taxes, pricelist, date)
        if currency != EURO:
            return {}
        return {key: self._round_price(config, price) for key, price in prices.items()}

    @api.model
    def _round_price(self, config, price):
        if config.price_rounding == "none" or price <= 0:
            return price
        return offer_price.rounded(
            price, exact(config.price_ending, 2), exact(config.price_step, 2), config.price_rounding
        )
