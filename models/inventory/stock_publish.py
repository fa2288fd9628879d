"""The quantity of each offer: the figures of its product, and what is said of the offer, its category, its account."""

from dataclasses import dataclass

from odoo import api, models

from ...compat import storable_sql
from ...services.rules.stock import Hold, Published, available, held, kits_in, most_specific, to_publish

OFFER_FIELDS = (
    "config_id",
    "product_id",
    "published_qty",
    "quantity_read",
    "last_pushed_at",
    "stock_freeze",
    "stock_fixed_qty",
    "stock_buffer_own",
    "stock_buffer_units",
    "stock_buffer_percent",
    "stock_limit_own",
    "stock_cap",
    "stock_cap_percent",
    "stock_minimum",
    "stock_to_publish",
    "stock_dirty",
    "stock_unsure",
    "package_id",
    "offer_state",
    "push_wish",
    "sent",
)


@dataclass
class Supply:
    """What there is of one product.

    :param figures: ``{product id: Figures}`` of the product itself, or of the components of a kit
    :param needs: ``{component id: units}`` of a kit, else {}
    :param tracked: False when Odoo does not count its stock
    :param categ_id: its category
    """

    available: float
    demand: float
    figures: dict
    needs: dict
    tracked: bool = True
    categ_id: int = 0


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
        if not offers:
            return {}
        # Titles and texts of thousands of offers are of no interest here.
        offers.fetch(OFFER_FIELDS)
        config = offers.config_id
        return self._of_offers(config, offers, self._supplies(config, offers.product_id))

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
        facts = self._facts(products)
        return {product_id: self._supply_of(product_id, facts, needs, figures) for product_id in products.ids}

    @api.model
    def _facts(self, products):
        """Return ``{product.id: (whether its stock is counted, id of its category)}``, in one statement."""
        self.env.cr.execute(
            f"""
            SELECT product.id, {storable_sql(self.env, "template")}, template.categ_id
              FROM product_product product JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE product.id = ANY(%s)
            """,
            (products.ids,),
        )
        return {product_id: (bool(counted), categ_id or 0) for product_id, counted, categ_id in self.env.cr.fetchall()}

    @api.model
    def _supply_of(self, product_id, facts, needs, figures):
        counted, categ_id = facts[product_id]
        kit = needs.get(product_id)
        if kit is None:
            own = figures[product_id]
            return Supply(available(own.places, own.demand), own.demand, {product_id: own}, {}, counted, categ_id)
        demand = {component: figures[component].demand for component in kit}
        places = {component: figures[component].places for component in kit}
        # What is promised of the components is in the number of kits already.
        return Supply(kits_in(places, demand, kit), 0.0, {key: figures[key] for key in kit}, kit, bool(kit), categ_id)

    # ------------------------------------------------------------------ what is said
    @api.model
    def _of_offers(self, config, offers, supplies):
        config, levels = config.sudo(), self._levels(config, supplies)
        keep_untracked = config.stock_untracked == "keep"
        found = {}
        for offer in offers:
            supply = supplies.get(offer.product_id.id)
            if not supply:
                found[offer.id] = Published(offer._known_quantity(), reason="left")
                continue
            hold = offer._stock_hold()
            if not hold and not supply.tracked and keep_untracked:
                hold = Hold("keep", offer._known_quantity())
            said = (offer._stock_buffer(), offer._stock_limits())
            found[offer.id] = held(self._apply(config, supply, said, levels[supply.categ_id]), hold)
        return found

    @api.model
    def _of_products(self, config, products, supplies):
        """Return ``{product.id: Published}`` of products that have no offer yet."""
        levels = self._levels(config, supplies)
        return {
            product_id: self._apply(config, supplies[product_id], (None, None), levels[supplies[product_id].categ_id])
            for product_id in products.ids
        }

    @api.model
    def _levels(self, config, supplies):
        """Return ``{category id: (Buffer, Limits)}`` for the categories of supplies."""
        return self._levels_of(config, {supply.categ_id for supply in supplies.values()} - {0})

    @api.model
    def _levels_of(self, config, category_ids):
        """Return ``{category id: (Buffer, Limits)}``: what the category says, or else the account, which is key 0."""
        config = config.sudo()
        account = (config._stock_buffer(), config._stock_limits())
        categories = self.env["product.category"].browse(category_ids)
        rules = self.env["cdiscount.stock.rule"]._of_categories(config, categories)
        said = {
            category_id: tuple(map(most_specific, rules.get(category_id, (None, None)), account))
            for category_id in categories.ids
        }
        return {**said, 0: account}

    @api.model
    def _apply(self, config, supply, said, level):
        """Return the Published of a supply by what is said of the offer, or else by its category and account."""
        if not supply.tracked:
            quantity = config.stock_untracked_qty if config.stock_untracked == "fixed" else 0
            return Published(quantity, reason="untracked")
        return to_publish(
            supply.available,
            demand=supply.demand,
            buffer=most_specific(said[0], level[0]),
            limits=most_specific(said[1], level[1]),
        )
