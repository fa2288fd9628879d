"""How the marketplace judges a seller (contract §10). The names are documented, what is inside them is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .read import decimal, number, text

_WRAPPERS = ("indicators", "items", "data", "performance")
_NAMES = ("name", "code", "key", "indicator", "id")
_VALUE_30 = ("value_d30", "valueD30", "value_30", "value30", "d30", "last30Days", "value", "rate")
_VALUE_60 = ("value_d60", "valueD60", "value_60", "value60", "d60", "last60Days")
_THRESHOLD = ("threshold", "thresholdValue", "threshold_value", "target")
_KIND = ("threshold_type", "thresholdType", "type")
_DESCRIPTION = ("description", "label", "title")
MAX_INDICATORS = 100


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator over the last 30 and 60 days, in percent; None is what the marketplace does not tell.

    :param code: snake_case, as the marketplace names it: order_acceptation, product_shipping, deadline_compliance,
        order_claims, order_refunds; others are kept
    :param kind: ``minimum`` (the value must not be below), ``maximum``, or "" when it is not told
    """

    code: str
    value_30: Decimal | None = None
    value_60: Decimal | None = None
    threshold: Decimal | None = None
    kind: str = ""
    description: str = ""

    @classmethod
    def parse_all(cls, raw: Any) -> tuple[Indicator, ...] | None:
        """All indicators of an answer, each name once; None when it is neither an object nor a list."""
        if not isinstance(raw, Mapping | list):
            return None
        found: dict[str, Indicator] = {}
        for name, value in _entries(raw):
            one = cls._parse(name, value)
            if one and one.code not in found and len(found) < MAX_INDICATORS:
                found[one.code] = one
        return tuple(found.values())

    @classmethod
    def _parse(cls, name: str, value: Any) -> Indicator | None:
        code = snake_case(name)
        if not code:
            return None
        if not isinstance(value, Mapping):
            # A bare number, or null: the indicator is there, and nothing more is known of it.
            return cls(code, value_30=decimal(value))
        return cls(
            code,
            value_30=number(value, *_VALUE_30),
            value_60=number(value, *_VALUE_60),
            threshold=number(value, *_THRESHOLD),
            kind=_kind(text(value, *_KIND)),
            description=text(value, *_DESCRIPTION, limit=200),
        )


def _entries(raw: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """(name, value) of an object by name, or of a list of objects that tell their name, wrapped or not."""
    if isinstance(raw, list):
        for entry in raw:
            if isinstance(entry, Mapping):
                yield text(entry, *_NAMES, limit=80), entry
        return
    wrapped = next((raw[name] for name in _WRAPPERS if isinstance(raw.get(name), Mapping | list)), None)
    if wrapped is not None and depth < 3:
        yield from _entries(wrapped, depth + 1)
        return
    for name, value in raw.items():
        if value is None or isinstance(value, Mapping) or decimal(value) is not None:
            yield str(name), value


def snake_case(name: str) -> str:
    """``orderClaims``, ``Order Claims`` and ``order_claims`` are one name."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", str(name))
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:64]


def _kind(word: str) -> str:
    folded = word.casefold()
    return "minimum" if folded.startswith("min") else "maximum" if folded.startswith("max") else ""
