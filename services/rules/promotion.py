"""What a promotion asks of the law and of the marketplace, and what it makes of a price (contract §4.2, §4.3, §6).

Money is ``Decimal`` in euros with VAT, moments are aware or naive alike as long as they are of one kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from .money import ZERO, round_half_up
from .offer_price import rounded
from .preflight import Problem

Kind = Literal["strike", "percentage", "seasonal", "flash"]
Basis = Literal["percentage", "fixed"]
BY_PACKAGE: frozenset[str] = frozenset(("seasonal", "flash"))
"""Kinds that the marketplace begins and ends itself, announced by an XML package; on Cdiscount only."""
LEAST_DISCOUNT = Decimal(5)
NOTICE = {"seasonal": timedelta(days=3), "flash": timedelta(hours=72)}
"""How long before its start a promotion must have been handed in."""
MOST_OFFERS = 40_000
PACKAGE_CHANNEL = "CDISFR"
_HUNDRED = Decimal(100)


def promotional_price(
    price: Decimal, basis: Basis, value: Decimal, ending: Decimal | None = None, step: Decimal = Decimal(1)
) -> Decimal:
    """The price to pay during the promotion, to the cent.

    :param price: the price without the promotion
    :param basis: ``percentage``: ``value`` percent off; ``fixed``: ``value`` is the price itself
    :param ending: 0.99 for prices that end so; the next lower one is taken, so that the discount is never less than
        promised
    """
    if basis == "fixed":
        return round_half_up(value)
    found = price * (_HUNDRED - value) / _HUNDRED
    if ending is None or found < ending:
        # Below the lowest such price there is none: 0.50 does not become 0.99.
        return round_half_up(found)
    return rounded(found, ending, step, "down")


def discount_percent(reference: Decimal, price: Decimal) -> Decimal:
    """How much lower the price is, in percent with two decimals; never rounded up to a discount that is not given."""
    if reference <= 0:
        return ZERO
    exact = (reference - price) * _HUNDRED / reference
    return exact.quantize(Decimal("0.01"), rounding="ROUND_FLOOR")


def check_period(
    kind: Kind, start: datetime | None, end: datetime | None, now: datetime, *, announced: bool = False
) -> Iterator[Problem]:
    """The defects of the dates.

    :param announced: the marketplace has it already, so that no notice is missing any more
    """
    if start is None or end is None:
        yield Problem("dates_missing", field="date_start")
        return
    if end <= start:
        yield Problem("end_before_start", field="date_end")
        return
    if end <= now:
        yield Problem("end_passed", field="date_end")
        return
    if kind in BY_PACKAGE and not announced and start - now < NOTICE[kind]:
        hours = int(NOTICE[kind].total_seconds() // 3600)
        yield Problem(f"notice_{kind}", {"hours": hours}, "date_start")
    elif kind not in BY_PACKAGE and start < now and not announced:
        yield Problem("begins_at_once", field="date_start", blocking=False)


def check_discount(kind: Kind, basis: Basis, value: Decimal) -> Iterator[Problem]:
    """The defects of the discount itself."""
    if basis == "percentage":
        if not 1 <= value <= 99:
            yield Problem("percent_out_of_range", {"value": value}, "value")
        elif kind in BY_PACKAGE and value != value.to_integral_value():
            yield Problem("percent_not_whole", {"value": value}, "value")
    elif kind in BY_PACKAGE:
        yield Problem("package_needs_percent", field="basis")
    elif value < 0:
        yield Problem("price_not_positive", {"price": value}, "value")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One offer in a promotion.

    :param price: without the promotion, None when it cannot be told; ``promo`` with it
    :param reference: the lowest price of the 30 days before, which is told beside the promotional one
    :param complete: whether all of the 30 days is known
    :param floor: the least price that pays, None when it is not known or not wanted
    :param contributions: eco-tax and DEA inside the price
    :param overlaps: name of another promotion of the offer within the same time, "" without one
    """

    kind: Kind
    price: Decimal | None
    promo: Decimal | None
    reference: Decimal | None
    complete: bool = True
    floor: Decimal | None = None
    contributions: Decimal = ZERO
    currency: str = "EUR"
    linked: bool = True
    published: bool = True
    known_there: bool = True
    quantity: int | None = None
    overlaps: str = ""


def check_proposal(one: Proposal) -> Iterator[Problem]:
    """The defects of one offer in a promotion, those that keep it out of it first."""
    if not one.linked:
        yield Problem("offer_not_linked", field="product")
        return
    if one.currency != "EUR":
        yield Problem("offer_not_in_euros", {"currency": one.currency}, "price")
        return
    if one.price is None or one.price <= 0:
        yield Problem("offer_without_price", field="price")
        return
    if one.kind not in BY_PACKAGE and not one.published:
        yield Problem("offer_not_published", field="offer")
    if one.kind in BY_PACKAGE and not one.known_there:
        yield Problem("offer_not_there", field="offer")
    if one.overlaps:
        yield Problem("overlap", {"name": one.overlaps}, "offer")
    yield from _check_price(one, one.promo)
    if not one.complete:
        yield Problem("history_short", field="reference", blocking=False)
    if one.quantity is not None and one.quantity <= 0:
        yield Problem("nothing_to_sell", field="quantity", blocking=False)


def _check_price(one: Proposal, promo: Decimal | None) -> Iterator[Problem]:
    if promo is None or promo <= 0:
        yield Problem("promo_missing", field="price")
        return
    if promo >= one.price:
        yield Problem("promo_not_lower", {"promo": promo, "price": one.price}, "price")
        return
    reference = one.reference if one.reference is not None else one.price
    if promo >= reference:
        yield Problem("promo_not_below_reference", {"promo": promo, "reference": reference}, "price")
    elif (reference - promo) * _HUNDRED < LEAST_DISCOUNT * reference:
        params = {"percent": discount_percent(reference, promo), "reference": reference, "least": LEAST_DISCOUNT}
        yield Problem("discount_too_small", params, "price")
    if one.contributions > 0 and promo <= one.contributions:
        yield Problem("promo_below_taxes", {"promo": promo, "taxes": one.contributions}, "price")
    if one.floor is not None and promo < one.floor:
        # Selling at a loss is allowed in the legal sales only.
        params = {"promo": promo, "floor": one.floor}
        yield Problem("promo_below_floor", params, "price", blocking=one.kind != "seasonal")


def price_in_effect(price: Decimal, promo: Decimal, reference: Decimal | None) -> tuple[Decimal, Decimal | None]:
    """(price to pay, strike price or None) while a promotion runs: nobody pays more because of a promotion."""
    paid = min(price, promo)
    return paid, reference if reference is not None and reference > paid else None
