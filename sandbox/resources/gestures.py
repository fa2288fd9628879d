"""Commercial gestures: a part of the money, for orders that were shipped or delivered (contract §3.8).

Neither the shape of a configuration nor the states of a request are documented: both are this sandbox's guess.
"""

from datetime import timedelta
from decimal import Decimal

from ..clock import format_time, parse_time
from ..cursors import cursor_page
from ..generator.pricing import live_totals
from ..jsonio import as_object
from ..problems import Problem, invalid
from ..replies import json_reply
from ..route import Route
from .cancellations import REFUNDABLE

# code, French label, English label; the contract knows the first and the last by name
REASONS = (
    ("MissingProduct", "Produit manquant", "Missing product"),
    ("DamagedProduct", "Produit endommagé", "Damaged product"),
    ("LateDelivery", "Retard de livraison", "Late delivery"),
    ("ReturnFees", "Frais de retour", "Return fees"),
    ("Other", "Autre", "Other"),
)
_CODES = frozenset(code for code, _, _ in REASONS)
_CENT = Decimal("0.01")
_FIELDS = ("orderId", "status")
_DATES = ("createdAt", "updatedAt")


def gestures_of(shop):
    """Every request of the shop, oldest first; those whose time has come are decided."""
    if not hasattr(shop, "gestures"):
        shop.gestures = []
    for request in shop.gestures:
        if request["status"] == "Pending" and request["_due"] <= shop.clock.now():
            request.update(status=shop.settings.gesture_verdict, updatedAt=format_time(request["_due"]))
    return shop.gestures


def allowable_amount(shop, entry):
    """What was paid, less what was refunded or given already; nothing before it has left."""
    if entry.status not in REFUNDABLE:
        return Decimal(0)
    left = live_totals(entry.document)[0]
    lines = {line.get("orderLineId"): line for line in entry.lines}
    for request in shop.cancellations:
        if request["orderSellerId"] == entry.order_id and request["type"] == "Refund":
            left -= sum((_refunded(lines.get(row["lineId"]), row) for row in request["lines"]), Decimal(0))
    for gesture in gestures_of(shop):
        if gesture["orderId"] == entry.order_id and gesture["status"] != "Refused":
            left -= gesture["amount"]
    return max(left, Decimal(0)).quantize(_CENT)


def _refunded(line, row):
    line = as_object(line)
    amount = Decimal(str(as_object(line.get("totalPrice")).get("offerPrice") or 0))
    if not row["shippingCostRefund"]:
        amount -= Decimal(str(as_object(line.get("offerPrice")).get("shippingCost") or 0))
    return amount


def _order(call, order_id):
    entry = call.shop.orders.get(order_id) if isinstance(order_id, str) else None
    if entry is None:
        raise Problem(404, detail=f"The order {str(order_id)[:60]} was not found.")
    return entry


def available_amounts(call):
    entry = _order(call, call.args["order_id"])
    return json_reply({"orderId": entry.order_id, "allowableAmount": allowable_amount(call.shop, entry)})


def show_configuration(call):
    channel_id = call.args["channel_id"]
    if channel_id not in {channel for channel, _ in call.shop.subscriptions}:
        raise Problem(404, detail=f"The sales channel {channel_id[:60]} was not found.")
    french = call.language == "fr"
    return json_reply(
        {
            "salesChannelId": channel_id,
            "reasons": [{"code": code, "label": label if french else english} for code, label, english in REASONS],
        }
    )


def create_gesture(call):
    body = call.body()
    if not isinstance(body, dict):
        raise invalid("$", "The JSON value could not be converted.")
    if not isinstance(body.get("orderId"), str):
        raise invalid("orderId", "The orderId field is required.")
    entry = _order(call, body["orderId"])
    reason, details, amount = body.get("reason"), body.get("reasonDetails"), body.get("amount")
    if not isinstance(reason, str) or reason not in _CODES:
        raise invalid("reason", f"The reason '{str(reason)[:60]}' is not allowed.")
    if details is not None and not isinstance(details, str):
        raise invalid("reasonDetails", "The JSON value could not be converted.")
    if reason == "Other" and not (details or "").strip():
        raise invalid("reasonDetails", "The reasonDetails field is required when the reason is Other.")
    if isinstance(amount, bool) or not isinstance(amount, (int, float, Decimal)):
        raise invalid("amount", "The amount field must be a number.")
    amount = Decimal(str(amount))
    if not amount.is_finite() or amount <= 0 or amount.as_tuple().exponent < -2:
        raise invalid("amount", "The amount must be positive and have at most two decimals.")
    shop = call.shop
    call.market.counters.mark(
        "gestures_posted_twice",
        any(
            (one["orderId"], one["reason"], one["amount"]) == (entry.order_id, reason, amount)
            and one["status"] != "Refused"
            for one in gestures_of(shop)
        ),
    )
    if entry.status not in REFUNDABLE:
        raise invalid("orderId", f"The order {entry.order_id} is {entry.status}: it must be Shipped or Delivered.")
    allowable = allowable_amount(shop, entry)
    if amount > allowable:
        raise invalid("amount", f"The amount must not exceed the allowable amount of {allowable}.")
    now = shop.clock.now()
    number = f"CG-{len(shop.gestures) + 1:06d}"
    shop.gestures.append(
        {
            "requestId": number,
            "orderId": entry.order_id,
            "salesChannelId": entry.channel,
            "status": "Pending",
            "reason": reason,
            "reasonDetails": details,
            "amount": amount,
            "createdAt": format_time(now),
            "updatedAt": format_time(now),
            "_due": now + timedelta(seconds=shop.settings.gesture_delay),
            "_number": len(shop.gestures),
        }
    )
    return json_reply({"requestId": number}, 201)


def _shown(request):
    return {key: value for key, value in request.items() if not key.startswith("_")}


def list_gestures(call):
    query = call.query
    borders = []
    for name in _DATES:
        for end in ("Min", "Max"):
            if query.get(name + end):
                try:
                    borders.append((name, end, parse_time(query[name + end])))
                except ValueError:
                    raise invalid(name + end, f"The value '{query[name + end]}' is not valid.") from None

    def fits(request):
        if any(query.get(name) and query[name] != request[name] for name in _FIELDS):
            return False
        moments = ((end, parse_time(request[name]), border) for name, end, border in borders)
        return all(moment >= border if end == "Min" else moment <= border for end, moment, border in moments)

    found = [request for request in gestures_of(call.shop) if fits(request)]
    page, headers = cursor_page(
        call,
        lambda start: (request for request in found if request["_number"] >= start),
        lambda request: request["_number"],
    )
    return json_reply({"itemsPerPage": len(page), "items": [_shown(request) for request in page]}, headers=headers)


def show_gesture(call):
    request_id = call.args["request_id"]
    for request in gestures_of(call.shop):
        if request["requestId"] == request_id:
            return json_reply(_shown(request))
    raise Problem(404, detail=f"The request {request_id[:60]} was not found.")


ROUTES = (
    Route("GET", "/orders/{order_id}/commercial-gestures-available-amounts", available_amounts),
    Route("GET", "/sales-channel-commercial-gesture-configurations/{channel_id}", show_configuration),
    Route("POST", "/order-commercial-gesture-requests", create_gesture),
    Route("GET", "/order-commercial-gesture-requests", list_gestures),
    Route("GET", "/order-commercial-gesture-requests/{request_id}", show_gesture),
)
