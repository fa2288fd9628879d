"""Which product an unknown reference could mean. A suggestion, never a decision."""

import difflib

from odoo import _, api, models

from ...services.text import key

LIKELY = 0.6
"""Share of equal letters from which two names are worth showing side by side."""


class CdiscountProductSuggestion(models.Model):
    _inherit = "cdiscount.product.mapping"

    @api.model
    def _suggest(self, config, line):
        """Return (product, why) for an order line without a product, or (empty, "").

        Asked for a screen of missing things, once per thing: the searches differ from thing to thing.
        """
        products = self.env["product.product"]
        company = ("company_id", "in", (False, config.company_id.id))
        orders = self.env["cdiscount.order.mapping"]
        gtins = orders._gtin_widths(line.gtin) if line.gtin else ()
        if gtins:
            found = products.with_context(active_test=False).search([("barcode", "in", list(gtins)), company])
            if found:
                return found.sorted(lambda product: not product.active)[0], _("same GTIN")
        bare = key(line.sku).replace(" ", "")
        if len(bare) >= 3:
            candidates = products.search([("default_code", "ilike", line.sku[:4]), company], limit=200)
            same = [product for product in candidates if key(product.default_code).replace(" ", "") == bare]
            if same:
                return same[0], _("same reference, written differently")
            near = [product for product in candidates if self._alike(bare, key(product.default_code)) >= 0.8]
            if near:
                best = max(near, key=lambda product: self._alike(bare, key(product.default_code)))
                return best, _("similar reference")
        return self._suggest_by_name(line, company)

    @api.model
    def _suggest_by_name(self, line, company):
        products = self.env["product.product"]
        words = sorted((word for word in (line.title or "").split() if len(word) > 3), key=len, reverse=True)[:2]
        if not words:
            return products, ""
        found = products.search([*(["|"] * (len(words) - 1)), *(("name", "ilike", word) for word in words), company])
        title = key(line.title)
        ranked = [(self._alike(title, key(product.name)), -product.id, product) for product in found[:200]]
        if not ranked:
            return products, ""
        likeness, _order, product = max(ranked, key=lambda entry: entry[:2])
        return (product, _("similar name")) if likeness >= LIKELY else (products, "")

    @api.model
    def _alike(self, one, other):
        return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
