"""One offer and how the API shows it (contract §4.4)."""

from ..clock import format_time
from ..generator.pricing import euros

HEAVY = 30_000  # grams; beyond it only the modes for big parcels (contract §2.6)
HEAVY_MODES = frozenset({"FDHD", "SRHD", "WSHD"})
FEEDBACK = "salesChannelFeedback"


class Offer:
    """Money in cents, ``vat`` in tenths of a percent; ``modes``: ``(code, cost, additional cost or None)``.

    The quantity is not here: it is one per SKU, whatever the channel (contract §2.4).
    """

    __slots__ = (
        "channel",
        "comments",
        "condition",
        "created",
        "currency",
        "dea",
        "eco",
        "gtin",
        "marketable",
        "modes",
        "origin",
        "preparation",
        "price",
        "reference",
        "serial",
        "sku",
        "updated",
        "vat",
    )

    @classmethod
    def plain(cls, channel, sku, product, moment) -> "Offer":
        """A new offer as the back office makes one when nothing is said about it."""
        offer = cls()
        offer.serial, offer.channel, offer.sku = None, channel, sku
        offer.gtin, offer.reference, offer.condition = product.gtin, product.reference, "New"
        offer.price, offer.origin, offer.vat, offer.eco, offer.dea = 1990, None, 200, 0, 0
        offer.currency, offer.preparation, offer.comments = "EUR", 1, None
        offer.modes, offer.marketable = [("THD", 499, 100)], product.marketable
        offer.created = offer.updated = moment
        return offer

    def copy(self) -> "Offer":
        twin = Offer()
        for name in self.__slots__:
            setattr(twin, name, getattr(self, name))
        return twin

    def terms(self) -> tuple:
        """What a package can change; two equal ones mean that nothing did."""
        return (
            self.gtin,
            self.condition,
            self.price,
            self.origin,
            self.vat,
            self.eco,
            self.dea,
            self.preparation,
            tuple(self.modes),
            self.comments,
        )


def shown_gtin(gtin, how, index=0):
    """A GTIN as text or as a number; ``mixed`` makes every second one a number (contract §12 no. 31)."""
    if gtin is not None and (how == "number" or (how == "mixed" and index % 2)):
        return int(gtin)
    return gtin


def state_of(offer, pieces) -> str:
    return "Active" if pieces > 0 and offer.marketable else "Inactive"


def offer_document(offer, pieces, seller_id, gtin_shown="text") -> dict:
    """The offer without its feedback."""
    price = {"price": euros(offer.price), "originPrice": None, "currencyCode": offer.currency}
    if offer.origin:
        price["originPrice"] = euros(offer.origin)
    document = {
        "offerId": f"{seller_id}_{offer.reference}_{offer.condition}_{offer.channel}",
        "sellerExternalReference": offer.sku,
        "offerState": state_of(offer, pieces),
        "createdAt": format_time(offer.created),
        "updatedAt": format_time(offer.updated),
        "product": {"gtin": shown_gtin(offer.gtin, gtin_shown, offer.serial), "reference": offer.reference},
        "condition": offer.condition,
        "integrationPrice": price,
        "facialPrice": {"price": euros(offer.price)},
        "quantity": max(0, pieces),
        "deliveryOffers": [
            {"code": code, "cost": euros(cost), "additionalCost": None if extra is None else euros(extra)}
            for code, cost, extra in offer.modes
        ],
        "comments": offer.comments,
    }
    if offer.channel != "CDISFR":
        document["salesChannelAcceptanceStatus"] = "Accepted"
        document["isBestOffer"] = True
    return document


def projected(document, paths) -> dict:
    """Only what the dotted ``paths`` name; unknown ones are ignored, lists are looked through element by element."""
    tree = {}
    for path in paths:
        branch = tree
        for part in path.split("."):
            branch = branch.setdefault(part, {})
    return _pick(document, tree)


def _pick(value, tree):
    if not tree:
        return value
    if isinstance(value, list):
        return [_pick(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _pick(value[key], branch) for key, branch in tree.items() if key in value}
