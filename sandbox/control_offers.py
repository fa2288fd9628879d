"""Control calls about offers: what the channel holds, put one there, change one, take one away."""

from decimal import Decimal
from hashlib import sha256

from .catalogue.feedback import feedback
from .catalogue.offer import Offer, offer_document
from .catalogue.offer_rules import cents
from .clock import parse_time
from .control_catalogue import number, only
from .generator.pricing import euros
from .problems import Problem

# key of the call -> (field of the offer, how it is read)
_KEYS = {
    "price": ("price", "money"),
    "origin_price": ("origin", "money"),
    "vat_rate": ("vat", "rate"),
    "eco_tax": ("eco", "money"),
    "dea": ("dea", "money"),
    "preparation_time": ("preparation", "whole"),
    "condition": ("condition", "text"),
    "comments": ("comments", "text"),
    "marketable": ("marketable", "flag"),
}
_OTHERS = {"quantity", "delivery_modes", "updated_at", "touch", "channel"}


def _read(name, how, value):
    if value is None and name in ("origin_price", "comments"):
        return None
    if how == "money":
        amount = cents(value)
        if amount is None or amount < 0:
            raise ValueError(f"{name} is an amount in euros, not {value!r}.")
        return amount
    if how == "rate":
        return int(Decimal(str(value)) * 10)
    right = {"whole": int, "text": str, "flag": bool}[how]
    if not isinstance(value, right) or (how == "whole" and isinstance(value, bool)):
        raise ValueError(f"{value!r} is not a value for {name}.")
    return value


def _write(control, offer, body):
    """Set what ``body`` asks for; everything is read before anything is written."""
    values = {field: _read(name, how, body[name]) for name, (field, how) in _KEYS.items() if name in body}
    if "delivery_modes" in body:
        values["modes"] = [
            (
                str(row["code"]),
                _read("cost", "money", row["cost"]),
                None if row.get("additionalCost") is None else _read("additionalCost", "money", row["additionalCost"]),
            )
            for row in body["delivery_modes"]
        ]
    pieces = body.get("quantity")
    if pieces is not None and (isinstance(pieces, bool) or not isinstance(pieces, int)):
        raise ValueError(f"quantity is a whole number, not {pieces!r}.")
    moment = parse_time(body["updated_at"]) if body.get("updated_at") else control.shop.stamp()
    for field, value in values.items():
        setattr(offer, field, value)
    if body.get("touch", True):
        offer.updated = moment
    return pieces, offer.updated


def _shown(control, offer):
    shop, shelf = control.shop, control.shop.shelf
    document = offer_document(offer, shelf.offers.stock[offer.sku], shop.seller_id)
    document["salesChannelFeedback"] = feedback(shelf.seed, offer)
    taxes = {"vat_rate": Decimal(offer.vat) / 10, "eco_tax": euros(offer.eco), "dea": euros(offer.dea)}
    return {"channel": offer.channel, "offer": document, **taxes, "preparation_time": offer.preparation}


def place_offer(control):
    """``{sku, gtin, price, quantity, ...}``: an offer made in the marketplace's own back office."""
    body, shelf = control.dict_body(), control.shop.shelf
    only(body, {"sku", "gtin", *_KEYS, *_OTHERS})
    sku, channel = body.get("sku"), body.get("channel", "CDISFR")
    if not isinstance(sku, str) or not sku:
        raise ValueError("sku is a text.")
    if shelf.offers.get(channel, sku) is not None:
        raise Problem(409, detail=f"There is an offer {sku} already; change it with POST /_sandbox/offers/{sku}.")
    product = shelf.products.get(body.get("gtin"))
    if product is None:
        raise ValueError(f"There is no product {body.get('gtin')!r}.")
    offer = Offer.plain(channel, sku, product, control.shop.stamp())
    pieces, _ = _write(control, offer, body)
    offer.created = offer.updated
    shelf.offers.add(offer)
    shelf.own(product, sku)
    if pieces is not None or sku not in shelf.offers.stock:
        shelf.offers.stock.write(sku, 10 if pieces is None else pieces, offer.updated)
    return _shown(control, offer), 201


def _find(control, sku):
    found = control.shop.shelf.offers.everywhere(sku)
    if not found:
        raise LookupError(f"There is no offer {sku}.")
    channel = control.query.get("channel")
    return [offer for offer in found if channel is None or offer.channel == channel]


def get_offer(control, sku):
    return {"offers": [_shown(control, offer) for offer in _find(control, sku)]}


def change_offer(control, sku):
    """The seller, or somebody with access to the account, changes an offer by hand. ``?channel=`` chooses one."""
    body, shelf = control.dict_body(), control.shop.shelf
    only(body, {*_KEYS, *_OTHERS} - {"channel"})
    for offer in _find(control, sku):
        offer = offer.copy()
        pieces, moment = _write(control, offer, body)
        shelf.offers.put(offer)
        if pieces is not None and shelf.offers.stock[sku] != pieces:
            shelf.offers.stock.write(sku, pieces, moment)
    return get_offer(control, sku)


def delete_offer(control, sku):
    found = _find(control, sku)
    for offer in found:
        control.shop.shelf.offers.delete(offer)
    return {"removed": len(found)}


def expected_row(shelf, offer) -> dict:
    pieces = shelf.offers.stock[offer.sku]
    return {
        "sku": offer.sku,
        "gtin": offer.gtin,
        "channel": offer.channel,
        "state": shelf.offers.state(offer),
        "price": f"{euros(offer.price):.2f}",
        "origin_price": f"{euros(offer.origin):.2f}" if offer.origin else None,
        "quantity": max(0, pieces),
    }


def expected_offers(control):
    """What a connector must hold after an import: counts, sums, a digest, and with ``rows=full`` or ``page`` the rows.

    The digest is the SHA-256 of ``sku;gtin;price;quantity`` of every offer, a line each, in the order of the listing.
    """
    shop, shelf = control.shop, control.shop.shelf
    asked = control.query.get("rows")
    if asked not in (None, "full", "page"):
        raise ValueError("rows is full or page.")
    size = number(control, "pageSize", 1000, 1, 10_000)
    start = (number(control, "pageIndex", 1, 1, 10**6) - 1) * size
    sums = {"count": 0, "active": 0, "inactive": 0, "quantity_total": 0}
    total, digest, rows = 0, sha256(), []
    for offer in shelf.offers.walk(channel=control.query.get("channel", "CDISFR")):
        pieces = max(0, shelf.offers.stock[offer.sku])
        if asked == "full" or (asked == "page" and start <= sums["count"] < start + size):
            rows.append(expected_row(shelf, offer))
        sums["count"] += 1
        sums["active" if shelf.offers.state(offer) == "Active" else "inactive"] += 1
        sums["quantity_total"] += pieces
        total += offer.price
        digest.update(f"{offer.sku};{offer.gtin};{euros(offer.price):.2f};{pieces}\n".encode())
    answer = {
        "seller_id": shop.seller_id,
        **sums,
        "price_total": f"{euros(total):.2f}",
        "digest": digest.hexdigest(),
        "stored": shelf.offers.stored,
    }
    if asked:
        answer["rows"] = rows
    return answer


ACTIONS = (
    ("GET", "/offers", expected_offers),
    ("POST", "/offers", place_offer),
    ("GET", "/offers/<path:sku>", get_offer),
    ("POST", "/offers/<path:sku>", change_offer),
    ("DELETE", "/offers/<path:sku>", delete_offer),
)
