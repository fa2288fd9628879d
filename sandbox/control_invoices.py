"""Control calls about invoices: what was received, and the files themselves."""

from werkzeug.wrappers import Response

from .invoices import shown


def list_invoices(control):
    """Every file that was taken, oldest first; ``?order=ID``: of that order only."""
    invoices, order_id = control.shop.invoices, control.query.get("order")
    rows = [row for row in invoices.received if order_id in (None, row["orderId"])]
    return {
        "invoices": [
            {
                **shown(row),
                "orderId": row["orderId"],
                "sha256": row["sha256"],
                "current": invoices.current[row["orderId"]] is row,
            }
            for row in rows
        ]
    }


def download(control, document_id):
    """The file as it came."""
    for row in control.shop.invoices.received:
        if row["documentId"] == document_id:
            return Response(row["_content"], content_type=row["contentType"])
    raise LookupError(f"There is no invoice {document_id}.")


ACTIONS = (
    ("GET", "/invoices", list_invoices),
    ("GET", "/invoices/<document_id>", download),
)
