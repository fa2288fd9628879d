"""What a sold piece costs and leaves, and the price below which it does not pay."""

from decimal import Decimal

from odoo import api, fields, models

from ...services.rules.money import ZERO, round_half_up
from ...services.rules.offer_price import Costs, earnings, floor_price
from .offer_price import exact

GRAMS = 1000


class CdiscountOfferFloor(models.AbstractModel):
    _inherit = "cdiscount.offer.mixin"

    def _offer_costs(self, terms):
        """Return ``{record.id: Costs}`` of the offers whose product has a cost.

        :param terms: as ``_offer_terms`` gave them
        """
        config = self.config_id.sudo()
        records = self.sudo().with_company(config.company_id)
        products = records.product_id
        if not products:
            return {}
        values = records._offer_values(config, products)
        rates = self.env["cdiscount.commission.rate"].sudo()._of_products(config, products)
        factor = records._to_euro(config)
        found = {}
        for record in records:
            product, said = record.product_id, terms[record.id]
            if not product or product.standard_price <= 0 or factor is None:
                continue
            found[record.id] = Costs(
                purchase=exact(product.standard_price * factor),
                commission=rates[product.id],
                shipping=self._shipping_of(config, said, values[product.id].get("weight")),
                margin_rate=exact(config.floor_margin_percent, 4),
                margin_amount=exact(config.floor_margin_amount, 2),
                vat_rate=said.vat_rate or ZERO,
                eco_tax=said.eco_tax or ZERO,
                dea=said.dea or ZERO,
            )
        return found

    @api.model
    def _to_euro(self, config):
        """Return the factor from the company's currency to the euro today; None when no rate is known."""
        source, euro = config.company_id.currency_id, self._euro()
        if source == euro:
            return 1.0
        if not self._has_rates(euro, config.company_id):
            return None
        return source._get_conversion_rate(source, euro, config.company_id, fields.Date.context_today(self))

    @api.model
    def _shipping_of(self, config, terms, grams):
        """Return what the carrier costs beyond what the customer pays for the cheapest mode, without VAT; not below 0.

        Customers take the cheapest mode; what they pay for it bears the VAT of the product.
        """
        weight = Decimal(str(grams or 0)) / GRAMS
        carrier = exact(config.floor_shipping_fixed, 2) + exact(config.floor_shipping_weight, 2) * weight
        paid = min((mode.cost for mode in terms.delivery_modes), default=ZERO)
        return max(ZERO, carrier - paid / (1 + (terms.vat_rate or ZERO) / 100))

    def _floor_prices(self, terms=None):
        """Return what the carrier costs beyond what the customer pays for the cheapest mode, without VAT; at least 0.

        A product whose commission and margin take all of a price gets one that nothing reaches.
        """
        if not self or not self.config_id.sudo().floor_active:
            return {}
        costs = self._offer_costs(self._offer_terms() if terms is None else terms)
        return {key: self._floor_of(cost) for key, cost in costs.items()}

    @api.model
    def _floor_of(self, costs):
        found = floor_price(costs)
        return Decimal("9999999.99") if found is None else found

    @api.model
    def _earnings_of(self, price, costs):
        """Return dict(price, vat, contributions, commission, shipping, cost, margin) of one sold piece: Decimals."""
        contributions = costs.eco_tax + costs.dea
        net = (price - contributions) / (1 + costs.vat_rate / 100)
        left = earnings(price, costs)
        return {
            "price": price,
            "contributions": contributions,
            "vat": round_half_up(price - contributions - net),
            "commission": round_half_up(price * costs.commission / 100),
            "shipping": round_half_up(costs.shipping),
            "cost": round_half_up(costs.purchase),
            "margin": round_half_up(left),
        }
