"""Operations, payments, commission invoices and their documents (contract §8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import NotFound, ProtocolError
from ..payloads.finance import CommissionInvoice, Operation, Payment
from ..wire import iso_utc
from .cursor import next_cursor

if TYPE_CHECKING:
    from ..client import CdiscountClient

PAGE = 100
_MAX_PAGES = 20_000


class Finance:
    def __init__(self, client: CdiscountClient):
        self._client = client

    def operations(self, updated_from: datetime | None = None, order_reference: str = "") -> Iterator[tuple]:
        """Pages of ``Operation``. Filters may be ignored (contract §12 no. 9): expect more than was asked for."""
        params = {}
        if updated_from:
            params["updatedAtMin"] = iso_utc(updated_from)
        if order_reference:
            params["orderReference"] = order_reference
        for page in self._walk("/operations", params):
            yield tuple(found for entry in page if (found := Operation.parse(entry)))

    def payments(self, updated_from: datetime | None = None) -> Iterator[tuple]:
        """Pages of ``Payment``, estimated ones too."""
        params = {"updatedAtMin": iso_utc(updated_from)} if updated_from else {}
        for page in self._walk("/payments", params):
            yield tuple(found for entry in page if (found := Payment.parse(entry)))

    def invoices(self, updated_from: datetime | None = None) -> Iterator[tuple]:
        """Pages of ``CommissionInvoice``; nothing when the marketplace keeps no such list."""
        params = {"updatedAtMin": iso_utc(updated_from)} if updated_from else {}
        try:
            for page in self._walk("/invoice-documents", params):
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

    def _walk(self, path: str, params: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
        """Pages of a list whose scheme is not known: both are asked for, and the answer tells which one it is.

        :raises ProtocolError: unexpected_shape: there is no end
        """
        query, previous, size = {**params, "pageSize": str(PAGE), "limit": str(PAGE)}, None, 0
        for index in range(1, _MAX_PAGES + 1):
            asked = query if "cursor" in query else {**query, "pageIndex": str(index)}
            entries, response = self._client.get_page(path, asked)
            page = tuple(entries)
            if not page or page == previous:
                return
            yield page
            following = next_cursor(response)
            if following:
                if following == query.get("cursor"):
                    break
                query["cursor"] = following
            elif "cursor" in query:
                return
            else:
                # The service may give fewer a page than it was asked for: the first page tells how many.
                size = size or len(page)
                if len(page) < size:
                    return
            previous = page
        raise ProtocolError("unexpected_shape", {"path": path, "method": "GET", "detail": "endless list"})
