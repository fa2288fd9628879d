"""Periods of a dashboard: from when to when in the reader's days, cut into steps, beside the equally long one before.

Days begin and end where the reader lives; the database keeps UTC. A period that is still running is compared with the
same part of the one before: today until 15:00 with yesterday until 15:00.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal

from dateutil.tz import gettz

Step = Literal["hour", "day", "week", "month"]
DAYS = {"today": 1, "7d": 7, "30d": 30, "90d": 90, "year": 365}
NAMES = (*DAYS, "custom")
_WORDS = {"today": "today", "year": "year", "custom": "custom", "custom range": "custom"}
_WORDS.update({f"{days} days": f"{days}d" for days in (7, 30, 90)})
LONGEST = 3660  # days of a custom period
_STEPS: tuple[tuple[int, Step, int], ...] = ((1, "hour", 1), (92, "day", 1), (400, "week", 7), (LONGEST, "month", 28))


class PeriodError(ValueError):
    """``code``: unknown, incomplete (custom without both dates), backwards, too_long."""

    def __init__(self, code: Literal["unknown", "incomplete", "backwards", "too_long"]):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Slot:
    """One step: it begins and ends (exclusive) at UTC moments without a zone; ``day`` is its first local day."""

    day: date
    hour: int
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """``first`` and ``last`` are local days, both included; the moments are UTC without a zone, ``end`` exclusive.

    ``before_begin`` to ``before_end`` is as long as what has passed of the period. ``slots`` cover all of the period,
    ``before_slots`` as many steps before; the last of those may be cut short where the comparison ends.
    """

    name: str
    first: date
    last: date
    step: Step
    begin: datetime
    end: datetime
    before_begin: datetime
    before_end: datetime
    slots: tuple[Slot, ...]
    before_slots: tuple[Slot, ...]


def period_name(text: object) -> str:
    """The name of a period as a person or another program may write it; what is none of them comes back as it is.

    >>> period_name("7d"), period_name("30 days"), period_name("90_days"), period_name("Custom range")
    ('7d', '30d', '90d', 'custom')
    """
    words = " ".join(str(text).lower().replace("_", " ").split())
    return _WORDS.get(words.removeprefix("last "), words)


def make_period(
    name: str, now: datetime, zone: str = "UTC", date_from: date | None = None, date_to: date | None = None
) -> Period:
    """The period called ``name`` (``NAMES``) as seen at ``now`` (UTC without a zone) in a time zone.

    :raises PeriodError: the name is unknown, or the dates of a custom period make no sense
    """
    where = gettz(zone) or timezone.utc
    today = now.replace(tzinfo=timezone.utc).astimezone(where).date()
    if name == "custom":
        if date_from is None or date_to is None:
            raise PeriodError("incomplete")
        if date_from > date_to:
            raise PeriodError("backwards")
        if (date_to - date_from).days >= LONGEST:
            raise PeriodError("too_long")
        first, last = date_from, date_to
    elif name in DAYS:
        first, last = today - timedelta(days=DAYS[name] - 1), today
    else:
        raise PeriodError("unknown")
    length = (last - first).days + 1
    step, days = next((step, days) for most, step, days in _STEPS if length <= most)
    begin, end = _utc(first, where), _utc(last + timedelta(days=1), where)
    before_first = first - timedelta(days=length)
    before_end = begin
    if begin < now < end:
        local = now.replace(tzinfo=timezone.utc).astimezone(where)
        same = (local.date() - timedelta(days=length), local.time())
        before_end = _naive(datetime.combine(*same, tzinfo=where))
    before_begin = _utc(before_first, where)
    return Period(
        name=name,
        first=first,
        last=last,
        step=step,
        begin=begin,
        end=end,
        before_begin=before_begin,
        before_end=before_end,
        slots=_slots(first, length, step, days, where),
        before_slots=tuple(
            Slot(slot.day, slot.hour, slot.begin, min(slot.end, before_end))
            for slot in _slots(before_first, length, step, days, where)
            if slot.begin < before_end
        ),
    )


def _slots(first: date, length: int, step: Step, days: int, where: tzinfo) -> tuple[Slot, ...]:
    if step == "hour":
        begin, end = _utc(first, where), _utc(first + timedelta(days=1), where)
        hours = int((end - begin) / timedelta(hours=1))  # 23 or 25 when the clock is changed
        moments = [begin + timedelta(hours=number) for number in range(hours)] + [end]
        return tuple(
            Slot(first, moment.replace(tzinfo=timezone.utc).astimezone(where).hour, moment, after)
            for moment, after in itertools.pairwise(moments)
        )
    begins = [first + timedelta(days=number) for number in range(0, length, days)]
    ends = [*begins[1:], first + timedelta(days=length)]
    return tuple(Slot(begin, 0, _utc(begin, where), _utc(end, where)) for begin, end in zip(begins, ends, strict=True))


def thresholds(*rows: Sequence[Slot]) -> tuple[list[datetime], dict[int, tuple[int, int]]]:
    """Moments for SQL's ``width_bucket`` and what its numbers mean: ``{number: (row, position in the row)}``.

    Numbers that are not in the second part lie between the rows, or outside of them.
    """
    moments = sorted({moment for row in rows for slot in row for moment in (slot.begin, slot.end)})
    number = {moment: position for position, moment in enumerate(moments, 1)}
    return moments, {
        number[slot.begin]: (which, position)
        for which, row in enumerate(rows)
        for position, slot in enumerate(row)
        if slot.begin < slot.end
    }


def change(value: float, before: float) -> float | None:
    """The change in percent against the period before, None when there was nothing to compare with.

    >>> change(120, 100), change(0, 0), change(5, 0)
    (20.0, 0.0, None)
    """
    if not before:
        return 0.0 if not value else None
    return round((value - before) * 100 / abs(before), 1)


def _utc(day: date, where: tzinfo) -> datetime:
    return _naive(datetime.combine(day, time.min, tzinfo=where))


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
