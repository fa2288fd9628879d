"""Questions and claims in the demo: customers write, Odoo answers, both sides tell the same conversation."""

from __future__ import annotations

import time
from typing import Any

from . import market, shop
from .console import say
from .rpc import Session

_ASKED = (
    ("Produit endommagé", "productIsDamaged", "Claim", "Bonjour, l'article est arrivé cassé. Que proposez-vous ?"),
    ("Où est mon colis ?", "orderNotShipped", "Discussion", "Bonjour, je n'ai rien reçu. Où est mon colis ?"),
    ("Produit en panne", "productIsNotWorking", "Level_1", "Bonjour, il ne s'allume plus et personne ne répond."),
    ("Demande de facture", "printReceipt", "Discussion", "Bonjour, il me faut une facture pour ma société. Merci."),
)
_ANSWER = "Bonjour, nous sommes désolés : un article de remplacement part aujourd'hui."
_POSTED = "<p>Bonjour,</p><p>votre colis arrive demain, selon le transporteur.</p>"


def run(session: Session, place: market.Market, account: int) -> list[str]:
    """Have four customers write, answer two, close one, and compare every conversation; return the differences."""
    say("customers write, Odoo answers …")
    begin = time.monotonic()
    orders = session.search_read(
        "cdiscount.order.mapping",
        [["config_id", "=", account], ["sale_order_id", "!=", False], ["status", "in", ["Shipped", "Delivered"]]],
        ["external_id"],
        order="id desc",
    )[: len(_ASKED)]
    asked = [
        place.ask(
            "/discussions",
            {
                "order_id": order["external_id"],
                "subject": subject,
                "sub_typology": code,
                "graduation": graduation,
                "body": body,
                "files": ["photo.png"] if graduation == "Claim" else [],
            },
        )["discussionId"]
        for order, (subject, code, graduation, body) in zip(orders, _ASKED, strict=False)
    ]
    _read(session, account)
    known = {one["external_id"]: one["id"] for one in _here(session, account)}
    if len(asked) >= 2 and set(asked) <= set(known):
        _answer(session, known[asked[0]])
        session.call(
            "cdiscount.discussion",
            "message_post",
            [known[asked[1]]],
            body=_POSTED,
            body_is_html=True,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        session.call("cdiscount.discussion", "action_close", [known[asked[-1]]])
    _read(session, account)
    there = place.ask("/discussions")["discussions"]
    here = {one["external_id"]: one for one in _here(session, account)}
    differences = [difference for one in there for difference in _compare(one, here.get(one["discussionId"]))]
    waiting = sum(one["state"] == "to_answer" for one in here.values())
    messages = sum(len(one["messages"]) for one in there)
    print(
        f"  discussions: {len(there)} with {messages} messages on the marketplace, {len(here)} in Odoo, "
        f"{waiting} to answer, {len(differences)} differences, {time.monotonic() - begin:.1f} s",
        flush=True,
    )
    return differences


def _answer(session: Session, discussion: int) -> None:
    wizard = session.call(
        "cdiscount.discussion.answer",
        "create",
        [{"discussion_id": discussion, "receiver": "customer", "body": _ANSWER}],
    )[0]
    session.call("cdiscount.discussion.answer", "action_send", [wizard])


def _read(session: Session, account: int) -> None:
    """Read what is new and do all that follows from it."""
    session.call("cdiscount.config", "action_pull_discussions", [account])
    operations = ["discussion_pull", "discussion_read", "discussion_push", "message_push", "attachment_fetch"]
    shop.until_quiet(session, account, operations)


def _here(session: Session, account: int) -> list[dict[str, Any]]:
    names = [
        "external_id",
        "state",
        "is_open",
        "graduation_code",
        "order_external_id",
        "mapping_id",
        "message_line_ids",
    ]
    return session.search_read("cdiscount.discussion", [["config_id", "=", account]], names)


def _compare(there: dict[str, Any], here: dict[str, Any] | None) -> list[str]:
    name = f"discussion {there['discussionId']}"
    if here is None:
        return [f"{name}: not in Odoo"]
    state = "closed" if not there["isOpen"] else {"ToTreat": "to_answer", "Treated": "answered"}[there["status"]]
    pairs = (
        ("open", there["isOpen"], here["is_open"]),
        ("state", state, here["state"]),
        ("graduation", there["graduation"], here["graduation_code"]),
        ("order", there["orderSellerId"], here["order_external_id"]),
        ("order in Odoo", True, bool(here["mapping_id"])),
        ("messages", len(there["messages"]), len(here["message_line_ids"])),
    )
    return [f"{name}: {what} is {left} there, {right} in Odoo" for what, left, right in pairs if left != right]
