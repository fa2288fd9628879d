"""What the marketplace changed since the sale order last followed it."""

from __future__ import annotations

import pytest
from order_samples import ADDRESS, line, order

from services.payloads import Order
from services.rules.booked import booked, changes, loads
from services.rules.order_status import decide
from services.rules.totals import order_amounts


def state(raw):
    parsed = Order.parse(raw)
    return booked(parsed, order_amounts(parsed), decide(parsed))


BEFORE = order(line(1, quantity=2), line(2, shipping="4.99"), fees=["1.50"])


def test_the_same_order_has_no_changes_also_after_storing():
    assert not changes(loads(state(BEFORE).dumps()), state(BEFORE))


@pytest.mark.parametrize("text", ["", None, "null", "[]", "{}", "nonsense", '{"lines": 1}'])
def test_what_cannot_be_read_is_nothing(text):
    assert loads(text) is None


def test_nothing_personal_is_kept():
    assert "Durand" not in state(BEFORE).dumps()


ELSEWHERE = {**ADDRESS, "addressLine1": "9 quai Neuf"}
CASES = {
    "line cancelled": (
        order(line(1, quantity=2, status="Cancelled"), line(2, shipping="4.99"), fees=["1.50"]),
        {"ended": ("ORDER-1",), "total": True},
    ),
    "line gone": (order(line(2, shipping="4.99"), fees=["1.50"]), {"ended": ("ORDER-1",), "total": True}),
    "line added": (
        order(line(1, quantity=2), line(2, shipping="4.99"), line(3), fees=["1.50"]),
        {"added": ("ORDER-3",), "total": True},
    ),
    "quantity": (
        order(line(1, quantity=3), line(2, shipping="4.99"), fees=["1.50"]),
        {"quantity": ("ORDER-1",), "total": True},
    ),
    "price": (
        order(line(1, quantity=2, unit="20.00"), line(2, shipping="4.99"), fees=["1.50"]),
        {"price": ("ORDER-1",), "total": True},
    ),
    "shipping": (
        order(line(1, quantity=2), line(2, shipping="6.99"), fees=["1.50"]),
        {"shipping": True, "total": True},
    ),
    "fee": (order(line(1, quantity=2), line(2, shipping="4.99"), fees=["2.50"]), {"fees": True, "total": True}),
    "delivery address": (
        order(
            line(1, quantity=2, shippingAddress=ELSEWHERE),
            line(2, shipping="4.99", shippingAddress=ELSEWHERE),
            fees=["1.50"],
        ),
        {"delivery": True},
    ),
    "billing address": ({**BEFORE, "billingAddress": ELSEWHERE}, {"billing": True}),
    "ship by": ({**BEFORE, "shippedAtMax": "2026-11-09T23:59:59Z"}, {"ship_by": True}),
    "shipped": ({**BEFORE, "status": "Shipped"}, {"shipped": True}),
    "cancelled": ({**BEFORE, "status": "Cancelled"}, {"cancelled": True}),
    "address no longer shown": (
        order(line(1, quantity=2, shippingAddress=None), line(2, shipping="4.99", shippingAddress=None), fees=["1.50"]),
        {},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_change_is_told_by_its_name(case):
    after, expected = CASES[case]
    found = changes(state(BEFORE), state(after))
    told = {name: getattr(found, name) for name in found.__slots__ if getattr(found, name)}
    assert told == expected
    assert bool(found) == bool(expected)


def test_a_line_that_lives_again_and_an_order_that_does():
    asked = order(line(1, quantity=2, status="CancelRequest"), line(2, shipping="4.99"), fees=["1.50"])
    assert changes(state(asked), state(BEFORE)).returned == ("ORDER-1",)
    assert changes(state({**BEFORE, "status": "Cancelled"}), state(BEFORE)).revived
