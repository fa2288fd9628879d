"""Cancellation requests take effect some time after they were taken in (contract §3.7: asynchronous)."""

from .clock import format_time, parse_time
from .lifecycle import DEAD, set_line_status


def settle(shop):
    """Let every request whose time has come take effect."""
    for request in shop.cancellations:
        if request["status"] != "Pending" or request["_due"] > shop.clock.now():
            continue
        entry = shop.orders.get(request["orderSellerId"])
        moment = max(shop.stamp(), parse_time(request["createdAt"]))
        request.update(status="Accepted", updatedAt=format_time(moment))
        for line in entry.lines:
            if line.get("orderLineId") not in request["_lines"]:
                continue
            asked = request["lines"][request["_lines"].index(line["orderLineId"])]
            details = {
                "reason": asked["reason"],
                "type": request["type"],
                "shippingCostRefund": asked["shippingCostRefund"],
                "date": format_time(moment),
            }
            line["cancellationDetails"] = details
            if request["type"] == "Cancellation" and line.get("status") not in DEAD:
                set_line_status(entry, line, "Cancelled", moment, force=True)
        entry.document["updatedAt"] = format_time(moment)
        shop.orders.change(entry, moment)
