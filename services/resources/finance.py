"""Operations, payments, commission invoices and their documents (contract §8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import NotFound, ProtocolError
from ..payloads.finance import CommissionInvoice, Operation, Payment
from ..payloads.read import identifier, mapping
from ..wire import iso_utc
from .cursor import next_cursor

if TYPE_CHECKING:
    from ..client import CdiscountClient

PAGE = 100
_NAMES = ("operationReference", "operationId", "paymentReference", "paymentId", "invoiceId", "reference", "id")
_MAX_PAGES = 20_000


class Finance:
    def __init__(self, client: CdiscountClient):
        self._client = client

    def operations(
        self, updated_from: datetime | None = None, order_reference: str = "", place: str = ""
    ) -> Iterator[tuple[tuple[Operation, ...], str]]:
        """``(operations, place)`` page by page. Filters may be ignored (contract §12 no. 9): more may come.

        :param place: where to go on, as a page before has told; "" at the beginning. It is "" behind the last page
        """
        params = {}
        if updated_from:
            params["updatedAtMin"] = iso_utc(updated_from)
        if order_reference:
            params["orderReference"] = order_reference
        for page, following in self._walk("/operations", params, place):
            yield tuple(found for entry in page if (found := Operation.parse(entry))), following

    def payments(self, updated_from: datetime | None = None) -> Iterator[tuple]:
        """Pages of ``Payment``, estimated ones too."""
        params = {"updatedAtMin": iso_utc(updated_from)} if updated_from else {}
        for page, _ in self._walk("/payments", params):
            yield tuple(found for entry in page if (found := Payment.parse(entry)))

    def invoices(self, updated_from: datetime | None = None) -> Iterator[tuple]:
        """Pages of ``CommissionInvoice``; nothing when the marketplace keeps no such list."""
        params = {"updatedAtMin": iso_utc(updated_from)} if updated_from else {}
        try:
            for page, _ in self._walk("/invoice-documents", params):
                yield tuple(found for entry in page if (found := CommissionInvoice.parse(entry)))
        except NotFound:
            return

    def invoice_pdf(self, invoice_id: str) -> bytes | None:
        """The document of a commission invoice, None when it is no PDF (yet)."""
        try:
            response = self._client.call("GET", f"/invoices/{quote(invoice_id, safe='')}/documents")
        except NotFound:
            return None
        return response.body if response.body[:5] == b"%PDF-" else None

    def _walk(self, path: str, params: Mapping[str, str], place: str = "") -> Iterator[tuple[tuple[Any, ...], str]]:
        """Pages of a list whose scheme is not known: both are asked for, and the answer tells which one it is.

        :raises ProtocolError: unexpected_shape: there is no end
        """
        query = {**params, "pageSize": str(PAGE), "limit": str(PAGE)}
        kind, _, mark = place.partition(":")
        index = int(mark) if kind == "page" and mark.isdigit() else 1
        if kind == "cursor":
            query["cursor"] = mark
        starts, size = set(), 0
        for _ in range(_MAX_PAGES):
            asked = query if "cursor" in query else {**query, "pageIndex": str(index)}
            entries, response = self._client.get_page(path, asked)
            page = tuple(entries)
            # A service that ignores the page's number says the same for ever, perhaps with another time on it.
            start = identifier(mapping(page[0]), *_NAMES) if page else ""
            if not page or start in starts:
                return
            starts |= {start} - {""}
            index += 1
            following = next_cursor(response)
            if following and following == query.get("cursor"):
                break
            if following:
                query["cursor"] = following
                yield page, f"cursor:{following}"
            elif "cursor" in query:
                yield page, ""
                return
            else:
                # It may give fewer a page than it was asked for: the first page tells how many.
                size = size or len(page)
                if len(page) < min(size, PAGE):
                    yield page, ""
                    return
                yield page, f"page:{index}"
        else:
            raise ProtocolError("unexpected_shape", {"path": path, "method": "GET", "detail": "endless list"})
        raise ProtocolError("unexpected_shape", {"path": path, "method": "GET", "detail": "the list goes in circles"})
