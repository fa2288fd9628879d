"""Orders: list, count, one, approval (contract §3.2 to §3.5)."""

from ..filters import parse_order_query, select
from ..paging import index_page, sorting
from ..problems import Problem, invalid
from ..replies import empty_reply, json_bytes, json_reply
from ..route import Route

# What the real service sorts by when nothing is asked is not known; newest first makes a caller that forgot to ask
# notice.
DEFAULT_SORT = ("createdAt", True)


def list_orders(call):
    query = parse_order_query(call.query)
    page = index_page(call.query)
    sort, descending = sorting(call.query, ("updatedAt", "createdAt"), DEFAULT_SORT)
    rows = _shown(call, query, select(call.shop.orders, query, sort, descending))
    start = page.start
    if page.index > 1:
        start = max(0, start - call.hints.get("overlap", 0))
    served = rows[start : page.stop] if page.start < len(rows) else []
    call.page, call.served = page, served
    call.market.counters.mark("order_pages")
    call.market.counters.mark("order_rows", len(served))
    body = b'{"itemsPerPage":%d,"items":[%s]}' % (len(served), b",".join(entry.json() for entry in served))
    return json_bytes(body)


def count_orders(call):
    query = parse_order_query(call.query)
    return json_reply(len(_shown(call, query, select(call.shop.orders, query))))


def _shown(call, query, rows):
    """The rows without those that the fault ``orders_hidden`` keeps from searches by ``updatedAt``."""
    hidden = call.hints.get("hidden")
    if not hidden or (query.updated_min is None and query.updated_max is None):
        return rows
    return [entry for entry in rows if entry.order_id not in hidden]


def find_order(call, order_id):
    entry = call.shop.orders.get(order_id)
    if entry is None:
        raise Problem(404, detail=f"The order {order_id[:60]} was not found.")
    return entry


def get_order(call):
    return json_bytes(find_order(call, call.args["order_id"]).json())


def approve(call):
    """Accept or refuse a whole order; only from WaitingAcceptance."""
    entry = find_order(call, call.args["order_id"])
    body = call.body()
    if not isinstance(body, dict):
        raise invalid("$", "The body must be an object.")
    wanted = body.get("approval_status")
    if wanted not in ("Accepted", "Refused"):
        raise invalid("approval_status", f"The value '{wanted}' is not valid.")
    if entry.channel != "CDISFR":
        raise invalid("orderId", f"Approval is not available on the sales channel {entry.channel}.")
    if entry.status != "WaitingAcceptance":
        if entry.status in ("Accepted", "InPreparation", "Refused"):
            call.market.counters.mark("approvals_posted_twice")
        raise Problem(
            400,
            detail=f"The order is {entry.status}.",
            errors={"approval_status": [f"Cannot switch to {wanted.lower()} status from {entry.status}."]},
        )
    call.shop.move(entry, wanted)
    return empty_reply(call.shop.settings.approval_status_code)


ROUTES = (
    Route("GET", "/orders", list_orders),
    Route("GET", "/orders/count", count_orders),
    Route("GET", "/orders/{order_id}", get_order),
    Route("POST", "/orders/{order_id}/approval-status", approve),
)
