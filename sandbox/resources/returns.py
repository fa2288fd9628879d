"""Returns to the marketplace's own warehouses with their labels (contract §9); a switch forbids them."""

import base64

from werkzeug.wrappers import Response

from ..cursors import cursor_page
from ..problems import Problem
from ..replies import json_reply
from ..returns import LABEL, book_of
from ..route import Route

_FILTERS = {"status": "status", "type": "type", "orderSellerId": "orderSellerId", "reference": "reference"}


def _select(call):
    if not call.shop.settings.fulfilment_allowed:
        raise Problem(403, detail="The seller has no fulfilment contract.")
    return [
        (place, row)
        for place, row in enumerate(book_of(call.shop).rows)
        if all(not call.query.get(name) or call.query[name] == row[key] for name, key in _FILTERS.items())
    ]


def list_returns(call):
    found = _select(call)
    page, headers = cursor_page(call, lambda start: (pair for pair in found if pair[0] >= start), lambda pair: pair[0])
    return json_reply({"itemsPerPage": len(page), "items": [row for _place, row in page]}, headers=headers)


def count_returns(call):
    return json_reply({"count": len(_select(call))})


def _row(call):
    _select(call)
    row = book_of(call.shop).get(call.args["return_id"])
    if row is None:
        raise Problem(404, detail="The return was not found.")
    return row


def get_return(call):
    return json_reply(_row(call))


def get_labels(call):
    row = _row(call)
    if not row["hasLabel"]:
        raise Problem(404, detail="The return has no label.")
    if call.shop.settings.return_labels == "json":
        content = base64.b64encode(LABEL).decode()
        return json_reply([{"fileName": f"{row['returnId']}.pdf", "content": content}])
    return Response(LABEL, content_type="application/pdf")


ROUTES = (
    Route("GET", "/returns", list_returns),
    Route("GET", "/returns/count", count_returns),
    Route("GET", "/returns/{return_id}", get_return),
    Route("GET", "/returns/{return_id}/labels", get_labels),
)
