"""Categories, their properties, and brands (contract §5.1): downloaded once, refreshed now and then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from ..errors import ProtocolError
from ..payloads.category import Brand, Category, Property
from .index_walk import walk_index

if TYPE_CHECKING:
    from ..client import CdiscountClient

PAGE_SIZE = 200
# Without this list only the reference comes (contract §12 no. 10).
CATEGORY_FIELDS = (
    "categoryReference",
    "label",
    "level",
    "isActive",
    "isBrandMandatory",
    "parentReferences",
    "childCount",
    "isVariant",
)
BRAND_FIELDS = ("brandReference", "reference", "label", "name")


class Categories:
    def __init__(self, client: CdiscountClient):
        self._client = client

    def count(self) -> int:
        """How many categories there are on all levels; about 8 000."""
        return self._client.get_count("/categories/count")

    def pages(self, page_size: int = PAGE_SIZE, first: int = 1) -> Iterator[tuple[Category, ...]]:
        """The whole tree page by page, each category once a page; 40 calls for 8 000.

        A category that came with nothing but its reference has ``detailed`` False; ``get`` tells the rest.

        :param first: number of the page to begin with, for a walk that was interrupted

        :raises ProtocolError: unexpected_shape
        """
        params = {"fields": ",".join(CATEGORY_FIELDS)}
        for page in walk_index(self._client, "/categories", params, page_size, first):
            found = [category for category in map(Category.parse, page) if category]
            yield tuple({category.reference: category for category in found}.values())

    def all(self, page_size: int = PAGE_SIZE) -> Iterator[Category]:
        """``pages`` one by one, each category once."""
        seen: set[str] = set()
        for page in self.pages(page_size):
            for category in page:
                if category.reference not in seen:
                    seen.add(category.reference)
                    yield category

    def get(self, reference: str) -> Category:
        """One category with its details.

        :raises NotFound: there is none
        """
        path = f"/categories/{quote(reference, safe='')}"
        found = Category.parse({"categoryReference": reference, **self._client.get_object(path)})
        if not found:
            raise ProtocolError("unexpected_shape", {"path": path, "method": "GET"})
        return found

    def properties(self, reference: str) -> tuple[Property, ...]:
        """The attributes of the products of a category, each once, in the marketplace's order.

        :raises NotFound: there is no such category
        """
        entries = self._client.get_items(f"/categories/{quote(reference, safe='')}/properties")
        found = [entry for entry in map(Property.parse, entries) if entry]
        return tuple({entry.reference: entry for entry in reversed(found)}.values())[::-1]

    def brand_pages(self, page_size: int = PAGE_SIZE, first: int = 1) -> Iterator[tuple[Brand, ...]]:
        """All brands, page by page.

        :param first: as in ``pages``

        :raises ProtocolError: unexpected_shape
        """
        params = {"fields": ",".join(BRAND_FIELDS)}
        for page in walk_index(self._client, "/brands", params, page_size, first):
            yield tuple(dict.fromkeys(brand for brand in map(Brand.parse, page) if brand))
