"""The seller's days: the marketplace counts in Paris, whatever the time zone of the server or of the reader."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache

from dateutil import tz

SELLER_ZONE = "Europe/Paris"
NIGHT_FROM, NIGHT_MINUTES = 2, 150
"""The night's work begins between 2:00 and 4:30, each account at a minute of its own."""


@lru_cache(maxsize=1)
def zone():
    """The seller's time zone."""
    return tz.gettz(SELLER_ZONE) or timezone(timedelta(hours=1))


def day_of(moment: datetime) -> date:
    """The seller's day of an aware moment."""
    return moment.astimezone(zone()).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """First moment of a day and of the next one, aware UTC. Twice a year a day has 23 or 25 hours."""
    start, end = (
        datetime.combine(one, time(), tzinfo=zone()).astimezone(timezone.utc) for one in (day, day + timedelta(days=1))
    )
    return start, end


def last_days(now: datetime, count: int) -> list[date]:
    """The last ``count`` days up to today, oldest first."""
    today = day_of(now)
    return [today - timedelta(days=back) for back in range(count - 1, -1, -1)]


def next_night(now: datetime, spread: int) -> datetime:
    """The next moment of the night work after ``now``, aware UTC.

    :param spread: any number; accounts with different ones begin at different minutes
    """
    local = now.astimezone(zone())
    minute = spread % NIGHT_MINUTES
    at = time(NIGHT_FROM + minute // 60, minute % 60)
    for offset in (0, 1):
        moment = datetime.combine(local.date() + timedelta(days=offset), at, tzinfo=zone())
        if moment > local:
            break
    return moment.astimezone(timezone.utc)
