"""What both sides last agreed on, field by field: compared with, kept as text, brought up to date by what was sent.

Odoo cannot always hold the marketplace's value exactly: 24.99 with VAT is no price without VAT of two decimals, and a
shop may round its prices to 0.99. What Odoo made of an agreed value is remembered with it; as long as Odoo says that,
it says the agreed value. So the price comes back to the cent, and nobody's rounding undoes what a person has entered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..payloads.read import decimal, mapping
from ..payloads.storage import dumps, loads
from .merge import UNKNOWN, Conflict, Direction, Merged, Owner, merge, same

MONEY = frozenset(("price", "origin_price"))
"""Fields whose values are amounts; the others are texts."""
SENT = "sent"


@dataclass(frozen=True, slots=True)
class Agreed:
    """``value``: what both sides had, UNKNOWN before they were ever compared. ``ours``: what Odoo makes of it, UNKNOWN
    where that is the same."""

    value: Any = UNKNOWN
    ours: Any = UNKNOWN

    def meant_by(self, ours: Any) -> Any:
        """What Odoo's present value stands for."""
        return self.value if self.ours is not UNKNOWN and same(ours, self.ours) else ours


def agreed(value: Any, ours: Any) -> Agreed:
    """What to remember once ``value`` is settled and Odoo says ``ours``."""
    return Agreed(value) if same(value, ours) else Agreed(value, ours)


def is_empty(value: Any) -> bool:
    """Whether a side has nothing there; a price of zero is none."""
    return value is not UNKNOWN and (value in (None, False, "", ()) or value == 0)


def compare(
    ours: Any,
    theirs: Any,
    memory: Agreed,
    owner: Owner = "ask",
    *,
    direction: Direction = "both",
    ours_at: datetime | None = None,
    theirs_at: datetime | None = None,
) -> Merged | Conflict:
    """``merge`` with what is remembered. When the sides meet for the first time, one that has nothing there has not
    taken anything away: it takes what the other one has."""
    ours = memory.meant_by(ours)
    if memory.value is UNKNOWN and not same(ours, theirs):
        if direction != "export" and is_empty(ours):
            return Merged(theirs, "theirs")
        if direction != "export" and is_empty(theirs):
            return Merged(ours, "ours" if direction == "both" else "same")
    return merge(ours, theirs, memory.value, owner, direction=direction, ours_at=ours_at, theirs_at=theirs_at)


def load(stored: str | None) -> dict[str, Agreed]:
    """The memory of an offer, ``{field: Agreed}``; empty for what is no such text."""
    return {
        name: Agreed(_value(name, entry["v"]), _value(name, entry["o"]) if "o" in entry else UNKNOWN)
        for name, entry in _entries(stored).items()
        if name != SENT and "v" in mapping(entry)
    }


def dump(memory: Mapping[str, Agreed], sent: Mapping[str, Any]) -> str:
    """The text that ``load`` reads; the same memory gives the same text.

    :param sent: what was accepted last of the fields, see ``caught_up``
    """
    entries: dict[str, Any] = {
        name: {"v": _plain(one.value), **({} if one.ours is UNKNOWN else {"o": _plain(one.ours)})}
        for name, one in memory.items()
        if one.value is not UNKNOWN
    }
    if sent:
        entries[SENT] = {name: _plain(value) for name, value in sent.items()}
    return dumps(entries) if entries else ""


def caught_up(stored: str | None, sent: Mapping[str, Any]) -> dict[str, Agreed]:
    """The memory of an offer, with what was accepted since it was kept: an accepted sending is an agreement.

    :param sent: the fields as they stand in the request that was accepted last (``sent_fields``)
    """
    memory = load(stored)
    before = mapping(_entries(stored).get(SENT))
    for name, value in sent.items():
        if name not in before or not same(_value(name, before[name]), value):
            known = memory.get(name, Agreed())
            memory[name] = known if same(known.value, value) else Agreed(value)
    return memory


def sent_fields(request: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an accepted request (``offer_memory.recall``) that can be compared; {} when nothing was sent."""
    found: dict[str, Any] = {}
    price = mapping(request.get("price"))
    if price:
        found["price"] = decimal(price.get("price"))
        found["origin_price"] = decimal(price.get("originPrice"))
    if "comments" in request:
        found["comments"] = str(request["comments"] or "")
    return found


def as_shown(request: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """An accepted request with what the channel shows now in it.

    What was accepted last is what the next sending is compared with. Left as it was, a price that somebody changed in
    the seller portal could not be changed back: it would be the one that was sent already.
    """
    found = dict(request)
    price = dict(mapping(found.get("price")))
    if price and shown.get("price") is not None:
        price["price"] = shown["price"]
        if "origin_price" in shown:
            price.pop("originPrice", None)
            if shown["origin_price"] is not None:
                price["originPrice"] = shown["origin_price"]
        found["price"] = price
    if "comments" in shown and not same(found.get("comments"), shown["comments"]):
        found["comments"] = shown["comments"] or ""
    return found


def settle(memory: Agreed, theirs: Any) -> Agreed:
    """Odoo's value goes before: from now on theirs is what was agreed, so ours counts as the newer one."""
    return replace(memory, value=theirs, ours=UNKNOWN)


def _entries(stored: str | None) -> Mapping[str, Any]:
    if not stored:
        return {}
    try:
        return mapping(loads(stored))
    except ValueError:
        return {}


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    return decimal(value) if name in MONEY else value


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return None if value is UNKNOWN else value
