"""One field that both sides may have changed since they last agreed: three-way comparison (design, "Catalogue").

What only one side changed is taken from that side, whoever owns the field: so Odoo can change the title while somebody
changes the price in the seller portal, and neither undoes the other. The owner decides only where both changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

from ..payloads.read import decimal
from ..text import clean

Owner = Literal["odoo", "cdiscount", "newer", "ask"]
Direction = Literal["both", "export", "import"]


class _Unknown(Enum):
    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown.UNKNOWN
"""As base: the field was never synchronised. As ours or theirs: that side does not say."""


@dataclass(frozen=True, slots=True)
class Merged:
    """``value`` is what both sides should have, ``source`` where it comes from (``same``: they agree already).

    ``lost`` is True when the other side had been changed as well and is overwritten: worth a line in the log.
    """

    value: Any
    source: Literal["same", "ours", "theirs"]
    lost: bool = False

    @property
    def write_odoo(self) -> bool:
        return self.source == "theirs"

    @property
    def write_cdiscount(self) -> bool:
        return self.source == "ours"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nobody may guess: a person chooses. ``base`` is UNKNOWN when the field was never synchronised."""

    ours: Any
    theirs: Any
    base: Any = UNKNOWN


def merge(
    ours: Any,
    theirs: Any,
    base: Any = UNKNOWN,
    owner: Owner = "ask",
    *,
    direction: Direction = "both",
    ours_at: datetime | None = None,
    theirs_at: datetime | None = None,
) -> Merged | Conflict:
    """What a field should be.

    :param ours, theirs: the value in Odoo and on the marketplace, UNKNOWN when a side does not say
    :param base: the value both had after the last synchronisation, or UNKNOWN
    :param owner: who wins when both changed: ``odoo``, ``cdiscount``, ``newer`` (by the moments; a Conflict when they
        do not tell), ``ask`` (always a Conflict)
    :param direction: ``export``: Odoo's value always; ``import``: the marketplace's always; ``both``: compare
    :param ours_at, theirs_at: aware moments of the last change of each side, None when not known
    """
    if theirs is UNKNOWN or ours is UNKNOWN:
        if ours is UNKNOWN and theirs is UNKNOWN:
            return Merged(base, "same")
        # A side that says nothing has not changed anything.
        return Merged(ours, "ours") if theirs is UNKNOWN else Merged(theirs, "theirs")
    if same(ours, theirs):
        return Merged(ours, "same")
    ours_changed = base is UNKNOWN or not same(ours, base)
    theirs_changed = base is UNKNOWN or not same(theirs, base)
    both = ours_changed and theirs_changed
    if direction == "export":
        return Merged(ours, "ours", lost=theirs_changed and base is not UNKNOWN)
    if direction == "import":
        return Merged(theirs, "theirs", lost=ours_changed and base is not UNKNOWN)
    if not both:
        return Merged(ours, "ours") if ours_changed else Merged(theirs, "theirs")
    winner = _winner(owner, ours_at, theirs_at)
    if winner is None:
        return Conflict(ours, theirs, base)
    return Merged(ours if winner == "ours" else theirs, winner, lost=base is not UNKNOWN)


def _winner(owner: Owner, ours_at: datetime | None, theirs_at: datetime | None) -> Literal["ours", "theirs"] | None:
    if owner == "odoo":
        return "ours"
    if owner == "cdiscount":
        return "theirs"
    if owner == "newer" and ours_at is not None and theirs_at is not None and ours_at != theirs_at:
        return "ours" if ours_at > theirs_at else "theirs"
    return None


def same(one: Any, other: Any) -> bool:
    """Whether two values mean the same: 24.9 and 24.90, no text and an empty one, line breaks of either kind.

    Numbers are compared with numbers only: the text "012" is not 12, it may be a reference.
    """
    return _comparable(one) == _comparable(other)


def _comparable(value: Any) -> Any:
    if value is None or value is False:
        return ("", "")
    if value is True:
        return ("flag", True)
    if isinstance(value, str):
        text = clean(value).replace("\r\n", "\n").replace("\r", "\n")
        return ("", "\n".join(line.rstrip() for line in text.split("\n")).strip())
    if isinstance(value, int | float | Decimal):
        found = decimal(value)
        return ("number", found if found is not None else repr(value))
    if isinstance(value, list | tuple):
        items = tuple(_comparable(item) for item in value)
        return ("list", items) if items else ("", "")
    return ("other", value)
