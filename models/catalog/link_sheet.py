"""Links between offers and products as a spreadsheet: what it says, what it would change, what is wrong with it."""

import io
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from odoo import _, api, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ...services.rules.gtin import normalise
from ...services.rules.mapping_sheet import SheetError, cell_text, read_csv, read_rows
from ...services.text import clean

BATCH = 1000
GOODS = """
SELECT p.id, COALESCE(p.default_code, ''), COALESCE(p.barcode, ''), COALESCE(p.active, FALSE), t.company_id, t.type
  FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id
 WHERE p.default_code = ANY(%s) OR p.barcode = ANY(%s) OR p.id = ANY(%s)
 ORDER BY p.id
"""
WORKBOOK = b"PK\x03\x04"


@dataclass
class SheetPlan:
    """What a spreadsheet would do.

    :param links: ``{mapping.id: product.id}`` of offers that get their first product
    :param changes: the same for offers that have another one now
    :param unchanged: number of rows that say what is so already, or say no product
    :param problems: list of (row number, SKU, sentence)
    :param rows: ``{mapping.id: (row number, SKU, id of the product it has now or 0)}`` of links and changes
    """

    links: dict = field(default_factory=dict)
    changes: dict = field(default_factory=dict)
    unchanged: int = 0
    problems: list = field(default_factory=list)
    rows: dict = field(default_factory=dict)


class Good(NamedTuple):
    """A product as far as a spreadsheet is concerned. ``company``: id, None when all share it."""

    id: int
    reference: str
    barcode: str
    active: bool
    company: int | None
    kind: str


class Goods:
    """Products by what a row can call them: a row is read without asking the database for each."""

    def __init__(self, found):
        self.by_id, self.by_reference, self.by_gtin = {}, {}, {}
        for one in found:
            self.by_id[str(one.id)] = [one]
            if one.reference:
                self.by_reference.setdefault(one.reference, []).append(one)
            if one.barcode:
                self.by_gtin.setdefault(normalise(one.barcode) or one.barcode, []).append(one)

    def of(self, row):
        """Return the products a row can mean, None when it says none.

        The reference says it; the barcode where there is none, the ID last: a person who corrects an exported row
        changes what can be read. A further column only tells apart what the one before leaves open.
        """
        said = [
            self.by_reference.get(row.reference, []) if row.reference else None,
            self.by_gtin.get(normalise(row.barcode) or row.barcode, []) if row.barcode else None,
            self.by_id.get(row.product_id, []) if row.product_id else None,
        ]
        said = [one for one in said if one is not None]
        if not said:
            return None
        found = said[0]
        for further in said[1:]:
            both = [one for one in found if one in further]
            found = both if len(found) > 1 and both else found
        return found

    def is_called(self, row, product_id):
        """Whether a product has the row's reference but for blanks at its ends, which a spreadsheet drops."""
        known = self.by_id.get(str(product_id))
        return bool(row.reference and known and clean(known[0].reference).strip() == row.reference)


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
                ["seller_reference", "product_id"],
            )
            by_sku = {offer.seller_reference: (offer.id, offer.product_id.id) for offer in offers}
            goods = self._goods_of_rows(batch, offers.product_id.ids)
            for row in batch:
                problem = self._plan_row(plan, row, by_sku.get(row.sku), goods, config, times[row.sku])
                if problem:
                    plan.problems.append((row.number, row.sku, problem))
            # Of 100 000 rows, only what was decided is kept.
            self.env.invalidate_all()
        return plan

    @api.model
    def _plan_row(self, plan, row, offer, goods, config, times):
        """Note in the plan what a row does.

        :param offer: (id, product id or False), None when there is no offer with the SKU
        :param goods: what ``_goods_of_rows`` found
        :return: a sentence on what is wrong with the row, None when nothing is
        """
        if times > 1:
            return _("This SKU is %s times in the file: keep one row.", times)
        if not offer:
            return _("The account has no offer with this SKU.")
        offer_id, product_id = offer
        found = goods.of(row)
        if found is None or product_id in [one.id for one in found] or goods.is_called(row, product_id):
            plan.unchanged += 1
            return None
        if not found:
            return _("No product has %s.", self._told(row))
        own = [one for one in found if one.company in (None, config.company_id.id)]
        if not own:
            return _("The product with %s belongs to another company.", self._told(row))
        best = [one for one in own if one.active] or own
        if len(best) > 1:
            return _("%(count)s products have %(told)s: add the Odoo ID.", count=len(best), told=self._told(row))
        if best[0].kind == "combo":
            return _("The product with %s is a combo: it cannot be sold from here.", self._told(row))
        (plan.changes if product_id else plan.links)[offer_id] = best[0].id
        plan.rows[offer_id] = (row.number, row.sku, product_id or 0)
        return None

    @api.model
    def _told(self, row):
        """Return in what words a row says its product."""
        if row.reference:
            return _("the reference %s", row.reference)
        if row.barcode:
            return _("the barcode %s", row.barcode)
        return _("the ID %s", row.product_id)

    @api.model
    def _goods_of_rows(self, rows, product_ids):
        """Return the Goods that rows may mean, in one query, and the products their offers have now.

        Archived ones too, and those of other companies: a person must be told that they are.
        """
        orders = self.env["cdiscount.order.mapping"]
        barcodes = {row.barcode for row in rows if row.barcode}
        widths = {width for barcode in barcodes for width in orders._gtin_widths(barcode)} | barcodes
        ids = [int(row.product_id) for row in rows if row.product_id.isdecimal() and len(row.product_id) < 10]
        self.env["product.product"].flush_model(["default_code", "barcode", "active", "product_tmpl_id"])
        self.env["product.template"].flush_model(["company_id", "type"])
        references = [row.reference for row in rows if row.reference]
        self.env.cr.execute(GOODS, (references, list(widths), [*ids, *product_ids]))
        return Goods(Good(*found) for found in self.env.cr.fetchall())

    # ------------------------------------------------------------------ doing it
    @api.model
    def _apply_sheet(self, config, rows):
        """Link what a spreadsheet says; what has a problem is left as it is.

        Planned anew: what a colleague has changed since the preview counts.

        :return: the SheetPlan that was carried out
        """
        self.env["cdiscount.order.mapping"]._require_manager()
        plan = self._plan_sheet(config, rows)
        self._apply_plan(plan)
        return plan

    @api.model
    def _apply_plan(self, plan):
        """Do what a SheetPlan says, at once."""
        wanted = {**plan.links, **plan.changes}
        for ids in split_every(BATCH, wanted):
            self.browse(ids)._link({mapping_id: wanted[mapping_id] for mapping_id in ids})
            self.env.invalidate_all()
