"""Reading a list of orders that changes while it is read, without missing one.

``GET /orders`` pages by index (contract §1.4). When an order changes between two pages it leaves the window (its
``updatedAt`` moves past the upper bound) and everything behind it slides forward by one: a reader that walks forward
misses the order that slid from the page it reads next onto the page it has just read.

So the window has a fixed upper end, the list is asked newest first, and its pages are read from the last to the first:
what slides, slides from pages already read onto pages still to be read. It is seen twice, never missed, and the orders
come oldest first, so a watermark can follow page by page. Cost: one count and ``ceil(N / 100)`` pages, and one page
more when N is a multiple of 100: a service that counts no further than 10 000, say, would otherwise hide the oldest
orders, and the watermark would pass them.
"""

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ..errors import ProtocolError
from ..payloads.read import to_moment

PAGE_SIZE = 100
_MAX_BEYOND = 10_000


@dataclass(frozen=True)
class WalkedPage:
    """One page of the walk.

    :param items: raw orders, oldest first
    :param rejected: entries that were no orders (no object, no ``orderId``)
    :param watermark: every order of the window up to this moment has been handed out, or None when that is not known
    :param oldest: the oldest moment on the page, or None
    :param expected: number of orders in the window as counted at the beginning, or None
    """

    items: tuple
    rejected: int
    watermark: datetime | None
    expected: int | None
    oldest: datetime | None = None
    newest: datetime | None = None


def walk_oldest_first(orders, filters, page_size: int = PAGE_SIZE) -> Iterator[WalkedPage]:
    """Yield every order of a window, oldest first.

    :param orders: the client's orders resource (``count`` and ``page``)
    :param filters: an OrderFilter with an upper bound; its ``sort`` names the field the watermark speaks of
    :raises CdiscountError: as the client does; what was yielded before is complete
    """
    key = filters.sort or "updatedAt"
    filters = dataclasses.replace(filters, sort=key, descending=True)
    expected = orders.count(filters)
    if not expected:
        return
    pages = _backward(orders, filters, expected, page_size)
    # A last page with one order, or with orders of one moment, looks sorted either way. Trusting it would move the
    # watermark past orders still to be read, so it stays back until two moments prove the order, or all is read.
    ordered, proved, newest, previous_oldest = True, False, None, None
    for page in pages:
        # An order whose moment is missing or garbage says nothing; its neighbours still show how the list is sorted.
        known = [moment for raw in page.items if (moment := to_moment(raw.get(key)))]
        if known != sorted(known, reverse=True):
            # The service did not sort as asked: no moment is safe before the end of the walk.
            ordered = False
        if known:
            ordered = ordered and (previous_oldest is None or max(known) >= previous_oldest)
            proved = proved or max(known) > (previous_oldest or min(known))
            previous_oldest = min(known)
            newest = max(known) if newest is None else max(newest, *known)
        safe = ordered and (proved or page.page_index == 1)
        yield WalkedPage(
            items=tuple(reversed(page.items)),
            rejected=page.rejected,
            watermark=newest if safe else None,
            expected=expected,
            oldest=min(known, default=None),
            newest=max(known, default=None),
        )
    if newest and not ordered:
        yield WalkedPage((), 0, newest, expected)


def _backward(orders, filters, expected, page_size):
    last = math.ceil(expected / page_size)
    page = orders.page(filters, last, page_size)
    if not page.items and not page.rejected and last > 1:
        # The count speaks of another list than the pages (a filter that only one of them obeys).
        yield from _forward_collected(orders, filters, page_size)
        return
    tail, index = [page], last
    while _full(tail[-1], page_size):
        # Either the count is a multiple of the page size or the list is longer than its count: look further back.
        index += 1
        if index - last > _MAX_BEYOND:
            raise ProtocolError("unexpected_shape", {"path": "/orders", "method": "GET", "detail": "endless list"})
        tail.append(orders.page(filters, index, page_size))
        if tail[-1].items and tail[-1].items == tail[-2].items:
            # A service that ignores the page's number says the same for ever.
            raise ProtocolError("unexpected_shape", {"path": "/orders", "method": "GET", "detail": "repeated page"})
    yield from reversed(tail)
    for index in range(last - 1, 0, -1):
        yield orders.page(filters, index, page_size)


def _forward_collected(orders, filters, page_size):
    """Find the true end by reading forward, then hand the pages out from the end."""
    pages, index = [], 1
    while True:
        page = orders.page(filters, index, page_size)
        pages.append(page)
        if not _full(page, page_size) or index >= _MAX_BEYOND:
            break
        index += 1
    yield from reversed(pages)


def _full(page, page_size):
    return len(page.items) + page.rejected >= page_size
