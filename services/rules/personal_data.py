"""What is personal in an order as the marketplace sent it, and the same order without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ADDRESSES = frozenset({"billingaddress", "shippingaddress", "deliveryaddress"})
KEPT_OF_ADDRESS = frozenset({"country", "countrycode"})
"""Where a parcel went decides its tax; it names nobody."""
KEPT_OF_CUSTOMER = frozenset({"reference", "id", "customerid"})
CONTACTS = frozenset({"email", "phone", "mobilephone", "phonenumber"})


def without_person(raw: Mapping) -> dict:
    """Return an order without names, addresses, e-mails and phone numbers; goods, amounts and countries stay."""
    return {name: _clean(name.lower(), value) for name, value in raw.items() if name.lower() not in CONTACTS}


def _clean(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = KEPT_OF_ADDRESS if name in ADDRESSES else KEPT_OF_CUSTOMER if name == "customer" else None
        if kept is not None:
            return {key: item for key, item in value.items() if key.lower() in kept}
        return without_person(value)
    if isinstance(value, list | tuple):
        return [_clean(name, item) for item in value]
    return value
