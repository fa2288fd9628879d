"""Counting calls as they are made: a lock and a few additions each. Whoever holds the counter writes it away.

No path, no header, no query is kept: the family of an endpoint is one word from a closed list.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, fields
from datetime import date, datetime, timezone
from typing import Any

from .rules.seller_day import day_of
from .wire import CallTrace

FAMILIES = {
    "orders": "orders",
    "order-cancellation-requests": "orders",
    "order-partial-cancellation-requests": "orders",
    "cancellation-reasons": "orders",
    "order-commercial-gesture-requests": "orders",
    "sales-channel-commercial-gesture-configurations": "orders",
    "order-invoice-imports": "invoices",
    "invoice-documents": "finance",
    "offers": "offers",
    "offer-packages": "offers",
    "offer-integration-packages": "offers",
    "competing-offers": "offers",
    "competing-offer-changes": "offers",
    "products": "products",
    "products-integration": "products",
    "products-integration-reports": "products",
    "categories": "catalogue",
    "brands": "catalogue",
    "discussions": "discussions",
    "messages": "discussions",
    "typologies": "discussions",
    "attachments": "discussions",
    "sales-channel-configurations": "discussions",
    "operations": "finance",
    "payments": "finance",
    "invoices": "finance",
    "reports": "finance",
    "stocks": "fulfilment",
    "returns": "fulfilment",
    "inbound-shipments": "fulfilment",
    "sellers": "account",
    "carriers": "account",
    "token": "token",
}
OTHER = "other"
TOKENS_PER_HOUR = 500  # contract §1.1
NAMES = ("orders", "offers", "products", "catalogue", "discussions", "invoices", "finance", "fulfilment", "account")
_BASE = re.compile(r"^(?:/seller)?/v\d+(?=/|$)")


def family_of(path: str) -> str:
    """The family of an endpoint: a word of ``FAMILIES`` or ``other``.

    >>> family_of("/v1/orders/26110217541ABCDE/shipments"), family_of("/idp/oauth2/token"), family_of("/v1/nothing")
    ('orders', 'token', 'other')
    """
    path = path.split("?", 1)[0]
    if path.rstrip("/").endswith("/token"):
        return "token"
    parts = [part for part in _BASE.sub("", path).split("/") if part]
    if len(parts) > 2 and parts[0] == "orders" and parts[2] == "invoice-documents":
        return "invoices"
    # An address of another shape (a proxy before the API) has the family further in.
    return next((FAMILIES[part] for part in parts if part in FAMILIES), OTHER)


@dataclass
class Calls:
    """What happened at one family of endpoints on one day. Times in seconds, waits between attempts included."""

    calls: int = 0
    errors: int = 0
    limited: int = 0
    repeats: int = 0
    seconds: float = 0.0
    worst: float = 0.0

    def add(self, other: Calls) -> None:
        """Take in what another one has counted."""
        for one in fields(self):
            mine, others = getattr(self, one.name), getattr(other, one.name)
            setattr(self, one.name, max(mine, others) if one.name == "worst" else mine + others)


Key = tuple[Any, date, int, str]
"""Account, the seller's day, hour (UTC), family. Quotas count by the hour (contract §1.5)."""


class CallCounter:
    """Adds up the calls of a process by account, day, hour and family. Thread-safe."""

    def __init__(self, now=lambda: datetime.now(timezone.utc)):
        self._now = now
        self._lock = threading.Lock()
        self._hour: datetime | None = None
        self._day: date = date.min
        self._rows: dict[Key, Calls] = {}

    def observer(self, account: Any):
        """A callback for ``Transport.on_call`` that counts for this account."""
        return lambda trace: self.note(account, trace)

    def note(self, account: Any, trace: CallTrace) -> None:
        """Count one call. A refusal (4xx) and an answer that never came are errors, both."""
        failed = bool(trace.error_code) or trace.status is None or trace.status >= 400
        one = Calls(
            1,
            int(failed),
            trace.limited or int(trace.status == 429),
            max(trace.attempts - 1, 0),
            trace.seconds,
            trace.seconds,
        )
        day, hour = self._day_and_hour()
        key = (account, day, hour, family_of(trace.path))
        with self._lock:
            self._rows.setdefault(key, Calls()).add(one)

    def _day_and_hour(self) -> tuple[date, int]:
        """The seller's day and the hour (UTC), worked out once an hour: days begin with an hour everywhere."""
        now = self._now()
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour != self._hour:
            self._day, self._hour = day_of(hour), hour
        return self._day, hour.hour

    def take(self) -> dict[Key, Calls]:
        """What was counted since the last time; the counter begins anew."""
        with self._lock:
            rows, self._rows = self._rows, {}
        return rows

    def put_back(self, rows: dict[Key, Calls]) -> None:
        """Give back what could not be written: it is written with the next ones."""
        with self._lock:
            for key, calls in rows.items():
                self._rows.setdefault(key, Calls()).add(calls)
