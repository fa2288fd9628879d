"""Right to the cent, whichever way the marketplace meant it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from order_samples import contract_example, line, order

from services.payloads import Order
from services.payloads.storage import dumps, loads
from services.rules.money import from_cents, round_half_up, to_cents
from services.rules.totals import order_amounts

D = Decimal


def amounts(raw, basis="offer"):
    return order_amounts(Order.parse(raw), basis)


def codes(found):
    return [problem.code for problem in found.problems]


def test_the_contracts_own_example_is_right():
    found = amounts(contract_example())
    (only,) = found.lines
    assert found.total == found.header_total == D("54.98")
    assert (only.unit_incl, only.product_incl, only.shipping_incl) == (D("24.99"), D("49.98"), D("5.00"))
    # 8.33 as declared for the product, 0.83 in the shipping, which follows the product's rate.
    assert (only.vat_rate, only.shipping_vat_rate, only.vat_amount) == (20, 20, D("9.16"))
    assert (only.commission_with_vat, only.commission_without_vat) == (D("9.00"), D("7.50"))
    assert only.commission_rate == 15
    assert found.problems == ()


def test_shipping_cost_per_line_and_per_unit_come_out_right():
    per_line = amounts(order(line(quantity=3, unit="10", shipping="5", total="35"))).lines[0]
    per_unit = amounts(order(line(quantity=3, unit="10", shipping="5", total="45"))).lines[0]
    assert (per_line.product_incl, per_line.shipping_incl) == (D("30.00"), D("5.00"))
    assert (per_unit.product_incl, per_unit.shipping_incl) == (D("30.00"), D("15.00"))


def test_without_a_line_total_shipping_is_taken_per_line():
    found = amounts(order(line(quantity=3, unit="10", shipping="5", total="missing"), total="35"))
    assert (found.total, codes(found)) == (D("35.00"), [])


def test_without_a_line_total_the_header_tells_that_shipping_is_per_unit():
    found = amounts(order(line(quantity=3, unit="10", shipping="5", total="missing"), total="45"))
    assert (found.total, codes(found)) == (D("45.00"), [])
    assert found.lines[0].shipping_incl == D("15.00")


def test_a_customer_who_paid_less_than_the_unit_price_gets_a_discount_and_the_paid_total_stays():
    found = amounts(order(line(quantity=2, unit="10", shipping="0", total="17.50")))
    (only,) = found.lines
    assert (only.product_incl, only.shipping_incl, only.discount_incl) == (D("17.50"), D("0.00"), D("2.50"))
    assert only.unit_incl * only.quantity - only.discount_incl == only.product_incl
    assert found.total == D("17.50")
    assert codes(found) == ["line_discount"]
    assert not found.blocking_problems


def test_rounding_of_units_does_not_become_a_shipping_line_of_one_cent():
    (only,) = amounts(order(line(quantity=3, unit="3.33", shipping="0", total="10.00"))).lines
    assert (only.product_incl, only.shipping_incl) == (D("10.00"), D("0.00"))


def test_shipping_that_is_not_declared_is_the_rest():
    (only,) = amounts(order(line(quantity=1, unit="10", shipping=None, total="14.90"))).lines
    assert only.shipping_incl == D("4.90")


def test_without_a_unit_price_the_total_still_counts():
    (only,) = amounts(order(line(quantity=2, unit=None, shipping="5", total="25"))).lines
    assert (only.product_incl, only.shipping_incl, only.unit_incl) == (D("20.00"), D("5.00"), D("10"))


def test_a_line_without_any_price_blocks_the_order():
    raw = line(unit=None, total="missing", shipping=None)
    found = amounts(order(raw, total="missing"))
    assert "line_price_missing" in [problem.code for problem in found.blocking_problems]
    assert found.total == 0


def test_a_live_line_without_quantity_blocks_the_order():
    found = amounts(order(line(quantity=None, total="24.99")))
    assert [problem.code for problem in found.blocking_problems] == ["line_quantity_missing"]
    assert found.total == D("24.99")


def test_a_free_line_is_fine():
    found = amounts(order(line(1, unit="0"), line(2, unit="5")))
    assert (found.total, codes(found)) == (D("5.00"), [])


@pytest.mark.parametrize("status", ["Cancelled", "Refused", "Rejected", "CancelRequest", "cancelled", "Canceled"])
def test_a_line_that_is_not_sold_does_not_count(status):
    found = amounts(order(line(1, unit="10"), line(2, unit="7", status=status), total="17"))
    assert [entry.live for entry in found.lines] == [True, False]
    assert found.total == D("10.00")
    assert codes(found) == []


def test_a_header_that_dropped_the_cancelled_line_agrees_too():
    found = amounts(order(line(1, unit="10"), line(2, unit="7", status="Cancelled"), total="10"))
    assert (found.total, codes(found)) == (D("10.00"), [])


def test_a_line_with_a_status_nobody_knows_counts():
    found = amounts(order(line(1, unit="10", status="Teleported")))
    assert found.total == D("10.00")


def test_service_fees_count_and_the_header_may_or_may_not_have_them():
    inside = amounts(order(line(unit="10"), fees=["1.50"]))
    outside = amounts(order(line(unit="10"), fees=["1.50"], total="10"))
    assert inside.total == outside.total == D("11.50")
    assert (inside.fees_in_header, outside.fees_in_header) == (True, False)
    assert codes(inside) == codes(outside) == []
    assert outside.fees_total == D("1.50")


def test_a_header_that_agrees_with_nothing_blocks_and_says_by_how_much():
    found = amounts(order(line(unit="10"), total="12.34"))
    (problem,) = found.blocking_problems
    assert problem.code == "header_total_differs"
    assert problem.params == {"header": D("12.34"), "computed": D("10.00"), "difference": D("2.34")}


def test_a_missing_header_total_is_noted_and_does_not_block():
    found = amounts(order(line(unit="10"), total="missing"))
    assert (found.header_total, codes(found), found.blocking_problems) == (None, ["header_total_missing"], ())


def test_an_order_without_live_lines_is_worth_nothing():
    assert amounts(order(line(unit="10", status="Cancelled"), fees=["1"])).total == 0


def test_the_selling_basis_is_what_the_customer_paid():
    raw = line(unit="20")
    raw["totalPrice"]["sellingPrice"] = D("15")
    raw["sellingPrice"]["unitSalesPrice"] = D("15")
    full = order(raw)
    full["totalPrice"]["sellingPrice"] = D("15")
    assert (amounts(full).total, amounts(full, "selling").total) == (D("20.00"), D("15.00"))
    assert amounts(full, "selling").lines[0].vat_rate == 20  # the selling block has no taxes of its own


def test_a_basis_that_does_not_exist_is_an_error():
    with pytest.raises(ValueError, match="basis"):
        amounts(contract_example(), "customer")


def test_a_stored_payload_gives_the_same_amounts():
    raw = contract_example()
    assert amounts(loads(dumps(raw))) == amounts(raw)


def test_prices_with_three_decimals_are_rounded_per_line():
    (only,) = amounts(order(line(quantity=3, unit="3.335", total="10.005"))).lines
    assert only.total_incl == D("10.01")


# ---------------------------------------------------------------- VAT


def taxed(*taxes, **more):
    return amounts(order(line(unit="120", taxes=list(taxes), **more))).lines[0]


@pytest.mark.parametrize(
    ("sent", "percent"),
    [
        *[("20", "20"), ("0.2", "20"), ("5.5", "5.5"), ("0.055", "5.5"), ("2.1", "2.1"), ("0.021", "2.1"), ("0", "0")],
        *[("0.9", "0.9"), ("27", "27"), ("20.00", "20"), ("100.5", None), ("-1", None)],
    ],
)
def test_vat_rates_are_understood_as_percent_and_as_fraction(sent, percent):
    found = taxed({"code": "VAT", "target": "Product", "rate": D(sent), "amount": None})
    assert found.vat_rate == (None if percent is None else D(percent))


@pytest.mark.parametrize("code", ["VAT", "vat", "Vat", "TVA", "VAT20", "VAT 20%"])
def test_the_vat_code_is_understood_in_any_case(code):
    assert taxed({"code": code, "target": "Product", "rate": D(20)}).vat_rate == 20


def test_eco_taxes_are_inside_the_price_and_are_not_vat():
    found = taxed(
        {"code": "Ecotax", "target": "Product", "amount": D("3"), "rate": None},
        {"code": "VAT", "target": "Product", "amount": None, "rate": D(20)},
        {"code": "Deatax", "target": "Product", "amount": D("1"), "rate": D("1")},
    )
    assert (found.vat_rate, found.vat_amount, found.product_incl) == (20, D("20.00"), D("120.00"))


def test_shipping_has_its_own_rate_when_the_order_says_so():
    found = taxed(
        {"code": "VAT", "target": "Product", "rate": D("5.5")},
        {"code": "VAT", "target": "Shipping", "rate": D("20")},
        shipping="12",
    )
    assert (found.vat_rate, found.shipping_vat_rate) == (D("5.5"), 20)
    assert found.vat_amount == D("6.26") + D("2.00")


def test_a_rate_that_is_missing_is_found_from_the_amount():
    assert taxed({"code": "VAT", "target": "Product", "amount": D("20.00"), "rate": None}).vat_rate == 20
    assert taxed({"code": "VAT", "target": "Product", "amount": D("6.26")}).vat_rate == D("5.5")
    assert taxed({"code": "VAT", "target": "Product", "amount": D("0")}).vat_rate == 0
    assert taxed({"code": "VAT", "target": "Product", "amount": D("77")}).vat_rate is None


def test_several_rates_on_one_line_are_noted_and_the_larger_part_wins():
    raw = order(
        line(
            unit="120",
            taxes=[
                {"code": "VAT", "target": "Product", "rate": D(10), "amount": D("2")},
                {"code": "VAT", "target": "Product", "rate": D(20), "amount": D("15")},
            ],
        )
    )
    found = amounts(raw)
    assert found.lines[0].vat_rate == 20
    assert codes(found) == ["vat_mixed"]


def test_no_tax_at_all_is_not_a_rate_of_zero():
    assert taxed().vat_rate is None


# ---------------------------------------------------------------- commission


@pytest.mark.parametrize(
    ("sent", "with_vat", "without_vat", "rate"),
    [
        ({"amountWithVat": D("9"), "amountWithoutVat": D("7.5"), "rate": D("15")}, "9.00", "7.50", "15"),
        ({"amountWithVat": D("9")}, "9.00", "7.50", "7.5"),
        ({"amountWithoutVat": D("7.5"), "rate": D("0.15")}, "9.00", "7.50", "15"),
        ({"amountWithTax": D("9"), "amountWithoutTax": D("7.5")}, "9.00", "7.50", "7.5"),
        ({"rate": D("12.5")}, None, None, "12.5"),
        ({"amountWithVat": D("0"), "amountWithoutVat": D("0")}, "0.00", "0.00", "0"),
        ({}, None, None, None),
        (None, None, None, None),
    ],
)
def test_commission_is_completed_but_never_invented(sent, with_vat, without_vat, rate):
    (only,) = amounts(order(line(unit="120", commission=sent))).lines
    expected = tuple(None if value is None else D(value) for value in (with_vat, without_vat, rate))
    assert (only.commission_with_vat, only.commission_without_vat, only.commission_rate) == expected


# ---------------------------------------------------------------- money and properties


def test_halves_are_rounded_away_from_zero():
    assert round_half_up(D("2.345")) == D("2.35")
    assert round_half_up(D("-2.345")) == D("-2.35")
    assert round_half_up(D("2.5"), 0) == 3


@given(st.integers(-(10**12), 10**12))
def test_cents_go_back_and_forth(cents):
    assert to_cents(from_cents(cents)) == cents
    assert from_cents(cents).as_tuple().exponent == -2


cents = st.integers(0, 200_000).map(from_cents)
statuses = st.sampled_from(["InPreparation", "Shipped", "Cancelled", "CancelRequest", "Refused", "Nonsense", ""])


@st.composite
def raw_lines(draw, number=1):
    quantity = draw(st.integers(1, 60))
    unit, shipping = draw(cents), draw(cents)
    reading = draw(st.sampled_from(["line", "unit", "free", "missing"]))
    declared = unit * quantity + shipping * (quantity if reading == "unit" else 1)
    total = {"free": draw(cents), "missing": "missing"}.get(reading, declared)
    rate = draw(st.sampled_from(["20", "10", "5.5", "2.1", "0", "0.2", "0.055"]))
    return line(
        number,
        quantity=quantity,
        unit=draw(st.sampled_from([unit, unit, unit, None])) if reading != "missing" else unit,
        shipping=draw(st.sampled_from([shipping, shipping, None])) if reading != "missing" else shipping,
        total=total,
        status=draw(statuses),
        taxes=[{"code": "VAT", "target": "Product", "rate": D(rate), "amount": None}],
    )


@st.composite
def raw_orders(draw):
    lines = [draw(raw_lines(number)) for number in range(draw(st.integers(0, 8)))]
    fees = draw(st.lists(st.integers(1, 500).map(from_cents).map(str), max_size=2))
    return order(*lines, fees=fees)


@settings(max_examples=150, deadline=None)
@given(raw_orders())
def test_lines_and_fees_always_add_up_to_the_total(raw):
    found = amounts(raw)
    live = [entry for entry in found.lines if entry.live]
    assert sum((entry.product_incl + entry.shipping_incl for entry in live), D(0)) == found.lines_total
    assert found.total == (found.lines_total + found.fees_total if live else 0)
    for entry, sent in zip(found.lines, raw["lines"], strict=True):
        total = sent["totalPrice"]["offerPrice"]
        if total is not None:
            assert entry.total_incl == total
        for value in (entry.product_incl, entry.shipping_incl, entry.vat_amount, entry.total_incl):
            assert isinstance(value, D)
            assert value == value.quantize(D("0.01"))
        assert entry.shipping_incl >= 0
        assert entry.unit_incl * entry.quantity - entry.discount_incl == pytest.approx(
            entry.product_incl, abs=D("0.01")
        )
        assert 0 <= entry.vat_amount <= entry.total_incl


@settings(max_examples=100, deadline=None)
@given(raw_orders())
def test_a_header_of_all_lines_or_of_the_live_ones_always_agrees(raw):
    found = amounts(raw)
    everything = sum((entry.total_incl for entry in found.lines), D(0))
    for header in (everything, everything + found.fees_total, found.lines_total, found.lines_total + found.fees_total):
        again = amounts({**raw, "totalPrice": {"offerPrice": header}})
        if all(entry["totalPrice"]["offerPrice"] is not None for entry in raw["lines"]):
            assert not again.blocking_problems
