"""Invoices for customers (contract §3.9): one file per order, and imports of many.

Which status an order must have, how large a file may be and the shape of the answers are a guess.
"""

from werkzeug.wrappers import Response

from ..cursors import cursor_page
from ..invoices import shown
from ..problems import Problem, invalid
from ..replies import json_reply
from ..route import Route

FORM = "multipart/form-data"


def _files(call):
    found = [part for parts in call.request.files.listvalues() for part in parts if part.filename]
    if not found:
        raise invalid("file", "The file field is required.")
    return [(part.filename, part.read()) for part in found]


def _order_id(call):
    order_id = call.args["order_id"]
    if order_id not in call.shop.orders:
        raise Problem(404, detail=f"The order {order_id[:60]} was not found.")
    return order_id


def send_document(call):
    order_id, files = _order_id(call), _files(call)
    if len(files) > 1:
        raise invalid("file", "One file is expected.")
    (name, content), counters = files[0], call.market.counters
    taken = call.shop.invoices.take(order_id, name, content, counters.mark)
    return json_reply({"documentId": taken["documentId"]}, 201)


def show_documents(call):
    row = call.shop.invoices.current.get(_order_id(call))
    if call.shop.settings.invoice_reading == "download":
        if row is None:
            raise Problem(404, detail="The order has no invoice.")
        return Response(row["_content"], content_type=row["contentType"])
    items = [shown(row)] if row else []
    return json_reply({"itemsPerPage": len(items), "items": items})


def start_import(call):
    started = call.shop.invoices.start_import(_files(call), call.market.counters.mark)
    return json_reply({"importId": started["importId"]}, 202)


def list_imports(call):
    invoices = call.shop.invoices
    page, headers = cursor_page(
        call,
        lambda start: (row for row in invoices.imports if row["_number"] >= start),
        lambda row: row["_number"],
    )
    items = [invoices.progress(row) for row in page]
    return json_reply({"itemsPerPage": len(items), "items": items}, headers=headers)


def show_import(call):
    for row in call.shop.invoices.imports:
        if row["importId"] == call.args["import_id"]:
            return json_reply(call.shop.invoices.progress(row))
    raise Problem(404, detail=f"The import {call.args['import_id'][:60]} was not found.")


ROUTES = (
    Route("POST", "/orders/{order_id}/invoice-documents", send_document, media=FORM),
    Route("GET", "/orders/{order_id}/invoice-documents", show_documents),
    Route("POST", "/order-invoice-imports", start_import, media=FORM),
    Route("GET", "/order-invoice-imports", list_imports),
    Route("GET", "/order-invoice-imports/{import_id}", show_import),
)
