"""The seller's days are those of Paris, and its nights are spread over the accounts."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from services.rules.seller_day import day_bounds, day_of, last_days, next_night, zone


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


def test_an_order_of_late_evening_in_utc_belongs_to_the_next_day_in_paris():
    assert day_of(utc(2026, 11, 22, 23, 30)) == date(2026, 11, 23)
    assert day_of(utc(2026, 7, 22, 22, 30)) == date(2026, 7, 23)


@pytest.mark.parametrize(("day", "hours"), [((2026, 11, 23), 24), ((2026, 3, 29), 23), ((2026, 10, 25), 25)])
def test_days_touch_each_other_when_the_clock_changes(day, hours):
    start, end = day_bounds(date(*day))
    assert end - start == timedelta(hours=hours)
    assert day_of(start) == date(*day) == day_of(end - timedelta(microseconds=1))
    assert day_bounds(date(*day) + timedelta(days=1))[0] == end


def test_the_last_days_end_today():
    assert last_days(utc(2026, 11, 22, 23, 30), 3) == [date(2026, 11, day) for day in (21, 22, 23)]


@pytest.mark.parametrize("spread", range(0, 400, 37))
@pytest.mark.parametrize("hour", [0, 1, 3, 12, 23])
def test_the_next_night_is_ahead_within_a_day_and_at_night(spread, hour):
    now = utc(2026, 11, 23, hour)
    moment = next_night(now, spread)
    assert now < moment <= now + timedelta(hours=25)
    assert 2 <= moment.astimezone(zone()).hour <= 4
