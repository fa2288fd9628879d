"""What was last published of an offer: kept as the request itself, to send only what changed, to undo, to compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..payloads.offer import Offer
from ..payloads.read import decimal, mapping, objects
from ..payloads.storage import dumps, loads
from .offer_request import GROUPS, Group

_KEYS: dict[Group, str] = {
    "price": "price",
    "quantity": "quantity",
    "preparation": "preparationTime",
    "delivery": "deliveryModes",
    "comments": "comments",
}
_MONEY = frozenset(("price", "originPrice", "value", "cost", "additionalCost"))


def remember(request: Mapping[str, Any], last: str = "") -> str:
    """The text to keep once a request was accepted; an Update is laid over what was kept before."""
    return dumps({**(loads(last) if last else {}), **request})


def recall(stored: str) -> dict[str, Any]:
    """The request that ``remember`` kept, ready to be sent again: amounts are exact numbers once more.

    :raises ValueError: not something that ``remember`` wrote
    """
    return _revived(loads(stored))


def _revived(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _revived(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_revived(item) for item in value]
    if name in _MONEY and isinstance(value, str):
        found = decimal(value)
        return value if found is None else found
    return value


def changed_since(request: Mapping[str, Any], stored: str) -> tuple[Group, ...]:
    """What of a whole request (``upsert_request``) differs from what was last accepted; all when nothing was.

    A group that the request does not name is not compared, but for the comments, which can be taken away.
    """
    last = loads(stored) if stored else {}
    return tuple(
        group
        for group in GROUPS
        if (_KEYS[group] in request or (group == "comments" and last.get("comments")))
        and _text(request.get(_KEYS[group])) != _text(last.get(_KEYS[group]))
    )


def update_of(request: Mapping[str, Any], groups: Iterable[Group]) -> dict[str, Any]:
    """An Update out of a whole request: the reference and these groups. Of a recalled one it is the undo."""
    found = {"sellerExternalReference": request["sellerExternalReference"]}
    for group in GROUPS:
        if group in tuple(groups):
            if _KEYS[group] in request:
                found[_KEYS[group]] = request[_KEYS[group]]
            elif group == "comments":
                found["comments"] = ""
    return found


def drift(offer: Offer, request: Mapping[str, Any]) -> tuple[Group, ...]:
    """Where the channel shows something else than the request says: was it applied, or changed by somebody since?

    Only what ``GET /offers`` shows is compared: price and strike price, quantity, delivery modes, comments. Taxes and
    preparation time are not shown (contract §4.4).
    """
    found: list[Group] = []
    price = mapping(request.get("price"))
    if price and (offer.price, offer.origin_price) != (decimal(price.get("price")), decimal(price.get("originPrice"))):
        found.append("price")
    if request.get("quantity") is not None and offer.quantity != request["quantity"]:
        found.append("quantity")
    if "deliveryModes" in request and _asked(request) != _shown(offer):
        found.append("delivery")
    if "comments" in request and offer.comments != " ".join(str(request["comments"]).split()):
        found.append("comments")
    return tuple(found)


def _asked(request: Mapping[str, Any]) -> dict[str, tuple]:
    return {
        str(mode.get("code")): (decimal(mode.get("cost")), decimal(mode.get("additionalCost")) or None)
        for mode in objects(request, "deliveryModes")
    }


def _shown(offer: Offer) -> dict[str, tuple]:
    # No cost of a further piece and a cost of zero are the same to a customer.
    return {mode.code: (mode.cost, mode.additional_cost or None) for mode in offer.delivery_modes}


def _text(value: Any) -> str:
    """Canonical, so that 24.9 and 24.90, a number and the text that was kept of it are the same."""
    return dumps({"value": _revived(value)})
