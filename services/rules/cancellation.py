"""Cancelling and refunding at the marketplace (contract §3.7): which request is ours, and what has become of it.

Before shipment a request cancels lines, afterwards the same request refunds them. Only whole lines can be asked for,
and the marketplace carries it out some time later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from ..payloads.order import Order
from ..payloads.read import identifier, mapping, objects, text
from .order_status import LINE_DEAD, LINE_SHIPPED, canonical

Outcome = Literal["open", "done", "refused"]

# The words of the states are not known for sure (contract §3.7): what is none of these is still open.
_DONE = frozenset({"accepted", "done", "processed", "completed", "validated", "closed", "success", "succeeded"})
_REFUSED = frozenset({"refused", "rejected", "failed", "cancelled", "canceled", "error", "denied"})


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the marketplace lists it; ``line_ids`` empty when it does not name any."""

    request_id: str
    status: str = ""
    line_ids: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, raw: Any) -> Request | None:
        """None for an entry without a number."""
        raw = mapping(raw)
        request_id = identifier(raw, "cancellationRequestId", "requestId", "id")
        if not request_id:
            return None
        lines = frozenset(filter(None, (identifier(line, "lineId", "orderLineId") for line in objects(raw, "lines"))))
        return cls(request_id, text(raw, "status", "state"), lines)

    @property
    def outcome(self) -> Outcome:
        word = self.status.replace(" ", "").casefold()
        return "done" if word in _DONE else "refused" if word in _REFUSED else "open"


def find_request(
    entries: Iterable[Any], line_ids: Iterable[str], known: Iterable[str] = (), own_id: str = ""
) -> Request | None:
    """The request that is ours: by its number, else the newest one about any of these lines that is not refused.

    :param entries: raw requests of the order, oldest first
    :param known: numbers of other requests of ours: those are not this one
    """
    parsed = [request for request in map(Request.parse, entries) if request]
    if own_id:
        return next((request for request in parsed if request.request_id == own_id), None)
    wanted, others = set(line_ids), set(known)
    found = [
        request
        for request in parsed
        if request.request_id not in others
        and request.outcome != "refused"
        and (not request.line_ids or request.line_ids & wanted)
    ]
    return found[-1] if found else None


def is_cancelled(order: Order, line_ids: Iterable[str]) -> bool:
    """Whether none of these lines is to be sold any more."""
    wanted = set(line_ids)
    states = [canonical(line.status) for line in order.lines if line.line_id in wanted]
    return bool(states) and all(state in LINE_DEAD for state in states)


def is_refund(order: Order, line_ids: Iterable[str]) -> bool:
    """Whether asking now would refund instead of cancel: the lines are on their way."""
    wanted = set(line_ids)
    return any(canonical(line.status) in LINE_SHIPPED for line in order.lines if line.line_id in wanted)
