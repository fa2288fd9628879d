"""Commercial gestures (contract §3.8): a part of the money back. Their bodies are not verified: read tolerantly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from .read import identifier, mapping, moment, number, objects, sub, text

_REASON_LISTS = ("reasons", "allowedReasons", "commercialGestureReasons", "configurations", "items")
OTHER = "Other"
"""The reason that must be explained (``reasonDetails``)."""


@dataclass(frozen=True, slots=True)
class GestureReason:
    """``maximum``: the most that may be given for this reason, None when the marketplace names no limit."""

    code: str
    label: str
    maximum: Decimal | None = None
    details_needed: bool = False

    @classmethod
    def parse(cls, entry: Any) -> GestureReason | None:
        """From an object or a bare code; None for an entry without a code."""
        raw = mapping(entry) or {"code": entry}
        code = text(raw, "code", "reason", "reasonCode", "id", limit=120)
        if not code:
            return None
        return cls(
            code=code,
            label=text(raw, "label", "name", "description") or code,
            maximum=_amount(raw, "maximumAmount", "maxAmount", "limit"),
            details_needed=code.casefold() == OTHER.casefold(),
        )

    @classmethod
    def parse_all(cls, data: Any) -> tuple[GestureReason, ...]:
        """Every reason of a channel's configuration, each once: a list, or an object that holds one."""
        if isinstance(data, Mapping):
            data = data["data"] if isinstance(data.get("data"), Mapping | list) else data
        if isinstance(data, Mapping):
            data = next((data[name] for name in _REASON_LISTS if isinstance(data.get(name), list)), [])
        found: dict[str, GestureReason] = {}
        for entry in data if isinstance(data, list | tuple) else []:
            inner = objects(mapping(entry), "reasons")
            for reason in map(cls.parse, inner or [entry]):
                if reason:
                    found.setdefault(reason.code, reason)
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Gesture:
    """A request for a gesture as the marketplace lists it. ``amount`` is in euros, VAT included."""

    request_id: str
    order_id: str = ""
    status: str = ""
    reason: str = ""
    amount: Decimal | None = None
    created_at: datetime | None = None

    @classmethod
    def parse(cls, entry: Any) -> Gesture | None:
        """None for an entry without a number."""
        raw = mapping(entry)
        request_id = identifier(raw, "requestId", "commercialGestureRequestId", "id")
        if not request_id:
            return None
        return cls(
            request_id=request_id,
            order_id=identifier(raw, "orderId", "orderSellerId"),
            status=text(raw, "status", "state"),
            reason=text(raw, "reason", "reasonCode") or text(sub(raw, "reason"), "code"),
            amount=_amount(raw, "amount"),
            created_at=moment(raw, "createdAt", "creationDate"),
        )


def parse_allowable(raw: Any) -> Decimal | None:
    """The amount that may still be given for an order, None when the answer names none."""
    return _amount(mapping(raw), "allowableAmount", "availableAmount", "amount")


def _amount(raw: Mapping, *names: str) -> Decimal | None:
    """A number, or an object around one."""
    found = number(raw, *names)
    return found if found is not None else number(sub(raw, *names), "amount", "value", "allowableAmount")
