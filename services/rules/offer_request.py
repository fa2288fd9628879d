"""From the terms of an offer to the exact JSON of a package (contract §4.2)."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any, Literal

from .delivery_modes import offer_code
from .gtin import sent
from .money import round_half_up
from .offer_terms import DeliveryTerm, OfferTerms
from .vat import tidy

TaxShape = Literal["value", "typed"]
Group = Literal["price", "quantity", "preparation", "delivery", "comments"]
GROUPS: tuple[Group, ...] = ("price", "quantity", "preparation", "delivery", "comments")
"""What an Update can change. A group travels whole: the price with its strike price and all taxes, all delivery modes.
"""
_HUNDRED = Decimal(100)


def upsert_request(terms: OfferTerms, taxes: TaxShape = "value") -> dict[str, Any]:
    """The whole offer, to create or replace it. ``check_offer`` first: what is missing here is left out.

    :param taxes: ``value``: ``{code: VAT, value: 20}`` in percent; ``typed``: ``{code: vat, type: Rate, value: 0.2}``
        (contract §13 no. 2: which of them is right is not sure, so an account can be switched)
    """
    product = {"gtin": sent(terms.gtin), "reference": terms.product_reference}
    return {
        "sellerExternalReference": terms.sku,
        "product": {name: value for name, value in product.items() if value},
        "condition": terms.condition,
        **_groups(terms, GROUPS, taxes),
    }


def update_request(terms: OfferTerms, groups: Collection[Group], taxes: TaxShape = "value") -> dict[str, Any]:
    """The reference and what changed; product and condition of an offer cannot be changed (contract §4.2)."""
    found = {"sellerExternalReference": terms.sku, **_groups(terms, groups, taxes)}
    if "comments" in groups:
        found.setdefault("comments", "")  # to take a comment away
    return found


def delete_request(sku: str) -> dict[str, Any]:
    """The reference only."""
    return {"sellerExternalReference": sku}


def changed_groups(terms: OfferTerms, last: OfferTerms) -> tuple[Group, ...]:
    """What differs from the terms that were last accepted; () when nothing is to be sent.

    Both are compared as they would be sent, so 24.9 and 24.90 are one price.
    """
    return tuple(group for group in GROUPS if _one(terms, group, "value") != _one(last, group, "value"))


def needs_upsert(terms: OfferTerms, last: OfferTerms | None) -> bool:
    """Whether an Update cannot do it: the offer was never accepted, or is to be about another product or condition."""
    return last is None or (sent(terms.gtin), terms.condition) != (sent(last.gtin), last.condition)


def _groups(terms: OfferTerms, groups: Collection[Group], taxes: TaxShape) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for group in GROUPS:
        if group in groups:
            found.update(_one(terms, group, taxes))
    return found


def _one(terms: OfferTerms, group: Group, taxes: TaxShape) -> dict[str, Any]:
    if group == "price":
        return {"price": _price(terms, taxes)}
    if group == "quantity":
        return {} if terms.quantity is None else {"quantity": terms.quantity}
    if group == "preparation":
        return {} if terms.preparation_time is None else {"preparationTime": terms.preparation_time}
    if group == "delivery":
        return {"deliveryModes": [_mode(mode) for mode in terms.delivery_modes]} if terms.delivery_modes else {}
    return {"comments": terms.comments} if terms.comments else {}


def _price(terms: OfferTerms, shape: TaxShape) -> dict[str, Any]:
    found: dict[str, Any] = {"price": _money(terms.price)}
    if terms.origin_price is not None:
        found["originPrice"] = _money(terms.origin_price)
    found["currencyCode"] = terms.currency
    found["taxes"] = tax_block(terms.vat_rate, terms.eco_tax, terms.dea, shape)
    return {name: value for name, value in found.items() if value is not None}


def tax_block(
    vat_rate: Decimal | None, eco_tax: Decimal | None, dea: Decimal | None, shape: TaxShape = "value"
) -> list[dict[str, Any]]:
    """The taxes of a price. All three every time: eco-tax and DEA are refused when missing even if 0 (§12 no. 5).

    :param vat_rate: percent; the only place that knows in which unit it is sent
    """
    rows = (("VAT", "vat", vat_rate), ("Ecotax", "ecoTax", eco_tax), ("Deatax", "deaTax", dea))
    found = []
    for plain, typed, amount in rows:
        if amount is None:
            continue
        value = tidy(amount if plain == "VAT" else round_half_up(amount))
        if shape == "value":
            found.append({"code": plain, "value": value})
        else:
            rate = plain == "VAT"
            value = tidy(value / _HUNDRED) if rate else value
            found.append({"code": typed, "type": "Rate" if rate else "Amount", "value": value})
    return found


def _mode(mode: DeliveryTerm) -> dict[str, Any]:
    found = {"code": offer_code(mode.code) or mode.code, "cost": _money(mode.cost)}
    if mode.additional_cost is not None:
        found["additionalCost"] = _money(mode.additional_cost)
    return found


def _money(amount: Decimal | None) -> Decimal | None:
    """Cents, exact; never through a float."""
    return None if amount is None else round_half_up(amount)
