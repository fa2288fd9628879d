"""Keeping a page of offers: one search for what is known, two for the products, one statement for what has changed."""

from dataclasses import dataclass

from odoo import api, fields, models

from ..order.order_bulk import update_many
from ..order.order_import import naive
from ..order.order_store import NO_TRAIL
from .link_suggestion import NO_SUGGESTION

STATES = {"active": "active", "inactive": "inactive"}
"""Of the marketplace's states of an offer, those that are known."""
CENT = 0.005
ON_THE_WAY = ("ready", "submitted", "rejected")
"""States that tell of a publication; what is read of the channel does not change them."""


@dataclass(frozen=True)
class StoredOffers:
    """What became of a page of offers.

    :param created: offers that were not known
    :param changed: offers that were, and of which something is different now
    :param linked: offers of the page of which the product is known
    :param unlinked: offers of the page that wait for a person
    :param products: products created
    """

    created: int = 0
    changed: int = 0
    linked: int = 0
    unlinked: int = 0
    products: int = 0


class CdiscountOfferStore(models.Model):
    _inherit = "cdiscount.product.mapping"

    ignored_by_rule = fields.Boolean(
        readonly=True, copy=False, help="Technical: the account ignores unknown offers; no person has decided."
    )

    # ------------------------------------------------------------------ a page
    @api.model
    def _store_offers(self, config, channel, offers):
        """Store offers read on one channel; link them with products by the account's rule.

        An offer that says what is known already is not written, but for the moment it was read.

        :param offers: iterable of ``Offer``; the same SKU twice counts once, the newest wins
        :return: StoredOffers
        """
        mappings = self.sudo().with_company(config.company_id).with_context(**NO_TRAIL)
        by_sku = mappings._once_each(offers)
        if not by_sku:
            return StoredOffers()
        known = mappings._known_offers(config, by_sku)
        own = channel == config.sales_channel_id
        links, made, wanted = mappings._link_offers(config, by_sku, known)
        fresh = [offer for sku, offer in by_sku.items() if sku not in known]
        created = mappings._create_offers(config, fresh, links, own)
        changed = mappings._update_offers(known, by_sku, links, own)
        everything = mappings.browse([*(mapping.id for mapping in known.values()), *created.ids])
        by_mapping = {mapping.id: by_sku[mapping.seller_reference] for mapping in everything}
        if own:
            records, new, other = everything, len(created), len(changed)
        else:
            records, new, other = mappings._store_channel_offers(channel, everything, by_mapping)
        records._mark_seen()
        if wanted:
            everything.filtered(lambda mapping: mapping.seller_reference in wanted)._want_details()
        if own:
            # What a person has linked since is compared, too, though its offer says what it said before.
            news = (created | changed).filtered("product_id")
            news |= everything.filtered(lambda mapping: mapping.product_id and not mapping.synced)
            if news:
                news._reconcile_offers({mapping.id: by_mapping[mapping.id] for mapping in news})
        linked = sum(1 for mapping in everything if mapping.product_id)
        unlinked = sum(1 for mapping in everything if not mapping.product_id and not mapping.ignored)
        return StoredOffers(new, other, linked, unlinked, len(made))

    @api.model
    def _once_each(self, offers):
        found = {}
        for offer in offers:
            old = found.get(offer.sku)
            if not old or not old.updated_at or not offer.updated_at or offer.updated_at >= old.updated_at:
                found[offer.sku] = offer
        return found

    @api.model
    def _known_offers(self, config, skus):
        names = ["seller_reference", "product_id", "ignored", "ignored_by_rule", "publish", "synced"]
        found = self.search_fetch(
            [("config_id", "=", config.id), ("seller_reference", "in", list(skus))],
            [*names, *self._read_names(True)],
            order="id",
        )
        return {mapping.seller_reference: mapping for mapping in found}

    @api.model
    def _read_names(self, own):
        names = ["offer_id", "offer_state", "price", "origin_price", "offer_updated_at", "state"]
        return [*names, "gtin", "product_reference", "condition", "quantity_read"] if own else names

    # ------------------------------------------------------------------ products
    @api.model
    def _link_offers(self, config, by_sku, known):
        """Decide which product the offers are that have none.

        :return: ({sku: values of the link}, products created, SKUs whose details are needed before a product is made)
        """
        asked = [offer for sku, offer in by_sku.items() if sku not in known or known[sku]._may_be_linked()]
        links, unknown = {}, []
        for sku, match in self._match_offers(config, asked).items():
            if match.product:
                links[sku] = {"product_id": match.product, "origin": match.kind}
            elif match.kind == "none":
                unknown.append(by_sku[sku])
        made, wanted = self.env["product.product"], set()
        if config.unknown_offer_policy == "ignore":
            for offer in unknown:
                if offer.sku not in known:
                    links[offer.sku] = {"ignored": True, "ignored_by_rule": True}
        elif config.unknown_offer_policy == "create":
            if config.offer_details:
                wanted = {offer.sku for offer in unknown}
            else:
                products = self._create_products(config, unknown)
                made = self.env["product.product"].union(*products.values())
                links.update({sku: {"product_id": product.id, "origin": "offer"} for sku, product in products.items()})
        return links, made, wanted

    def _may_be_linked(self):
        return not self.product_id and (not self.ignored or self.ignored_by_rule)

    # ------------------------------------------------------------------ writing
    @api.model
    def _create_offers(self, config, offers, links, own):
        rows = []
        for offer in offers:
            values = {"origin": "none", **links.get(offer.sku, {})}
            values.update(config_id=config.id, seller_reference=offer.sku)
            sheet = {"gtin": offer.gtin, "product_reference": offer.product_reference}
            values.update(self._values_read(self.browse(), offer) if own else sheet)
            if not own:
                values.update(condition=offer.condition or "New", quantity_read=offer.quantity or 0)
            rows.append(values)
        return self.create(rows)

    @api.model
    def _update_offers(self, known, by_sku, links, own):
        """Write what is different; return the mappings that were written."""
        read, linked = {}, {}
        for sku, mapping in known.items():
            if own:
                values = mapping._values_read(mapping, by_sku[sku])
                if mapping._is_different(values):
                    read[mapping.id] = values
            if sku in links:
                linked[mapping.id] = {"ignored": False, "ignored_by_rule": False, **NO_SUGGESTION, **links[sku]}
        changed = self.browse(dict.fromkeys([*read, *linked]))
        update_many(changed, read)
        update_many(changed, linked)
        self.browse(linked)._release_waiting()
        return changed

    @api.model
    def _store_channel_offers(self, channel, mappings, offers):
        """Store what a further channel says; return (records, number of new ones, number of changed ones)."""
        records = self.env["cdiscount.channel.offer"]
        found = records.search_fetch(
            [("mapping_id", "in", mappings.ids), ("sales_channel_id", "=", channel.id)],
            ["mapping_id", "publish", *self._read_names(False)],
        )
        changes = {}
        for record in found:
            values = self._values_read(record, offers[record.mapping_id.id])
            if self._is_different(values, record):
                changes[record.id] = values
        update_many(found, changes)
        missing = set(mappings.ids) - set(found.mapping_id.ids)
        created = records.create(
            [
                {
                    "mapping_id": mapping_id,
                    "sales_channel_id": channel.id,
                    **self._values_read(records, offers[mapping_id]),
                }
                for mapping_id in mappings.ids
                if mapping_id in missing
            ]
        )
        return found | created, len(created), len(changes)

    @api.model
    def _values_read(self, record, offer):
        """Return all the values a record has after an offer was read.

        What came empty or bent leaves what was known: an offer without a price or a quantity does not exist.

        :param record: a mapping or channel offer, empty when it is new
        """
        state = STATES.get(offer.state.casefold()) or record.offer_state
        if offer.price is None:
            price, origin = record.price, record.origin_price
        else:
            price, origin = float(offer.price), float(offer.origin_price or 0)
        values = {
            "offer_id": offer.offer_id or record.offer_id,
            "offer_state": state,
            "price": price,
            "origin_price": origin,
            "offer_updated_at": naive(offer.updated_at) or record.offer_updated_at,
            "state": self._state_read(record, state),
        }
        if record._name == self._name:
            quantity = offer.quantity if offer.quantity is not None else record.quantity_read
            values.update(
                gtin=offer.gtin or record.gtin,
                product_reference=offer.product_reference or record.product_reference,
                condition=offer.condition or record.condition or "New",
                quantity_read=min(quantity, 2**31 - 1),
            )
        return values

    @api.model
    def _state_read(self, record, offer_state):
        """Return the state of a record whose offer is in ``offer_state``; what Odoo publishes keeps its own."""
        now = record.state or "draft"
        if not offer_state or now in ON_THE_WAY or (record.publish and now == "live"):
            return now
        return "live" if offer_state == "active" else "inactive"

    def _is_different(self, values, record=None):
        record = self if record is None else record
        for name, value in values.items():
            now = record[name]
            if name in ("price", "origin_price"):
                if abs((now or 0) - (value or 0)) >= CENT:
                    return True
            elif (now or False) != (value or False):
                return True
        return False
