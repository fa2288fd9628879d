"""The unit price that makes the marketplace's total, for any set of taxes, and how far rounding can miss it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules.tax_price import MAX_PLACES, TaxPart, TaxShape, tax_shape

D = Decimal


def vat(rate, **more):
    return TaxPart("percent", D(rate), **more)


def eco(amount, **more):
    return TaxPart("fixed", D(amount), **more)


def forward(parts, price, quantity=1):
    """What an accounting system makes of a unit price: (total without, total with), unrounded, step by step."""
    included = [part for part in parts if part.included]
    base = D(price)
    # Taxes inside the price are taken out of it, the last one first.
    low, high = D(-1000), base * 2 + 1000
    for _step in range(200):
        middle = (low + high) / 2
        if middle + sum(amount for part, amount in amounts(parts, middle) if part in included) > D(price):
            high = middle
        else:
            low = middle
    base = low if included else base
    return base * quantity, (base + sum(amount for _part, amount in amounts(parts, base))) * quantity


def amounts(parts, base):
    carried = base
    found = []
    for part in parts:
        on = carried if part.affected else base
        if part.kind == "fixed":
            amount = part.amount
        elif part.kind == "percent":
            amount = on * part.amount / 100
        else:
            amount = on * part.amount / (100 - part.amount)
        found.append((part, amount))
        if part.affects_next:
            carried += amount
    return found


def test_a_price_with_vat_stays_as_it_is():
    shape = tax_shape([vat(20, included=True)])
    assert shape.included
    assert shape.unit_price(D("24.99"), D(1)) == D("24.99")
    assert shape.percent == 20


def test_a_price_without_vat_is_computed_back():
    assert tax_shape([vat(20)]).unit_price(D("60"), D(2)) == D("25")


def test_the_taxes_of_a_group_add_up():
    shape = tax_shape([vat("5"), vat("9.975")])
    assert shape.percent == D("14.975")
    assert round(shape.unit_price(D("114.975"), D(1)), 6) == 100


def test_a_tax_on_a_tax_counts_twice():
    shape = tax_shape([vat(10, affects_next=True), vat(20)])
    assert shape.percent == 32
    assert tax_shape([vat(10, affects_next=True), vat(20, affected=False)]).percent == 30


def test_an_eco_tax_is_inside_the_total_and_not_in_the_percentage():
    shape = tax_shape([eco("0.50", affects_next=True), vat(20)])
    assert (shape.percent, shape.per_piece) == (20, D("0.60"))
    assert shape.unit_price(D("12.60") * 3, D(3)) == D("10")


def test_a_credited_piece_gives_its_eco_tax_back():
    shape = tax_shape([eco("0.50"), vat(20)])
    assert shape.unit_price(D("-12.50"), D(1)) == -shape.unit_price(D("12.50"), D(1)) == D("-10")


def test_without_taxes_the_price_is_the_price():
    assert tax_shape([]) == TaxShape()
    assert TaxShape().unit_price(D("9.99"), D(3)) == D("3.33")
    assert TaxShape().percent == 0


@pytest.mark.parametrize("parts", [[TaxPart("division", D(100))], [vat(-100)], [vat(-150, included=True)]])
def test_taxes_that_leave_no_price_are_refused(parts):
    assert tax_shape(parts) is None


def test_where_decimals_are_free_the_price_has_as_many_as_the_cent_needs():
    shape = tax_shape([vat(20)])
    assert shape.rounded_price(D("12"), D(1), 2, fixed_places=False) == D("10.00")
    found = shape.rounded_price(D("8499.99"), D(1000), 2, fixed_places=False)
    assert abs(found * 1000 * D("1.2") - D("8499.99")) < D("0.005")
    assert shape.rounded_price(D("8499.99"), D(1000), 2, fixed_places=True) == D("7.08")


RATES = st.sampled_from(["0", "2.1", "5.5", "8.5", "10", "17", "19", "20", "21", "22", "23", "25", "27"])


@st.composite
def part_lists(draw):
    """Sets of taxes as people make them: VAT alone, with an eco-tax, two in a group, a tax on a tax."""
    included = draw(st.booleans())
    kind = draw(st.sampled_from(["vat", "eco", "pair", "chain", "mixed", "division"]))
    first, second = vat(draw(RATES), included=included), vat(draw(RATES), included=included)
    fixed = eco(draw(st.sampled_from(["0.02", "0.50", "3.99"])), included=included, affects_next=draw(st.booleans()))
    if kind == "vat":
        return [first]
    if kind == "eco":
        return [fixed, second]
    if kind == "pair":
        return [first, second]
    if kind == "chain":
        return [TaxPart("percent", first.amount, included, affects_next=True), second]
    if kind == "mixed":
        return [TaxPart("percent", first.amount, included=True), TaxPart("percent", second.amount)]
    return [TaxPart("division", first.amount, included)]


@settings(max_examples=200, deadline=None)
@given(part_lists(), st.integers(400, 10_000_000), st.integers(1, 1000))
def test_the_price_found_comes_to_the_total(parts, cents, quantity):
    total, shape = D(cents) / 100 * quantity, tax_shape(parts)
    price = shape.unit_price(total, D(quantity))
    if price >= 0:
        assert forward(parts, price, quantity)[1] == pytest.approx(total, abs=D("0.0001"))


@settings(max_examples=200, deadline=None)
@given(part_lists(), st.integers(1, 10_000_000), st.integers(1, 1000), st.integers(0, 4))
def test_a_cut_price_never_misses_by_more_than_the_bound(parts, cents, quantity, places):
    total, quantity, shape = D(cents) / 100, D(quantity), tax_shape(parts)
    exact = shape.unit_price(total, quantity)
    cut = shape.rounded_price(total, quantity, places, fixed_places=True)
    assert cut == cut.quantize(D(1).scaleb(-places))
    missed = abs(cut - exact) * quantity * shape.sensitivity
    assert missed <= shape.rounding_bound(quantity, places)
    free = shape.rounded_price(total, quantity, places, fixed_places=False)
    assert abs(free - exact) * quantity * shape.sensitivity <= D("0.001") or free.as_tuple().exponent == -MAX_PLACES
