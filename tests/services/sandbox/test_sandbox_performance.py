"""The sandbox's indicators can be anything, and its lists by updatedAt can keep orders to themselves."""


def test_indicators_change_by_name_and_come_back(api):
    api.control("/indicators", {"values": {"order_claims": {"value_d30": 1.7}, "order_refunds": None, "new_one": 3}})
    shown = api.get("/sellers/indicators").get_json()
    assert (shown["order_claims"]["value_d30"], shown["order_claims"]["threshold"]) == (1.7, 1.0)
    assert shown["order_refunds"] is None
    assert shown["new_one"] == 3
    api.control("/indicators", {"values": {"order_claims": None}, "replace": True})
    assert api.get("/sellers/indicators").get_json() == {"order_claims": None}
    api.control("/indicators", {"values": None})
    assert api.get("/sellers/indicators").get_json()["order_claims"]["value_d30"] == 0.6


def test_a_hidden_order_is_missing_by_updated_at_only(empty):
    order, other = (empty.create(status="InPreparation") for _ in range(2))
    day = order["createdAt"][:10]
    empty.fault("orders_hidden", times=None, params={"order_ids": [order["orderId"]]})
    updated, created = f"updatedAtMin={day}T00:00:00Z", f"createdAtMin={day}T00:00:00Z"
    assert [row["orderId"] for row in empty.page(updated)] == [other["orderId"]]
    assert empty.get(f"/orders/count?{updated}").get_json() == 1
    assert {row["orderId"] for row in empty.page(created)} == {order["orderId"], other["orderId"]}
    assert empty.get(f"/orders/count?{created}").get_json() == 2
    assert empty.order(order["orderId"])["orderId"] == order["orderId"]
