from decimal import Decimal

import pytest

from sandbox.control import ACTIONS

NOT_SOLD = ("Cancelled", "Refused", "Rejected", "CancelRequest")


def totals(rows, key="total_offer_live"):
    return sum((Decimal(row[key]) for row in rows), Decimal(0))


def test_expected_sums_agree_with_its_rows_and_with_the_orders_read(api):
    expected = api.control("/expected?orders=full")
    rows = expected["rows"]
    read = {order["orderId"]: order for order in api.walk()}
    assert expected["orders"] == len(rows) == 60 == sum(part["count"] for part in expected["by_status"].values())
    for row in rows:
        order = read[row["orderId"]]
        live = [line for line in order["lines"] if line["status"] not in NOT_SOLD]
        fees = sum((fee["amount"] for fee in order["serviceFees"] or ()), Decimal(0)) if live else Decimal(0)
        assert Decimal(row["total_offer_live"]) == sum((x["totalPrice"]["offerPrice"] for x in live), Decimal(0)) + fees
        assert (
            Decimal(row["total_selling_live"])
            == sum((x["totalPrice"]["sellingPrice"] for x in live), Decimal(0)) + fees
        )
        assert row["lines_live"] == len(live)
    sold = [row for row in rows if row["must_sell"]]
    assert {row["status"] for row in sold} == {"InPreparation", "Shipped", "Delivered"}
    groups = expected["sale_orders"]
    for name, part in (
        ("all", sold),
        ("sku_known", [row for row in sold if row["sku_known"]]),
        ("sku_unknown", [row for row in sold if not row["sku_known"]]),
        ("found_by_gtin", [row for row in sold if not row["sku_known"] and row["gtin_known"]]),
    ):
        assert groups[name]["count"] == len(part) > 0
        assert Decimal(groups[name]["total_offer_live"]) == totals(part)
        assert Decimal(groups[name]["total_selling_live"]) == totals(part, "total_selling_live")


def test_expected_follows_the_filters_of_orders_and_is_paged(api):
    shipped = api.control("/expected?status=Shipped")
    assert list(shipped["by_status"]) == ["Shipped"]
    rows = [
        row["orderId"]
        for page in (1, 2, 3)
        for row in api.control(f"/expected?orders=page&pageIndex={page}&pageSize=25")["rows"]
    ]
    assert rows == [order["orderId"] for order in api.walk()]
    api.control("/expected?status=new", status=400)
    api.control("/expected?orders=some", status=400)


def test_expected_knows_which_skus_are_unknown(empty):
    empty.create(lines=[{"sku": "CSM-0001"}, {"sku": "CSM-0002"}])
    empty.create(lines=[{"sku": "CSM-0001"}, {"sku": "GHOST-1"}])
    empty.create(scenario="renamed_sku")
    groups = empty.control("/expected")["sale_orders"]
    assert [groups[name]["count"] for name in ("all", "sku_known", "sku_unknown", "found_by_gtin")] == [3, 1, 2, 1]


def test_a_cancelled_line_is_not_expected(empty):
    order = empty.create(lines=[{"unit_price": 10, "shipping": 0}, {"unit_price": 5, "shipping": 1}], service_fee=0.5)
    (row,) = empty.control("/expected?orders=full")["rows"]
    assert (row["total_offer_live"], row["lines_live"]) == ("16.50", 2)
    empty.control(f"/orders/{order['orderId']}/move", {"line": 2, "to": "Cancelled"})
    (row,) = empty.control("/expected?orders=full")["rows"]
    assert (row["total_offer_live"], row["lines_live"], row["must_sell"]) == ("10.50", 1, True)
    empty.control(f"/orders/{order['orderId']}/move", {"line": 1, "to": "Cancelled"})
    (row,) = empty.control("/expected?orders=full")["rows"]
    assert (row["total_offer_live"], row["must_sell"]) == ("0.00", False)


def test_a_line_the_customer_wants_to_cancel_is_not_expected_to_be_sold_but_is_in_the_header(empty):
    order = empty.create(
        scenario="cancel_request", lines=[{"unit_price": 10, "shipping": 0}, {"unit_price": 5, "shipping": 0}]
    )
    (row,) = empty.control("/expected?orders=full")["rows"]
    assert (row["total_offer_live"], row["lines_live"], row["must_sell"]) == ("5.00", 1, True)
    assert order["totalPrice"]["offerPrice"] == 15


def test_an_order_without_a_line_to_sell_is_no_sale_order(empty):
    empty.create(scenario="cancel_request", lines=1)
    assert empty.control("/expected")["by_status"]["InPreparation"]["count"] == 1
    assert empty.control("/expected")["sale_orders"]["all"]["count"] == 0


def test_the_catalogue_is_enough_to_make_the_products(api):
    catalogue = api.control("/catalogue")
    assert catalogue["count"] == len(catalogue["items"]) == 60
    first = catalogue["items"][0]
    assert first["sku"] == "CSM-0001" and len(first["gtin"]) == 13
    assert (first["price"], first["vat_rate"], first["weight"]) == (Decimal("24.99"), 20, Decimal("0.85"))
    assert first["title"] and first["brand"]


def test_pieces_sold_beyond_the_published_stock_are_counted(empty):
    empty.control("/stock", {"CSM-0001": 5})
    empty.create(lines=[{"sku": "CSM-0001", "quantity": 4}])
    assert empty.counters()["stock_below_zero"] == 0
    empty.create(lines=[{"sku": "CSM-0001", "quantity": 3}])
    empty.create(lines=[{"sku": "CSM-0001", "quantity": 2}])
    assert empty.counters()["stock_below_zero"] == 4
    assert empty.control("/stock")["stock"]["CSM-0001"] == -4
    empty.control("/stock", {"CSM-0001": "many"}, status=400)


def test_orders_are_created_as_asked(empty):
    order = empty.create(
        status="Shipped",
        country="BE",
        business=True,
        customer="C-9",
        channel="CDISFR",
        order_id="MINE-1",
        purchased_at="2026-11-01T08:00:00Z",
        updated_at="2026-11-02T08:00:00Z",
        lines=[
            {"sku": "CSM-0050", "quantity": 3, "unit_price": 10.1, "shipping": 2.5, "vat_rate": 6, "title": "Livre"}
        ],
    )
    assert (order["orderId"], order["status"], order["businessOrder"]) == ("MINE-1", "Shipped", True)
    assert (order["purchasedAt"], order["updatedAt"]) == ("2026-11-01T08:00:00Z", "2026-11-02T08:00:00Z")
    line = order["lines"][0]
    assert line["totalPrice"]["offerPrice"] == Decimal("32.8") and line["offerPrice"]["taxes"][0]["rate"] == 6
    assert order["billingAddress"]["companyVatNumber"].startswith("BE")
    empty.control("/orders", {"order_id": "MINE-1"}, status=400)


def test_many_orders_are_created_at_once(empty):
    answer = empty.control("/orders", {"count": 150, "answer": "ids"})
    assert len(set(answer["ids"])) == 150 == empty.get("/orders/count").get_json()


def test_a_document_is_stored_as_it_is(empty):
    document = {
        "orderId": "RAW-1",
        "status": "InPreparation",
        "updatedAt": "2026-11-01T00:00:00Z",
        "lines": None,
        "x": [1],
    }
    empty.control("/orders", {"document": document})
    assert empty.order("RAW-1") == document
    assert empty.page("sort=updatedAt&updatedAtMax=2026-11-01T00:00:00Z") == [document]
    assert empty.control("/expected")["by_status"]["InPreparation"]["lines_live"] == 0
    empty.control("/orders", {"document": {"orderId": 5}}, status=400)


@pytest.mark.parametrize(
    "patch",
    [
        {"lines": None},
        {"lines": 5},
        {"lines": [None, "x"]},
        {"salesChannel": "CDISFR"},
        {"status": None},
        {"totalPrice": []},
        {"serviceFees": ["x"]},
        {"createdAt": "never"},
        {"customer": "C-1"},
        {"lines": {"0": {"offer": "SKU", "totalPrice": 3}}},
    ],
)
def test_an_order_bent_for_good_is_still_listed_counted_and_summed(empty, patch):
    order_id = empty.create()["orderId"]
    empty.control(f"/orders/{order_id}", {"patch": patch})
    assert [row["orderId"] for row in empty.walk()] == [order_id]
    assert [row["orderId"] for row in empty.walk("sort=createdAt")] == [order_id]
    empty.control("/expected?orders=full")
    assert empty.get("/orders?supplyMode=Seller&shippingCountry=FR&salesChannelId=CDISFR").status_code == 200


def test_a_patch_changes_by_place_and_bumps_updated_at_unless_told_not_to(empty):
    order_id = empty.create(lines=2)["orderId"]
    empty.control("/clock", {"advance": 30})
    body = {"patch": {"billingAddress": {"city": "Lyon"}, "lines": {"1": {"quantity": "2"}}}}
    order = empty.control(f"/orders/{order_id}", body)["order"]
    assert order["billingAddress"]["city"] == "Lyon" and order["billingAddress"]["postalCode"]
    assert [line["quantity"] for line in order["lines"]][1] == "2"
    assert order["updatedAt"] == "2026-11-23T10:00:30Z"
    empty.control("/clock", {"advance": 30})
    quiet = empty.control(f"/orders/{order_id}", {"patch": {"currencyCode": "USD"}, "touch": False})["order"]
    assert quiet["updatedAt"] == "2026-11-23T10:00:30Z" and empty.order(order_id)["currencyCode"] == "USD"
    back = empty.control(f"/orders/{order_id}", {"updated_at": "2026-10-01T00:00:00Z"})["order"]
    assert back["updatedAt"] == "2026-10-01T00:00:00Z"


def test_a_refused_patch_leaves_the_order_as_it_was(empty):
    order = empty.create()
    empty.control(f"/orders/{order['orderId']}", {"patch": {"currencyCode": "USD", "lines": {"7": {}}}}, status=400)
    assert empty.order(order["orderId"]) == order
    empty.control("/orders/NOPE", {"patch": {}}, status=404)


def test_totals_are_made_anew_after_a_change_of_prices(empty):
    order_id = empty.create(lines=[{"sku": "CSM-0016", "unit_price": 12, "shipping": 0}])["orderId"]
    patch = {"lines": {"0": {"quantity": 3, "offerPrice": {"unitSalesPrice": 11.99}}}}
    order = empty.control(f"/orders/{order_id}", {"patch": patch, "recompute": True})["order"]
    assert order["lines"][0]["totalPrice"] == {"offerPrice": Decimal("35.97"), "sellingPrice": 36}
    assert order["totalPrice"]["offerPrice"] == Decimal("35.97")
    assert order["lines"][0]["offerPrice"]["taxes"][0]["amount"] == Decimal("6")  # 35.97 at 20 %: 5.995


def test_the_clock_is_moved_set_frozen_and_let_go(api):
    assert api.control("/clock", {"advance": 90.5})["now"] == "2026-11-23T10:01:30.500Z"
    assert api.control("/clock", {"now": "2027-01-01T00:00:00+01:00"})["now"] == "2026-12-31T23:00:00Z"
    assert api.control("/clock", {"freeze": False})["frozen"] is False
    assert api.control("/clock", {"freeze": True})["frozen"] is True
    api.control("/clock", {"now": "noon"}, status=400)
    api.control("/clock", {"advanced": 1}, status=400)


def test_counters_tell_calls_by_route_and_status(api):
    api.walk(size=25)
    api.get("/orders?status=new")
    counters = api.counters()
    assert counters["calls"]["GET /orders"] == {"200": 3, "400": 1}
    assert (counters["order_pages"], counters["order_rows"], counters["tokens"]["issued"]) == (3, 60, 1)
    assert counters["calls_total"] == 5
    log = api.control("/calls?limit=2")["calls"]
    assert [row["status"] for row in log] == [200, 400] and log[1]["query"] == {"status": "new"}
    api.control("/counters/reset", {})
    assert api.counters()["calls_total"] == 0


def test_a_reset_starts_again_and_may_change_the_history(api):
    before = api.walk()
    api.create()
    api.fault("server_error", times=None)
    api.control("/settings", {"delegated": False})
    state = api.control("/reset", {})
    assert state["faults"] == [] and state["sellers"][0]["orders"] == 60
    api.token = None
    assert api.walk() == before
    api.control("/reset", {"seed": 2, "orders": 5})
    api.token = None
    assert len(api.walk()) == 5
    api.control("/reset", {"orders": -1}, status=400)
    api.control("/reset", {"colour": 1}, status=400)


@pytest.mark.parametrize(
    "body",
    [
        {"nope": 1},
        {"delegated": "no"},
        {"token_quota": -1},
        {"token_quota": True},
        {"login_errors": "loud"},
        {"one_parcel_channels": [1]},
        {"delegated": False, "nope": 1},
    ],
)
def test_a_setting_that_does_not_exist_or_fit_is_refused_and_nothing_is_written(api, body):
    before = api.control("/state")
    api.control("/settings", body, status=400)
    assert api.control("/state") == before


def test_state_shows_no_secret(api):
    api.get("/sellers")
    text = api.client.get("/_sandbox/state").get_data(as_text=True)
    assert "sandbox-pass1" not in text and api.token not in text


def test_unknown_control_calls_list_the_known_ones(api):
    answer = api.control("/nothing", status=404)
    assert len(answer["known"]) == len(ACTIONS)
    answer = api.client.post("/_sandbox/orders", data="{", content_type="application/json")
    assert answer.status_code == 400
    api.control("/expected?seller=1", status=404)
    api.control("/orders/NOPE", status=404)


def test_control_calls_need_no_token_and_meet_no_fault(api):
    api.control("/faults", {"name": "server_error", "times": None, "path": "*"})
    assert api.control("/state")["seed"] == 1
    assert api.login().status_code == 500
