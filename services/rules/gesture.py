"""Which commercial gesture is ours after its answer was lost, and what has become of it (contract §3.8)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from ..payloads.gesture import Gesture
from .cancellation import Outcome, Request

CLOCKS_DIFFER = timedelta(hours=1)
"""How far the marketplace's clock may be behind ours before one of its requests counts as older than our call."""


def gesture_outcome(gesture: Gesture) -> Outcome:
    """The words of the states are not known for sure: those of cancellation requests are taken, others are open."""
    return Request(gesture.request_id, gesture.status).outcome


def find_gesture(
    gestures: Iterable[Gesture],
    amount: Decimal,
    reason: str,
    seen: Collection[str],
    since: datetime | None,
) -> Gesture | None:
    """The request our call has made although its answer was lost: the oldest one of this amount and reason that is new.

    :param seen: numbers that were listed before the call, and those of other requests of ours
    :param since: aware moment of the call; requests that are clearly older are not ours
    """
    found = [
        one
        for one in gestures
        if one.request_id not in seen
        and one.amount is not None
        and abs(one.amount - amount) < Decimal("0.005")
        and one.reason.casefold() in ("", reason.casefold())
        and not (since and one.created_at and one.created_at < since - CLOCKS_DIFFER)
    ]
    return min(found, key=lambda one: (one.created_at is None, one.created_at or since or 0), default=None)
