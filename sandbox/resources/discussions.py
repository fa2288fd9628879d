"""Discussions, as far as the right to read them can be tested (contract §7.1); a switch forbids them."""

import random
from datetime import timedelta

from ..clock import format_time, parse_time
from ..jsonio import as_object
from ..paging import index_body, index_page
from ..problems import Problem, invalid
from ..referentials import SUB_TYPOLOGIES
from ..replies import json_reply
from ..route import Route

SEARCH_WINDOW = timedelta(days=184)  # six months
_SUBJECTS = (
    "Produit endommagé",
    "Où est mon colis ?",
    "Demande de facture",
    "Question sur le produit",
    "Erreur d'article",
)


def _allowed(call):
    if not call.shop.settings.discussions_allowed:
        raise Problem(403, detail="The client is not allowed to read discussions.")


def _discussions(shop):
    """A handful about shipped orders, the same for the same seed."""
    if not hasattr(shop, "discussions"):
        rng = random.Random(f"{shop.seller_id}/discussions")
        shop.discussions = []
        shipped = [entry for entry in shop.orders if entry.status in ("Shipped", "Delivered")][:40]
        for place, entry in enumerate(shipped[::8], 1):
            customer = as_object(entry.document.get("customer")).get("reference")
            moment = format_time(entry.updated_at + timedelta(hours=2))
            shop.discussions.append(
                {
                    "discussionId": f"{rng.randrange(16**24):024x}",
                    "subject": _SUBJECTS[place % len(_SUBJECTS)],
                    "orderReference": entry.document.get("reference"),
                    "orderSellerId": entry.order_id,
                    "salesChannelExternalReference": entry.order_id,
                    "salesChannel": entry.channel,
                    "isOpen": place % 4 != 0,
                    "status": "ToTreat" if place % 2 else "Treated",
                    "graduation": "Claim" if place % 3 == 0 else "Discussion",
                    "typologyCode": "Order",
                    "subTypologyCode": SUB_TYPOLOGIES[place % 10][0],
                    "createdAt": moment,
                    "updatedAt": moment,
                    "customerId": customer,
                    "sellerId": shop.seller_id,
                    "productId": None,
                    "message": {
                        "sender": {"userType": "Customer", "userId": customer},
                        "createdAt": moment,
                        "body": "Bonjour, pouvez-vous me renseigner sur ma commande ?",
                    },
                }
            )
    return shop.discussions


def _moment(query, name):
    if not query.get(name):
        return None
    try:
        return parse_time(query[name])
    except ValueError:
        raise invalid(name, f"The value '{query[name]}' is not valid.") from None


def _select(call):
    query = call.query
    low, high = _moment(query, "updatedAtMin"), _moment(query, "updatedAtMax")
    if low and (high or call.shop.clock.now()) - low > SEARCH_WINDOW:
        raise invalid("updatedAtMin", "The search period must not exceed 6 months.")
    keys = {
        "salesChannel": "salesChannel",
        "processStatus": "status",
        "graduationCode": "graduation",
        "discussionId": "discussionId",
        "orderSellerId": "orderSellerId",
        "typologyCode": "typologyCode",
        "subTypologyCode": "subTypologyCode",
    }
    found = []
    for discussion in _discussions(call.shop):
        if any(query.get(name) and query[name] != discussion[key] for name, key in keys.items()):
            continue
        if query.get("isOpen") and (query["isOpen"].lower() == "true") is not discussion["isOpen"]:
            continue
        moment = parse_time(discussion["updatedAt"])
        if (low and moment < low) or (high and moment > high):
            continue
        found.append(discussion)
    return found


def count_discussions(call):
    _allowed(call)
    count = len(_select(call))
    return json_reply(count if call.shop.settings.discussion_count == "bare" else {"count": count})


def list_discussions(call):
    _allowed(call)
    page = index_page(call.query)
    return json_reply(index_body(_select(call)[page.start : page.stop]))


def list_typologies(call):
    _allowed(call)
    wanted = (call.query.get("typologyCode") or "").lower()
    return json_reply(
        [
            {"typologyCode": typology, "subTypologyCode": code, "label": label}
            for code, label, typology in SUB_TYPOLOGIES
            if not wanted or typology.lower() == wanted
        ]
    )


ROUTES = (
    Route("GET", "/discussions/count", count_discussions),
    Route("GET", "/discussions", list_discussions),
    Route("GET", "/typologies", list_typologies),
)
