"""Creating the products of offers that nobody has in Odoo yet, because a person says so."""

from dataclasses import dataclass
from decimal import Decimal

from odoo import _, models
from odoo.exceptions import UserError


@dataclass(frozen=True)
class KnownOffer:
    """What an offer that was read says of its product: enough for ``_match_offers`` and ``_create_products``."""

    sku: str
    gtin: str
    price: Decimal


@dataclass(frozen=True)
class KnownSheet:
    """The title that came with an offer, in place of a sheet that nobody has read."""

    title: str
    variant_group: str = ""


class CdiscountLinkProducts(models.Model):
    _inherit = "cdiscount.product.mapping"

    def action_create_products(self):
        """Create a product for each of these offers and link them; one that has come meanwhile is linked instead."""
        self.env["cdiscount.order.mapping"]._require_manager()
        offers = self.filtered(lambda offer: not offer.product_id)
        if not offers:
            raise UserError(_("Nothing to create: each of these offers is linked with a product."))
        made, found, unclear = 0, 0, []
        for config, some in offers.grouped("config_id").items():
            products, new, unsure = some._products_for(config)
            some.browse(products)._link(products)
            self.browse(new).write({"origin": "offer"})
            self._fetch_details_of_new(config, self.browse(new))
            made, found, unclear = made + len(new), found + len(products) - len(new), unclear + unsure
        parts = [_("Products created: %s.", made)]
        if found:
            parts.append(_("Linked with products that exist already: %s.", found))
        if unclear:
            parts.append(_("Several products fit these offers, choose one yourself: %s.", ", ".join(unclear[:10])))
        return self._tell(" ".join(parts), "warning" if unclear else "success", reload=True)

    def _products_for(self, config):
        """Return (``{mapping.id: product.id}``, ids of those made anew, SKUs that fit several products)."""
        known = {
            offer.seller_reference: KnownOffer(offer.seller_reference, offer.gtin or "", Decimal(str(offer.price)))
            for offer in self
        }
        matches = self._match_offers(config, list(known.values()))
        unclear = [sku for sku, match in matches.items() if match.kind == "several"]
        missing = [known[sku] for sku, match in matches.items() if match.kind == "none"]
        sheets = {
            offer.seller_reference: KnownSheet(offer.title)
            for offer in self
            if offer.title and matches[offer.seller_reference].kind == "none"
        }
        made = self._create_products(config, missing, sheets) if missing else {}
        products, new = {}, []
        for offer in self:
            sku = offer.seller_reference
            if sku in made:
                new.append(offer.id)
                products[offer.id] = made[sku].id
            elif matches[sku].product:
                products[offer.id] = matches[sku].product
        return products, new, unclear

    def _fetch_details_of_new(self, config, offers):
        """Complete new products with name, description and pictures of their sheets, where the account wants that."""
        with_gtin = offers.filtered("gtin")
        if config.offer_details and with_gtin:
            with_gtin._want_details()
