"""A customer's invoice as the marketplace has it (contract §3.9; the names of the fields are not documented)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .read import identifier, mapping, moment, number, text


@dataclass(frozen=True, slots=True)
class InvoiceDocument:
    """``size`` in bytes and ``digest`` (SHA-256 in hex) are None and "" where the marketplace tells neither."""

    document_id: str = ""
    file_name: str = ""
    size: int | None = None
    digest: str = ""
    created_at: datetime | None = None

    @classmethod
    def parse(cls, raw: Any) -> InvoiceDocument | None:
        """None for what names neither a number nor a file."""
        raw = mapping(raw)
        size = number(raw, "size", "fileSize")
        found = cls(
            document_id=identifier(raw, "documentId", "invoiceDocumentId", "invoiceId", "id"),
            file_name=text(raw, "fileName", "filename", "name", limit=200),
            size=int(size) if size is not None else None,
            digest=text(raw, "sha256", "hash", "checksum", limit=64).lower(),
            created_at=moment(raw, "createdAt", "uploadedAt", "updatedAt"),
        )
        return found if found.document_id or found.file_name else None

    @classmethod
    def of_content(cls, content: bytes) -> InvoiceDocument:
        """What a download tells: the file itself."""
        return cls(size=len(content), digest=hashlib.sha256(content).hexdigest())

    def is_file(self, file_name: str, size: int, digest: str) -> bool:
        """Whether this is that very file, as far as the marketplace tells.

        :param digest: SHA-256 in hex
        """
        if len(self.digest) == len(digest):
            return self.digest == digest.lower()
        if self.size is not None and self.size != size:
            return False
        return bool(self.file_name) and self.file_name == file_name
