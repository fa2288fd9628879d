"""From what the warehouses have to the number that is published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.stock import (
    Buffer,
    Hold,
    Limits,
    Place,
    available,
    held,
    kits_in,
    most_specific,
    to_publish,
)


@pytest.mark.parametrize(
    ("quantity", "buffer", "usable"),
    [(7, 0, 7), (7, 3, 4), (2, 3, 0), (1, 3, 0), (0, 3, 0), (-4, 3, -4)],
    ids=["all", "less its own buffer", "no more than it has", "the last piece", "empty", "what it owes the shop owes"],
)
def test_what_a_warehouse_adds(quantity, buffer, usable):
    assert Place(quantity, buffer).usable == usable


def test_the_larger_of_units_and_percentage_is_kept_back():
    assert Buffer(3, 10).kept_back(20) == 3
    assert Buffer(1, 10).kept_back(20) == 2
    assert Buffer(0, 10).kept_back(21) == 3, "a part of a unit is kept back whole"
    assert Buffer(0, 50).kept_back(1000) == 500
    assert Buffer(3, 10).kept_back(1) == 3
    assert Buffer(3, 10).kept_back(0) == 0


@pytest.mark.parametrize(
    ("stock", "buffer", "limits", "quantity", "reason"),
    [
        (12, None, None, 12, "stock"),
        (12, Buffer(2), None, 10, "stock"),
        (12, Buffer(12), None, 0, "kept_back"),
        (12, None, Limits(maximum=5), 5, "capped"),
        (12, None, Limits(percent=50), 6, "capped"),
        (12, None, Limits(maximum=8, percent=50), 6, "capped"),
        (12, Buffer(10), Limits(maximum=5), 2, "stock"),
        (12, Buffer(11), None, 1, "stock"),
        (1, Buffer(1), None, 0, "kept_back"),
        (12, None, Limits(maximum=1), 1, "capped"),
        (300, None, Limits(percent=1), 3, "capped"),
        (5, None, Limits(maximum=5), 5, "stock"),
        (12, None, Limits(maximum=5, minimum=6), 0, "below_minimum"),
        (3, None, Limits(minimum=4), 0, "below_minimum"),
        (4, None, Limits(minimum=4), 4, "stock"),
        (0, None, None, 0, "none"),
        (-3, None, None, 0, "none"),
        (2.9999999, None, None, 3, "stock"),
        (2.5, None, None, 2, "stock"),
    ],
)
def test_the_number_that_is_published(stock, buffer, limits, quantity, reason):
    published = to_publish(stock, buffer=buffer, limits=limits)
    assert (published.quantity, published.reason) == (quantity, reason)


def test_what_is_said_of_the_offer_goes_before_category_and_account():
    assert most_specific(None, Buffer(2), Buffer(3)) == Buffer(2)
    assert most_specific(Buffer(0), Buffer(2), Buffer(3)) == Buffer(0), "nothing kept back is something that was said"
    assert most_specific(None, None) is None


def test_a_person_decides_over_the_stock():
    worked_out = to_publish(12)
    assert held(worked_out, None) == worked_out
    assert held(worked_out, Hold()) == worked_out
    assert (held(worked_out, Hold("fixed", 3)).quantity, held(worked_out, Hold("fixed", 3)).reason) == (3, "frozen")
    assert (held(worked_out, Hold("keep", 9)).quantity, held(worked_out, Hold("keep", 9)).reason) == (9, "left")
    assert held(worked_out, Hold("fixed", -3)).quantity == 0


def places(*quantities):
    return [Place(quantity) for quantity in quantities]


def test_a_kit_is_packed_in_one_warehouse():
    needs = {1: 2.0, 2: 1.0}
    assert kits_in({1: places(10), 2: places(3)}, {}, needs) == 3
    assert kits_in({1: places(10, 0), 2: places(0, 3)}, {}, needs) == 0, "its parts lie in different warehouses"
    assert kits_in({1: places(4, 4), 2: places(1, 9)}, {}, needs) == 3


def test_what_is_promised_of_a_component_is_taken_off_the_kits():
    assert kits_in({1: places(10), 2: places(5)}, {1: 4.0}, {1: 2.0, 2: 1.0}) == 3
    assert kits_in({1: places(1), 2: places(5)}, {1: 4.0}, {1: 2.0, 2: 1.0}) < 0


def test_a_component_that_a_warehouse_does_not_have_makes_no_kit_there():
    needs = {1: 1.0, 2: 1.0}
    assert kits_in({1: places(4, 6), 2: places(3)}, {}, needs) == 3
    assert kits_in({1: places(4, 6)}, {}, needs) == 0


def test_what_a_kit_needs_none_of_does_not_keep_it_back():
    assert kits_in({1: places(4), 2: places(0)}, {}, {1: 2.0, 2: 0.0}) == 2


def test_a_kit_of_nothing_is_never_there():
    assert kits_in({}, {}, {}) == 0
    assert kits_in({1: places(4)}, {}, {1: 0.0}) == 0


quantities = st.floats(-50, 500, allow_nan=False).map(lambda number: round(number, 2))
buffers = st.builds(Buffer, st.integers(0, 40), st.floats(0, 100))
limits = st.builds(Limits, st.integers(0, 40), st.floats(0, 100), st.integers(0, 40))


@given(st.lists(st.builds(Place, quantities, st.integers(0, 40)), max_size=5), st.floats(0, 500), buffers, limits)
def test_never_more_than_there_is_and_never_below_zero(stock, demand, buffer, limit):
    there = sum(place.quantity for place in stock) - demand
    published = to_publish(available(stock, demand), demand=demand, buffer=buffer, limits=limit).quantity
    assert isinstance(published, int)
    assert 0 <= published <= max(there, 0) + 1e-5
    assert not limit.maximum or published <= limit.maximum


@given(quantities, buffers)
def test_more_stock_never_publishes_less(stock, buffer):
    # Of a percentage a whole unit more may be kept back for one unit more.
    assert to_publish(stock + 1, buffer=buffer).quantity >= to_publish(stock, buffer=buffer).quantity
