"""Control calls about orders: create, read, move on, patch."""

import copy
from decimal import Decimal

from .clock import parse_time
from .expected import order_row
from .generator import Draft, parse_wish
from .generator.pricing import euros, header_total, price_block
from .lifecycle import MoveRefused

MAX_CREATED = 100_000


def _entry(control, order_id):
    entry = control.shop.orders.get(order_id)
    if entry is None:
        raise LookupError(f"There is no order {order_id}.")
    return entry


def _raw(control, document):
    """A document stored as it is; only ``orderId`` must be a text of its own."""
    if not isinstance(document, dict) or not isinstance(document.get("orderId"), str) or not document["orderId"]:
        raise ValueError("document must be an object with a text orderId.")
    moment = control.shop.stamp()
    if document.get("updatedAt"):
        try:
            moment = parse_time(document["updatedAt"])
        except ValueError:
            moment = control.shop.stamp()
    return control.shop.orders.add(Draft(document, None, moment))


def create_orders(control):
    """Orders by wish (``count``, ``patch``, keys of ``Wish``) or one ``document`` as it is; answers the new ones."""
    body = dict(control.dict_body())
    if "document" in body:
        return {"orders": [_raw(control, body["document"]).document]}, 201
    count = body.pop("count", 1)
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MAX_CREATED:
        raise ValueError(f"count is a whole number from 1 to {MAX_CREATED}, not {count!r}.")
    patch = body.pop("patch", None)
    if patch is not None and not isinstance(patch, dict):
        raise ValueError("patch must be an object.")
    shown = body.pop("answer", "documents")
    parse_wish(dict(body))
    made = []
    for _ in range(count):
        entry = control.shop.create(parse_wish(dict(body)))
        if patch:
            _merge(entry.document, patch)
            control.shop.orders.change(entry)
        made.append(entry)
    if shown == "ids":
        return {"ids": [entry.order_id for entry in made]}, 201
    return {"orders": [entry.document for entry in made]}, 201


def get_order(control, order_id):
    entry = _entry(control, order_id)
    return {"order": entry.document, "expected": order_row(control.shop, entry)}


def move_order(control, order_id):
    """``{to, line, force}``: the header with all its live lines, or one line; without ``to`` what follows by itself."""
    body = control.dict_body()
    for key in body:
        if key not in ("to", "line", "force"):
            raise ValueError(f"Unknown key {key!r}; known are force, line, to.")
    entry = _entry(control, order_id)
    force = bool(body.get("force"))
    if body.get("line") is not None:
        if not body.get("to"):
            raise ValueError("A line moves to a status; say which with to.")
        control.shop.move_line(entry, body["line"], body["to"], force)
    else:
        if body.get("to") is None and entry.status in ("Delivered", "Cancelled", "Refused", "Rejected"):
            raise MoveRefused(f"The order {order_id} is {entry.status}; nothing follows.")
        control.shop.move(entry, body.get("to"), force)
    return {"order": entry.document}


def _merge(target, patch):
    """JSON merge patch; besides, an object on a list changes elements by place: ``{"lines": {"0": {...}}}``."""
    for key, value in patch.items():
        current = target.get(key)
        if isinstance(value, dict) and isinstance(current, dict):
            _merge(current, value)
        elif isinstance(value, dict) and isinstance(current, list):
            for place, change in value.items():
                if not place.isdigit() or int(place) >= len(current):
                    raise ValueError(f"{key} has no element {place!r}.")
                if isinstance(change, dict) and isinstance(current[int(place)], dict):
                    _merge(current[int(place)], change)
                else:
                    current[int(place)] = change
        else:
            target[key] = value


def _recompute(document):
    """Line totals, VAT and commission from unit price, quantity and shipping; header from the lines."""
    for line in document["lines"]:
        for side in ("offerPrice", "sellingPrice"):
            block = line[side]
            unit = int(Decimal(str(block["unitSalesPrice"])) * 100)
            shipping = int(Decimal(str(block["shippingCost"])) * 100)
            vat = next((tax for tax in block["taxes"] if tax["code"] == "VAT"), {"rate": 0})
            eco = next((tax for tax in block["taxes"] if tax["code"] == "Ecotax"), None)
            commission = block.get("commission")
            line[side] = {
                **block,
                **price_block(
                    unit,
                    shipping,
                    shipping,
                    line["quantity"],
                    int(Decimal(str(vat["rate"])) * 10),
                    int(Decimal(str(eco["amount"])) * 100) // line["quantity"] if eco else 0,
                    int(Decimal(str(commission["rate"])) * 10) if commission else None,
                ),
            }
            line["totalPrice"][side] = euros(unit * line["quantity"] + shipping)
    document["totalPrice"] = header_total(document, False)


def patch_order(control, order_id):
    """``{patch, touch, updated_at, recompute}``: change the document; ``updatedAt`` moves unless ``touch`` is false."""
    body = control.dict_body()
    for key in body:
        if key not in ("patch", "touch", "updated_at", "recompute"):
            raise ValueError(f"Unknown key {key!r}; known are patch, recompute, touch, updated_at.")
    entry = _entry(control, order_id)
    patch = body.get("patch") or {}
    if not isinstance(patch, dict):
        raise ValueError("patch must be an object.")
    if "orderId" in patch:
        raise ValueError("orderId cannot be changed; the listing fault malformed_order shows orders without it.")
    moment = parse_time(body["updated_at"]) if body.get("updated_at") else None
    # On a copy: a patch that is refused half-way leaves the order as it was
    document = copy.deepcopy(entry.document)
    _merge(document, patch)
    if body.get("recompute"):
        _recompute(document)
    entry.document = document
    if moment:
        control.shop.touch(entry, moment)
    elif body.get("touch", True):
        control.shop.touch(entry)
    else:
        control.shop.orders.change(entry)
    return {"order": entry.document}


ACTIONS = (
    ("POST", "/orders", create_orders),
    ("GET", "/orders/<order_id>", get_order),
    ("POST", "/orders/<order_id>", patch_order),
    ("POST", "/orders/<order_id>/move", move_order),
)
