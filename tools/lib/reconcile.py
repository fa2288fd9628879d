"""Whether Odoo and the marketplace say the same of every single order, to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

CENT = Decimal("0.01")
SHOWN = 20  # differences that are spelled out


@dataclass(frozen=True)
class OdooOrder:
    """What Odoo knows of one marketplace order. ``total`` is that of its confirmed sale order, else None."""

    external_id: str
    state: str
    held_because: str = ""
    total: Decimal | None = None
    customer: int | None = None


@dataclass
class Outcome:
    """Both sides side by side."""

    orders_market: int = 0
    orders_odoo: int = 0
    sales_market: int = 0
    sales_odoo: int = 0
    held_market: int = 0
    held_odoo: int = 0
    customers: int = 0
    sum_market: Decimal = Decimal(0)
    sum_odoo: Decimal = Decimal(0)
    differences: list[str] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        return not self.differences


def money(value: Any) -> Decimal:
    """An amount of JSON (text, whole number or Decimal) in cents' precision."""
    return Decimal(str(value)).quantize(CENT)


def compare(rows: Iterable[Mapping[str, Any]], orders: Iterable[OdooOrder]) -> Outcome:
    """Compare the marketplace's rows with Odoo's orders, one by one.

    An order that must sell has a confirmed sale order with the same total when its products are known (by SKU or GTIN),
    and is held otherwise. No other order has a sale order. Nothing is in Odoo that the marketplace does not know, and
    nothing is there twice.
    """
    outcome = Outcome()
    known: dict[str, OdooOrder] = {}
    for order in orders:
        if order.external_id in known:
            outcome.differences.append(f"{order.external_id}: twice in Odoo")
        known[order.external_id] = order
    outcome.orders_odoo = len(known)
    outcome.customers = len({order.customer for order in known.values() if order.customer})
    for row in rows:
        name = str(row["orderId"])
        order = known.pop(name, None)
        _compare_one(outcome, name, row, order)
    outcome.differences += [f"{name}: in Odoo, unknown to the marketplace" for name in known]
    return outcome


def _compare_one(outcome: Outcome, name: str, row: Mapping[str, Any], order: OdooOrder | None) -> None:
    total = money(row["total_offer_live"])
    status = row.get("status")
    outcome.orders_market += 1
    sells = bool(row["must_sell"] and row["gtin_known"])
    holds = bool(row["must_sell"] and not row["gtin_known"])
    outcome.sales_market += sells
    outcome.held_market += holds
    if sells:
        outcome.sum_market += total
    if order is None:
        outcome.differences.append(f"{name} ({status}): not in Odoo")
        return
    if order.total is not None:
        outcome.sales_odoo += 1
        outcome.sum_odoo += order.total
    outcome.held_odoo += order.state == "held"
    if sells and order.total is None:
        reason = f" ({order.held_because})" if order.held_because else ""
        outcome.differences.append(f"{name} ({status}): no sale order, the order is {order.state}{reason}")
    elif sells and order.total != total:
        outcome.differences.append(f"{name} ({status}): {order.total} in Odoo, {total} on the marketplace")
    elif holds and order.state != "held":
        outcome.differences.append(f"{name} ({status}): its product is unknown, yet it is {order.state} and not held")
    elif not row["must_sell"] and order.total is not None:
        outcome.differences.append(f"{name} ({status}): has a sale order and should have none")


def shown(differences: list[str]) -> str:
    """The differences as lines, not more than a screen."""
    lines = [f"    {difference}" for difference in differences[:SHOWN]]
    if len(differences) > SHOWN:
        lines.append(f"    ... and {len(differences) - SHOWN} more")
    return "\n".join(lines)


def table(outcome: Outcome, products: int, seconds: float) -> str:
    """The table at the end of the demo."""
    rows = [
        ("", "marketplace", "Odoo"),
        ("orders", outcome.orders_market, outcome.orders_odoo),
        ("sale orders", outcome.sales_market, outcome.sales_odoo),
        ("held (unknown product)", outcome.held_market, outcome.held_odoo),
        ("sum of totals, EUR", outcome.sum_market, outcome.sum_odoo),
        ("products", products, products),
        ("customers", "", outcome.customers),
        ("seconds of the import", "", f"{seconds:.1f}"),
    ]
    return "\n".join(f"  {name:<24} {left!s:>14} {right!s:>14}" for name, left, right in rows)
