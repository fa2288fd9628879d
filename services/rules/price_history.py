"""The lowest price of the days before a reduction, from the prices that were kept (contract §6: Omnibus)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

WINDOW = timedelta(days=30)
"""A reduction is told against the lowest price of so many days before it (directive 2019/2161, article 6a)."""


@dataclass(frozen=True, slots=True)
class PricePoint:
    """From ``since`` on customers paid ``price``, until the next point."""

    since: datetime
    price: Decimal


@dataclass(frozen=True, slots=True)
class Lowest:
    """``price``: None when nothing is known of the window. ``complete``: the whole window is covered."""

    price: Decimal | None
    complete: bool


def lowest_price(points: Iterable[PricePoint], start: datetime, window: timedelta = WINDOW) -> Lowest:
    """The lowest price that customers could pay in the window before ``start``.

    The price that was in effect when the window opened counts; one that begins with the reduction itself, or later,
    does not. Of two points of one moment the later in the list holds.
    """
    opens = start - window
    at_opening: PricePoint | None = None
    inside: list[PricePoint] = []
    for point in sorted(points, key=lambda one: one.since):
        if point.since <= opens:
            at_opening = point
        elif point.since < start:
            inside.append(point)
    # A point that was over in the moment it began was never paid.
    lasting = [
        point for place, point in enumerate(inside) if place + 1 == len(inside) or _lasts(point, inside[place + 1])
    ]
    if at_opening is not None:
        lasting.insert(0, at_opening)
    prices = [point.price for point in lasting]
    return Lowest(min(prices) if prices else None, at_opening is not None)


def _lasts(point: PricePoint, following: PricePoint) -> bool:
    return following.since > point.since
