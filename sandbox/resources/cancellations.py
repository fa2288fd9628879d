"""Cancellations and, after shipment, refunds: whole lines or whole orders (contract §3.7)."""

from datetime import timedelta

from ..cancelling import settle
from ..clock import format_time
from ..jsonio import as_object
from ..lifecycle import DEAD, OPEN
from ..paging import index_body, index_page
from ..problems import Problem, invalid
from ..referentials import CANCELLATION_REASONS
from ..replies import json_reply
from ..route import Route

REFUNDABLE = frozenset({"Shipped", "Delivered"})


def list_reasons(call):
    user = call.query.get("userType")
    if user and user.lower() not in ("seller", "customer", "operator"):
        raise invalid("userType", f"The value '{user}' is not valid.")
    status = call.query.get("orderStatus")
    french = call.language == "fr"
    if user and user.lower() != "seller":
        return json_reply([])
    return json_reply(
        [
            {"code": code, "label": label if french else english}
            for code, label, english, statuses in CANCELLATION_REASONS
            if not status or status in statuses
        ]
    )


def _object(call):
    body = call.body()
    if not isinstance(body, dict):
        raise invalid("$", "The JSON value could not be converted.")
    return body


def _order(call, body):
    # Two names for one thing: the portal writes orderSellerId, one generated client orderId (contract §13 no. 5)
    order_id = body.get("orderSellerId") or body.get("orderId")
    if not isinstance(order_id, str):
        raise invalid("orderSellerId", "The orderSellerId field is required.")
    entry = call.shop.orders.get(order_id)
    if entry is None:
        raise Problem(404, detail=f"The order {order_id[:60]} was not found.")
    return entry


def _reason(entry, reason, field):
    if not isinstance(reason, str) or not reason:
        raise invalid(field, "The reason field is required.")
    for code, _, _, statuses in CANCELLATION_REASONS:
        if code == reason and entry.status in statuses:
            return reason
    raise invalid(field, f"The reason '{reason[:60]}' is not allowed for an order in status {entry.status}.")


def _flag(value, field):
    if value is None:
        return False
    if not isinstance(value, bool):
        raise invalid(field, "The JSON value could not be converted to a boolean.")
    return value


def _check_lines(call, entry, lines):
    if entry.status not in OPEN and entry.status not in REFUNDABLE:
        call.market.counters.mark("cancellations_posted_twice", entry.status == "Cancelled")
        raise Problem(409, detail=f"The order {entry.order_id} is {entry.status}.")
    done = {
        line_id
        for request in call.shop.cancellations
        if request["orderSellerId"] == entry.order_id
        for line_id in request["_lines"]
    }
    for line in lines:
        line_id = line.get("orderLineId")
        if line_id in done:
            call.market.counters.mark("cancellations_posted_twice")
        if line_id in done or line.get("status") in DEAD:
            raise Problem(409, detail=f"A cancellation of the line {line_id} exists already.")


def _record(call, entry, rows):
    """Register one request for ``rows`` (line, reason, shippingCostRefund) and let it take effect when it is due."""
    shop = call.shop
    now = shop.clock.now()
    number = f"CR-{len(shop.cancellations) + 1:06d}"
    request = {
        "cancellationRequestId": number,
        "orderSellerId": entry.order_id,
        "salesChannel": entry.channel,
        "type": "Refund" if entry.status in REFUNDABLE else "Cancellation",
        "status": "Pending",
        "createdAt": format_time(now),
        "updatedAt": format_time(now),
        "lines": [
            {
                "lineId": line.get("orderLineId"),
                "offerId": as_object(line.get("offer")).get("id"),
                "reason": reason,
                "shippingCostRefund": shipping,
            }
            for line, reason, shipping in rows
        ],
        "_lines": [line.get("orderLineId") for line, _, _ in rows],
        "_due": now + timedelta(seconds=shop.settings.cancellation_delay),
    }
    shop.cancellations.append(request)
    settle(shop)
    return json_reply({"cancellationRequestId": number}, 201)


def cancel_order(call):
    body = _object(call)
    entry = _order(call, body)
    lines = [line for line in entry.lines if line.get("status") not in DEAD]
    _check_lines(call, entry, lines)
    reason = _reason(entry, body.get("reason"), "reason")
    shipping = _flag(body.get("shippingCostRefund"), "shippingCostRefund")
    return _record(call, entry, [(line, reason, shipping) for line in lines])


def cancel_lines(call):
    body = _object(call)
    entry = _order(call, body)
    asked = body.get("lines")
    if not isinstance(asked, list) or not asked or not all(isinstance(row, dict) for row in asked):
        raise invalid("lines", "The lines field must hold at least one line.")
    known = {line.get("orderLineId"): line for line in entry.lines}
    rows = []
    for place, row in enumerate(asked):
        line = known.get(row.get("lineId"))
        if line is None:
            raise invalid(f"lines[{place}].lineId", "The line does not belong to the order.")
        offer_id = row.get("offerId")
        if offer_id is not None and offer_id != as_object(line.get("offer")).get("id"):
            raise invalid(f"lines[{place}].offerId", "The offer does not belong to the line.")
        if any(line is other for other, _, _ in rows):
            raise invalid(f"lines[{place}].lineId", "The line is named twice.")
        shipping = row.get("shippingCostRefund", body.get("shippingCostRefund"))
        rows.append(
            (line, row.get("reason") or body.get("reason"), _flag(shipping, f"lines[{place}].shippingCostRefund"))
        )
    _check_lines(call, entry, [line for line, _, _ in rows])
    rows = [
        (line, _reason(entry, reason, f"lines[{place}].reason"), shipping)
        for place, (line, reason, shipping) in enumerate(rows)
    ]
    return _record(call, entry, rows)


def list_requests(call):
    page = index_page(call.query)
    query = call.query
    found = []
    for request in call.shop.cancellations:
        if query.get("orderSellerId") and request["orderSellerId"] != query["orderSellerId"]:
            continue
        if query.get("cancellationRequestId") and request["cancellationRequestId"] != query["cancellationRequestId"]:
            continue
        if query.get("salesChannel") and request["salesChannel"] != query["salesChannel"]:
            continue
        if query.get("lineId") and query["lineId"] not in request["_lines"]:
            continue
        if query.get("offerId") and not any(line["offerId"] == query["offerId"] for line in request["lines"]):
            continue
        found.append({key: value for key, value in request.items() if not key.startswith("_")})
    return json_reply(index_body(found[page.start : page.stop]))


ROUTES = (
    Route("GET", "/cancellation-reasons", list_reasons),
    Route("POST", "/order-cancellation-requests", cancel_order),
    Route("POST", "/order-partial-cancellation-requests", cancel_lines),
    Route("GET", "/order-cancellation-requests", list_requests),
)
