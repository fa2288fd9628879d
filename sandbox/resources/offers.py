"""Offers as the channel has them (contract §4.4), and the offers of others on the same product."""

from ..catalogue.feedback import competitors, feedback
from ..catalogue.offer import FEEDBACK, offer_document, projected, state_of
from ..catalogue.xml_packages import desk_of
from ..clock import parse_time
from ..cursors import cursor_page, split_list
from ..generator.pricing import euros
from ..jsonio import dumps
from ..problems import Problem, invalid
from ..replies import json_bytes, json_reply
from ..route import Route

STATES = ("Active", "Inactive")


def check_channel(call, channel):
    """The shop must be subscribed to a channel it names."""
    if channel not in [known for known, _ in call.shop.subscriptions]:
        raise invalid("salesChannelId", f"The sales channel '{channel[:40]}' is not available for the seller.")


class _Asked:
    """The query of a list of offers, read."""

    def __init__(self, call):
        query = call.query
        self.channel = query.get("salesChannelId")
        if not self.channel:
            raise invalid("salesChannelId", "The salesChannelId field is required.")
        check_channel(call, self.channel)
        self.skus = split_list(query, "sellerExternalReferences")
        self.gtins = split_list(query, "gtins")
        self.ids = split_list(query, "offerIds")
        self.states = split_list(query, "offerStates")
        for state in self.states:
            if state not in STATES:
                raise invalid("offerStates", f"The value '{state}' is not valid.")
        self.since = None
        if query.get("updatedAtMin"):
            try:
                self.since = parse_time(query["updatedAtMin"])
            except ValueError:
                raise invalid("updatedAtMin", f"The value '{query['updatedAtMin']}' is not valid.") from None
        self.fields = split_list(query, "fields")

    def candidates(self, book, seller_id):
        """Offers that an identifier names, ``None`` when none was given."""
        if not (self.skus or self.gtins or self.ids):
            return None
        found = {}
        for sku in self.skus:
            offer = book.get(self.channel, sku)
            if offer is not None:
                found[offer.serial] = offer
        for gtin in self.gtins:
            found.update((offer.serial, offer) for offer in book.of_gtin(self.channel, gtin.zfill(13)))
        for offer_id in self.ids:
            parts = offer_id.split("_")
            if len(parts) == 4 and parts[0] == seller_id and parts[3] == self.channel and parts[1][:3] == "AUC":
                found.update((o.serial, o) for o in book.of_gtin(self.channel, parts[1][3:]) if o.condition == parts[2])
        return [found[serial] for serial in sorted(found)]

    def rows(self, book, seller_id, start):
        named = self.candidates(book, seller_id)
        offers = (
            book.walk(start, self.since, self.channel) if named is None else (o for o in named if o.serial >= start)
        )
        for offer in offers:
            if self.since is not None and offer.updated < self.since:
                continue
            if self.states and state_of(offer, book.stock[offer.sku]) not in self.states:
                continue
            yield offer


def list_offers(call):
    asked = _Asked(call)
    shop, shelf = call.shop, call.shop.shelf
    offers, headers = cursor_page(
        call, lambda start: asked.rows(shelf.offers, shop.seller_id, start), lambda offer: offer.serial
    )
    wanted = (
        any(path.split(".")[0] == FEEDBACK for path in asked.fields)
        if asked.fields
        else FEEDBACK in split_list(call.query, "expand")
    )
    rows, desk = [], desk_of(shop)
    for offer in offers:
        document = offer_document(offer, shelf.offers.stock[offer.sku], shop.seller_id, shop.settings.gtin_shown)
        if desk.discount_of(offer.channel, offer.sku):
            document["facialPrice"] = {"price": euros(desk.shown_price(offer))}
        if wanted and offer.channel == "CDISFR":
            document[FEEDBACK] = feedback(shelf.seed, offer)
        rows.append(dumps(projected(document, asked.fields) if asked.fields else document))
    call.page, call.served = "offers", offers
    shelf.mark("offer_pages")
    shelf.mark("offer_rows", len(rows))
    body = b'{"itemsPerPage":%d,"items":[%s]}' % (len(rows), b",".join(rows))
    return json_bytes(body, headers=headers)


def list_competitors(call):
    """``products[]=reference``: what others ask for them. Deprecated by the marketplace."""
    references = call.query.getlist("products[]") or split_list(call.query, "products")
    if not references:
        raise Problem(400, errors={"products": ["The products field is required."]})
    items = []
    for reference in references:
        product = call.shop.shelf.products.by_reference(reference)
        if product is not None:
            mine = call.shop.shelf.offers.of_gtin("CDISFR", product.gtin)
            rows = competitors(call.shop.shelf.seed, product.gtin, mine[0].price if mine else None)
            items.append({"productReference": product.reference, "competingOffers": rows})
    return json_reply({"itemsPerPage": len(items), "items": items})


ROUTES = (
    Route("GET", "/offers", list_offers),
    Route("GET", "/competing-offers", list_competitors),
)
