"""Lists whose next page is told in the ``Link`` header only (contract §1.4): offers, results of a package, products.

Only the cursor is taken out of the header. Its host is not followed: an address that an answer names never gets the
access token, and behind a gateway it is often another one than the host that was called.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from ..errors import ProtocolError

if TYPE_CHECKING:
    from ..client import CdiscountClient
    from ..wire import Response

MAX_LIMIT = 1000  # contract §1.4
MAX_PAGES = 20_000
_LONGEST_CURSOR = 4000
_MAX_IDLE = 20  # pages in a row with nothing new on them
_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[^\s=;,<>]+(?:\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]*))?)*)")
_REL = re.compile(r"(?i);\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))")


@dataclass(frozen=True, slots=True)
class CursorPage:
    """``items`` as they came; ``next_cursor`` asks for the page after it, "" when this is the last.

    A reading can be taken up again at any ``next_cursor``, by another process as well.
    """

    items: tuple[Any, ...]
    next_cursor: str


def next_link(header: str | None) -> str | None:
    """The address with ``rel="next"`` of a ``Link`` header (RFC 8288), or None."""
    for address, parameters in _LINK.findall(header or ""):
        for quoted, bare in _REL.findall(parameters):
            if "next" in (quoted or bare).lower().split():
                return address.strip()
    return None


def next_cursor(response: Response) -> str:
    """The cursor of the next page, "" when there is none. The parameter is also spelled ``Cursor`` (§12 no. 30).

    :raises ProtocolError: unexpected_shape: a next page is announced, but not how to ask for it. Taking that for the
        end would lose all that follows without a word.
    """
    address = next_link(response.headers.get("Link"))
    if address is None:
        return ""
    try:
        query = parse_qsl(urlsplit(address).query)
    except ValueError:
        query = []
    found = next((value for name, value in query if name.lower() == "cursor" and value), "")
    if not found or len(found) > _LONGEST_CURSOR:
        raise response.protocol_error("unexpected_shape", detail="the next page has no usable cursor")
    return found


def read_page(
    client: CdiscountClient,
    path: str,
    params: Mapping[str, str],
    cursor: str = "",
    limit: int = MAX_LIMIT,
    sales_channel_id: str = "",
) -> CursorPage:
    """One page of at most ``limit`` entries.

    :raises CdiscountError: as ``client.call`` does
    """
    query = {**params, "limit": str(max(1, min(limit, MAX_LIMIT)))}
    if cursor:
        query["cursor"] = cursor
    entries, response = client.get_page(path, query, sales_channel_id=sales_channel_id)
    following = next_cursor(response)
    if following and following == cursor:
        raise response.protocol_error("unexpected_shape", detail="the list goes round in circles")
    return CursorPage(tuple(entries), following)


def walk_pages(
    client: CdiscountClient,
    path: str,
    params: Mapping[str, str],
    cursor: str = "",
    limit: int = MAX_LIMIT,
    sales_channel_id: str = "",
) -> Iterator[CursorPage]:
    """All pages from ``cursor`` on, one in memory at a time.

    A list that goes round in circles ends with an error, not quietly: a reader that believes that it has seen all might
    take what it has not seen for deleted. What was yielded before is good; the reading can go on from the last
    ``next_cursor``.

    :raises ProtocolError: unexpected_shape: a cursor came back, or there is no end
    """
    seen = {_short(cursor)}
    previous: tuple = ()
    idle = 0
    for _ in range(MAX_PAGES):
        page = read_page(client, path, params, cursor, limit, sales_channel_id)
        if page.items != previous:
            yield page
            idle = 0
        if not page.next_cursor:
            return
        idle += 1
        if _short(page.next_cursor) in seen or idle > _MAX_IDLE:
            break
        cursor, previous = page.next_cursor, page.items
        seen.add(_short(cursor))
    said = {"path": path, "method": "GET", "detail": "the list goes round in circles"}
    raise ProtocolError("unexpected_shape", said)


def _short(cursor: str) -> bytes:
    return hashlib.blake2b(cursor.encode(), digest_size=8).digest()
