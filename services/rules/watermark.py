"""From when to poll (contract §11: index pages shift, so polls overlap)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

OVERLAP = timedelta(minutes=60)
# A moment this far ahead of our clock is believed to be somebody's wrong clock.
_TOLERATED_AHEAD = timedelta(minutes=5)


def poll_from(
    watermark: datetime | None,
    overlap: timedelta = OVERLAP,
    earliest: datetime | None = None,
    now: datetime | None = None,
) -> datetime | None:
    """``updatedAtMin`` of the next poll: the watermark minus the overlap, not before ``earliest``.

    Without a watermark it is ``earliest``, or None: everything. With ``now``, a watermark ahead of it counts as
    ``now``: a clock that was wrong for a day must not blind the polls of the next one.
    """
    if watermark is None:
        return earliest
    if now is not None:
        watermark = min(watermark, now)
    start = watermark - overlap
    return max(start, earliest) if earliest else start


def next_watermark(
    current: datetime | None, seen: Iterable[datetime | None], now: datetime | None = None
) -> datetime | None:
    """The newest ``updatedAt`` seen and stored; it never goes back.

    With ``now``, moments ahead of it count as ``now``: one order dated next year must not hide all that follows. A
    watermark that is ahead already comes back to the present in the same way.
    """
    moments = [moment for moment in (*seen, current) if moment is not None]
    if now is not None:
        moments = [moment if moment <= now + _TOLERATED_AHEAD else now for moment in moments]
    return max(moments, default=None)
