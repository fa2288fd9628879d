"""A body of several parts (RFC 7578): how files travel. No HTTP library here."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_UNSAFE_IN_NAME = re.compile(r'[\x00-\x1f\x7f"\\]')


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file: the name of its field, its own name, its bytes and what they are."""

    name: str
    filename: str
    content: bytes = field(repr=False)
    content_type: str = "application/octet-stream"


def encode_multipart(files: Sequence[FilePart], form: Mapping[str, str] | None = None) -> tuple[bytes, str]:
    """Return the body and the value of its ``Content-Type``. Plain ``form`` fields come first."""
    boundary = secrets.token_hex(16)
    pieces = []
    for name, value in (form or {}).items():
        pieces.append(_head(boundary, f'name="{_safe(name)}"') + str(value).encode())
    for part in files:
        disposition = f'name="{_safe(part.name)}"; filename="{_safe(part.filename)}"'
        pieces.append(_head(boundary, disposition, part.content_type) + part.content)
    body = b"".join(piece + b"\r\n" for piece in pieces) + f"--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


def _head(boundary: str, disposition: str, content_type: str = "") -> bytes:
    lines = [f"--{boundary}", f"Content-Disposition: form-data; {disposition}"]
    if content_type:
        lines.append(f"Content-Type: {_safe(content_type)}")
    return "\r\n".join([*lines, "", ""]).encode()


def _safe(text: str) -> str:
    """A quote or a line break in a name would end the header early."""
    return _UNSAFE_IN_NAME.sub("_", text)
