"""Which quantity to publish: what the warehouses have, less what is promised, less what the seller keeps back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

TINY = 1e-6
"""Quantities are sums of floats: 2.9999999 pieces are three, 3.0000001 are not four."""

Freeze = Literal["", "keep", "fixed"]
Reason = Literal["stock", "left", "frozen", "untracked", "below_minimum", "capped", "kept_back", "none"]


@dataclass(frozen=True, slots=True)
class Place:
    """What one warehouse has of a product, by the account's basis, and what is always kept there."""

    quantity: float = 0.0
    buffer: int = 0

    @property
    def usable(self) -> float:
        """What this warehouse adds to the sum. Its own buffer keeps back no more than it has; what it owes (a negative
        stock) is owed by the shop."""
        return max(self.quantity - self.buffer, 0.0) if self.quantity > 0 else self.quantity


@dataclass(frozen=True, slots=True)
class Buffer:
    """What the seller keeps back of the sum: units, or a percentage of it; the larger of the two."""

    units: int = 0
    percent: float = 0.0

    def kept_back(self, available: float) -> int:
        """Units kept back of ``available``; a part of a unit is kept back whole."""
        if available <= 0:
            return 0
        return max(self.units, math.ceil(available * self.percent / 100 - TINY), 0)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is shown at most and at least.

    ``maximum`` and ``percent``: never more than so many units, than such a part of what is available; 0 is no limit.
    ``minimum``: fewer than these are published as 0.
    """

    maximum: int = 0
    percent: float = 0.0
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class Hold:
    """An offer whose quantity a person has decided: left as it is (``keep``, at ``quantity``) or ``fixed`` at it."""

    freeze: Freeze = ""
    quantity: int = 0


@dataclass(frozen=True, slots=True)
class Published:
    """The quantity to publish and how it came about.

    ``available``: the warehouses' usable sum less ``demand``, possibly negative; ``kept_back``: units of the buffer;
    ``reason``: what decided in the end; ``left``: the number on the marketplace is not to be touched.
    """

    quantity: int
    available: float = 0.0
    demand: float = 0.0
    kept_back: int = 0
    reason: Reason = "stock"


def most_specific(*levels):
    """The first level that says something (offer, category, account, in this order); None when none does."""
    return next((level for level in levels if level is not None), None)


def available(places: Sequence[Place], demand: float = 0.0) -> float:
    """What can be promised anew: the warehouses' usable sum less demand that no reservation covers."""
    return sum(place.usable for place in places) - demand


def kits_in(places: Mapping[int, Sequence[Place]], demand: Mapping[int, float], needs: Mapping[int, float]) -> float:
    """How many kits can be made of components (``needs``: units of each in one kit).

    ``places``: of each component, the warehouses in one order. A kit is packed in one warehouse, so what lies in
    different ones does not add up to one; what is promised of the components is taken off all kits.
    """
    needed = {component: units for component, units in needs.items() if units > 0}
    if not needed:
        return 0.0
    count = max(len(places.get(component, ())) for component in needed)

    def in_warehouse(number: int) -> float:
        return min(
            _whole(places[component][number].usable / units) if number < len(places.get(component, ())) else 0.0
            for component, units in needed.items()
        )

    together = sum(in_warehouse(number) for number in range(count))
    promised = min(
        _whole(available(places.get(component, ()), demand.get(component, 0.0)) / units)
        for component, units in needed.items()
    )
    return min(together, promised)


def to_publish(
    available: float, *, demand: float = 0.0, buffer: Buffer | None = None, limits: Limits | None = None
) -> Published:
    """The quantity of an offer, never below zero. ``available`` has the demand taken off already."""
    buffer, limits = buffer or Buffer(), limits or Limits()
    kept = buffer.kept_back(available)
    rest = _whole(available - kept)
    reason: Reason = "stock"
    if available <= TINY:
        return Published(0, available, demand, kept, "none")
    if rest <= 0:
        return Published(0, available, demand, kept, "kept_back")
    ceilings = []
    if limits.maximum > 0:
        ceilings.append(limits.maximum)
    if limits.percent > 0:
        ceilings.append(_whole(available * limits.percent / 100))
    if ceilings and min(ceilings) < rest:
        rest, reason = min(ceilings), "capped"
    if rest < limits.minimum:
        return Published(0, available, demand, kept, "below_minimum")
    return Published(int(rest), available, demand, kept, reason)


def held(published: Published, hold: Hold | None) -> Published:
    """``published``, or what a person has decided instead."""
    if not hold or not hold.freeze:
        return published
    reason: Reason = "left" if hold.freeze == "keep" else "frozen"
    return Published(max(hold.quantity, 0), published.available, published.demand, published.kept_back, reason)


def _whole(quantity: float) -> int:
    return math.floor(quantity + TINY)
