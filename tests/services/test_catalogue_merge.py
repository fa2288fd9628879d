"""Who wins a field that both sides may have changed."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.merge import UNKNOWN, Conflict, Merged, merge, same

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
LATER = NOON + timedelta(minutes=1)


@pytest.mark.parametrize("owner", ["odoo", "cdiscount", "newer", "ask"])
def test_what_one_side_changed_is_taken_whoever_owns_the_field(owner):
    assert merge("new", "old", "old", owner) == Merged("new", "ours")
    assert merge("old", "new", "old", owner) == Merged("new", "theirs")
    assert merge("old", "old", "old", owner) == Merged("old", "same")
    assert merge("both", "both", "old", owner) == Merged("both", "same")
    assert merge("two\r\nlines", "two\nlines", "old", owner) == Merged("two\r\nlines", "same")


def test_where_both_changed_the_owner_decides_and_it_is_said_that_something_was_lost():
    assert merge("a", "b", "old", "odoo") == Merged("a", "ours", lost=True)
    assert merge("a", "b", "old", "cdiscount") == Merged("b", "theirs", lost=True)
    assert merge("a", "b", "old", "ask") == Conflict("a", "b", "old")
    assert merge("a", "b", "old", "newer", ours_at=LATER, theirs_at=NOON) == Merged("a", "ours", lost=True)
    assert merge("a", "b", "old", "newer", ours_at=NOON, theirs_at=LATER) == Merged("b", "theirs", lost=True)


@pytest.mark.parametrize("moments", [(None, None), (NOON, None), (None, NOON), (NOON, NOON)])
def test_a_conflict_is_shown_where_the_moments_do_not_tell(moments):
    assert merge("a", "b", "old", "newer", ours_at=moments[0], theirs_at=moments[1]) == Conflict("a", "b", "old")


def test_the_first_synchronisation_overwrites_nothing_without_being_told_to():
    assert merge("a", "b") == Conflict("a", "b", UNKNOWN)
    assert merge("a", "b", owner="odoo") == Merged("a", "ours")
    assert merge("a", "a") == Merged("a", "same")


def test_a_direction_leaves_no_choice_but_says_what_was_lost():
    assert merge("a", "b", "old", "cdiscount", direction="export") == Merged("a", "ours", lost=True)
    assert merge("old", "b", "old", "cdiscount", direction="export") == Merged("old", "ours", lost=True)
    assert merge("a", "old", "old", "cdiscount", direction="export") == Merged("a", "ours")
    assert merge("a", "b", "old", "odoo", direction="import") == Merged("b", "theirs", lost=True)
    assert merge("old", "b", "old", "odoo", direction="import") == Merged("b", "theirs")


def test_a_side_that_says_nothing_has_changed_nothing():
    assert merge("a", UNKNOWN, "old", "cdiscount") == Merged("a", "ours")
    assert merge(UNKNOWN, "b", "old", "odoo") == Merged("b", "theirs")
    assert merge(UNKNOWN, UNKNOWN, "old") == Merged("old", "same")


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (D("24.9"), D("24.90"), True),
        (24.9, D("24.9"), True),
        (12, D(12), True),
        ("12", 12, False),
        ("012", "12", False),
        (None, "", True),
        (False, "", True),
        (0, False, False),
        (0, None, False),
        (True, 1, False),
        ("a\r\nb ", "a\nb", True),
        ("e\u0301", "é", True),
        (["a", "b"], ("a", "b"), True),
        (["a", "b"], ["b", "a"], False),
        ([], None, True),
        ("A", "a", False),
    ],
)
def test_two_ways_to_write_a_value_are_one_value(one, other, equal):
    assert same(one, other) is equal and same(other, one) is equal


values = st.none() | st.text(max_size=4) | st.integers(-3, 3) | st.decimals(-3, 3, places=2)


@given(values, values, values, st.sampled_from(["odoo", "cdiscount", "newer", "ask"]))
def test_a_merge_never_invents_and_never_loses_silently(ours, theirs, base, owner):
    found = merge(ours, theirs, base, owner)
    if isinstance(found, Conflict):
        assert not same(ours, theirs) and not same(ours, base) and not same(theirs, base)
        assert owner in ("newer", "ask")
        return
    assert found.value in (ours, theirs)
    if not found.lost:
        # The side that was not taken said the same, or what it said last time.
        other = theirs if found.source == "ours" else ours
        assert same(other, found.value) or same(other, base)
    assert merge(found.value, found.value, found.value, owner).source == "same"
