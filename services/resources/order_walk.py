"""Reading a list of orders that changes while it is read, without missing one.

``GET /orders`` pages by index (contract §1.4). When an order changes between two pages it leaves the window (its
``updatedAt`` moves past the upper bound) and everything behind it slides forward by one: a reader that walks forward
misses the order that slid from the page it reads next onto the page it has just read.

So the window has a fixed upper end, the list is asked newest first, and its pages are read from the last to the first:
what slides, slides from pages already read onto pages still to be read. It is seen twice, never missed, and the orders
come oldest first, so a watermark can follow page by page. Cost: one count and ``ceil(N / 100)`` pages.
"""

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ..payloads.read import to_moment

PAGE_SIZE = 100


@dataclass(frozen=True)
class WalkedPage:
    """One page of the walk.

    :param items: raw orders, oldest first
    :param rejected: entries that were no orders (no object, no ``orderId``)
    :param watermark: every order of the window up to this moment has been handed out, or None when that is not known
    :param expected: number of orders in the window as counted at the beginning, or None
    """

    items: tuple
    rejected: int
    watermark: datetime | None
    expected: int | None


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
        moments = [to_moment(raw.get(key)) for raw in page.items]
        known = [moment for moment in moments if moment]
        if None in moments or known != sorted(known, reverse=True):
            # The service did not sort as asked: no moment is safe before the end of the walk.
            ordered = False
        if known:
            ordered = ordered and (previous_oldest is None or max(known) >= previous_oldest)
            proved = proved or max(known) > (previous_oldest or min(known))
            previous_oldest = min(known)
            newest = max(known) if newest is None else max(newest, *known)
        safe = ordered and (proved or page.page_index == 1)
        yield WalkedPage(tuple(reversed(page.items)), page.rejected, newest if safe else None, expected)
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
    while _full(tail[-1], page_size) and expected % page_size:
        # The list is longer than its count: begin further back.
        index += 1
        tail.append(orders.page(filters, index, page_size))
    yield from reversed(tail)
    for index in range(last - 1, 0, -1):
        yield orders.page(filters, index, page_size)


def _forward_collected(orders, filters, page_size):
    """Find the true end by reading forward, then hand the pages out from the end."""
    pages, index = [], 1
    while True:
        page = orders.page(filters, index, page_size)
        pages.append(page)
        if not _full(page, page_size):
            break
        index += 1
    yield from reversed(pages)


def _full(page, page_size):
    return len(page.items) + page.rejected >= page_size
