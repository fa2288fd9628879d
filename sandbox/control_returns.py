"""Control calls about returns to the marketplace's own warehouses."""

from .returns import KINDS, book_of

_CREATE = ("order", "type", "reason", "lines", "label", "patch")


def list_returns(control):
    return {"returns": book_of(control.shop).rows}


def create_return(control):
    """``{order, type, reason, lines: {line id: quantity}, label, patch}``: a customer or the carrier sends it back."""
    body, shop = control.dict_body(), control.shop
    for key in body:
        if key not in _CREATE:
            raise ValueError(f"Unknown key {key!r}; known are {', '.join(_CREATE)}.")
    entry = shop.orders.get(body.get("order"))
    if entry is None:
        raise LookupError(f"There is no order {body.get('order')}.")
    kind = body.get("type", "Customer")
    if kind not in KINDS:
        raise ValueError(f"type is one of {', '.join(KINDS)}, not {kind!r}.")
    row = book_of(shop).add(
        shop, entry, kind, body.get("reason", "Retraction"), body.get("label", True) is True, body.get("lines")
    )
    row.update(body.get("patch") or {})
    return {"return": row}, 201


def change_return(control, return_id):
    """Any field of a return, also words nobody knows; a status from Referenced on notes the receipt."""
    row = book_of(control.shop).get(return_id)
    if row is None:
        raise LookupError(f"There is no return {return_id}.")
    return {"return": book_of(control.shop).change(control.shop, row, control.dict_body())}


ACTIONS = (
    ("GET", "/returns", list_returns),
    ("POST", "/returns", create_return),
    ("POST", "/returns/<return_id>", change_return),
)
