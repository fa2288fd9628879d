"""Which product an offer of the shop is: the same SKU, else the same GTIN; for a whole page at once."""

from odoo import api, models

from ...services.rules.gtin import normalise
from ...services.rules.offer_matching import match_offer


class CdiscountOfferMatch(models.Model):
    _inherit = "cdiscount.product.mapping"

    @api.model
    def _match_offers(self, config, offers):
        """Return ``{sku: Match}`` of offers (payload values) that no product is known of.

        Two searches for any number of offers, among the products of the account's company and the shared ones. Of
        several products with one reference an active one goes before an archived one, and one of the company before a
        shared one; if several remain, nobody guesses.
        """
        if not offers:
            return {}
        orders = self.env["cdiscount.order.mapping"]
        gtins = {width for offer in offers if offer.gtin for width in orders._gtin_widths(offer.gtin)}
        by_sku = self._best_products(config, "default_code", {offer.sku for offer in offers}, str)
        by_gtin = self._best_products(config, "barcode", gtins, normalise)
        return {offer.sku: match_offer(offer.sku, offer.gtin, {}, by_sku, by_gtin) for offer in offers}

    @api.model
    def _best_products(self, config, field, values, key):
        """Return ``{key(value of the field): ids of the best products that have it}``."""
        if not values:
            return {}
        products = (
            self.env["product.product"]
            .with_context(active_test=False)
            .search_fetch(
                [
                    (field, "in", list(values)),
                    ("company_id", "in", (False, config.company_id.id)),
                    ("type", "!=", "combo"),
                ],
                [field, "active", "company_id"],
                order="id",
            )
        )
        found = {}
        for product in products:
            rank = (not product.active, not product.company_id)
            found.setdefault(key(product[field]), []).append((rank, product.id))
        return {
            value: [product for rank, product in ranked if rank == min(ranked)[0]] for value, ranked in found.items()
        }
