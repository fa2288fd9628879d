"""Stock in the marketplace's own warehouses, in whatever shape it comes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from stub_app import Stub
from test_client import client

from services.payloads.fulfilment import FulfilmentStock

ROW = {
    "id": "S-1",
    "productId": "3770000000011",
    "sellerExternalReference": "SKU-1",
    "productState": "New",
    "quantities": {"available": 5, "allocated": 2, "blocked": 1, "return": 3},
    "localization": "FR",
}


def test_a_row_is_read():
    found = FulfilmentStock.parse(ROW)
    assert (found.sku, found.product_id, found.country, found.state) == ("SKU-1", "3770000000011", "FR", "New")
    assert (found.available, found.allocated, found.blocked, found.returned, found.physical) == (5, 2, 1, 3, 11)


@pytest.mark.parametrize(
    ("change", "country"),
    [
        ({"localization": "UK"}, "GB"),
        ({"localization": {"storageCountry": "es"}}, "ES"),
        ({"localization": None, "storageCountry": "FR"}, "FR"),
        ({"localization": "Spain"}, "ES"),
        ({"localization": None}, ""),
        ({"localization": "somewhere"}, ""),
    ],
)
def test_the_country_in_any_shape(change, country):
    assert FulfilmentStock.parse({**ROW, **change}).country == country


def test_numbers_as_text_and_what_is_missing_count_as_nothing():
    found = FulfilmentStock.parse({**ROW, "quantities": {"available": "4", "allocated": None, "blocked": -2}})
    assert (found.available, found.allocated, found.blocked, found.physical) == (4, 0, 0, Decimal(4))


@pytest.mark.parametrize(
    "row",
    [None, 7, {}, {**ROW, "id": None}, {**ROW, "quantities": None}, {**ROW, "quantities": {"available": "many"}}],
)
def test_what_says_no_quantity_is_not_taken_for_zero(row):
    assert FulfilmentStock.parse(row) is None


def test_the_list_is_walked_with_a_limit_and_what_is_unusable_is_counted(clock):
    app = Stub((200, {"itemsPerPage": 2, "items": [ROW, {"id": "S-2"}]}))
    pages = list(client(app, clock).fulfilment.pages("GB"))
    assert [(len(page.items), page.rejected) for page in pages] == [(1, 1)]
    assert app.seen[0]["PATH_INFO"] == "/v1/stocks"
    assert set(app.seen[0]["QUERY_STRING"].split("&")) == {"storageCountry=UK", "limit=1000"}
