"""Lists with ``pageIndex`` and ``pageSize`` that hardly change: categories, brands (contract §1.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import NotFound, ProtocolError

if TYPE_CHECKING:
    from ..client import CdiscountClient

_MAX_PAGES = 20_000


def walk_index(
    client: CdiscountClient, path: str, params: Mapping[str, str], page_size: int, first: int = 1
) -> Iterator[tuple[Any, ...]]:
    """The entries page by page.

    The service may give fewer a page than it was asked for, so a page is the last one when it is shorter than the
    first, not when it is shorter than ``page_size``; else an eighth of a tree would be taken for the whole.

    :param first: number of the page to begin with
    :raises ProtocolError: unexpected_shape: there is no end
    """
    size, previous = 0, ()
    for index in range(first, _MAX_PAGES + 1):
        query = {**params, "pageIndex": str(index), "pageSize": str(page_size)}
        try:
            page = tuple(client.get_items(path, query))
        except NotFound:
            if index == 1:
                raise
            return  # some services know no page behind the last
        # A service that ignores the page's number says the same for ever.
        if not page or page == previous:
            return
        yield page
        size = size or len(page)
        if len(page) < size:
            return
        previous = page
    raise ProtocolError("unexpected_shape", {"path": path, "method": "GET", "detail": "endless list"})
