import pytest

from sandbox.clock import parse_time


def test_pages_hold_every_order_once_and_end_short(api):
    rows = api.walk(size=25)
    assert len(rows) == 60 == len({row["orderId"] for row in rows})
    body = api.get("/orders?pageIndex=3&pageSize=25").get_json()
    assert body["itemsPerPage"] == len(body["items"]) == 10
    assert api.get("/orders?pageIndex=4&pageSize=25").get_json() == {"itemsPerPage": 0, "items": []}


@pytest.mark.parametrize("query", ["pageSize=101", "pageSize=0", "pageIndex=0", "pageIndex=x", "pageSize=1.5"])
def test_a_page_out_of_bounds_is_refused(api, query):
    assert api.get(f"/orders?{query}").status_code == 400


def test_limit_and_unknown_filters_are_silently_ignored(api):
    assert len(api.page("limit=3&pageSize=50&stat=Shipped")) == 50
    assert len(api.page()) == 10


@pytest.mark.parametrize(
    "query, descending",
    [
        ("sort=updatedAt", False),
        ("sort=updatedAt&desc=true", True),
        ("sort=asc:updatedAt", False),
        ("sort=desc:updatedAt", True),
        ("sort=updatedAt:desc", True),
    ],
)
def test_orders_are_sorted_in_every_spelling(api, query, descending):
    moments = [parse_time(row["updatedAt"]) for row in api.page(f"{query}&pageSize=100")]
    assert moments == sorted(moments, reverse=descending)


def test_sort_by_creation_and_the_default_differ_from_sort_by_change(api):
    created = [row["createdAt"] for row in api.page("sort=createdAt&pageSize=100")]
    assert created == sorted(created)
    assert [row["createdAt"] for row in api.page("pageSize=100")] == created[::-1]


def test_the_borders_of_updated_at_are_included(api):
    rows = api.walk()
    low, high = rows[10]["updatedAt"], rows[40]["updatedAt"]
    found = api.walk(f"sort=updatedAt&updatedAtMin={low}&updatedAtMax={high}")
    wanted = [row["orderId"] for row in rows if parse_time(low) <= parse_time(row["updatedAt"]) <= parse_time(high)]
    assert [row["orderId"] for row in found] == wanted and len(wanted) >= 31


def test_a_moment_with_an_offset_means_the_same_as_in_utc(api):
    middle = api.walk()[30]["updatedAt"]
    shifted = parse_time(middle).strftime("%Y-%m-%dT") + f"{parse_time(middle).hour:02d}" + middle[13:19] + "%2B00:00"
    assert len(api.walk(f"updatedAtMin={middle}")) == len(api.walk(f"updatedAtMin={shifted}"))
    assert api.get("/orders?updatedAtMin=yesterday").status_code == 400


def test_statuses_are_filtered_and_an_unknown_one_is_refused(api):
    rows = api.page("status=Shipped,Delivered&pageSize=100")
    assert {row["status"] for row in rows} == {"Shipped", "Delivered"}
    answer = api.get("/orders?status=new")
    assert answer.status_code == 400
    assert answer.get_json()["errors"] == {"status": ["The value 'new' is not valid."]}


def test_other_filters_select_what_they_say(api):
    assert all(row["businessOrder"] for row in api.page("businessOrder=true&pageSize=100"))
    some = api.page("pageSize=1")[0]
    assert [row["orderId"] for row in api.page(f"reference={some['reference']}")] == [some["orderId"]]
    fulfilled = api.page("supplyMode=Fulfillment&pageSize=100")
    assert fulfilled and all(row["lines"][0]["offer"]["supplyMode"] == "Fulfillment" for row in fulfilled)
    assert api.get("/orders?supplyMode=Truck").status_code == 400
    assert api.page("salesChannelId=SCID01") == []
    abroad = api.page("shippingCountry=DE&pageSize=100") + api.page("shippingCountry=BE&pageSize=100")
    assert all(
        row["lines"][0]["shippingAddress"]["countryCode"] in ("DE", "BE")
        for row in abroad
        if row["lines"][0]["shippingAddress"]
    )


def test_the_count_is_a_bare_integer_under_the_same_filters(api):
    assert api.get("/orders/count").data == b"60"
    assert api.get("/orders/count?status=Shipped").get_json() == len(api.page("status=Shipped&pageSize=100"))
    assert api.get("/orders/count?status=new").status_code == 400


def test_an_order_alone_is_the_order_in_the_list(api):
    for row in api.page("pageSize=5"):
        assert api.order(row["orderId"]) == row


def test_orders_changed_in_one_moment_share_their_updated_at_and_are_all_found(empty):
    for _ in range(5):
        empty.create()
    rows = empty.walk(size=2)
    assert len({row["updatedAt"] for row in rows}) == 1
    assert len({row["orderId"] for row in rows}) == 5


def test_with_the_strict_clock_no_two_changes_share_their_updated_at(empty):
    empty.control("/settings", {"strict_clock": True})
    for _ in range(5):
        empty.create()
    assert len({row["updatedAt"] for row in empty.walk()}) == 5


def test_a_changed_order_moves_to_the_end_of_the_list(api):
    first = api.walk()[0]["orderId"]
    api.control(f"/orders/{first}", {"patch": {}})
    rows = api.walk()
    assert rows[-1]["orderId"] == first and len(rows) == 60


def test_the_shipping_address_is_kept_back_until_preparation(empty):
    order = empty.create(status="Accepted")
    assert order["lines"][0]["shippingAddress"] is None
    assert empty.page("shippingCountry=FR")
    moved = empty.control(f"/orders/{order['orderId']}/move", {"to": "InPreparation"})["order"]
    assert moved["lines"][0]["shippingAddress"]["city"]
