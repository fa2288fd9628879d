"""Links between offers and products as a spreadsheet: what it says, what it would change, what is wrong with it."""

import io
from collections import Counter
from dataclasses import dataclass, field

from odoo import _, api, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ...services.rules.gtin import normalise
from ...services.rules.mapping_sheet import SheetError, cell_text, read_csv, read_rows
from ...services.text import clean

BATCH = 1000
PRODUCT_FIELDS = ["default_code", "barcode", "active", "product_tmpl_id"]
WORKBOOK = b"PK\x03\x04"


@dataclass
class SheetPlan:
    """What a spreadsheet would do.

    :param links: ``{mapping.id: product.id}`` of offers that get their first product
    :param changes: the same for offers that have another one now
    :param unchanged: number of rows that say what is so already, or say no product
    :param problems: list of (row number, SKU, sentence)
    """

    links: dict = field(default_factory=dict)
    changes: dict = field(default_factory=dict)
    unchanged: int = 0
    problems: list = field(default_factory=list)


class CdiscountLinkSheet(models.Model):
    _inherit = "cdiscount.product.mapping"

    @api.model
    def _read_sheet(self, content):
        """Return the rows (services.rules.mapping_sheet.Row) of an uploaded file.

        :param content: bytes of a CSV file or an Excel workbook (.xlsx)
        :raises UserError: when it is no such table
        """
        try:
            table = self._read_workbook(content) if content.startswith(WORKBOOK) else read_csv(content)
            return list(read_rows(table))
        except SheetError as error:
            raise UserError(self._sheet_error_text(error)) from error

    @api.model
    def _read_workbook(self, content):
        try:
            from openpyxl import load_workbook
        except ImportError as error:
            raise UserError(
                _("This server cannot read Excel workbooks (openpyxl is missing): save the sheet as CSV.")
            ) from error
        try:
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            for cells in book.worksheets[0].iter_rows(values_only=True):
                yield [cell_text(value) for value in cells]
        except SheetError:
            raise
        except Exception as error:
            # A damaged workbook fails inside zipfile, the XML parser or openpyxl, each with errors of its own.
            raise SheetError("unreadable") from error

    @api.model
    def _sheet_error_text(self, error):
        texts = {
            "empty": _("The file is empty."),
            "no_sku": _("No column of the file is called SKU. Its headings are: %s.", error.detail),
            "no_product": _(
                "No column of the file says which product an offer is: Product Reference, Product Barcode or Odoo ID. "
                "Its headings are: %s.",
                error.detail,
            ),
            "twice": _("Two columns of the file mean the same as %s: remove one.", error.detail),
            "too_many": _("The file has more than 200,000 rows: split it."),
        }
        return texts.get(error.code) or _("The file cannot be read: save it as CSV or as an Excel workbook (.xlsx).")

    # ------------------------------------------------------------------ what it would do
    @api.model
    def _plan_sheet(self, config, rows):
        """Return the SheetPlan of rows for one account; nothing is changed. A fixed number of queries per batch."""
        plan = SheetPlan()
        times = Counter(row.sku for row in rows)
        for batch in split_every(BATCH, rows):
            offers = self.search_fetch(
                [("config_id", "=", config.id), ("seller_reference", "in", [row.sku for row in batch])],
                ["seller_reference", "product_id", "company_id"],
            )
            by_sku = {offer.seller_reference: offer for offer in offers}
            products = self._products_of_rows(batch)
            for row in batch:
                self._plan_row(plan, row, by_sku.get(row.sku), products, times[row.sku])
            # Of 100 000 rows, only what was decided is kept.
            self.env.invalidate_all()
        return plan

    @api.model
    def _plan_row(self, plan, row, offer, products, times):
        def refuse(sentence):
            plan.problems.append((row.number, row.sku, sentence))

        if times > 1:
            return refuse(_("This SKU is %s times in the file: keep one row.", times))
        if not offer:
            return refuse(_("The account has no offer with this SKU."))
        if not (row.reference or row.barcode or row.product_id):
            plan.unchanged += 1
            return None
        found, told = self._product_of_row(row, products)
        if offer.product_id in found or row.reference == clean(offer.product_id.default_code or "").strip() != "":
            plan.unchanged += 1
            return None
        if not found:
            return refuse(_("No product has %s.", told))
        own = found.filtered(lambda product: product.company_id.id in (False, offer.company_id.id))
        if not own:
            return refuse(_("The product with %s belongs to another company.", told))
        best = own.filtered("active") or own
        if len(best) > 1:
            return refuse(_("%(count)s products have %(told)s: add the Odoo ID.", count=len(best), told=told))
        if best.type == "combo":
            return refuse(_("The product with %s is a combo: it cannot be sold from here.", told))
        (plan.changes if offer.product_id else plan.links)[offer.id] = best.id
        return None

    @api.model
    def _products_of_row(self, row, products):
        by_reference, by_gtin, by_id = products
        return (
            (by_reference.get(row.reference), _("the reference %s", row.reference)) if row.reference else None,
            (by_gtin.get(normalise(row.barcode) or row.barcode), _("the barcode %s", row.barcode))
            if row.barcode
            else None,
            (by_id.get(row.product_id), _("the ID %s", row.product_id)) if row.product_id else None,
        )

    @api.model
    def _product_of_row(self, row, products):
        """Return (products a row can mean, in what words it says so).

        The reference says it; the barcode where there is none, the ID last: a person who corrects an exported row
        changes what can be read. A further column only tells apart what the one before leaves open.
        """
        empty, said = self.env["product.product"].sudo(), [one for one in self._products_of_row(row, products) if one]
        found, told = said[0]
        found = found or empty
        for further, _told in said[1:]:
            if len(found) > 1 and further and found & further:
                found &= further
        return found, told

    @api.model
    def _products_of_rows(self, rows):
        """Return ``({reference: products}, {GTIN of 14 digits: products}, {ID as text: product})``, archived ones too.

        Those of other companies as well: a person must be told that they are.
        """
        products = self.env["product.product"].sudo().with_context(active_test=False)
        orders = self.env["cdiscount.order.mapping"]
        references = {row.reference for row in rows if row.reference}
        barcodes = {row.barcode for row in rows if row.barcode}
        widths = {width for barcode in barcodes for width in orders._gtin_widths(barcode)} | barcodes
        ids = [int(row.product_id) for row in rows if row.product_id.isdecimal() and len(row.product_id) < 10]
        keys = (
            ("default_code", references, lambda product: product.default_code),
            ("barcode", widths, lambda product: normalise(product.barcode) or product.barcode),
            ("id", ids, lambda product: str(product.id)),
        )
        tables, seen = ({}, {}, {}), set()
        for table, (name, values, key) in zip(tables, keys, strict=True):
            if values:
                for product in products.search_fetch([(name, "in", list(values))], PRODUCT_FIELDS):
                    table.setdefault(key(product), []).append(product.id)
                    seen.add(product.id)
        # One at a time they would each be read again: records put together forget with whom they were found.
        return tuple(
            {key: products.browse(ids).with_prefetch(list(seen)) for key, ids in table.items()} for table in tables
        )

    # ------------------------------------------------------------------ doing it
    @api.model
    def _apply_sheet(self, config, rows):
        """Link what a spreadsheet says; what has a problem is left as it is.

        Planned anew: what a colleague has changed since the preview counts.

        :return: the SheetPlan that was carried out
        """
        self.env["cdiscount.order.mapping"]._require_manager()
        plan = self._plan_sheet(config, rows)
        wanted = {**plan.links, **plan.changes}
        for ids in split_every(BATCH, wanted):
            self.browse(ids)._link({mapping_id: wanted[mapping_id] for mapping_id in ids})
            self.env.invalidate_all()
        return plan
