"""Which offers go into which package, and in which uploads (contract §1.5, §4.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

PackageType = Literal["Update", "Upsert", "Delete"]
UPLOAD = 100
PACKAGE = 50_000
# Stock that must go down does not wait for new offers; what is deleted can wait for both.
_ORDER: tuple[PackageType, ...] = ("Update", "Upsert", "Delete")


@dataclass(frozen=True, slots=True)
class Wish:
    """Something to be sent: ``request`` is the JSON of one offer (``rules/offer_request.py``)."""

    channel: str
    type: PackageType
    request: Mapping[str, Any]

    @property
    def sku(self) -> str:
        return self.request["sellerExternalReference"]


@dataclass(frozen=True, slots=True)
class PackagePlan:
    """One package: ``lots`` are its uploads. No reference is in it twice."""

    channel: str
    type: PackageType
    lots: tuple[tuple[Mapping[str, Any], ...], ...]

    @property
    def skus(self) -> tuple[str, ...]:
        return tuple(request["sellerExternalReference"] for lot in self.lots for request in lot)


def plan(wishes: Iterable[Wish], upload: int = UPLOAD, package: int = PACKAGE) -> tuple[PackagePlan, ...]:
    """The packages for these wishes, in the order in which they are to be sent.

    Wishes about one offer of one channel become one, in their order: a later Update adds to what was wished before, a
    later Upsert or Delete replaces it, and what was deleted stays so until an Upsert. Otherwise both lines would be
    refused as Duplicated (§12 no. 4), or the older one might win.

    A channel and type has one open package at a time: its next one is opened when the one before is submitted.
    """
    joined: dict[tuple[str, str], Wish] = {}
    for wish in wishes:
        place = (wish.channel, wish.sku)
        before = joined.get(place)
        joined[place] = _together(before, wish) if before else wish
    groups: dict[tuple[str, PackageType], list[Mapping[str, Any]]] = {}
    for wish in joined.values():
        groups.setdefault((wish.channel, wish.type), []).append(wish.request)
    channels = list(dict.fromkeys(channel for channel, _ in groups))
    found = []
    for package_type in _ORDER:
        for channel in channels:
            requests = sorted(groups.get((channel, package_type), ()), key=_rank)
            for part in _cut(requests, package):
                lots = tuple(tuple(lot) for lot in _cut(part, upload))
                found.append(PackagePlan(channel, package_type, lots))
    return tuple(found)


def _together(before: Wish, wish: Wish) -> Wish:
    if wish.type != "Update":
        return wish
    if before.type == "Delete":
        return before
    return Wish(wish.channel, before.type, {**before.request, **wish.request})


def _rank(request: Mapping[str, Any]) -> int:
    """Out of stock first: every minute counts."""
    return 0 if request.get("quantity") == 0 else 1


def _cut(items: list, size: int) -> Iterator[list]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def missing(sent: Iterable[str], answered: Iterable[str]) -> tuple[str, ...]:
    """References that were sent and that the results do not name: they did not arrive, and may be sent anew."""
    known = set(answered)
    return tuple(sku for sku in dict.fromkeys(sent) if sku not in known)
