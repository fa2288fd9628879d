"""Products of the marketplace's catalogue (contract §5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import PayloadError
from ..payloads.product import Product
from ..payloads.read import gtin as gtin13
from .cursor import CursorPage, read_page, walk_pages

if TYPE_CHECKING:
    from ..client import CdiscountClient

PAGE_LIMIT = 100  # contract §1.4: 100 to 1000 seen


@dataclass(frozen=True, slots=True)
class ProductPage:
    """``rejected`` counts entries that are no product; ``next_cursor`` is "" on the last page."""

    items: tuple[Product, ...]
    rejected: int
    next_cursor: str


class Products:
    def __init__(self, client: CdiscountClient):
        self._client = client

    def find(self, gtin: str) -> Product | None:
        """The product with a GTIN, or None.

        Filters that do not exist are ignored and answer with a product that has nothing to do with the question
        (contract §5.2), so what comes is compared with what was asked for.
        """
        wanted = _comparable(gtin)
        if not wanted:
            return None
        asked = wanted.removeprefix("0") if len(wanted) == 14 else wanted
        page = read_page(self._client, "/products", {"gtin": asked}, limit=PAGE_LIMIT)
        return next((product for product in _parsed(page).items if _comparable(product.gtin) == wanted), None)

    def by_gtins(self, gtins: Iterable[str]) -> Iterator[tuple[str, Product]]:
        """(GTIN as given, product) for those that exist. One call each: a list of GTINs is not documented."""
        for gtin in dict.fromkeys(gtins):
            product = self.find(gtin)
            if product:
                yield gtin, product

    def page(self, category: str = "", cursor: str = "", limit: int = PAGE_LIMIT) -> ProductPage:
        """One page of the products of a category, or of all."""
        params = {"categoryReference": category} if category else {}
        return _parsed(read_page(self._client, "/products", params, cursor, limit))

    def pages(self, category: str = "", cursor: str = "", limit: int = PAGE_LIMIT) -> Iterator[ProductPage]:
        """All pages from ``cursor`` on, one in memory at a time.

        :raises ProtocolError: unexpected_shape, also when the list goes round in circles
        """
        params = {"categoryReference": category} if category else {}
        for page in walk_pages(self._client, "/products", params, cursor, limit):
            yield _parsed(page)

    def count(self, category: str = "") -> int:
        """How many products there are, in a category or at all."""
        return self._client.get_count("/products/count", {"categoryReference": category} if category else None)


def _comparable(value: str) -> str:
    """14 digits, "" for what is no GTIN."""
    digits = gtin13(value)
    return digits.zfill(14) if digits.isdigit() and len(digits) <= 14 else ""


def _parsed(page: CursorPage) -> ProductPage:
    found = []
    for raw in page.items:
        try:
            found.append(Product.parse(raw))
        except PayloadError:
            continue
    return ProductPage(tuple(found), len(page.items) - len(found), page.next_cursor)
