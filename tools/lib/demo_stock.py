"""tools/demo, stock: what is sold in Odoo is seen on the marketplace; what lies in Cdiscount's warehouses."""

from __future__ import annotations

import time
from typing import Any

from . import market, shop
from .demo_catalogue import QUICK
from .rpc import Session

SOLD = 2
PATIENCE = 40
AT_ONCE = {"upload_delay": 0, "ready_delay": 0, "integration_delay": 0}
STORED = {"FR": {"CSM-0001": {"available": 12, "blocked": 1}, "CSM-0002": 7}, "ES": {"CSM-0003": 5}}


def run(session: Session, place: market.Market, account: int) -> list[str]:
    """Change stock by a validated delivery, wait for it on the marketplace; mirror the fulfilment stock; compare."""
    place.ask("/settings", AT_ONCE)
    try:
        return [*_deliver(session, place, account), *_mirror(session, place, account)]
    finally:
        place.ask("/settings", QUICK)


def _shown(place: market.Market, sku: str) -> int:
    return place.ask(f"/stock?sku={sku}")["stock"][sku]


def _deliver(session: Session, place: market.Market, account: int) -> list[str]:
    fields = ["seller_reference", "product_id", "stock_to_publish", "published_qty"]
    domain = [
        ["config_id", "=", account],
        ["publish", "=", True],
        ["state", "=", "live"],
        ["stock_to_publish", ">", SOLD],
    ]
    offers = session.search_read("cdiscount.product.mapping", domain, fields, order="seller_reference", limit=1)
    if not offers:
        return ["stock: no published offer has anything in stock"]
    sku, product = offers[0]["seller_reference"], offers[0]["product_id"][0]
    before = _shown(place, sku)
    uploads = _uploads(place)
    order = _sell(session, product)
    begin = time.monotonic()
    while _uploads(place) == uploads and time.monotonic() - begin < PATIENCE:
        time.sleep(0.05)
    seconds = time.monotonic() - begin
    if _uploads(place) == uploads:
        # Nobody works in the background: the queue is run here, and the number must be right all the same.
        shop.until_quiet(session, account)
        seconds = time.monotonic() - begin
    picking = session.search_read("stock.picking", [["sale_id", "=", order]], ["move_ids"])[0]
    session.call("stock.move", "write", picking["move_ids"], {"quantity": SOLD, "picked": True})
    quiet = {"skip_backorder": True, "skip_sms": True}
    session.call("stock.picking", "button_validate", [picking["id"]], context=quiet)
    shop.until_quiet(session, account)
    shown = _shown(place, sku)
    found = session.call("cdiscount.product.mapping", "read", [offers[0]["id"]], ["stock_to_publish", "published_qty"])[
        0
    ]
    print(
        f"Stock: {SOLD} of {sku} were sold and delivered in Odoo; {seconds:.1f} s after the sale was committed the new "
        f"quantity was sent; Cdiscount showed {before}, then {shown}.",
        flush=True,
    )
    if not shown == found["stock_to_publish"] == found["published_qty"] == before - SOLD:
        return [f"stock of {sku}: {shown} on Cdiscount, {found['stock_to_publish']} in Odoo, {before - SOLD} expected"]
    return []


def _sell(session: Session, product: int) -> int:
    """A confirmed order of another channel: its goods are reserved."""
    customer = session.call("res.partner", "create", [{"name": "Shop in the street"}])[0]
    line = [0, 0, {"product_id": product, "product_uom_qty": SOLD, "price_unit": 10}]
    order = session.call("sale.order", "create", [{"partner_id": customer, "order_line": [line]}])[0]
    session.call("sale.order", "action_confirm", [order])
    return order


def _uploads(place: market.Market) -> int:
    """How often offers were sent to the marketplace so far."""
    calls = place.ask("/counters")["calls"]
    return sum(calls.get("POST /offer-packages/{package_id}/offer-requests", {}).values())


def _mirror(session: Session, place: market.Market, account: int) -> list[str]:
    """Switch the mirror of Cdiscount's warehouses on; let one order leave from there."""
    place.ask("/fulfilment", STORED)
    session.call("cdiscount.config", "write", [account], {"fulfilment_stock": True})
    _read(session, account)
    lines = [{"sku": "CSM-0002", "quantity": 2, "supply_mode": "Fulfillment"}]
    order = place.ask("/orders", {"status": "InPreparation", "lines": lines})["orders"][0]["orderId"]
    _pull(session, account)
    place.ask(f"/orders/{order}/move", {"to": "Shipped", "force": True})
    _pull(session, account)
    told = place.ask("/fulfilment")["stock"]
    fields = ["seller_reference", "country_id", "physical", "on_hand"]
    rows = session.search_read("cdiscount.fulfilment.stock", [["config_id", "=", account]], fields)
    countries = {row["id"]: row["code"] for row in _countries(session, rows)}
    found = {(countries[row["country_id"][0]], row["seller_reference"]): row["on_hand"] for row in rows}
    expected = {(code, sku): sum(units.values()) for code, skus in told.items() for sku, units in skus.items()}
    print(
        f"Stock: {sum(found.values()):g} pieces in Cdiscount's warehouses in {len(told)} countries, "
        "in locations of their own; an order shipped from there was taken off.",
        flush=True,
    )
    return [
        f"stock of {sku} in Cdiscount's warehouse {code}: {found.get((code, sku))} in Odoo, {units} expected"
        for (code, sku), units in sorted(expected.items())
        if found.get((code, sku)) != units
    ]


def _countries(session: Session, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = sorted({row["country_id"][0] for row in rows})
    return session.call("res.country", "read", ids, ["code"])


def _read(session: Session, account: int) -> None:
    session.call("cdiscount.config", "action_read_fulfilment", [account])
    shop.until_quiet(session, account)


def _pull(session: Session, account: int) -> None:
    session.call("cdiscount.config", "action_pull_orders", [account])
    shop.run_queue(session, account)
    shop.until_quiet(session, account)
