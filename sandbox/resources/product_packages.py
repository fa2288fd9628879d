"""Product packages and their report (contract §5.3, §5.4)."""

from ..catalogue.offer import projected
from ..catalogue.offer_rules import normal_gtin
from ..catalogue.product_packages import MAX_SHEETS
from ..cursors import split_list
from ..paging import index_body, index_page, sorting
from ..problems import invalid
from ..replies import json_reply
from ..route import Route

ROWS = 25  # of a page of the report


def submit(call):
    body = call.body()
    sheets = body.get("products") if isinstance(body, dict) else None
    if not isinstance(sheets, list):
        raise invalid("products", "The products field is required.")
    if not 1 <= len(sheets) <= MAX_SHEETS:
        raise invalid("products", f"The number of products must be between 1 and {MAX_SHEETS}.")
    wanted = {"text": str, "number": int}.get(call.shop.settings.product_gtin)
    for place, sheet in enumerate(sheets):
        if not isinstance(sheet, dict):
            raise invalid(f"$.products[{place}]", "The JSON value could not be converted.")
        if wanted and not isinstance(sheet.get("gtin"), wanted):
            raise invalid(f"$.products[{place}].gtin", "The JSON value could not be converted.")
    package_id = call.shop.shelf.sheets.submit(sheets, call.shop.clock.now())
    if call.shop.settings.product_answer == "header":
        return json_reply({"packageId": "Accepted"}, 202, {"packageId": package_id})
    return json_reply({"packageId": package_id}, 202)


def report(call):
    """Rows of a package, or of all of the last days; nothing while a package is looked at."""
    shelf, settings = call.shop.shelf, call.shop.settings
    mode = settings.report_paging
    if mode != "pages" and "pageSize" in call.query:
        raise invalid("pageSize", "The field pageSize is not supported.")
    gtin = call.query.get("gtin")
    rows = shelf.sheets.rows(call.shop.clock.now(), call.query.get("packageId"), normal_gtin(gtin) if gtin else None)
    if call.hints.get("empty_report") or (gtin and normal_gtin(gtin) is None):
        rows = []
    key, descending = sorting(call.query, ("submissionDate", "gtin", "status"), ("submissionDate", False))
    order = {
        "submissionDate": lambda row: row.submitted,
        "gtin": lambda row: row.gtin or "",
        "status": lambda row: row.status,
    }
    rows = sorted(rows, key=order[key], reverse=descending)
    page = index_page(call.query, default=ROWS)
    start, stop = (0, ROWS) if mode == "capped" else (page.start, page.stop)
    fields = split_list(call.query, "fields")
    items = [
        projected(row.document(settings, call.language, place), fields)
        for place, row in enumerate(rows[start:stop], start)
    ]
    if not items:
        shelf.mark("product_reports_empty")
    return json_reply(index_body(items))


ROUTES = (
    Route("POST", "/products-integration", submit),
    Route("GET", "/products-integration-reports", report),
)
