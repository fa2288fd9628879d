"""Which product of ours an offer of the marketplace is: by SKU, then by GTIN; and what comes near when none fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from ..text import key
from .gtin import normalise

Kind = Literal["linked", "sku", "gtin", "several", "none"]
Reason = Literal["same_gtin", "same_reference", "similar_reference", "similar_name"]


@dataclass(frozen=True, slots=True)
class Match:
    """``product`` is an id or None. ``candidates`` are the products when there are several.

    ``gtin_product`` is another product that has the offer's GTIN, None when there is none: the SKU was taken, and a
    person should look.
    """

    kind: Kind
    product: int | None = None
    candidates: tuple[int, ...] = ()
    gtin_product: int | None = None


def match_offer(
    sku: str,
    gtin: str,
    links: Mapping[str, int],
    by_sku: Mapping[str, Sequence[int]],
    by_gtin: Mapping[str, Sequence[int]],
) -> Match:
    """The product of an offer.

    :param links: SKU -> product of the offers that are linked already; a person's link is never questioned
    :param by_sku: SKU -> ids of the products with that reference
    :param by_gtin: GTIN of 14 digits (``gtin.normalise``) -> ids of the products with that barcode

    ``several`` when a SKU or a GTIN fits more than one product: none of them is guessed, unless the GTIN tells which
    of those with the SKU is meant.
    """
    if links.get(sku):
        return Match("linked", links[sku])
    number = normalise(gtin)
    with_gtin = tuple(dict.fromkeys(by_gtin.get(number, ()))) if number else ()
    with_sku = tuple(dict.fromkeys(by_sku.get(sku, ())))
    if len(with_sku) > 1:
        both = [product for product in with_sku if product in with_gtin]
        return Match("sku", both[0]) if len(both) == 1 else Match("several", candidates=with_sku)
    if with_sku:
        other = next((product for product in with_gtin if with_sku[0] not in with_gtin), None)
        return Match("sku", with_sku[0], gtin_product=other)
    if len(with_gtin) == 1:
        return Match("gtin", with_gtin[0])
    return Match("several", candidates=with_gtin) if with_gtin else Match("none")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product of ours that may be meant."""

    product: int
    sku: str = ""
    gtin: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``score`` from 0 to 100, the best first; ``reason`` is the strongest."""

    product: int
    score: int
    reason: Reason


_LEAST = {"similar_reference": 70, "similar_name": 60}


def suggest(sku: str, gtin: str, name: str, candidates: Iterable[Candidate], limit: int = 5) -> tuple[Suggestion, ...]:
    """The candidates that come near, best first.

    Every candidate is compared with: the caller narrows them down first (a trigram index), or 100 000 offers against
    100 000 products take a day.
    """
    found = []
    number = normalise(gtin)
    for one in candidates:
        best = _best(sku, number, name, one)
        if best:
            found.append(best)
    found.sort(key=lambda suggestion: (-suggestion.score, suggestion.product))
    return tuple({suggestion.product: suggestion for suggestion in reversed(found)}.values())[::-1][:limit]


def _best(sku: str, number: str, name: str, one: Candidate) -> Suggestion | None:
    if number and number == normalise(one.gtin):
        return Suggestion(one.product, 100, "same_gtin")
    if _reference(sku) and _reference(sku) == _reference(one.sku):
        return Suggestion(one.product, 95, "same_reference")
    scores: list[tuple[int, Reason]] = [
        (_likeness(_reference(sku), _reference(one.sku)), "similar_reference"),
        (_likeness(" ".join(sorted(key(name).split())), " ".join(sorted(key(one.name).split()))), "similar_name"),
    ]
    # Nothing that is only alike comes before what is the same.
    kept = [(min(score, 90), reason) for score, reason in scores if score >= _LEAST[reason]]
    return Suggestion(one.product, *max(kept)) if kept else None


def _reference(text: str) -> str:
    return key(text).replace(" ", "")


def _likeness(one: str, other: str) -> int:
    if len(one) < 3 or len(other) < 3:
        return 0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return int(matcher.ratio() * 100) if matcher.real_quick_ratio() > 0.5 else 0
