"""Cursor pages over rows that have a number of their own (contract §1.4): the next page is only in the ``Link`` header.

The cursor holds the number the next page starts at, so rows that come and go do not shift the others.
"""

import base64
from urllib.parse import urlencode

from .paging import _whole
from .problems import Problem

REAL_BASE = "https://api.octopia-io.net/seller/v2"


def limit_of(call, default=100, maximum=1000) -> int:
    return _whole(call.query, "limit", default, 1, maximum)


def start_of(call) -> int:
    """Number of the first row that may be on this page; 0 without a cursor. Raises ``Problem`` 400."""
    token = call.query.get("cursor") or call.query.get("Cursor")
    if not token:
        return 0
    try:
        kind, _, number = base64.urlsafe_b64decode(token.encode() + b"==").decode().partition(":")
        if kind != "n" or not number.isascii() or not number.isdigit():
            raise ValueError(number)
        return int(number)
    except ValueError:
        raise Problem(400, errors={"cursor": ["The cursor is not valid."]}) from None


def link_to(call, number) -> dict:
    """Headers that announce the page from ``number`` on."""
    if call.hints.get("same_cursor"):
        number = start_of(call)
    settings = call.shop.settings
    base = REAL_BASE + call.path if settings.link_host == "octopia" else call.request.base_url
    query = [(k, v) for k, v in call.query.items(multi=True) if k.lower() != "cursor"]
    token = base64.urlsafe_b64encode(f"n:{number}".encode()).decode().rstrip("=")
    return {"Link": f'<{base}?{urlencode([*query, (settings.link_parameter, token)])}>; rel="next"'}


def cursor_page(call, rows, number_of, default=100):
    """``(rows of this page, headers)``; ``rows(start)`` yields rows from a number on, ascending."""
    limit = limit_of(call, default)
    page = []
    for row in rows(start_of(call)):
        if len(page) == limit:
            return page, link_to(call, number_of(row))
        page.append(row)
    return page, {}


def split_list(query, name) -> list:
    """Values of a comma-separated parameter, which may also be repeated."""
    return [part.strip() for text in query.getlist(name) for part in text.split(",") if part.strip()]
