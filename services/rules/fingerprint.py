"""Failures with the same cause get the same fingerprint: 47 orders that wait for one tax are one thing to do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from ..text import one_line

# Values that make the difference between two causes. Any other value is reduced to its shape.
TELLING = frozenset(
    {
        *("rate", "vat_rate", "country", "country_code", "sku", "status", "payment_method", "carrier"),
        *("missing", "type", "operation", "model", "field", "basis", "method", "host", "url", "seller_id", "channel"),
        "sales_channel_id",
    }
)
# Names whose values differ from order to order and never tell causes apart.
_NOISE = frozenset(
    {
        *("order_id", "order", "external_id", "reference", "id", "line_id", "trace_id"),
        *("amount", "header", "computed", "difference", "total", "limit", "date", "datetime"),
        *("seconds", "attempt", "attempts", "retry_after"),
    }
)
_UUID = re.compile(r"(?i)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_EMAIL = re.compile(r"[\w.+%-]+@[\w.-]+")
# A word with a digit in it: a number, a date, an order reference, a SKU, a hash.
_WITH_DIGIT = re.compile(r"[\w./:+-]*\d[\w./:+-]*")


def fingerprint(code: str, params: Mapping[str, Any] | None = None) -> str:
    """16 hex digits, stable over processes; the order of ``params``, ids, numbers and dates do not matter."""
    parts = [code]
    for name in sorted(params or {}):
        value = params[name]
        if name in _NOISE or value is None or value == "":
            continue
        parts.append(f"{name}={one_line(str(value)) if name in TELLING else shape(value)}")
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def shape(value: Any) -> str:
    """A text without what varies: ids, numbers, dates, addresses."""
    text = one_line(str(value)).casefold()
    text = _UUID.sub("#", text)
    text = _EMAIL.sub("@", text)
    return _WITH_DIGIT.sub("#", text)[:300]
