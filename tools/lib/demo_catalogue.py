"""tools/demo, second half: offers come in, some are published, prices change on both sides, and both sides agree."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from . import market, reconcile, shop
from .console import say
from .rpc import Session

PUBLISHED = 40  # offers that Odoo publishes
RAISED_HERE, RAISED_THERE = 10, 5  # of which so many prices change in Odoo, and so many in the seller portal
STEP = Decimal("1.00")
QUICK = {"upload_delay": 0, "ready_delay": 0, "integration_delay": 2}
"""Seconds of the marketplace's own waiting; the real one takes minutes, a demo should not."""


@dataclass
class Outcome:
    """Both sides of the catalogue."""

    offers_market: int = 0
    offers_odoo: int = 0
    linked: int = 0
    published: int = 0
    sum_market: Decimal = Decimal(0)
    sum_odoo: Decimal = Decimal(0)
    seconds: float = 0.0
    differences: list[str] = field(default_factory=list)


def run(session: Session, place: market.Market, account: int) -> Outcome:
    """Import the offers, publish some, change prices on both sides, synchronise, compare."""
    begin = time.monotonic()
    place.ask("/settings", QUICK)
    say("Initial Import of the products …")
    session.call("cdiscount.config", "write", [account], {"product_sync_direction": "bidirectional"})
    wizard = session.call(
        "cdiscount.initial.import",
        "create",
        [{"config_id": account, "import_products": True, "import_orders": False}],
    )[0]
    session.call("cdiscount.initial.import", "action_start_import", [wizard])
    shop.until_quiet(session, account)
    offers = _offers(session, account)
    chosen = [offer for offer in offers if offer["product_id"]][:PUBLISHED]
    say(f"publishing {len(chosen)} offers, changing {RAISED_HERE} prices in Odoo and {RAISED_THERE} on Cdiscount …")
    _set_delivery(session, account)
    session.call("cdiscount.product.mapping", "action_publish", [offer["id"] for offer in chosen])
    shop.until_quiet(session, account)
    expected = _change_prices(session, place, chosen)
    session.call("cdiscount.config", "action_sync_products", [account])
    shop.until_quiet(session, account)
    outcome = _compare(session, place, account, chosen, expected)
    outcome.seconds = time.monotonic() - begin
    return outcome


def _set_delivery(session: Session, account: int) -> None:
    session.call("cdiscount.config", "write", [account], {"preparation_days": 1})
    values = [
        {"config_id": account, "mode": "THD", "cost": 4.99, "additional_cost": 1.0, "weight_to": 30},
        {"config_id": account, "mode": "SHD", "cost": 6.99, "additional_cost": 1.5, "weight_to": 30},
        {"config_id": account, "mode": "FDHD", "cost": 29.9, "additional_cost": 10.0, "weight_from": 30},
    ]
    session.call("cdiscount.delivery.cost", "create", values)


def _offers(session: Session, account: int) -> list[dict[str, Any]]:
    fields = ["seller_reference", "product_id", "price", "state", "offer_state", "publish", "rejection"]
    return session.search_read(
        "cdiscount.product.mapping", [["config_id", "=", account]], fields, order="seller_reference"
    )


def _change_prices(session: Session, place: market.Market, chosen: list[dict[str, Any]]) -> dict[str, Decimal]:
    """Raise some prices here and some others there; return ``{sku: price both sides must end with}``."""
    here, there = chosen[:RAISED_HERE], chosen[RAISED_HERE : RAISED_HERE + RAISED_THERE]
    shown = _market_offers(place)
    expected = {offer["seller_reference"]: shown[offer["seller_reference"]] for offer in chosen}
    products = session.call("product.product", "read", [offer["product_id"][0] for offer in here], ["list_price"])
    prices = {product["id"]: reconcile.money(product["list_price"]) for product in products}
    for offer in here:
        product = offer["product_id"][0]
        session.call("product.product", "write", [product], {"list_price": float(prices[product] + STEP)})
        expected[offer["seller_reference"]] += STEP
    for offer in there:
        sku = offer["seller_reference"]
        expected[sku] += STEP
        place.ask(f"/offers/{sku}", {"price": float(expected[sku])})
    return expected


def _market_offers(place: market.Market) -> dict[str, Decimal]:
    rows = place.ask("/offers?rows=full", timeout=120)["rows"]
    return {row["sku"]: reconcile.money(row["price"]) for row in rows}


def _compare(
    session: Session,
    place: market.Market,
    account: int,
    chosen: list[dict[str, Any]],
    expected: dict[str, Decimal],
) -> Outcome:
    there, offers = _market_offers(place), _offers(session, account)
    known = [offer for offer in offers if offer["offer_state"] in ("active", "inactive")]
    outcome = Outcome(len(there), len(known), sum(bool(offer["product_id"]) for offer in known))
    here = {offer["seller_reference"]: offer for offer in offers}
    outcome.differences += [f"{sku}: not in Odoo" for sku in there if sku not in here]
    ids = [offer["product_id"][0] for offer in chosen]
    own = {
        product["id"]: reconcile.money(product["list_price"])
        for product in session.call("product.product", "read", ids, ["list_price"])
    }
    for offer in chosen:
        sku = offer["seller_reference"]
        mine, product = here[sku], own[offer["product_id"][0]]
        outcome.published += mine["state"] == "live"
        outcome.sum_market += there[sku]
        outcome.sum_odoo += product
        if mine["state"] != "live":
            outcome.differences.append(f"{sku}: {mine['state']} ({mine['rejection'] or 'no reason given'})")
        if not expected[sku] == there[sku] == product == reconcile.money(mine["price"]):
            outcome.differences.append(
                f"{sku}: {product} in Odoo, {there[sku]} on the marketplace, {mine['price']} on the offer, "
                f"to be {expected[sku]}"
            )
    return outcome


def table(outcome: Outcome) -> str:
    """The table of the catalogue."""
    rows = [
        ("", "marketplace", "Odoo"),
        ("offers", outcome.offers_market, outcome.offers_odoo),
        ("linked with a product", "", outcome.linked),
        ("published by Odoo", "", outcome.published),
        ("sum of their prices, EUR", outcome.sum_market, outcome.sum_odoo),
        ("seconds", "", f"{outcome.seconds:.1f}"),
    ]
    return "\n".join(f"  {name:<24} {left!s:>14} {right!s:>14}" for name, left, right in rows)
