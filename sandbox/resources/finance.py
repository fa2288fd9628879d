"""Operations, payments, commission invoices, reports (contract §8). The shapes are guesses around its one example."""

from datetime import datetime, time

from werkzeug.wrappers import Response

from ..clock import UTC, parse_time
from ..cursors import cursor_page
from ..finance.pdf import make_pdf
from ..paging import index_body, index_page
from ..problems import Problem, invalid
from ..replies import json_reply
from ..route import Route

_FIELDS = ("orderReference", "eventType", "paymentState", "invoiceId", "paymentReference")


def _shown(row):
    return {key: value for key, value in row.items() if not key.startswith("_")}


def _border(query, name):
    if not query.get(name):
        return None
    try:
        return parse_time(query[name])
    except ValueError:
        raise invalid(name, f"The value '{query[name]}' is not valid.") from None


def _select(call, rows):
    """Rows that fit the query; with ``finance_filters`` off the marketplace ignores it all, as it may (§12 no. 9)."""
    query = call.query
    if not call.shop.settings.finance_filters:
        return rows
    after, before = _border(query, "updatedAtMin"), _border(query, "updatedAtMax")
    return [
        row
        for row in rows
        if all(not query.get(name) or row.get(name) == query[name] for name in _FIELDS)
        and (after is None or row["_updated"] >= after)
        and (before is None or row["_updated"] <= before)
    ]


def _page(call, rows):
    """A page in the way the shop's ``finance_paging`` says: which one the real service uses is not known."""
    if call.shop.settings.finance_paging == "cursor":
        numbered = list(enumerate(rows))
        page, headers = cursor_page(call, lambda start: iter(numbered[start:]), lambda pair: pair[0])
        return json_reply(index_body([_shown(row) for _, row in page]), headers=headers)
    page = index_page(call.query, default=100)
    return json_reply(index_body([_shown(row) for row in rows[page.start : page.stop]]))


def list_operations(call):
    return _page(call, _select(call, call.shop.finance.rows()))


def count_operations(call):
    return json_reply({"count": len(_select(call, call.shop.finance.rows()))})


def list_payments(call):
    return _page(call, _select(call, call.shop.finance.payments()))


def count_payments(call):
    return json_reply({"count": len(_select(call, call.shop.finance.payments()))})


def _invoice(call):
    invoice_id = call.args["invoice_id"]
    rows = call.shop.finance.invoices().get(invoice_id)
    if rows is None:
        raise Problem(404, detail=f"The invoice {invoice_id[:60]} was not found.")
    return invoice_id, rows


def _detail(row):
    sign = -1 if row["_signed"] > 0 else 1
    return {
        "operationReference": row["operationReference"],
        "eventType": row["eventType"],
        "orderReference": row["orderReference"],
        "amountWithoutVat": sign * (row["_with_vat"] - row["_vat"]),
        "vat": sign * row["_vat"],
        "amountWithVat": sign * row["_with_vat"],
    }


def invoice_details(call):
    return _page(call, [_detail(row) for row in _invoice(call)[1]])


def count_invoice_details(call):
    return json_reply({"count": len(_invoice(call)[1])})


def _summary(call, invoice_id, rows):
    finance = call.shop.finance
    day = finance.invoice_date(invoice_id)
    return {
        "invoiceId": invoice_id,
        "invoiceDate": day,
        "currencyCode": "EUR",
        **finance.invoice_amounts(rows),
        "_updated": datetime.combine(datetime.fromisoformat(day).date(), time(), UTC),
    }


def invoice_document(call):
    invoice_id, rows = _invoice(call)
    found = _summary(call, invoice_id, rows)
    lines = (
        f"Facture {invoice_id}",
        f"Date {found['invoiceDate']}",
        f"Vendeur {call.shop.seller_id} {call.shop.name}",
        "",
        f"Operations: {len(rows)}",
        f"Total HT {found['amountWithoutVat']:.2f} EUR",
        f"TVA {found['vat']:.2f} EUR",
        f"Total TTC {found['amountWithVat']:.2f} EUR",
    )
    headers = {"Content-Disposition": f'attachment; filename="{invoice_id}.pdf"'}
    return Response(make_pdf(lines), content_type="application/pdf", headers=headers)


def list_invoice_documents(call):
    rows = [_summary(call, invoice_id, rows) for invoice_id, rows in call.shop.finance.invoices().items()]
    return _page(call, _select(call, rows))


def list_reports(call):
    """The yearly DAC7 report of each year before this one."""
    year = call.shop.clock.now().year
    return json_reply(index_body([{"id": f"DAC7-{year - 1}", "type": "DAC7", "year": year - 1}]))


def report_document(call):
    name = call.args["report_id"]
    if not name.startswith("DAC7-"):
        raise Problem(404, detail=f"The report {name[:60]} was not found.")
    return Response(make_pdf((f"DAC7 {name}", f"Vendeur {call.shop.seller_id}")), content_type="application/pdf")


ROUTES = (
    Route("GET", "/operations", list_operations),
    Route("GET", "/operations/count", count_operations),
    Route("GET", "/payments", list_payments),
    Route("GET", "/payments/count", count_payments),
    Route("GET", "/invoices/{invoice_id}/details", invoice_details),
    Route("GET", "/invoices/{invoice_id}/details/count", count_invoice_details),
    Route("GET", "/invoices/{invoice_id}/documents", invoice_document),
    Route("GET", "/invoice-documents", list_invoice_documents),
    Route("GET", "/reports", list_reports),
    Route("GET", "/reports/{report_id}/report-documents", report_document),
)
