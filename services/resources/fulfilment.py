"""The seller's goods in the marketplace's own warehouses (contract §9): read only, the marketplace counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..payloads.fulfilment import FulfilmentStock
from .cursor import MAX_LIMIT, walk_pages

if TYPE_CHECKING:
    from ..client import CdiscountClient


@dataclass(frozen=True, slots=True)
class FulfilmentPage:
    """``rejected`` counts entries that say nothing usable: what they are about is unknown, not gone."""

    items: tuple[FulfilmentStock, ...]
    rejected: int


class Fulfilment:
    def __init__(self, client: CdiscountClient):
        self._client = client

    def pages(self, storage_country: str = "", limit: int = MAX_LIMIT) -> Iterator[FulfilmentPage]:
        """All stock, one page of at most 1000 rows in memory at a time.

        :param storage_country: only of this country (two letters; the United Kingdom is asked for as UK); "" for all
        :raises AccessDenied: the shop has no fulfilment contract
        :raises ProtocolError: the list goes round in circles: do not take what was not seen for gone
        """
        code = "UK" if storage_country == "GB" else storage_country
        params = {"storageCountry": code} if code else {}
        for page in walk_pages(self._client, "/stocks", params, limit=limit):
            found = tuple(row for row in map(FulfilmentStock.parse, page.items) if row)
            yield FulfilmentPage(found, len(page.items) - len(found))
