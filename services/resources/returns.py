"""Returns to the marketplace's own warehouses (contract §9): read only.

Returns of what the seller has shipped have no endpoint (contract §7.2): the customer opens a discussion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from ..payloads.fulfilment_return import FulfilmentReturn, ReturnLabel, parse_labels
from .cursor import walk_pages

if TYPE_CHECKING:
    from ..client import CdiscountClient


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """``next_cursor`` goes on after this page, "" at the end; ``rejected`` counts entries without a number."""

    items: tuple[FulfilmentReturn, ...]
    next_cursor: str
    rejected: int


class Returns:
    def __init__(self, client: CdiscountClient):
        self._client = client

    def pages(self, cursor: str = "", limit: int = 200) -> Iterator[ReturnPage]:
        """All returns from ``cursor`` on, one page in memory at a time.

        :raises AccessDenied: the shop has no fulfilment contract
        :raises ProtocolError: the list goes round in circles
        """
        for page in walk_pages(self._client, "/returns", {}, cursor=cursor, limit=limit):
            found = tuple(one for one in map(FulfilmentReturn.parse, page.items) if one)
            yield ReturnPage(found, page.next_cursor, len(page.items) - len(found))

    def labels(self, return_id: str) -> tuple[ReturnLabel, ...]:
        """The labels the customer sticks on the parcel; none when there is nothing usable in the answer.

        :raises NotFound: the marketplace has none
        """
        response = self._client.call("GET", f"/returns/{quote(str(return_id), safe='')}/labels")
        return parse_labels(response.body, response.headers.get("Content-Type", ""), response.json_or_none(), return_id)
