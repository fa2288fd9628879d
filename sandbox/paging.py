"""Both paging schemes of the API (contract §1.4)."""

import base64
from dataclasses import dataclass
from urllib.parse import urlencode

from .problems import Problem, invalid


@dataclass(frozen=True)
class Page:
    index: int
    size: int

    @property
    def start(self) -> int:
        return (self.index - 1) * self.size

    @property
    def stop(self) -> int:
        return self.index * self.size


def _whole(query, name, default, low, high):
    text = query.get(name)
    if text is None or text == "":
        return default
    try:
        value = int(text)
    except ValueError:
        raise invalid(name, f"The value '{text}' is not valid.") from None
    if not low <= value <= high:
        raise invalid(name, f"The field {name} must be between {low} and {high}.")
    return value


def index_page(query, default=10, maximum=100) -> Page:
    """``pageIndex`` (from 1) and ``pageSize``; ``limit`` is silently ignored, as measured on orders."""
    return Page(_whole(query, "pageIndex", 1, 1, 1_000_000), _whole(query, "pageSize", default, 1, maximum))


def sorting(query, allowed, default):
    """``(field, descending)`` from ``sort=updatedAt``, ``sort=updatedAt&desc=true`` or ``sort=asc:updatedAt``.

    An unknown field is ignored like an unknown filter name; ``default`` is used then.
    """
    text = query.get("sort") or ""
    descending = (query.get("desc") or "").strip().lower() in ("true", "1")
    first, colon, rest = text.partition(":")
    if colon:
        if first.lower() in ("asc", "desc"):
            text, descending = rest, first.lower() == "desc"
        elif rest.lower() in ("asc", "desc"):
            text, descending = first, rest.lower() == "desc"
    for name in allowed:
        if text.lower() == name.lower():
            return name, descending
    if "desc" in query and not text:
        return default[0], descending
    return default


def index_body(items) -> dict:
    return {"itemsPerPage": len(items), "items": items}


def cursor_slice(rows, query, url, base_query=None, default=100, maximum=1000, parameter="cursor"):
    """``(rows of this page, headers)`` of the cursor scheme; the next page is only in the ``Link`` header.

    ``rows`` is a sequence, ``url`` the absolute address without query. The cursor is opaque to the caller.
    """
    limit = _whole(query, "limit", default, 1, maximum)
    token = query.get("cursor") or query.get("Cursor")
    start = 0
    if token:
        try:
            start = int(base64.urlsafe_b64decode(token.encode() + b"==").decode().partition(":")[2])
        except (ValueError, UnicodeDecodeError):
            raise Problem(400, errors={"cursor": ["The cursor is not valid."]}) from None
    part = rows[start : start + limit]
    headers = {}
    if start + limit < len(rows):
        following = base64.urlsafe_b64encode(f"o:{start + limit}".encode()).decode().rstrip("=")
        kept = {k: v for k, v in (base_query or {}).items() if k.lower() not in ("cursor", "limit")}
        headers["Link"] = f'<{url}?{urlencode({**kept, "limit": limit, parameter: following})}>; rel="next"'
    return part, headers
