"""tools/demo, part order life: orders are accepted, shipped, cancelled and refunded in Odoo, and Cdiscount agrees."""

from __future__ import annotations

import time
from typing import Any

from . import market, shop
from .console import say
from .rpc import Session

NEW = 8  # orders sold for this part
WAITING = 2  # of which so many wait for acceptance
OPERATIONS = ["order_pull", "order_build", "order_follow", "order_answer", "shipment_push", "refund_push"]


def run(session: Session, place: market.Market, account: int) -> list[str]:
    """Accept two orders, ship four, cancel one, refund one; compare the statuses of both sides."""
    begin = time.monotonic()
    say("accepting, shipping, cancelling and refunding a few orders …")
    waiting = place.ask("/orders", {"count": WAITING, "status": "WaitingAcceptance", "answer": "ids"})["ids"]
    ready = place.ask("/orders", {"count": NEW - WAITING, "status": "InPreparation", "answer": "ids"})["ids"]
    _carrier(session, account)
    _read(session, account)
    orders = _orders(session, account, [*waiting, *ready])
    differences = [f"{name}: not in Odoo" for name in (*waiting, *ready) if name not in orders]
    if differences:
        return differences
    session.call("cdiscount.order.mapping", "action_accept", [orders[name]["id"] for name in waiting])
    sold = [name for name in ready if orders[name]["sale_order_id"]]
    cancelled, shipped = sold[0], sold[1:6]
    _ask(session, orders[cancelled]["id"])
    for name in shipped:
        _ship(session, orders[name]["sale_order_id"][0], f"6A{name[-11:]}")
    shop.until_quiet(session, account, OPERATIONS)
    _read(session, account)
    refunded = shipped[-1]
    _ask(session, orders[refunded]["id"])
    shop.until_quiet(session, account, OPERATIONS)
    _read(session, account)
    wanted = {
        **dict.fromkeys(waiting, "Accepted"),
        cancelled: "Cancelled",
        **dict.fromkeys(shipped, "Shipped"),
    }
    differences = _compare(session, place, account, wanted, refunded)
    print(
        f"order life: {len(waiting)} accepted, {len(shipped)} shipped with their parcel, 1 cancelled, 1 refunded; "
        f"{'both sides agree' if not differences else f'{len(differences)} differences'} "
        f"({time.monotonic() - begin:.0f} s)",
        flush=True,
    )
    return differences


def _carrier(session: Session, account: int) -> None:
    """The usual carrier of the account: deliveries without a delivery method are announced with it."""
    session.call("cdiscount.config", "action_fetch_carriers", [account])
    domain = [["config_id", "=", account], ["name", "=", "Colissimo"]]
    (found,) = session.search_read("cdiscount.carrier", domain, ["name"], limit=1)
    address = "https://www.laposte.fr/outils/suivre-vos-envois?code={number}"
    values = {"default_carrier_id": found["id"], "default_tracking_url": address}
    session.call("cdiscount.config", "write", [account], values)


def _read(session: Session, account: int) -> None:
    session.call("cdiscount.config", "action_pull_orders", [account])
    shop.until_quiet(session, account, OPERATIONS)


def _orders(session: Session, account: int, names: list[str]) -> dict[str, dict[str, Any]]:
    fields = ["external_id", "status", "state", "sale_order_id", "hold_reason"]
    domain = [["config_id", "=", account], ["external_id", "in", names]]
    return {row["external_id"]: row for row in session.search_read("cdiscount.order.mapping", domain, fields)}


def _ship(session: Session, sale: int, number: str) -> None:
    """Validate the deliveries of a sale order with a tracking number, as the warehouse does."""
    domain = [["sale_id", "=", sale], ["state", "not in", ["done", "cancel"]]]
    for picking in session.search_read("stock.picking", domain, ["move_ids"]):
        session.call("stock.picking", "write", [picking["id"]], {"carrier_tracking_ref": number})
        for move in session.call("stock.move", "read", picking["move_ids"], ["product_uom_qty"]):
            values = {"quantity": float(move["product_uom_qty"]), "picked": True}
            session.call("stock.move", "write", [move["id"]], values)
        context = {"skip_backorder": True, "skip_sms": True}
        session.call("stock.picking", "button_validate", [picking["id"]], context=context)


def _ask(session: Session, order: int) -> None:
    """Cancel the whole order, or refund it once it has left, with the first reason Cdiscount allows."""
    action = session.call("cdiscount.order.mapping", "action_cancel_on_cdiscount", [order])
    model, wizard = action["res_model"], action["res_id"]
    (found,) = session.call(model, "read", [wizard], ["reason_ids"])
    session.call(model, "write", [wizard], {"reason_id": found["reason_ids"][0]})
    session.call(model, "action_confirm", [wizard])


def _compare(session: Session, place: market.Market, account: int, wanted: dict[str, str], refunded: str) -> list[str]:
    differences = []
    here = _orders(session, account, list(wanted))
    for name, status in wanted.items():
        document = place.ask(f"/orders/{name}")["order"]
        # The marketplace goes on by itself: what is accepted may be in preparation already, what left delivered.
        later = {"Accepted": ("Accepted", "InPreparation"), "Shipped": ("Shipped", "Delivered")}.get(status, (status,))
        if document["status"] not in later or here[name]["status"] not in later:
            differences.append(
                f"order {name}: to be {status}, {here[name]['status']} in Odoo, {document['status']} on Cdiscount"
            )
        if status == "Shipped":
            there = {parcel["parcelNumber"] for line in document["lines"] for parcel in line["parcels"]}
            domain = [["mapping_id", "=", here[name]["id"]], ["state", "=", "sent"]]
            ours = {
                row["parcel_number"] for row in session.search_read("cdiscount.shipment", domain, ["parcel_number"])
            }
            if ours != there:
                differences.append(f"order {name}: parcels {sorted(ours)} in Odoo, {sorted(there)} on Cdiscount")
    sale = here[next(name for name, status in wanted.items() if status == "Cancelled")]["sale_order_id"][0]
    (state,) = session.call("sale.order", "read", [sale], ["state"])
    if state["state"] != "cancel":
        differences.append(f"sale order {sale}: {state['state']}, to be cancelled")
    domain = [["mapping_id", "=", here[refunded]["id"]]]
    refunds = session.search_read("cdiscount.refund", domain, ["state", "kind", "external_id"])
    # Whether it is done is looked at again some minutes later; a demo does not wait for that.
    if len(refunds) != 1 or refunds[0]["state"] not in ("asked", "done") or not refunds[0]["external_id"]:
        differences.append(f"order {refunded}: the refund is {refunds}")
    lines = place.ask(f"/orders/{refunded}")["order"]["lines"]
    if any((line.get("cancellationDetails") or {}).get("type") != "Refund" for line in lines):
        differences.append(f"order {refunded}: not refunded on Cdiscount")
    return differences
