"""A published price holds every tax, looks as shops like it, and earns what it must."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules.offer_price import Costs, earnings, floor_price, including_taxes, rounded
from services.rules.tax_price import TaxPart, tax_shape

VAT_ON_TOP = tax_shape([TaxPart("percent", D(20))])
VAT_INSIDE = tax_shape([TaxPart("percent", D(20), included=True)])
ECO_THEN_VAT = tax_shape([TaxPart("fixed", D("1.50"), affects_next=True), TaxPart("percent", D(20))])

ECO_INSIDE = tax_shape([TaxPart("fixed", D("1.50"), included=True), TaxPart("percent", D(20))])


@pytest.mark.parametrize(
    ("unit_price", "shape", "price"),
    [
        (D("20.825"), VAT_ON_TOP, D("24.99")),
        (D("24.99"), VAT_INSIDE, D("24.99")),
        (D(10), ECO_THEN_VAT, D("13.80")),
        (D("24.99"), tax_shape([]), D("24.99")),
    ],
)
def test_a_price_holds_its_taxes_whatever_the_set_up(unit_price, shape, price):
    assert including_taxes(unit_price, shape) == price


@given(st.decimals("0.01", 9999, places=2), st.sampled_from([VAT_ON_TOP, VAT_INSIDE, ECO_THEN_VAT, ECO_INSIDE]))
def test_a_price_with_taxes_is_the_way_back_from_one_without(price, shape):
    assert including_taxes(shape.unit_price(price, D(1)), shape) == price


@pytest.mark.parametrize(
    ("price", "ending", "step", "how", "found"),
    [
        ("24.30", None, "1", "nearest", "24.30"),
        ("24.30", "0.99", "1", "nearest", "23.99"),
        ("24.30", "0.99", "1", "up", "24.99"),
        ("24.99", "0.99", "1", "down", "24.99"),
        ("24.49", "0.99", "1", "nearest", "23.99"),
        ("24.50", "0.99", "1", "nearest", "24.99"),
        ("24.32", "0", "0.05", "nearest", "24.30"),
        ("24.33", "0", "0.05", "nearest", "24.35"),
        ("23.00", "9", "10", "nearest", "19.00"),
        ("0.30", "0.99", "1", "down", "0.99"),
        ("0.02", "0", "0.05", "nearest", "0.05"),
    ],
)
def test_a_price_ends_as_asked_for(price, ending, step, how, found):
    assert rounded(D(price), None if ending is None else D(ending), D(step), how) == D(found)


@given(st.decimals("0.01", 9999, places=2), st.sampled_from(["nearest", "up", "down"]))
def test_rounding_stays_near_and_on_its_side(price, how):
    found = rounded(price, D("0.99"), D(1), how)
    assert found > 0 and found % 1 == D("0.99")
    assert abs(found - price) < 1
    if how == "up":
        assert found >= price
    if how == "down" and price >= D("0.99"):
        assert found <= price
    if how == "nearest" and price >= 1:
        assert abs(found - price) <= D("0.5")


def test_the_floor_pays_for_everything():
    costs = Costs(purchase=D(10), commission=D(15), shipping=D(2), margin_rate=D(10), margin_amount=D(1))
    # 13 / (0.9 / 1.2 - 0.15)
    assert floor_price(costs) == D("21.67")
    assert floor_price(Costs(purchase=D(10), vat_rate=D(0))) == D("10.00")
    assert floor_price(replace(costs, commission=D(75))) is None
    assert floor_price(Costs(purchase=D(0), eco_tax=D(5), dea=D(1))) == D("6.01")
    assert floor_price(Costs(purchase=D(0))) == D("0.01")


money = st.decimals("0", "500", places=2)


@settings(max_examples=200)
@given(money, st.integers(0, 30), money, st.integers(0, 40), money, st.sampled_from([D(20), D("5.5"), D(0)]), money)
def test_a_cent_below_the_floor_does_not_earn_the_margin(purchase, commission, shipping, rate, amount, vat, eco):
    costs = Costs(purchase, D(commission), shipping, D(rate), amount, vat, eco)
    floor = floor_price(costs)

    def enough(price):
        margin = amount + price / (1 + vat / 100) * rate / 100
        return earnings(price, costs) >= margin - D("1E-9")

    assert enough(floor) and floor > eco
    below = floor - D("0.01")
    assert below <= eco or not enough(below)
