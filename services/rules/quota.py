"""How many new product sheets may be sent now, and when the next ones (about 25 per hour and seller, contract §1.5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

NEW_SHEETS = 25
WINDOW = timedelta(hours=1)
# The marketplace's hour may not begin when ours does.
_MARGIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Room:
    """``now`` sheets may be sent at once; ``next_at`` is when there is more room, None when nothing is used up."""

    now: int
    next_at: datetime | None

    def wait_seconds(self, at: datetime) -> float:
        """Seconds until something may be sent; 0 when it may now. For ``RateLimited(retry_after=...)`` and an eta."""
        if self.now or self.next_at is None:
            return 0.0
        return max(0.0, (self.next_at - at).total_seconds())


def room(
    sent: Iterable[tuple[datetime, int]],
    at: datetime,
    *,
    quota: int = NEW_SHEETS,
    window: timedelta = WINDOW,
    exceeded_at: datetime | None = None,
) -> Room:
    """Room for new sheets.

    :param sent: (aware moment, number of new sheets) of the packages of the last hours
    :param exceeded_at: when the last package was sent of which sheets were refused with ``QuotaExceeded``, or None.
        The quota is an observation, so the marketplace's own word counts more: a window is waited for from then.
    """
    start = at - window - _MARGIN
    recent = sorted((moment, count) for moment, count in sent if moment > start and count > 0)
    used = sum(count for _, count in recent)
    free = max(0, quota - used)
    next_at = recent[0][0] + window + _MARGIN if recent else None
    if exceeded_at is not None and exceeded_at > start:
        until = exceeded_at + window + _MARGIN
        return Room(0, max(until, next_at) if next_at and not free else until)
    return Room(free, next_at)
