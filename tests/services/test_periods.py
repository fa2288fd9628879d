"""Periods of the dashboard: whole local days, equal lengths, and clock changes."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

import pytest

from services.rules.periods import PeriodError, change, make_period, period_name, thresholds

NOW = datetime(2026, 11, 23, 14, 30)  # 15:30 in Paris
PARIS = "Europe/Paris"


def test_today_runs_from_midnight_where_the_reader_lives_and_meets_yesterday_until_the_same_hour():
    period = make_period("today", NOW, PARIS)
    assert (period.begin, period.end) == (datetime(2026, 11, 22, 23), datetime(2026, 11, 23, 23))
    assert (period.before_begin, period.before_end) == (datetime(2026, 11, 21, 23), datetime(2026, 11, 22, 14, 30))
    assert len(period.slots) == 24
    assert [slot.hour for slot in period.slots] == list(range(24))


def test_another_zone_is_another_day():
    assert make_period("today", datetime(2026, 11, 23, 23, 30), PARIS).first == date(2026, 11, 24)
    assert make_period("today", datetime(2026, 11, 23, 23, 30), "UTC").first == date(2026, 11, 23)
    assert make_period("today", NOW, "Nowhere/Atall").first == date(2026, 11, 23)


@pytest.mark.parametrize(("name", "days"), [("7d", 7), ("30d", 30), ("90d", 90), ("year", 365)])
def test_running_periods_end_today_and_are_compared_with_as_much_time(name, days):
    period = make_period(name, NOW, PARIS)
    assert period.last == date(2026, 11, 23)
    assert (period.last - period.first).days + 1 == days
    passed, before = NOW - period.begin, period.before_end - period.before_begin
    assert abs(passed - before) <= timedelta(hours=1)  # an hour when a clock change lies in one of them only
    assert period.before_end <= period.begin


def test_a_past_period_is_compared_with_the_whole_one_before():
    period = make_period("custom", NOW, PARIS, date(2026, 11, 1), date(2026, 11, 10))
    assert period.before_end == period.begin
    assert period.before_begin == datetime(2026, 10, 21, 22)  # still summer time
    assert len(period.slots) == len(period.before_slots) == 10


def test_days_of_a_clock_change_have_23_and_25_hours():
    spring = make_period("custom", NOW, PARIS, date(2026, 3, 29), date(2026, 3, 29))
    autumn = make_period("custom", NOW, PARIS, date(2026, 10, 25), date(2026, 10, 25))
    assert (len(spring.slots), len(autumn.slots)) == (23, 25)
    assert [slot.hour for slot in autumn.slots].count(2) == 2


@pytest.mark.parametrize("name", ["today", "7d", "30d", "90d", "year"])
@pytest.mark.parametrize("zone", [PARIS, "UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"])
def test_slots_cover_the_period_without_gap_or_overlap(name, zone):
    period = make_period(name, NOW, zone)
    for slots, begin, end in (
        (period.slots, period.begin, period.end),
        (period.before_slots, period.before_begin, period.before_end),
    ):
        assert (slots[0].begin, slots[-1].end) == (begin, end)
        assert all(one.end == other.begin for one, other in itertools.pairwise(slots))
    assert len(period.slots) <= 92


def test_every_moment_falls_into_the_slot_that_holds_it():
    period = make_period("7d", NOW, PARIS)
    moments, meaning = thresholds(period.before_slots, period.slots)
    assert moments == sorted(set(moments))
    for which, row in enumerate((period.before_slots, period.slots)):
        for position, slot in enumerate(row):
            inside = slot.begin + (slot.end - slot.begin) / 2
            assert meaning[sum(moment <= inside for moment in moments)] == (which, position)
    between = period.before_end + (period.begin - period.before_end) / 2
    assert sum(moment <= between for moment in moments) not in meaning


@pytest.mark.parametrize(
    ("name", "first", "last", "code"),
    [
        ("fortnight", None, None, "unknown"),
        ("custom", None, date(2026, 1, 1), "incomplete"),
        ("custom", date(2026, 1, 2), date(2026, 1, 1), "backwards"),
        ("custom", date(2000, 1, 1), date(2026, 1, 1), "too_long"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(name, first, last, code):
    with pytest.raises(PeriodError) as caught:
        make_period(name, NOW, PARIS, first, last)
    assert caught.value.code == code


def test_a_change_says_nothing_where_there_was_nothing_before():
    assert change(90, 120) == -25.0
    assert change(3, 0) is None
    assert change(0, 0) == 0.0
    assert change(-5, -10) == 50.0


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Today", "today"),
        ("7 days", "7d"),
        ("last_30_days", "30d"),
        ("90d", "90d"),
        ("Year", "year"),
        ("Custom range", "custom"),
        ("fortnight", "fortnight"),
        (7, "7"),
    ],
)
def test_a_period_is_found_by_its_name_as_people_read_it(written, name):
    assert period_name(written) == name
