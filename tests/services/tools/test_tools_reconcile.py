"""The demo's verdict: both sides are compared order by order, and every way to disagree is found."""

from decimal import Decimal

import pytest

from tools.lib.reconcile import OdooOrder, compare, table
from tools.lib.shop import home_tax, list_price


def row(order_id="1", total="54.98", sells=True, known=True, status="InPreparation"):
    return {
        "orderId": order_id,
        "status": status,
        "total_offer_live": total,
        "must_sell": sells,
        "gtin_known": known,
    }


def sold(order_id="1", total="54.98"):
    return OdooOrder(order_id, "imported", total=Decimal(total), customer=7)


def test_equal_sides_agree():
    rows = [row("1"), row("2", known=False), row("3", sells=False, status="Cancelled")]
    outcome = compare(rows, [sold("1"), OdooOrder("2", "held"), OdooOrder("3", "cancelled")])
    assert outcome.agrees
    assert (outcome.sales_market, outcome.sales_odoo, outcome.held_market, outcome.held_odoo) == (1, 1, 1, 1)
    assert outcome.sum_market == outcome.sum_odoo == Decimal("54.98")
    assert "54.98" in table(outcome, 60, 1.0)


@pytest.mark.parametrize(
    ("rows", "orders", "said"),
    [
        ([row()], [sold(total="54.97")], "54.97 in Odoo, 54.98 on the marketplace"),
        ([row()], [], "not in Odoo"),
        ([row()], [OdooOrder("1", "held", held_because="tax_not_mapped 19")], "tax_not_mapped 19"),
        ([row()], [sold(), sold()], "twice"),
        ([], [sold()], "unknown to the marketplace"),
        ([row(known=False)], [sold()], "not held"),
        ([row(sells=False, status="Cancelled")], [sold()], "should have none"),
    ],
)
def test_every_disagreement_is_found(rows, orders, said):
    outcome = compare(rows, orders)
    assert not outcome.agrees
    assert said in " ".join(outcome.differences)


def test_two_wrong_totals_that_add_up_are_still_two_differences():
    outcome = compare([row("1", "10.00"), row("2", "20.00")], [sold("1", "20.00"), sold("2", "10.00")])
    assert outcome.sum_market == outcome.sum_odoo
    assert len(outcome.differences) == 2


def test_the_tax_of_a_product_has_its_rate_and_preferably_the_vat_in_the_price():
    taxes = [
        {"id": 1, "amount": 20, "price_include": False, "tax_scope": "consu"},
        {"id": 2, "amount": 20, "price_include": True, "tax_scope": "consu"},
        {"id": 3, "amount": 5.5, "price_include": False, "tax_scope": "consu"},
        {"id": 4, "amount": 5.5, "price_include": True, "tax_scope": "service"},
    ]
    assert home_tax(taxes, Decimal("20"))["id"] == 2
    reduced = home_tax(taxes, Decimal("5.5"))
    assert reduced["id"] == 3
    assert list_price({"price": "10.55"}, reduced) == Decimal("10.00")
    assert list_price({"price": "12.00"}, taxes[1]) == Decimal("12.00")
