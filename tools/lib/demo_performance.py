"""tools/demo, performance: indicators; two orders that no list shows are missed, found and fetched."""

from __future__ import annotations

from typing import Any

from . import market, shop
from .console import say
from .rpc import Session

HIDDEN, SHOWN = 2, 1
OPERATIONS = ("indicator_pull", "early_check", "completeness_check", "order_fetch", "order_pull", "order_build")


def run(session: Session, place: market.Market, account: int) -> list[str]:
    """Read the indicators, hide two orders, find and fetch them; return what is not as it should be."""
    say("Performance: indicators, and two orders that the marketplace keeps out of its lists …")
    session.call("cdiscount.config", "action_pull_indicators", [account])
    sku = place.catalogue()[0]["sku"]
    wish = {"count": HIDDEN + SHOWN, "status": "InPreparation", "sku": sku, "answer": "ids"}
    orders = place.ask("/orders", wish)["ids"]
    hidden = orders[:HIDDEN]
    fault = {"name": "orders_hidden", "times": None, "params": {"order_ids": hidden}}
    place.ask("/faults", fault)
    try:
        session.call("cdiscount.config", "action_pull_orders", [account])
        shop.until_quiet(session, account, OPERATIONS)
        differences = _missed_and_found(session, account, hidden)
    finally:
        place.hush()
    session.call("cdiscount.config", "action_repair_orders", [account])
    shop.until_quiet(session, account, OPERATIONS)
    days = session.search_read("cdiscount.completeness.day", [["config_id", "=", account]], ["state", "display_name"])
    bad = [day["display_name"] for day in days if day["state"] == "missing"]
    differences += [f"{name}: orders stay missing" for name in bad]
    calls = session.search_read("cdiscount.api.day", [["config_id", "=", account]], ["calls", "errors"])
    indicators = session.search_read("cdiscount.indicator", [["config_id", "=", account]], ["source", "state"])
    if not calls:
        differences.append("no call of the API was counted")
    if {one["source"] for one in indicators} != {"cdiscount", "own"}:
        differences.append("the indicators were not read and worked out")
    alarms = sum(one["state"] in ("breached", "expected") for one in indicators)
    print(
        f"  performance: {len(indicators)} indicators ({alarms} beyond their threshold), "
        f"{sum(row['calls'] for row in calls)} calls counted, {len(days)} days compared, "
        f"{len(hidden)} orders hidden, missed, found and fetched",
        flush=True,
    )
    return differences


def _missed_and_found(session: Session, account: int, hidden: list[str]) -> list[str]:
    before = _known(session, account, hidden)
    session.call("cdiscount.config", "action_compare_orders", [account])
    shop.until_quiet(session, account, OPERATIONS)
    gaps = _gaps(session, account, hidden)
    session.call("cdiscount.completeness.gap", "action_fetch", [gap["id"] for gap in gaps])
    shop.until_quiet(session, account, OPERATIONS)
    after = _known(session, account, hidden)
    differences = [f"{order['external_id']}: the poll saw it although it was hidden" for order in before]
    if {gap["external_id"] for gap in gaps} != set(hidden):
        differences.append("completeness does not show the hidden orders")
    differences += [
        f"{order}: not fetched"
        for order in hidden
        if order not in {one["external_id"] for one in after if one["sale_order_id"]}
    ]
    return differences


def _known(session: Session, account: int, ids: list[str]) -> list[dict[str, Any]]:
    domain = [["config_id", "=", account], ["external_id", "in", ids]]
    return session.search_read("cdiscount.order.mapping", domain, ["external_id", "sale_order_id"])


def _gaps(session: Session, account: int, ids: list[str]) -> list[dict[str, Any]]:
    domain = [["config_id", "=", account], ["external_id", "in", ids]]
    return session.search_read("cdiscount.completeness.gap", domain, ["external_id"])
