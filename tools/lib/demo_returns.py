"""tools/demo, returns: parcels come back, are checked, paid back, and one goes to Cdiscount's own warehouse."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from . import market, reconcile, shop
from .console import ToolError, say
from .rpc import Session

OPERATIONS = ("order_pull", "order_build", "order_follow", "refund_push", "return_pull")
QUIET = {"skip_backorder": True, "skip_sms": True}


def run(session: Session, place: market.Market, account: int) -> list[str]:
    """Bring four returns as far as they go by themselves; compare what the customers got back on both sides."""
    say("Returns: four orders are delivered, their goods come back, one through Cdiscount's warehouse …")
    sku = place.catalogue()[0]["sku"]
    session.call("cdiscount.config", "write", [account], {"fulfilment_stock": True})
    session.call("cdiscount.config", "action_make_return_location", [account])
    orders = place.ask(
        "/orders", {"count": 4, "status": "InPreparation", "lines": [{"sku": sku, "quantity": 2}], "answer": "ids"}
    )["ids"]
    _pull(session, account)
    for order in orders:
        _deliver(session, account, order)
        place.ask(f"/orders/{order}/move", {"to": "Shipped"})
    _pull(session, account)
    paid, checked, expected, there = orders
    _announce(session, account, expected, "retraction", "Je n'en ai plus besoin.")
    _receive(session, _announce(session, account, checked, "damaged", "Le carton est arrivé ouvert."))
    settled = _announce(session, account, paid, "not_working", "Il ne s'allume pas.")
    _receive(session, settled)
    session.call("cdiscount.return", "action_all_good", [settled])
    _refund(session, settled)
    place.ask("/returns", {"order": there, "reason": "TransportDamage"})
    session.call("cdiscount.config", "action_pull_returns", [account])
    shop.until_quiet(session, account, OPERATIONS)
    _look_now(session, account)
    return _compare(session, place, account, paid, settled)


def _compare(session: Session, place: market.Market, account: int, order: str, settled: int) -> list[str]:
    fields = ["name", "state", "supply", "amount", "money_state", "label_id"]
    rows = session.search_read("cdiscount.return", [["config_id", "=", account]], fields)
    document = place.ask(f"/orders/{order}")["order"]
    back = sum(
        (
            reconcile.money(line["totalPrice"]["offerPrice"])
            for line in document["lines"]
            if (line.get("cancellationDetails") or {}).get("type") == "Refund"
        ),
        Decimal(0),
    )
    own = next(row for row in rows if row["id"] == settled)
    differences = []
    if reconcile.money(own["amount"]) != back:
        differences.append(f"{own['name']}: {own['amount']} to give back in Odoo, {back} given back on the marketplace")
    if own["money_state"] != "done":
        differences.append(f"{own['name']}: the money is {own['money_state']}")
    if not any(row["supply"] == "fulfilment" and row["label_id"] for row in rows):
        differences.append("the return to Cdiscount's warehouse was not read with its label")
    states = ", ".join(f"{sum(row['state'] == state for row in rows)} {state}" for state in _states(rows))
    print(f"  returns: {len(rows)} ({states}), {back} EUR given back on both sides", flush=True)
    return differences


def _states(rows: list[dict[str, Any]]) -> list[str]:
    return sorted({row["state"] for row in rows})


def _mapping(session: Session, account: int, order: str) -> dict[str, Any]:
    domain = [["config_id", "=", account], ["external_id", "=", order]]
    found = session.search_read("cdiscount.order.mapping", domain, ["sale_order_id", "line_ids"])
    if not found or not found[0]["sale_order_id"]:
        raise ToolError(f"The order {order} has no sale order in Odoo.")
    return found[0]


def _deliver(session: Session, account: int, order: str) -> None:
    sale = _mapping(session, account, order)["sale_order_id"][0]
    domain = [["sale_id", "=", sale], ["state", "not in", ["done", "cancel"]]]
    for picking in session.search_read("stock.picking", domain, ["move_ids"]):
        _validate(session, picking)


def _validate(session: Session, picking: dict[str, Any]) -> None:
    for move in session.call("stock.move", "read", picking["move_ids"], ["product_uom_qty"]):
        session.call("stock.move", "write", [move["id"]], {"quantity": float(move["product_uom_qty"]), "picked": True})
    session.call("stock.picking", "button_validate", [picking["id"]], context=QUIET)


def _announce(session: Session, account: int, order: str, reason: str, words: str) -> int:
    mapping = _mapping(session, account, order)
    lines = session.call("cdiscount.order.mapping.line", "read", mapping["line_ids"], ["quantity"])
    values = {
        "mapping_id": mapping["id"],
        "reason": reason,
        "customer_words": words,
        "carrier_name": "Colissimo",
        "tracking_number": f"8R{mapping['id']:011d}",
        "line_ids": [[0, 0, {"order_line_id": line["id"], "quantity": float(line["quantity"])}] for line in lines],
    }
    made = session.call("cdiscount.return", "create", [values])[0]
    session.call("cdiscount.return", "action_expect", [made])
    return made


def _receive(session: Session, one: int) -> None:
    moves = session.search_read("stock.move", [["cdiscount_return_id", "=", one]], ["picking_id"])
    for picking in {move["picking_id"][0] for move in moves}:
        _validate(session, session.call("stock.picking", "read", [picking], ["move_ids"])[0])


def _refund(session: Session, one: int) -> None:
    action = session.call("cdiscount.return", "action_refund", [one])
    wizard, model = action["res_id"], action["res_model"]
    reasons = session.call(model, "read", [wizard], ["reason_ids"])[0]["reason_ids"]
    session.call(model, "write", [wizard], {"reason_id": reasons[0]})
    session.call(model, "action_confirm", [wizard])


def _pull(session: Session, account: int) -> None:
    session.call("cdiscount.config", "action_pull_orders", [account])
    shop.until_quiet(session, account, OPERATIONS)


def _look_now(session: Session, account: int) -> None:
    """What has become of the refund is looked at in two minutes: a demo does not wait for it."""
    jobs = session.search_read(
        "cdiscount.queue",
        [["config_id", "=", account], ["operation", "=", "refund_push"], ["state", "=", "pending"]],
        ["id"],
    )
    session.call("cdiscount.queue", "write", [job["id"] for job in jobs], {"eta": False})
    shop.until_quiet(session, account, OPERATIONS)
