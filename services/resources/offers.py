"""Offers as they are on a sales channel (contract §4.4). They are changed through packages only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from ..errors import PayloadError
from ..payloads.offer import Offer
from ..wire import iso_utc
from .cursor import MAX_LIMIT, CursorPage, read_page, walk_pages

if TYPE_CHECKING:
    from ..client import CdiscountClient

# A query longer than this is refused by some gateways on the way.
_QUERY_ROOM = 1500
_MAX_NAMED = 100


@dataclass(frozen=True, slots=True)
class OfferFilter:
    """Which offers. ``states``: Active, Inactive; ``fields`` are dotted paths, () for everything.

    Mind that a projection without ``sellerExternalReference`` would make every row useless; it is added.
    """

    sales_channel_id: str = ""
    skus: tuple[str, ...] = ()
    gtins: tuple[str, ...] = ()
    offer_ids: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    updated_at_min: datetime | None = None
    fields: tuple[str, ...] = ()

    def params(self, default_channel: str) -> dict[str, str]:
        """The query, without what is not set."""
        fields = self.fields
        if fields and "sellerExternalReference" not in fields:
            fields = ("sellerExternalReference", *fields)
        found = {
            "salesChannelId": self.sales_channel_id or default_channel,
            "sellerExternalReferences": ",".join(self.skus),
            "gtins": ",".join(self.gtins),
            "offerIds": ",".join(self.offer_ids),
            "offerStates": ",".join(self.states),
            "updatedAtMin": iso_utc(self.updated_at_min) if self.updated_at_min else "",
            "fields": ",".join(fields),
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class OfferPage:
    """``rejected`` counts entries that are no offer or name no reference; ``next_cursor`` is "" on the last page."""

    items: tuple[Offer, ...]
    rejected: int
    next_cursor: str


class Offers:
    def __init__(self, client: CdiscountClient):
        self._client = client

    def page(self, filters: OfferFilter, cursor: str = "", limit: int = MAX_LIMIT) -> OfferPage:
        """One page of at most 1000 offers, from ``cursor`` (a page's ``next_cursor``) or the beginning.

        :raises ProtocolError: the answer is no page, or announces a next page nobody can ask for
        """
        return _parsed(read_page(self._client, "/offers", self._params(filters), cursor, limit))

    def pages(self, filters: OfferFilter, cursor: str = "", limit: int = MAX_LIMIT) -> Iterator[OfferPage]:
        """All pages, one in memory at a time: 100 000 offers are 100 calls of 1000.

        :raises ProtocolError: as ``page``, and when the list goes round in circles: do not take what was not seen for
            deleted
        """
        for page in walk_pages(self._client, "/offers", self._params(filters), cursor, limit):
            yield _parsed(page)

    def by_skus(self, skus: Iterable[str], sales_channel_id: str = "") -> Iterator[Offer]:
        """The offers with these references, in few calls; those that do not exist are left out.

        A service that ignores the filter does no harm: what was not asked for is dropped. A reference with a comma
        cannot be asked for among others, so it is asked alone.
        """
        for part in _portions(skus):
            wanted = set(part)
            for page in self.pages(OfferFilter(sales_channel_id=sales_channel_id, skus=part)):
                yield from (offer for offer in page.items if offer.sku in wanted)

    def get(self, sku: str, sales_channel_id: str = "") -> Offer | None:
        """One offer by its reference (there is no ``/offers/{id}``), or None."""
        return next(self.by_skus([sku], sales_channel_id), None)

    def _params(self, filters: OfferFilter) -> dict[str, str]:
        return filters.params(self._client.sales_channel_id)


def _parsed(page: CursorPage) -> OfferPage:
    found = []
    for raw in page.items:
        try:
            found.append(Offer.parse(raw))
        except PayloadError:
            continue
    return OfferPage(tuple(found), len(page.items) - len(found), page.next_cursor)


def _portions(skus: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """References in portions whose query stays short."""
    part: list[str] = []
    room = _QUERY_ROOM
    for sku in dict.fromkeys(filter(None, skus)):
        if "," in sku:
            yield (sku,)
            continue
        size = len(quote(sku, safe="")) + 3
        if part and (size > room or len(part) >= _MAX_NAMED):
            yield tuple(part)
            part, room = [], _QUERY_ROOM
        part.append(sku)
        room -= size
    if part:
        yield tuple(part)
