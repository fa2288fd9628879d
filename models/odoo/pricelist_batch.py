"""Prices of many products by one pricelist, in the time they should take.

Odoo tries every rule that fits any product of a batch on every product of it: a thousand products with a rule each are
a million trials. And a pricelist based on another one asks the database for that one's rules product by product. Here
the rules of a batch are read once per pricelist, and each product is given those it is about. Which of them holds, and
what price comes of it, stays Odoo's business.
"""

from odoo import models

BATCH = "cdiscount_price_batch"
"""Context key; its value is a RuleBook."""


class RuleBook:
    """The rules of pricelists that can concern the products of a batch at one moment."""

    def __init__(self, products):
        self.products = products
        self._shelves = {}

    def rules(self, pricelist, product, read):
        """Return the rules that are about a product, in Odoo's order.

        :param read: called without arguments; returns those of all products of the batch
        """
        if pricelist.id not in self._shelves:
            self._shelves[pricelist.id] = self._sorted_in(read())
        rules, places = self._shelves[pricelist.id]
        path = (product.categ_id.parent_path or "").split("/")
        keys = [
            ("all", 0),
            ("product", product.id),
            ("template", product.product_tmpl_id.id),
            *(("category", int(part)) for part in path if part),
        ]
        return rules.browse([key for _place, key in sorted(entry for key in keys for entry in places.get(key, ()))])

    def _sorted_in(self, rules):
        places = {}
        for place, rule in enumerate(rules):
            key = ("all", 0)
            if rule.product_id:
                key = ("product", rule.product_id.id)
            elif rule.product_tmpl_id:
                key = ("template", rule.product_tmpl_id.id)
            elif rule.categ_id:
                key = ("category", rule.categ_id.id)
            places.setdefault(key, []).append((place, rule.id))
        return rules, places


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def _get_applicable_rules(self, products, date, **kwargs):
        book = self.env.context.get(BATCH)
        if not book or not self or len(products) != 1 or products not in book.products:
            return super()._get_applicable_rules(products, date, **kwargs)
        asked = super()._get_applicable_rules
        rules = book.rules(self, products, lambda: asked(book.products, date, **kwargs))
        return rules.with_env(self.env)

    def _cdiscount_unit_prices(self, products, date):
        """Return ``{product.id: price of one piece}`` in the currency of this pricelist (none: of the company)."""
        if not self:
            return self._get_products_price(products, 1.0, date=date)
        pricelist = self.with_context(**{BATCH: RuleBook(products)})
        return {product.id: pricelist._get_product_price(product, 1.0, date=date) for product in products}
