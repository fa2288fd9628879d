"""What a package does to the offers once it is integrated: line by line, each taken or refused with its codes."""

from collections import Counter

from . import codes
from .offer import Offer
from .offer_rules import modes_fit, read_request

_TERMS = ("condition", "price", "origin", "vat", "eco", "dea", "preparation", "modes", "comments")


class Line:
    """Answer to one offer request."""

    __slots__ = ("codes", "sku", "status", "words")

    def __init__(self, sku, status, found, words=None):
        self.sku = sku
        self.status = status
        self.codes = found
        self.words = words

    def document(self, language) -> dict:
        return {
            "sellerExternalReference": self.sku,
            "integrationStatus": self.status,
            "results": [
                {"resultCode": code, "message": codes.message(code, language, self.words)} for code in self.codes
            ],
        }


def integrate(shelf, package, moment) -> list:
    """Apply every request of ``package``; returns its ``Line``s in the order they were sent."""
    times = Counter(request["sellerExternalReference"] for request in package.requests)
    lines = []
    for request in package.requests:
        sku = request["sellerExternalReference"]
        if times[sku] > 1:
            lines.append(Line(sku, "Duplicated", [codes.DUPLICATE]))
            continue
        forced = shelf.refusals.take(sku) or package.unlucky.get(sku)
        if forced:
            lines.append(Line(sku, "Rejected", [forced["code"]], forced.get("message")))
            continue
        lines.append(_one(shelf, package, request, sku, moment))
    status = Counter(line.status for line in lines)
    shelf.mark("offers_integrated", status["Integrated"])
    shelf.mark("offers_rejected", status["Rejected"])
    shelf.mark("offers_duplicated", status["Duplicated"])
    return lines


def _one(shelf, package, request, sku, moment):
    offer = shelf.offers.get(package.channel, sku)
    if package.kind == "Delete":
        if offer is None:
            return Line(sku, "Rejected", ["3628"])
        shelf.offers.delete(offer)
        return Line(sku, "Integrated", [codes.DELETED])
    if package.kind == "Update" and offer is None:
        return Line(sku, "Rejected", ["3628"])
    changes = read_request(request, package.kind, shelf.settings)
    product = _product(shelf, package, offer, changes)
    _together(package, offer, changes, product)
    if changes.defects:
        return Line(sku, "Rejected", changes.defects)
    return _apply(shelf, package, sku, offer, changes, product, moment)


def _product(shelf, package, offer, changes):
    """The product the line is about; defects when there is none, or when it is another one than the offer's."""
    gtin = changes.pop("gtin", None)
    reference = changes.pop("product_reference", None)
    if offer is not None and gtin is None and reference is None:
        return shelf.products.get(offer.gtin)
    product = shelf.products.get(gtin) if gtin else shelf.products.by_reference(reference or "")
    if product is None:
        if not {"1001", "1101", "1601"} & set(changes.defects):
            changes.refuse("1324")
        return None
    if offer is not None and (
        product.gtin != offer.gtin or changes.get("condition", offer.condition) != offer.condition
    ):
        changes.refuse("2503")
    elif offer is None:
        others = shelf.offers.of_gtin(package.channel, product.gtin)
        if any(other.condition == changes.get("condition") for other in others):
            changes.refuse("2403")
        if not product.marketable:
            changes.refuse("3424")
    return product


def _together(package, offer, changes, product):
    """Rules that need more than one field: price against eco-tax and DEA, modes against weight, strike price."""

    def value(name):
        return changes.get(name, getattr(offer, name, None) if package.kind == "Update" else None)

    price, eco, dea = value("price"), value("eco"), value("dea")
    if None not in (price, eco, dea) and "price" in changes and price <= eco + dea:
        changes.refuse("2906")
    if "modes" in changes and product is not None:
        code = modes_fit(changes["modes"], product.weight)
        if code and not (code == "1012" and "4012" in changes.defects):
            changes.refuse(code)


def _apply(shelf, package, sku, offer, changes, product, moment):
    pieces = changes.pop("pieces", None)
    created = offer is None
    if created:
        offer = Offer.plain(package.channel, sku, product, moment)
        before = None
    else:
        before = offer.terms()
        offer = offer.copy()
        if package.kind == "Upsert":
            offer.comments = None
    for name in _TERMS:
        if name in changes:
            setattr(offer, name, changes[name])
    changed = before != offer.terms()
    if created:
        shelf.offers.add(offer)
        shelf.own(product, sku)
    elif changed:
        offer.updated = moment
        shelf.offers.put(offer)
    if pieces is not None and shelf.offers.stock.get(sku) != pieces:
        shelf.offers.stock.write(sku, pieces, moment)
        changed = True
    if not changed:
        shelf.mark("offers_unchanged")
    return Line(sku, "Integrated", [codes.CREATED if created else codes.UPDATED])
