"""tools/demo: the accounts are read, commissions become vendor bills, margins are worked out, and both sides agree."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from . import market, reconcile, shop
from .console import say
from .rpc import Session

ODD = Decimal("-7.50")  # an operation nobody expects, so that there is something to explain
SHARE_OF_COST = Decimal("0.55")
COMPARED = ("sale", "commission")


def run(session: Session, place: market.Market, account: int) -> list[str]:
    """Read the accounts, draft the vendor bills, work out the margins; returns what differs between both sides."""
    say("reading the accounts: operations, payouts, commission invoices …")
    _set_up(session, account)
    place.ask("/finance/operations", {"eventType": "LoyaltyBonus", "amount": float(ODD)})
    blocked = _block_one(session, place, account)
    session.call("cdiscount.config", "action_pull_orders", [account])
    shop.until_quiet(session, account, ["order_pull", "order_follow"])
    session.call("cdiscount.config", "action_pull_finance", [account])
    shop.until_quiet(session, account, ["finance_pull"])
    _give_costs(session, account)
    session.call("cdiscount.config", "action_fill_margins", [account])
    shop.until_quiet(session, account, ["margin_fill"])
    invoices = _bill(session, account)
    expected = place.ask("/finance", timeout=60)
    differences = [
        *_compare_operations(session, account, expected),
        *_compare_payouts(session, account, expected),
        *_compare_bills(session, invoices, expected),
        *_compare_commissions(session, account),
    ]
    config = session.call(
        "cdiscount.config",
        "read",
        [account],
        ["next_payout_date", "next_payout_amount", "blocked_amount", "unexplained_count"],
    )[0]
    margins = session.search_read("cdiscount.margin", [["config_id", "=", account]], ["revenue", "margin"])
    revenue, margin = (sum(reconcile.money(row[name]) for row in margins) for name in ("revenue", "margin"))
    print(
        f"Accounts: {expected['operations']} operations in {len(expected['payouts'])} payouts, next "
        f"{config['next_payout_amount']:.2f} EUR on {config['next_payout_date']}, "
        f"{config['blocked_amount']:.2f} blocked ({blocked or 'nothing'}), {config['unexplained_count']} to explain; "
        f"{len(invoices)} vendor bills drafted; margin {margin:.2f} of {revenue:.2f} EUR.",
        flush=True,
    )
    return differences


def _compare_commissions(session: Session, account: int) -> list[str]:
    """The commission of each order counts once, whether its order or what was charged for it came first."""
    fees = session.search_read(
        "cdiscount.fee",
        [["config_id", "=", account], ["kind", "=", "commission"], ["mapping_id", "!=", False]],
        ["mapping_id", "amount_with_vat"],
    )
    orders = session.search_read(
        "cdiscount.order.mapping",
        [["config_id", "=", account], ["state", "=", "imported"]],
        ["external_id", "commission_total"],
    )
    booked: dict[int, Any] = {}
    for fee in fees:
        order = fee["mapping_id"][0]
        booked[order] = booked.get(order, 0) + reconcile.money(fee["amount_with_vat"])
    return [
        f"order {order['external_id']}: commissions {booked.get(order['id'], 0)} instead of {announced}"
        for order in orders
        if (announced := reconcile.money(order["commission_total"])) != booked.get(order["id"], 0)
    ]


def _set_up(session: Session, account: int) -> None:
    france = session.search_read("res.country", [["code", "=", "FR"]], ["id"], limit=1)[0]["id"]
    vendor = session.call("res.partner", "create", [{"name": "Cdiscount", "is_company": True, "country_id": france}])[0]
    first = date.today() - timedelta(days=120)
    session.call("cdiscount.config", "write", [account], {"vendor_id": vendor, "finance_from": str(first)})


def _give_costs(session: Session, account: int) -> None:
    """A margin needs a cost: the demo's products have none yet."""
    domain = [["mapping_id.config_id", "=", account], ["product_id", "!=", False]]
    lines = session.search_read("cdiscount.order.mapping.line", domain, ["product_id"])
    ids = sorted({line["product_id"][0] for line in lines})
    for product in session.call("product.product", "read", ids, ["list_price", "standard_price"]):
        if not product["standard_price"]:
            cost = float(round(reconcile.money(product["list_price"]) * SHARE_OF_COST, 2))
            session.call("product.product", "write", [product["id"]], {"standard_price": cost})


def _block_one(session: Session, place: market.Market, account: int) -> str:
    """Cdiscount keeps the money of one shipped order back; returns its number."""
    domain = [["config_id", "=", account], ["state", "=", "imported"], ["status", "=", "Shipped"]]
    found = session.search_read(
        "cdiscount.order.mapping", domain, ["external_id"], order="marketplace_updated_at desc", limit=1
    )
    if not found:
        return ""
    place.ask(f"/finance/orders/{found[0]['external_id']}", {"blocked": True})
    return found[0]["external_id"]


def _bill(session: Session, account: int) -> list[dict[str, Any]]:
    """Draft the vendor bill of every commission invoice whose period is over."""
    domain = [["config_id", "=", account], ["announced", "=", True]]
    ids = session.call("cdiscount.fee.invoice", "search", [*domain, ["state", "in", ["to_bill", "held"]]])
    if ids:
        session.call("cdiscount.fee.invoice", "action_draft_bill", ids)
    return session.search_read("cdiscount.fee.invoice", domain, ["reference", "state", "hold_reason", "move_id"])


def _compare_operations(session: Session, account: int, expected: dict[str, Any]) -> list[str]:
    rows = session.search_read(
        "cdiscount.finance.operation",
        [["config_id", "=", account]],
        ["order_reference", "amount", "kind", "unexplained", "mapping_id", "remainder", "reference"],
    )
    found: dict[str, Decimal] = {}
    for row in rows:
        if row["order_reference"]:
            name = row["order_reference"]
            found[name] = found.get(name, Decimal(0)) + reconcile.money(row["amount"])
    differences = []
    if len(rows) != expected["operations"]:
        differences.append(f"{len(rows)} operations in Odoo, {expected['operations']} on the marketplace")
    for name, sums in expected["orders"].items():
        if found.get(name, Decimal(0)) != Decimal(sums["total"]):
            differences.append(f"operations of {name}: {found.get(name)} in Odoo, {sums['total']} on the marketplace")
    imported = set(
        session.call("cdiscount.order.mapping", "search", [["config_id", "=", account], ["state", "=", "imported"]])
    )
    differences += [
        f"operation {row['reference']}: {row['remainder']} cannot be explained"
        for row in rows
        if row["unexplained"] and row["kind"] in COMPARED and row["mapping_id"] and row["mapping_id"][0] in imported
    ]
    return differences


def _compare_payouts(session: Session, account: int, expected: dict[str, Any]) -> list[str]:
    payouts = {
        row["date"]: row
        for row in session.search_read(
            "cdiscount.payout", [["config_id", "=", account]], ["date", "due_amount", "operation_total", "state"]
        )
    }
    differences = []
    for day, row in expected["payouts"].items():
        mine = payouts.get(day)
        amounts = {reconcile.money(mine[name]) for name in ("due_amount", "operation_total")} if mine else set()
        if amounts != {Decimal(row["amount"])}:
            differences.append(f"payout of {day}: {sorted(amounts)} in Odoo, {row['amount']} on the marketplace")
    return differences


def _compare_bills(session: Session, invoices: list[dict[str, Any]], expected: dict[str, Any]) -> list[str]:
    ids = [invoice["move_id"][0] for invoice in invoices if invoice["move_id"]]
    bills = {
        bill["id"]: bill
        for bill in session.search_read(
            "account.move", [["id", "in", ids]], ["amount_total", "amount_tax", "move_type"]
        )
    }
    differences = []
    for invoice in invoices:
        row = expected["invoices"].get(invoice["reference"])
        if not invoice["move_id"]:
            differences.append(f"commission invoice {invoice['reference']}: no bill, {invoice['hold_reason']}")
            continue
        bill = bills[invoice["move_id"][0]]
        sign = -1 if bill["move_type"] == "in_refund" else 1
        mine = [sign * reconcile.money(bill[name]) for name in ("amount_total", "amount_tax")]
        if row and mine != [Decimal(row["amountWithVat"]), Decimal(row["vat"])]:
            differences.append(
                f"bill of {invoice['reference']}: {mine[0]} with VAT {mine[1]} in Odoo, {row['amountWithVat']} with "
                f"{row['vat']} on the marketplace"
            )
    return differences
