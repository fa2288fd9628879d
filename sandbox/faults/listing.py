"""Faults of a list of orders: rows that move while they are read, rows twice, rows out of shape."""

from ..generator import Wish
from ..jsonio import dumps, loads
from ..replies import json_bytes


def shift_pages(call, params, rng, response):
    """Some orders of the page just served change, so that by ``updatedAt`` they move behind everything."""
    if call.served:
        entries = list(call.served)
        with call.market.lock:
            for entry in rng.sample(entries, min(int(params["count"]), len(entries))):
                call.shop.touch(entry)
    return response


def orders_arrive(call, params, rng, response):
    if call.page is not None:
        with call.market.lock:
            for _ in range(int(params["count"])):
                call.shop.create(Wish(status="InPreparation"))
    return response


def ask_overlap(call, params, rng):
    call.hints["overlap"] = int(params["count"])


def hide_orders(call, params, rng):
    call.hints["hidden"] = frozenset(map(str, params["order_ids"] or ()))


def _no_id(order):
    order.pop("orderId", None)
    return order


def _null_id(order):
    return {**order, "orderId": None}


def _lines_null(order):
    return {**order, "lines": None}


def _lines_object(order):
    return {**order, "lines": {"0": (order.get("lines") or [None])[0]}}


def _line_null(order):
    return {**order, "lines": [None, *(order.get("lines") or [])]}


def _first_line(order, **values):
    lines = list(order.get("lines") or [{}])
    lines[0] = {**(lines[0] or {}), **values}
    return {**order, "lines": lines}


# name -> what happens to the order; the row keeps its place in the page
DEFECTS = {
    "missing_order_id": _no_id,
    "null_order_id": _null_id,
    "lines_null": _lines_null,
    "lines_object": _lines_object,
    "line_null": _line_null,
    "quantity_text": lambda order: _first_line(order, quantity="deux"),
    "quantity_null": lambda order: _first_line(order, quantity=None),
    "total_null": lambda order: {**_first_line(order, totalPrice=None), "totalPrice": None},
    "total_text": lambda order: {**order, "totalPrice": {"offerPrice": "n/a", "sellingPrice": "n/a"}},
    "date_garbage": lambda order: {**order, "updatedAt": "hier soir", "purchasedAt": "0000-00-00"},
    "address_list": lambda order: {**order, "billingAddress": ["3 rue des Lilas"]},
    "status_null": lambda order: {**order, "status": None},
    "not_an_object": lambda order: "26110217541ABCDE",
}


def malformed(call, params, rng, response):
    """Bend one row; the stored order stays whole, a later reading shows it in order again."""
    if response.status_code != 200:
        return response
    value = loads(response.get_data().decode("utf-8"))
    rows = value.get("items") if isinstance(value, dict) and "items" in value else None
    defect = params["defect"] or rng.choice(list(DEFECTS))
    if rows:
        wanted = params["index"]
        place = rng.randrange(len(rows)) if wanted is None else min(int(wanted), len(rows) - 1)
        rows[place] = DEFECTS[defect](rows[place])
    elif isinstance(value, dict) and "orderId" in value:
        value = DEFECTS[defect](value)
    return json_bytes(dumps(value), headers={k: v for k, v in response.headers if k.lower() == "link"})
