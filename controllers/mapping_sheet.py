"""The links between offers and products as a file to download, written in batches."""

import csv
import io

from odoo import _, fields, http
from odoo.http import content_disposition, request
from odoo.tools import split_every

from ..services.rules.mapping_sheet import COLUMNS, neutralise

BATCH = 2000
GROUP = "cdiscount_store_management.group_user"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CdiscountMappingSheet(http.Controller):
    @http.route("/cdiscount/offers/sheet", type="http", auth="user", methods=["GET"])
    def mapping_sheet(self, config_id="", kind="csv", not_linked="", **unused):
        """Answer with the offers of an account that the user may see.

        :param kind: csv (semicolons, UTF-8 with a mark: a double click opens it in France) or xlsx
        :param not_linked: anything: only the offers that are not linked
        """
        config = request.env["cdiscount.config"].search(
            [("id", "=", int(config_id) if config_id.isdecimal() and len(config_id) < 10 else 0)]
        )
        if not config or not request.env.user.has_group(GROUP):
            return request.not_found()
        domain = [("config_id", "=", config.id)]
        if not_linked:
            domain += [("product_id", "=", False), ("ignored", "=", False)]
        write, mime = (self._xlsx, XLSX) if kind == "xlsx" else (self._csv, "text/csv; charset=utf-8")
        content = write(self._rows(domain))
        name = f"cdiscount-{fields.Date.context_today(config)}.{'xlsx' if kind == 'xlsx' else 'csv'}"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", mime),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    def _rows(self, domain):
        """Yield the headings, then one list of texts per offer."""
        offers = request.env["cdiscount.product.mapping"]
        labels = {
            "sku": _("SKU"),
            "gtin": _("GTIN"),
            "title": _("Title"),
            "state": _("State"),
            "reference": _("Product Reference"),
            "barcode": _("Product Barcode"),
            "product": _("Product"),
            "product_id": _("Odoo ID"),
        }
        yield [labels[column] for column in COLUMNS]
        states = dict(offers._fields["state"]._description_selection(request.env))
        for ids in split_every(BATCH, offers.search(domain, order="seller_reference, id").ids):
            for offer in offers.browse(ids).with_context(active_test=False):
                product = offer.product_id
                yield [
                    offer.seller_reference,
                    offer.gtin or "",
                    offer.title or "",
                    states.get(offer.state, ""),
                    product.default_code or "",
                    product.barcode or "",
                    product.name or "",
                    str(product.id or ""),
                ]
            request.env.invalidate_all()

    def _csv(self, rows):
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";")
        writer.writerows([neutralise(cell) for cell in row] for row in rows)
        return text.getvalue().encode("utf-8-sig")

    def _xlsx(self, rows):
        import xlsxwriter

        output = io.BytesIO()
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(output, options)
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(COLUMNS) - 1, 22)
        bold = book.add_format({"bold": True})
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell, None if number else bold)
        book.close()
        return output.getvalue()
