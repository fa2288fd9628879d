"""Invoices for the customers of orders (contract §3.9): sent as a file, the last one counts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from ..multipart import FilePart
from ..payloads.invoice_document import InvoiceDocument
from ..payloads.read import identifier, mapping

if TYPE_CHECKING:
    from ..client import CdiscountClient

FIELD = "file"  # the name of the part that is the file; the contract does not tell it
CONTENT_TYPES = {"pdf": "application/pdf", "ubl": "application/xml"}
_FILES = ("application/pdf", "application/xml", "text/xml", "application/octet-stream", "application/zip")


class Invoices:
    def __init__(self, client: CdiscountClient):
        self._client = client

    def send(self, order_id: str, file_name: str, content: bytes, kind: str = "pdf") -> str:
        """Send the invoice of an order; it replaces the one that was there.

        :param kind: pdf, or ubl for UBL 2.1 XML
        :return: the number of the document, "" when none was given
        :raises OutcomeUnknown: read ``of_order`` before repeating
        """
        part = FilePart(FIELD, file_name, content, CONTENT_TYPES[kind])
        response = self._client.call("POST", _path(order_id), files=[part], safe_to_repeat=False)
        raw = mapping(response.json_or_none())
        return identifier(mapping(raw.get("data")) or raw, "documentId", "invoiceDocumentId", "invoiceId", "id")

    def of_order(self, order_id: str) -> tuple[InvoiceDocument, ...]:
        """What the marketplace has for an order: a list, or the file itself where it is answered as a download.

        :raises NotFound: the marketplace knows neither the order nor an invoice of it
        :raises ProtocolError: the answer is neither
        """
        response = self._client.call("GET", _path(order_id))
        kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if kind in _FILES:
            return (InvoiceDocument.of_content(response.body),) if response.body else ()
        if not response.body:
            return ()
        entries = self._client.unwrap(response)
        return tuple(found for found in map(InvoiceDocument.parse, entries) if found)


def _path(order_id: str) -> str:
    return f"/orders/{quote(str(order_id), safe='')}/invoice-documents"
