"""The spreadsheet of links between offers and products: headings, encodings and separators people's programs write."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..text import clean, key, one_line

MOST_ROWS = 200_000
COLUMNS = ("sku", "gtin", "title", "state", "reference", "barcode", "product", "product_id")
"""As they are exported. Read back are the SKU and what says which product it is: reference, barcode, product_id."""
PRODUCT_COLUMNS = ("reference", "barcode", "product_id")

# Headings people give these columns; compared without case, accents and punctuation.
_HEADINGS = {
    "sku": ("SKU", "Seller reference", "Seller SKU", "Référence vendeur", "SKU Cdiscount", "SKU vendeur"),
    "reference": (
        "Product Reference",
        "Internal Reference",
        "Odoo Reference",
        "default_code",
        "Référence produit",
        "Référence du produit",
        "Référence interne",
        "Référence article",
        "Référence Odoo",
    ),
    "barcode": (
        "Product Barcode",
        "Barcode",
        "Code-barres",
        "Code-barres produit",
        "Code-barres du produit",
    ),
    "product_id": ("Odoo ID", "Product ID", "Database ID", "ID Odoo", "ID produit", "ID du produit"),
}
_BY_HEADING = {key(heading): column for column, headings in _HEADINGS.items() for heading in headings}

# A cell that begins like this is a formula for a spreadsheet program (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class SheetError(ValueError):
    """A file that cannot be read as a table of links.

    ``code``: ``empty``, ``no_sku`` (no such column), ``no_product`` (no column that says which product), ``twice`` (two
    columns with one meaning), ``too_many`` (rows) or ``unreadable``. ``detail``: the headings that were found.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Row:
    """One row that says something. ``number`` as the spreadsheet program counts: the headings are row 1."""

    number: int
    sku: str
    reference: str = ""
    barcode: str = ""
    product_id: str = ""


def neutralise(text: str) -> str:
    """The text so that no spreadsheet program takes it for a formula; ``restore`` brings back what it was."""
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def restore(text: str) -> str:
    """What ``neutralise`` was given. An apostrophe that protects nothing is part of the text."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*_FORMULA, "'")) else text


def read_csv(content: bytes) -> Iterator[list[str]]:
    """The rows of a text file: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252; ; , or tab."""
    text = _decode(content)
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(";,\t", key=first.count)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield [restore(cell.strip()) for cell in cells]
    except csv.Error as error:
        raise SheetError("unreadable") from error


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def cell_text(value: object) -> str:
    """The text of a cell of a workbook: whole numbers without ".0", nothing for an empty cell."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def read_rows(table: Iterable[Sequence[str]]) -> Iterator[Row]:
    """The rows of a table whose first row with anything in it holds the headings; rows without a SKU are left out.

    :raises SheetError: for a file that is not such a table, or a table with more than ``MOST_ROWS`` rows
    """
    places: dict[str, int] = {}
    for number, cells in enumerate(table, 1):
        if not places:
            if any(cells):
                places = _places(cells)
            continue
        if number > MOST_ROWS + 1:
            raise SheetError("too_many")
        values = {column: clean(cells[place]).strip() if place < len(cells) else "" for column, place in places.items()}
        if values.get("sku"):
            yield Row(number, **values)
    if not places:
        raise SheetError("empty")


def _places(headings: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        column = _BY_HEADING.get(key(heading))
        if column in places:
            raise SheetError("twice", heading)
        if column:
            places[column] = place
    found = ", ".join(one_line(heading) for heading in headings if heading)[:200]
    if "sku" not in places:
        raise SheetError("no_sku", found)
    if not places.keys() & set(PRODUCT_COLUMNS):
        raise SheetError("no_product", found)
    return places
