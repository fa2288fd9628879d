"""Goods in the marketplace's own warehouses: what is told of them, and how orders move it."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from services.resources.cursor import next_link

FULFILLED = {"sku": "CSM-0001", "quantity": 2, "supply_mode": "Fulfillment"}


def quantities(api, sku="CSM-0001", country="FR"):
    row = api.control("/fulfilment")["stock"][country][sku]
    return row["available"], row["allocated"], row["blocked"], row["return"]


def test_an_order_is_allocated_leaves_or_comes_back(empty):
    empty.control("/fulfilment", {"FR": {"CSM-0001": {"available": 10, "blocked": 1, "return": 2}}})
    order = empty.create(status="Accepted", lines=[FULFILLED])["orderId"]
    other = empty.create(status="Accepted", lines=[FULFILLED])["orderId"]
    assert quantities(empty) == (6, 4, 1, 2)
    empty.control(f"/orders/{order}/move", {"to": "Shipped", "force": True})
    assert quantities(empty) == (6, 2, 1, 2)
    empty.control(f"/orders/{other}/move", {"to": "Cancelled", "force": True})
    assert quantities(empty) == (8, 0, 1, 2)
    assert empty.counters()["stock_below_zero"] == 0
    assert empty.control("/stock")["stock"]["CSM-0001"] == 100_000, "the seller's own quantity is not touched"


def test_counting_again_forgets_what_left_before(empty):
    empty.control("/fulfilment", {"FR": {"CSM-0001": 5}})
    empty.create(status="Shipped", lines=[FULFILLED])
    assert quantities(empty) == (3, 0, 0, 0)
    empty.control("/fulfilment", {"FR": {"CSM-0001": 7}})
    assert quantities(empty) == (7, 0, 0, 0)


def test_the_list_is_paged_by_cursor_and_told_by_country(empty):
    empty.control("/fulfilment", {"FR": {f"CSM-{n:04}": n for n in range(1, 6)}, "ES": {"CSM-0001": 9}})
    answer = empty.get("/stocks?limit=4")
    first = answer.get_json()["items"]
    cursor = dict(parse_qsl(urlsplit(next_link(answer.headers["Link"])).query))["cursor"]
    rest = empty.get(f"/stocks?limit=4&cursor={cursor}")
    assert "Link" not in rest.headers
    rows = [*first, *rest.get_json()["items"]]
    assert [(row["localization"], row["quantities"]["available"]) for row in rows] == [
        *(("FR", n) for n in range(1, 6)),
        ("ES", 9),
    ]
    spain = empty.get("/stocks?limit=100&storageCountry=ES").get_json()["items"]
    assert [row["sellerExternalReference"] for row in spain] == ["CSM-0001"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "limit"),
        ("limit=10&storageCountry=XX", "storageCountry"),
        ("limit=10&storageCountry=FR&deliveryCountry=FR", "deliveryCountry"),
        ("limit=1001", "limit"),
    ],
)
def test_what_is_refused(empty, query, field):
    answer = empty.get(f"/stocks?{query}")
    assert answer.status_code == 400
    assert field in answer.get_json()["errors"]


def test_a_shop_without_contract_and_one_whose_references_are_not_told(empty):
    empty.control("/fulfilment", {"FR": {"CSM-0001": 5}})
    empty.control("/settings", {"fulfilment_references": False})
    row = empty.get("/stocks?limit=10").get_json()["items"][0]
    assert row["sellerExternalReference"] is None
    assert row["productId"]
    empty.control("/settings", {"fulfilment_allowed": False})
    assert empty.get("/stocks?limit=10").status_code == 403


def test_goods_that_the_warehouses_forget(empty):
    empty.control("/fulfilment", {"FR": {"CSM-0001": 5, "CSM-0002": 6}})
    assert empty.control("/fulfilment?sku=CSM-0001", method="DELETE") == {"removed": 1}
    assert list(empty.control("/fulfilment")["stock"]["FR"]) == ["CSM-0002"]
