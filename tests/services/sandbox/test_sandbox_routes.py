import pytest
from werkzeug.datastructures import MultiDict

from sandbox.paging import cursor_slice
from sandbox.problems import Problem
from sandbox.resources import ROUTES

READABLE = [
    "/sellers",
    "/sellers/addresses",
    "/sellers/subscriptions",
    "/sellers/indicators",
    "/sellers/delivery-modes",
    "/carriers",
    "/orders",
    "/orders/count",
    "/cancellation-reasons",
    "/order-cancellation-requests",
    "/order-commercial-gesture-requests",
    "/sales-channel-commercial-gesture-configurations/CDISFR",
    "/discussions",
    "/discussions/count",
    "/typologies",
    "/offers?salesChannelId=CDISFR",
    "/offer-packages",
    "/products?gtin=3760123450010",
    "/products/count",
    "/products-integration-reports",
    "/categories",
    "/categories/count",
    "/categories/0101",
    "/categories/010101/properties",
    "/brands",
    "/competing-offers?products[]=AUC3760123450010",
]


@pytest.mark.parametrize("path", READABLE)
@pytest.mark.parametrize("base", ["/v1", "/seller/v2"])
def test_every_list_answers_under_both_bases(api, base, path):
    answer = api.get(path, base=base)
    assert answer.status_code == 200
    assert answer.content_type == "application/json; charset=utf-8"


def test_the_table_of_routes_names_each_route_once():
    names = [(route.method, route.path) for route in ROUTES]
    assert len(names) == len(set(names)) >= 40


@pytest.mark.parametrize(
    "method, path", [("GET", "/nothing"), ("DELETE", "/orders"), ("GET", "/orders/1/approvals"), ("GET", "/sellers/")]
)
def test_a_path_the_gateway_does_not_route_is_its_own_kind_of_404(api, method, path):
    answer = api.call(method, path)
    assert answer.status_code == 404
    assert answer.get_json() == {"statusCode": 404, "message": "Resource not found"}


def test_an_unknown_order_is_a_problem(api):
    answer = api.get("/orders/NOPE")
    assert answer.status_code == 404
    problem = answer.get_json()
    assert problem["status"] == 404 and problem["instance"] == "/v1/orders/NOPE" and "NOPE" in problem["detail"]


def test_only_json_is_spoken(api):
    assert api.get("/sellers", headers={"Accept": "text/xml"}).status_code == 406
    assert api.get("/sellers", headers={"Accept": "text/html, */*;q=0.1"}).status_code == 200
    assert api.get("/sellers", headers={"Accept": None}).status_code == 200
    order = api.create(status="WaitingAcceptance")["orderId"]
    answer = api.call("POST", f"/orders/{order}/approval-status", data="approval_status=Accepted")
    assert answer.status_code == 415


def test_a_body_that_is_no_json_is_a_bad_request(api):
    order = api.create()["orderId"]
    answer = api.call("POST", f"/orders/{order}/shipments", data="[{", content_type="application/json")
    assert answer.status_code == 400 and "$" in answer.get_json()["errors"]


def test_the_channel_header_is_missed_where_it_is_required(api):
    assert api.get("/orders").status_code == 200
    api.control("/settings", {"channel_required": True})
    answer = api.get("/orders")
    assert answer.status_code == 400 and "SalesChannelId" in answer.get_json()["errors"]
    assert api.get("/orders", headers={"SalesChannelId": "CDISFR"}).status_code == 200


def test_carriers_are_a_bare_array_with_codes_that_repeat(api):
    rows = api.get("/carriers").get_json()
    assert len(rows) == 66
    codes = [row["code"] for row in rows]
    assert codes.count("pcc") == 4 and codes.count("dhldp") == 2
    assert {"code": "pcc", "label": "Colissimo"} in rows
    assert len({row["label"] for row in rows}) == 66


def test_delivery_modes_show_the_legacy_codes(api):
    body = api.get("/sellers/delivery-modes").get_json()
    assert body["count"] == len(body["items"])
    assert {"TRK", "REG"} <= {row["code"] for row in body["items"]}


def test_a_subscription_names_the_channel(api):
    (row,) = api.get("/sellers/subscriptions").get_json()["items"]
    assert (row["sales_channel_id"], row["status"]) == ("CDISFR", "Active")


def test_discussions_can_be_forbidden_alone(api):
    assert api.get("/discussions/count").get_json()["count"] > 0
    api.control("/settings", {"discussions_allowed": False})
    assert api.get("/discussions/count").status_code == 403
    assert api.get("/discussions").status_code == 403
    assert api.get("/orders").status_code == 200


def test_discussions_are_filtered_and_not_searched_beyond_six_months(api):
    rows = api.get("/discussions?isOpen=true&pageSize=100").get_json()["items"]
    assert rows and all(row["isOpen"] for row in rows)
    assert api.get("/discussions?updatedAtMin=2026-01-01").status_code == 400
    assert api.get("/discussions?updatedAtMin=2026-08-01").status_code == 200
    api.control("/settings", {"discussion_count": "bare"})
    assert isinstance(api.get("/discussions/count").get_json(), int)


def test_reasons_depend_on_the_status_of_the_order(api):
    open_codes = {row["code"] for row in api.get("/cancellation-reasons?orderStatus=InPreparation").get_json()}
    late_codes = {row["code"] for row in api.get("/cancellation-reasons?orderStatus=Shipped").get_json()}
    assert "seller-out-of-stock" in open_codes - late_codes
    assert "customer-retraction" in late_codes - open_codes
    french = api.get("/cancellation-reasons").get_json()[0]["label"]
    english = api.get("/cancellation-reasons", headers={"Accept-Language": "en-US"}).get_json()[0]["label"]
    assert (french, english) == ("Rupture de stock", "Out of stock")


def test_the_cursor_walks_all_rows_and_ends_without_a_link():
    rows, seen, query = list(range(25)), [], {"limit": "10"}
    for _ in range(5):
        part, headers = cursor_slice(rows, MultiDict(query), "https://api.example/offers", {"salesChannelId": "CDISFR"})
        seen += part
        if "Link" not in headers:
            break
        assert headers["Link"].startswith("<https://api.example/offers?salesChannelId=CDISFR&limit=10&cursor=")
        query["cursor"] = headers["Link"].partition("cursor=")[2].partition(">")[0]
    assert seen == rows
    with pytest.raises(Problem):
        cursor_slice(rows, MultiDict({"cursor": "garbage!"}), "https://api.example/offers")
