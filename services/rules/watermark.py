"""From when to poll (contract §11: index pages shift, so polls overlap)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

OVERLAP = timedelta(minutes=60)
# A moment this far ahead of our clock is believed to be somebody's wrong clock.
_TOLERATED_AHEAD = timedelta(minutes=5)


def poll_from(
    watermark: datetime | None, overlap: timedelta = OVERLAP, earliest: datetime | None = None
) -> datetime | None:
    """``updatedAtMin`` of the next poll: the watermark minus the overlap, not before ``earliest``.

    Without a watermark it is ``earliest``, or None: everything.
    """
    if watermark is None:
        return earliest
    start = watermark - overlap
    return max(start, earliest) if earliest else start


def next_watermark(
    current: datetime | None, seen: Iterable[datetime | None], now: datetime | None = None
) -> datetime | None:
    """The newest ``updatedAt`` seen and stored; it never goes back.

    With ``now``, moments ahead of it count as ``now``: one order dated next year must not hide all that follows.
    """
    moments = [moment for moment in seen if moment is not None]
    if now is not None:
        moments = [moment if moment <= now + _TOLERATED_AHEAD else now for moment in moments]
    if current is not None:
        moments.append(current)
    return max(moments, default=None)
