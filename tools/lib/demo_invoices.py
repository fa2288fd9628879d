"""tools/demo, invoices: what left lately is invoiced, settled on the marketplace account and sent; both sides agree."""

from __future__ import annotations

import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from . import market, shop
from .console import say
from .reconcile import money
from .rpc import Session

DAYS = 7  # orders of so many days are invoiced: a handful, the books of 90 days would take minutes
SENT = 5
OPERATIONS = ("invoice_make", "invoice_plan", "invoice_settle", "invoice_push")
LINES = ("name", "amount_total", "amount_residual", "payment_state", "cdiscount_mapping_id", "currency_id")


def run(session: Session, place: market.Market, account: int) -> list[str]:
    """Make, settle and send invoices; return what is not as it should be."""
    say(f"Invoices: what left in the last {DAYS} days is invoiced and settled on the marketplace account …")
    begin = time.monotonic()
    session.call("cdiscount.config", "action_propose_payments", [account])
    since = str(date.today() - timedelta(days=DAYS))
    values = {"invoice_policy": "shipment", "invoice_from": since}
    session.call("cdiscount.config", "write", [account], values)
    shop.until_quiet(session, account, OPERATIONS)
    invoices = _invoices(session, account)
    differences = [] if invoices else ["no invoice was made"]
    differences += _compare(session, place, account, invoices)
    differences += _settled(session, account, invoices)
    sent, note = _send(session, place, account, invoices, differences)
    total = sum((money(invoice["amount_total"]) for invoice in invoices), Decimal(0))
    print(
        f"  invoices: {len(invoices)} made and settled ({total} €), every order's total is the marketplace's to the "
        f"cent; {sent} sent to the marketplace{note}; {time.monotonic() - begin:.0f} s",
        flush=True,
    )
    return differences


def _invoices(session: Session, account: int) -> list[dict[str, Any]]:
    domain = [["cdiscount_config_id", "=", account], ["move_type", "=", "out_invoice"], ["state", "=", "posted"]]
    return session.search_read("account.move", domain, list(LINES))


def _compare(session: Session, place: market.Market, account: int, invoices: list[dict[str, Any]]) -> list[str]:
    """Every order that was invoiced as a whole comes to the marketplace's total."""
    sums: dict[int, Decimal] = {}
    for invoice in invoices:
        mapping = invoice["cdiscount_mapping_id"][0]
        sums[mapping] = sums.get(mapping, Decimal(0)) + money(invoice["amount_total"])
    fields = ["external_id", "reference", "invoice_problem", "total_difference"]
    orders = session.search_read("cdiscount.order.mapping", [["config_id", "=", account]], fields)
    rows = {row["orderId"]: row for row in place.expected()["rows"]}
    wrong = []
    for order in orders:
        if order["total_difference"]:
            continue  # told elsewhere, and rightly not invoiced
        if order["invoice_problem"]:
            wrong.append(f"order {order['reference']} was not invoiced: {order['invoice_problem']}")
        row = rows.get(order["external_id"])
        whole = row and row.get("status") in ("Shipped", "Delivered")
        if order["id"] in sums and whole and sums[order["id"]] != money(row["total_offer_live"]):
            wrong.append(
                f"order {order['reference']}: invoiced {sums[order['id']]}, the marketplace counts "
                f"{row['total_offer_live']}"
            )
    return wrong


def _settled(session: Session, account: int, invoices: list[dict[str, Any]]) -> list[str]:
    wrong = [
        f"invoice {invoice['name']} is not settled: {invoice['amount_residual']} is open"
        for invoice in invoices
        if money(invoice["amount_residual"])
    ]
    domain = [["cdiscount_config_id", "=", account], ["cdiscount_settles_id", "!=", False], ["state", "=", "posted"]]
    settled = session.search_read("account.move", domain, ["cdiscount_settles_id"])
    several = len(settled) - len({entry["cdiscount_settles_id"][0] for entry in settled})
    return wrong + ([f"{several} invoices are settled twice"] if several else [])


def _send(
    session: Session, place: market.Market, account: int, invoices: list[dict[str, Any]], differences: list[str]
) -> tuple[int, str]:
    """Send a few invoices; a machine that cannot print PDF says so and is no difference."""
    if session.call("ir.actions.report", "get_wkhtmltopdf_state") in ("install", "broken"):
        return 0, " (wkhtmltopdf is not installed here: Odoo cannot print them)"
    chosen = [invoice["cdiscount_mapping_id"][0] for invoice in invoices[:SENT]]
    session.call("cdiscount.order.mapping", "action_send_invoice", chosen)
    shop.until_quiet(session, account, OPERATIONS)
    received = {row["documentId"]: row for row in place.ask("/invoices")["invoices"] if row["current"]}
    domain = [["mapping_id", "in", chosen], ["state", "!=", "replaced"]]
    documents = session.search_read("cdiscount.invoice.document", domain, ["external_id", "state", "note", "size"])
    for document in documents:
        there = received.get(document["external_id"])
        if document["state"] != "sent" or not there or there["size"] != document["size"]:
            differences.append(f"an invoice is not on the marketplace: {document['note'] or document['state']}")
    return len(documents), ""
