"""tools/demo, promotions: one runs, one is over, a sale is announced; both sides agree on every price."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from . import market, reconcile, shop
from .console import say
from .rpc import Session

RUNNING, OVER, ANNOUNCED = 8, 4, 6  # offers in each
ORDERS = 5
PERCENT = 20
PUBLISHED = [["publish", "=", True], ["state", "=", "live"], ["price", ">", 1]]


def run(session: Session, place: market.Market, account: int) -> list[str]:
    """Plan three promotions, let two begin and one of them end; return where prices differ from what they should be."""
    begin = time.monotonic()
    offers = session.search_read(
        "cdiscount.product.mapping",
        [["config_id", "=", account], *PUBLISHED],
        ["seller_reference", "price"],
        order="seller_reference",
        limit=RUNNING + OVER + ANNOUNCED,
    )
    if len(offers) < RUNNING + OVER + ANNOUNCED:
        return [f"only {len(offers)} offers are published: no promotions to show"]
    say("promotions: one that runs, one that is over, a seasonal sale that is announced …")
    first, second, third = offers[:RUNNING], offers[RUNNING : RUNNING + OVER], offers[RUNNING + OVER :]
    place.ask("/settings", {"xml_package_delay": 0})
    running = _plan(session, account, "Autumn Prices", first, 0, 72)
    over = _plan(session, account, "Flash Weekend", second, 0, 24)
    sale = _plan(session, account, "Winter Sale", third, 24 * 20, 24 * 48, kind="seasonal", percent=30)
    shop.until_quiet(session, account)
    found = _prices_in(session, place, running, "in the promotion")
    session.call("cdiscount.promotion", "action_end_now", [over])
    _buy(session, place, account, running)
    shop.until_quiet(session, account)
    found += _prices_back(place, second)
    found += _announced(session, place, sale)
    session.call("cdiscount.promotion", "action_refresh_results", [running])
    shown = session.call("cdiscount.promotion", "read", [running], ["units_during", "revenue_during"])[0]
    print(
        f"promotions: {RUNNING} prices lowered, {OVER} back to normal, {ANNOUNCED} announced for a sale, "
        f"{shown['units_during']:.0f} pieces sold for {shown['revenue_during']:.2f}; "
        f"{len(found)} differences; {time.monotonic() - begin:.0f} s",
        flush=True,
    )
    return found


def _plan(
    session: Session,
    account: int,
    name: str,
    offers: list[dict[str, Any]],
    start: int,
    end: int,
    kind: str = "strike",
    percent: int = PERCENT,
) -> int:
    now = datetime.now(timezone.utc)
    moments = [(now + timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M:%S") for hours in (start, end)]
    values = {
        "name": name,
        "config_id": account,
        "kind": kind,
        "percent": percent,
        "offer_ids": [[6, 0, [offer["id"] for offer in offers]]],
        "date_start": moments[0],
        "date_end": moments[1],
        "budget": 500.0 if kind == "strike" else 0.0,
    }
    promotion = session.call("cdiscount.promotion", "create", [values])[0]
    session.call("cdiscount.promotion", "action_check", [promotion])
    session.call("cdiscount.promotion", "action_schedule", [promotion])
    return promotion


def _rows(place: market.Market) -> dict[str, dict[str, Any]]:
    return {row["sku"]: row for row in place.ask("/offers?rows=full", timeout=120)["rows"]}


def _lines(session: Session, promotion: int) -> list[dict[str, Any]]:
    fields = ["sku", "state", "price_promo", "reference_price", "problem_text"]
    return session.search_read("cdiscount.promotion.line", [["promotion_id", "=", promotion]], fields)


def _prices_in(session: Session, place: market.Market, promotion: int, where: str) -> list[str]:
    there, found = _rows(place), []
    for line in _lines(session, promotion):
        price = reconcile.money(there[line["sku"]]["price"])
        wanted = reconcile.money(line["price_promo"])
        if line["state"] != "accepted":
            found.append(f"{line['sku']} {where}: {line['state']} {line['problem_text'] or ''}")
        elif price != wanted:
            found.append(f"{line['sku']} {where}: {price} on Cdiscount, {wanted} in Odoo")
    return found


def _prices_back(place: market.Market, offers: list[dict[str, Any]]) -> list[str]:
    there = _rows(place)
    return [
        f"{offer['seller_reference']} after its promotion: {there[offer['seller_reference']]['price']} on Cdiscount, "
        f"{offer['price']:.2f} before"
        for offer in offers
        if reconcile.money(there[offer["seller_reference"]]["price"]) != Decimal(f"{offer['price']:.2f}")
    ]


def _announced(session: Session, place: market.Market, promotion: int) -> list[str]:
    known = {row["sku"] for row in place.ask("/discounts")["discounts"]}
    return [
        f"{line['sku']}: {line['state']}, and the sale is not announced"
        for line in _lines(session, promotion)
        if line["state"] != "accepted" or line["sku"] not in known
    ]


def _buy(session: Session, place: market.Market, account: int, promotion: int) -> None:
    """Some customers buy at the promotional price."""
    bought = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    for number, line in enumerate(_lines(session, promotion)[:ORDERS]):
        wish = {
            "status": "InPreparation",
            "purchased_at": bought,
            "lines": [{"sku": line["sku"], "quantity": 1 + number % 2, "unit_price": f"{line['price_promo']:.2f}"}],
        }
        place.ask("/orders", wish)
    session.call("cdiscount.config", "action_pull_orders", [account])
