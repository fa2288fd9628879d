"""Control calls about discussions: what customers and Cdiscount's customer care do."""

import base64

from .discussing import CARE, CUSTOMER, SELLER, discussions_of, sample_picture

_OPEN = {"order_id", "subject", "sub_typology", "typology", "body", "graduation", "files", "patch"}
_WRITE = {"body", "sender", "files", "patch"}
_SUBJECT, _CODE = "Produit endommagé", "productIsDamaged"
_BODY = "Bonjour, le produit est arrivé cassé. Que proposez-vous ?"


def _only(body, known):
    for key in body:
        if key not in known:
            raise ValueError(f"Unknown key {key!r}; known are {', '.join(sorted(known))}.")
    return body


def _files(body):
    """``files``: names of pictures made up here, or ``{"name", "content"}`` with base64."""
    found = []
    for one in body.get("files") or ():
        found.append((one["name"], base64.b64decode(one["content"])) if isinstance(one, dict) else sample_picture(one))
    return found


def _document(control, number):
    document = discussions_of(control.shop).by_id.get(number)
    if document is None:
        raise LookupError(f"There is no discussion {number}.")
    return document


def list_all(control):
    shown = discussions_of(control.shop)
    return {"discussions": [shown.whole(document) for document in shown.by_id.values()]}


def show(control, number):
    return discussions_of(control.shop).whole(_document(control, number))


def open_by_customer(control):
    """A customer asks about an order. ``patch`` is laid over the document: unknown words, nulls."""
    body = _only(control.dict_body(), _OPEN)
    entry = control.shop.orders.get(body["order_id"])
    if entry is None:
        raise LookupError(f"There is no order {body['order_id']}.")
    shown = discussions_of(control.shop)
    document = shown.open(
        entry,
        body.get("subject", _SUBJECT),
        body.get("sub_typology", _CODE),
        body.get("body", _BODY),
        CUSTOMER,
        files=_files(body),
        typology=body.get("typology", "Order"),
    )
    document["graduation"] = body.get("graduation", "Discussion")
    document.update(body.get("patch") or {})
    return shown.whole(document), 201


def write(control, number):
    """A message of the customer, of customer care, or of the seller through the portal; ``patch`` bends it."""
    body = _only(control.dict_body(), _WRITE)
    sender = body.get("sender", CUSTOMER)
    if sender not in (CUSTOMER, CARE, SELLER):
        raise ValueError(f"sender is one of {CUSTOMER}, {CARE}, {SELLER}, not {sender!r}.")
    document = _document(control, number)
    message = discussions_of(control.shop).write(document, sender, body.get("body", _BODY), files=_files(body))
    message.update(body.get("patch") or {})
    return message, 201


def change(control, number):
    """``escalate`` (one step up) or ``patch`` of the document, whose ``updatedAt`` moves unless it is patched."""
    body = _only(control.dict_body(), {"escalate", "patch"})
    document, shown = _document(control, number), discussions_of(control.shop)
    if body.get("escalate"):
        shown.escalate(document)
    if body.get("patch"):
        shown.touch(document)
        document.update(body["patch"])
    return shown.whole(document)


ACTIONS = (
    ("GET", "/discussions", list_all),
    ("POST", "/discussions", open_by_customer),
    ("GET", "/discussions/<number>", show),
    ("POST", "/discussions/<number>", change),
    ("POST", "/discussions/<number>/messages", write),
)
