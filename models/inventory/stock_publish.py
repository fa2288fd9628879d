"""The quantity of each offer: the figures of its product, and what is said of the offer, its category, its account."""

from dataclasses import dataclass

from odoo import api, models

from ...compat import is_storable
from ...services.rules.stock import Hold, Published, available, held, kits_in, most_specific, to_publish


@dataclass
class Supply:
    """What there is of one product.

    :param figures: ``{product id: Figures}`` of the product itself, or of the components of a kit
    :param needs: ``{component id: units}`` of a kit, else {}
    :param tracked: False when Odoo does not count its stock
    """

    available: float
    demand: float
    figures: dict
    needs: dict
    tracked: bool = True


class CdiscountStockPublish(models.Model):
    _inherit = "cdiscount.stock.mapping"

    @api.model
    def _quantities_to_publish(self, config, products):
        """Return ``{product.id: quantity to publish}`` of an account; never below zero.

        The number of queries does not depend on the number of products. A product with several offers gets the smallest
        of their quantities; ask ``_quantities_of_offers`` for each one's own.
        """
        offers = self.env["cdiscount.product.mapping"].sudo()
        offers = offers.search([("config_id", "=", config.id), ("product_id", "in", products.ids)])
        supplies = self._supplies(config, products)
        quantities = {}
        for offer_id, published in self._of_offers(config, offers, supplies).items():
            product_id = offers.browse(offer_id).product_id.id
            quantities[product_id] = min(published.quantity, quantities.get(product_id, published.quantity))
        rest = products.filtered(lambda product: product.id not in quantities)
        quantities.update({key: one.quantity for key, one in self._of_products(config, rest, supplies).items()})
        return quantities

    @api.model
    def _quantities_of_offers(self, offers):
        """Return ``{offer.id: quantity to publish}`` of offers (``cdiscount.product.mapping``) of one account.

        An offer without a product keeps the quantity it has.
        """
        return {key: one.quantity for key, one in self._published_of(offers).items()}

    @api.model
    def _published_of(self, offers):
        """Return ``{offer.id: Published}`` of offers of one account."""
        config = offers.config_id
        return self._of_offers(config, offers, self._supplies(config, offers.product_id)) if offers else {}

    # ------------------------------------------------------------------ what there is
    @api.model
    def _supplies(self, config, products):
        """Return ``{product.id: Supply}``."""
        config, products = config.sudo(), products.sudo().with_context(active_test=False)
        if not products:
            return {}
        ordered = self._ordered(config)
        needs = self._kit_needs(config, products | products.browse(ordered))
        components = {component for product_id in products.ids for component in needs.get(product_id, ())}
        counted = products.browse(dict.fromkeys([*(i for i in products.ids if i not in needs), *components]))
        figures = self._figures(config, counted, self._in_components(ordered, needs))
        return {product.id: self._supply_of(product, needs, figures) for product in products}

    @api.model
    def _supply_of(self, product, needs, figures):
        kit = needs.get(product.id)
        if kit is None:
            own = figures[product.id]
            return Supply(available(own.places, own.demand), own.demand, {product.id: own}, {}, is_storable(product))
        demand = {component: figures[component].demand for component in kit}
        places = {component: figures[component].places for component in kit}
        # What is promised of the components is in the number of kits already.
        return Supply(kits_in(places, demand, kit), 0.0, {key: figures[key] for key in kit}, kit, bool(kit))

    # ------------------------------------------------------------------ what is said
    @api.model
    def _of_offers(self, config, offers, supplies):
        rules = self._rules_of(config, offers.product_id)
        found = {}
        for offer in offers:
            product = offer.product_id.sudo()
            if not product:
                found[offer.id] = Published(offer._known_quantity(), reason="left")
                continue
            supply = supplies[product.id]
            hold = offer._stock_hold()
            if not hold and not supply.tracked and config.stock_untracked == "keep":
                hold = Hold("keep", offer._known_quantity())
            said = (offer._stock_buffer(), offer._stock_limits())
            found[offer.id] = held(self._apply(config, supply, said, rules.get(product.categ_id.id)), hold)
        return found

    @api.model
    def _of_products(self, config, products, supplies):
        """Return ``{product.id: Published}`` of products that have no offer yet."""
        rules = self._rules_of(config, products)
        return {
            product.id: self._apply(config, supplies[product.id], (None, None), rules.get(product.categ_id.id))
            for product in products.sudo()
        }

    @api.model
    def _rules_of(self, config, products):
        return self.env["cdiscount.stock.rule"]._of_categories(config, products.sudo().categ_id)

    @api.model
    def _apply(self, config, supply, said, rule):
        """Return the Published of a supply by the rules of offer, category and account."""
        if not supply.tracked:
            quantity = config.stock_untracked_qty if config.stock_untracked == "fixed" else 0
            return Published(quantity, reason="untracked")
        by_category = rule or (None, None)
        return to_publish(
            supply.available,
            demand=supply.demand,
            buffer=most_specific(said[0], by_category[0], config._stock_buffer()),
            limits=most_specific(said[1], by_category[1], config._stock_limits()),
        )
