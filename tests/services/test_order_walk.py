"""A list that changes while it is read: nothing is missed, and the watermark never runs ahead."""

from __future__ import annotations

import dataclasses
import math
from datetime import datetime, timedelta, timezone

import pytest
from test_against_sandbox import Shop

from services.errors import ProtocolError
from services.payloads import Order
from services.payloads.read import to_moment
from services.resources.order_walk import walk_oldest_first
from services.resources.orders import OrderFilter, OrderPage

START = datetime(2026, 11, 1, tzinfo=timezone.utc)


def window(clock):
    return OrderFilter(updated_at_max=clock.now())


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_every_order_comes_once_oldest_first_for_one_count_and_its_pages(clock, count):
    shop = Shop(clock, orders=count)
    pages = list(walk_oldest_first(shop.client.orders, window(clock)))
    ids = [raw["orderId"] for page in pages for raw in page.items]
    assert len(ids) == len(set(ids)) == shop.client.orders.count(window(clock))
    moments = [to_moment(raw["updatedAt"]) for page in pages for raw in page.items]
    assert moments == sorted(moments)
    asked = sum(trace.path.startswith("/v1/orders?") for trace in shop.traces)
    assert asked <= max(1, math.ceil(count / 100)) + (count % 100 == 0)


def test_the_watermark_follows_page_by_page(clock):
    shop = Shop(clock, orders=250)
    handed_out = []
    for page in walk_oldest_first(shop.client.orders, window(clock)):
        handed_out += [Order.parse(raw).updated_at for raw in page.items]
        assert page.watermark == max(handed_out)


def test_one_order_is_enough_for_a_watermark_when_it_is_all():
    (page,) = walked(Listing(days(5)))
    assert page.watermark == START + timedelta(days=5)


def test_orders_that_change_meanwhile_push_none_out_of_sight(clock):
    shop = Shop(clock, orders=250)
    bound = window(clock)
    before = {raw["orderId"] for page in shop.client.orders.pages(bound) for raw in page.items}
    clock.pass_by(60)
    shop.fault("pages_shift", times=50, params={"count": 3})
    seen = {raw["orderId"] for page in walk_oldest_first(shop.client.orders, bound) for raw in page.items}
    shop.control("faults", method="DELETE")
    moved = {order_id for order_id in before - seen if order_id}
    for order_id in moved:
        # What was not handed out has left the window upwards: the next poll finds it.
        assert Order.parse(shop.client.orders.get(order_id)).updated_at > bound.updated_at_max
    later = OrderFilter(updated_at_min=bound.updated_at_max)
    assert moved <= {raw["orderId"] for page in shop.client.orders.pages(later) for raw in page.items}


class Listing:
    """A service that pages a fixed list its own way."""

    def __init__(self, moments, counted=None):
        self.moments = moments
        self.counted = len(moments) if counted is None else counted

    def count(self, filters):
        return self.counted

    def page(self, filters, index, size=2):
        part = self.moments[(index - 1) * size : index * size]
        items = tuple({"orderId": str(n), "updatedAt": moment.isoformat()} for n, moment in part)
        return OrderPage(items=items, rejected=0, requested=size, is_last=len(part) < size, page_index=index)


def days(*numbers):
    return [(number, START + timedelta(days=number)) for number in numbers]


def walked(listing):
    return list(walk_oldest_first(listing, OrderFilter(), page_size=2))


def test_a_service_that_does_not_sort_gives_no_watermark_before_the_end():
    pages = walked(Listing(days(1, 2, 3, 4, 5)))
    assert all(page.watermark is None for page in pages[:-1])
    assert pages[-1].watermark == START + timedelta(days=5)
    assert sorted(raw["orderId"] for page in pages for raw in page.items) == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("counted", [1, 2, 3, 4, 5, 6, 9, 50])
def test_a_count_that_is_wrong_loses_nothing(counted):
    pages = walked(Listing(days(5, 4, 3, 2, 1), counted))
    assert {raw["orderId"] for page in pages for raw in page.items} == {"1", "2", "3", "4", "5"}


def test_an_order_without_a_readable_date_does_not_hold_the_watermark_back():
    listing = Listing(days(5, 4, 3, 2, 1))
    page = listing.page

    def bent(filters, index, size=2):
        found = page(filters, index, size)
        return dataclasses.replace(
            found,
            items=tuple({**raw, "updatedAt": "hier soir"} if raw["orderId"] == "2" else raw for raw in found.items),
        )

    listing.page = bent
    pages = walked(listing)
    assert pages[-1].watermark == START + timedelta(days=5)
    assert pages[1].watermark == START + timedelta(days=3)
    assert {raw["orderId"] for page in pages for raw in page.items} == {"1", "2", "3", "4", "5"}


def test_a_service_that_always_answers_the_same_page_ends_with_an_error():
    listing = Listing(days(2, 1))
    listing.page = lambda filters, index, size=2: Listing.page(listing, filters, 1, size)
    with pytest.raises(ProtocolError):
        walked(listing)
