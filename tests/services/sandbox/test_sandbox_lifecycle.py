import pytest

PARCEL = {"parcelNumber": "6A00000000001", "carrierName": "Colissimo", "trackingUrl": "https://tracking.example/1"}


def ship(api, order_id, *parcels):
    return api.post(f"/orders/{order_id}/shipments", list(parcels) or [PARCEL])


def statuses(order):
    return [line["status"] for line in order["lines"]]


@pytest.mark.parametrize("verdict", ["Accepted", "Refused"])
def test_the_seller_accepts_or_refuses_a_waiting_order(empty, verdict):
    order_id = empty.create(status="WaitingAcceptance", lines=2)["orderId"]
    answer = empty.post(f"/orders/{order_id}/approval-status", {"approval_status": verdict})
    assert answer.status_code == 204 and answer.data == b""
    order = empty.order(order_id)
    assert order["status"] == verdict and statuses(order) == [verdict] * 2
    assert order["statusEvents"][-1]["status"] == verdict


@pytest.mark.parametrize("status", ["Processing", "Accepted", "InPreparation", "Shipped", "Refused"])
def test_only_a_waiting_order_can_be_accepted(empty, status):
    order_id = empty.create(status=status)["orderId"]
    answer = empty.post(f"/orders/{order_id}/approval-status", {"approval_status": "Accepted"})
    assert answer.status_code == 400 and empty.order(order_id)["status"] == status


@pytest.mark.parametrize("body", [{}, {"approval_status": "accepted"}, {"approvalStatus": "Accepted"}, [], "Accepted"])
def test_an_approval_of_another_shape_is_refused(empty, body):
    order_id = empty.create(status="WaitingAcceptance")["orderId"]
    assert empty.post(f"/orders/{order_id}/approval-status", body).status_code == 400


def test_the_success_code_of_an_approval_can_be_another_two_hundred(empty):
    empty.control("/settings", {"approval_status_code": 200})
    order_id = empty.create(status="WaitingAcceptance")["orderId"]
    assert empty.post(f"/orders/{order_id}/approval-status", {"approval_status": "Accepted"}).status_code == 200


def test_shipping_marks_every_line_and_keeps_the_parcel(empty):
    order_id = empty.create(lines=3)["orderId"]
    empty.control("/clock", {"advance": 60})
    answer = ship(empty, order_id)
    assert answer.status_code == 201 and answer.data == b""
    order = empty.order(order_id)
    assert order["status"] == "Shipped" and statuses(order) == ["Shipped"] * 3
    assert order["updatedAt"] == "2026-11-23T10:01:00Z"
    assert [line["parcels"][0]["parcelNumber"] for line in order["lines"]] == ["6A00000000001"] * 3
    assert empty.counters()["shipments_accepted"] == 1


def test_the_same_shipment_posted_twice_is_refused_and_counted(empty):
    order_id = empty.create()["orderId"]
    ship(empty, order_id)
    answer = ship(empty, order_id)
    assert answer.status_code == 400
    assert "Cannot switch to shipped status" in answer.get_json()["errors"]["status"][0]
    counters = empty.counters()
    assert (counters["shipments_posted_twice"], counters["shipments_refused"]) == (1, 1)


def test_a_corrected_shipment_after_a_refusal_is_not_a_second_one(empty):
    order_id = empty.create()["orderId"]
    assert ship(empty, order_id, {**PARCEL, "carrierName": ""}).status_code == 400
    assert ship(empty, order_id).status_code == 201
    assert empty.counters()["shipments_posted_twice"] == 0


def test_a_parcel_number_on_two_orders_is_counted(empty):
    first, second = empty.create()["orderId"], empty.create()["orderId"]
    assert ship(empty, first).status_code == ship(empty, second).status_code == 201
    assert empty.counters()["parcel_number_reused"] == 1


@pytest.mark.parametrize("status", ["Processing", "WaitingAcceptance", "Accepted", "Cancelled", "Delivered"])
def test_only_an_order_in_preparation_can_be_shipped(empty, status):
    order_id = empty.create(status=status)["orderId"]
    answer = ship(empty, order_id)
    assert answer.status_code == 400 and "Cannot switch to shipped status" in answer.get_data(as_text=True)


def test_cdiscount_takes_one_parcel_with_the_complete_order(empty):
    order = empty.create(lines=2)
    first, second = (line["orderLineId"] for line in order["lines"])
    partial = {**PARCEL, "orderLineIds": [first]}
    assert ship(empty, order["orderId"], partial).status_code == 400
    two = ({**PARCEL, "orderLineIds": [first]}, {**PARCEL, "parcelNumber": "6A2", "orderLineIds": [second]})
    assert ship(empty, order["orderId"], *two).status_code == 400
    assert ship(empty, order["orderId"], {**PARCEL, "orderLineIds": [first, second]}).status_code == 201


def test_other_channels_take_several_parcels_and_a_part_of_the_order(empty):
    order = empty.create(lines=2, channel="SCID01")
    first, second = (line["orderLineId"] for line in order["lines"])
    assert order["orderId"].startswith("SCID01")
    assert ship(empty, order["orderId"], {**PARCEL, "orderLineIds": [first]}).status_code == 201
    assert empty.order(order["orderId"])["status"] == "InPreparation"
    assert ship(empty, order["orderId"], {**PARCEL, "parcelNumber": "6A2", "orderLineIds": [second]}).status_code == 201
    assert empty.order(order["orderId"])["status"] == "Shipped"


@pytest.mark.parametrize(
    "body",
    [
        PARCEL,
        [],
        ["6A1"],
        [{**PARCEL, "parcelNumber": None}],
        [{**PARCEL, "parcelNumber": 6}],
        [{**PARCEL, "trackingUrl": "laposte"}],
        [{**PARCEL, "orderLineIds": ["other-1"]}],
        [{**PARCEL, "orderLineIds": "x"}],
    ],
)
def test_a_shipment_of_another_shape_is_refused_and_nothing_is_shipped(empty, body):
    order_id = empty.create()["orderId"]
    assert empty.post(f"/orders/{order_id}/shipments", body).status_code == 400
    assert empty.order(order_id)["status"] == "InPreparation"
    assert empty.counters()["shipment_object_instead_of_array"] == (1 if isinstance(body, dict) else 0)


def test_a_line_the_channel_ships_is_not_the_sellers_to_ship(empty):
    order_id = empty.create(supply_mode="Fulfillment")["orderId"]
    assert ship(empty, order_id).status_code == 400


def test_a_carrier_code_instead_of_a_label_is_counted_and_on_demand_refused(empty):
    order_id = empty.create()["orderId"]
    empty.control("/settings", {"strict_carrier": True})
    assert ship(empty, order_id, {**PARCEL, "carrierName": "pcc"}).status_code == 400
    empty.control("/settings", {"strict_carrier": False})
    assert ship(empty, order_id, {**PARCEL, "carrierName": "pcc"}).status_code == 201
    assert empty.counters()["carrier_code_instead_of_label"] == 2


def test_a_line_the_customer_wants_to_cancel_may_still_be_shipped(empty):
    order = empty.create(scenario="cancel_request", lines=2)
    assert statuses(order) == ["CancelRequest", "InPreparation"] and order["status"] == "InPreparation"
    assert ship(empty, order["orderId"]).status_code == 201
    assert statuses(empty.order(order["orderId"])) == ["Shipped", "Shipped"]


def cancel(api, order_id, **more):
    body = {"orderSellerId": order_id, "reason": "seller-out-of-stock", "shippingCostRefund": True, **more}
    return api.post("/order-cancellation-requests", body)


@pytest.mark.parametrize("key", ["orderSellerId", "orderId"])
def test_an_open_order_is_cancelled_under_either_name_of_its_id(empty, key):
    order_id = empty.create(lines=2)["orderId"]
    answer = empty.post("/order-cancellation-requests", {key: order_id, "reason": "seller-out-of-stock"})
    assert answer.status_code == 201
    number = answer.get_json()["cancellationRequestId"]
    order = empty.order(order_id)
    assert order["status"] == "Cancelled" and statuses(order) == ["Cancelled"] * 2
    (row,) = empty.get(f"/order-cancellation-requests?orderSellerId={order_id}").get_json()["items"]
    assert (row["cancellationRequestId"], row["type"], row["status"]) == (number, "Cancellation", "Accepted")


def test_cancelling_a_shipped_order_is_a_refund_that_leaves_it_shipped(empty):
    order_id = empty.create(status="Shipped")["orderId"]
    assert cancel(empty, order_id).status_code == 400
    assert cancel(empty, order_id, reason="damaged-product").status_code == 201
    order = empty.order(order_id)
    assert order["status"] == "Shipped" and order["lines"][0]["cancellationDetails"]["type"] == "Refund"
    assert cancel(empty, order_id, reason="damaged-product").status_code == 409
    assert empty.counters()["cancellations_posted_twice"] == 1


def test_one_line_is_cancelled_and_the_rest_lives_on(empty):
    order = empty.create(lines=2)
    first, second = order["lines"]
    body = {
        "orderSellerId": order["orderId"],
        "lines": [{"lineId": first["orderLineId"], "offerId": first["offer"]["id"], "reason": "seller-out-of-stock"}],
    }
    assert empty.post("/order-partial-cancellation-requests", body).status_code == 201
    after = empty.order(order["orderId"])
    assert after["status"] == "InPreparation" and statuses(after) == ["Cancelled", "InPreparation"]
    assert empty.post("/order-partial-cancellation-requests", body).status_code == 409
    body["lines"] = [{"lineId": second["orderLineId"], "reason": "seller-out-of-stock"}]
    assert empty.post("/order-partial-cancellation-requests", body).status_code == 201
    assert empty.order(order["orderId"])["status"] == "Cancelled"


@pytest.mark.parametrize(
    "change",
    [{"lines": []}, {"lines": None}, {"lines": [{"lineId": "x"}]}, {"lines": [{"lineId": 0}, 5]}],
)
def test_a_partial_cancellation_of_another_shape_is_refused(empty, change):
    order_id = empty.create()["orderId"]
    body = {"orderSellerId": order_id, "reason": "seller-out-of-stock", **change}
    assert empty.post("/order-partial-cancellation-requests", body).status_code == 400
    assert empty.order(order_id)["status"] == "InPreparation"


def test_a_cancellation_takes_effect_when_its_delay_is_over(empty):
    empty.control("/settings", {"cancellation_delay": 60})
    order_id = empty.create()["orderId"]
    cancel(empty, order_id)
    assert empty.order(order_id)["status"] == "InPreparation"
    assert cancel(empty, order_id).status_code == 409
    empty.control("/clock", {"advance": 61})
    assert empty.order(order_id)["status"] == "Cancelled"
    (row,) = empty.get("/order-cancellation-requests").get_json()["items"]
    assert row["status"] == "Accepted"


def test_a_closed_or_unknown_order_cannot_be_cancelled(empty):
    assert cancel(empty, empty.create(status="Refused")["orderId"]).status_code == 409
    assert cancel(empty, "NOPE").status_code == 404
    assert cancel(empty, None).status_code == 400


def test_control_moves_an_order_along_its_life_and_refuses_leaps(empty):
    order_id = empty.create(status="Processing")["orderId"]
    empty.control(f"/orders/{order_id}/move", {"to": "Delivered"}, status=409)
    seen = [empty.control(f"/orders/{order_id}/move", {})["order"]["status"]]
    empty.control(f"/orders/{order_id}/move", {"to": "Accepted"})
    for _ in range(3):
        seen.append(empty.control(f"/orders/{order_id}/move", {})["order"]["status"])
    assert seen == ["WaitingAcceptance", "InPreparation", "Shipped", "Delivered"]
    assert empty.order(order_id)["lines"][0]["parcels"]
    empty.control(f"/orders/{order_id}/move", {}, status=409)
    empty.control(f"/orders/{order_id}/move", {"to": "InPreparation", "force": True})


def test_control_moves_a_single_line(empty):
    order = empty.create(lines=2)
    moved = empty.control(f"/orders/{order['orderId']}/move", {"line": 2, "to": "CancelRequest"})["order"]
    assert statuses(moved) == ["InPreparation", "CancelRequest"]
    empty.control(f"/orders/{order['orderId']}/move", {"line": 9, "to": "Cancelled"}, status=409)
    empty.control(f"/orders/{order['orderId']}/move", {"line": 1, "to": "Cancelled"})
    moved = empty.control(f"/orders/{order['orderId']}/move", {"line": 2, "to": "Cancelled"})["order"]
    assert moved["status"] == "Cancelled"


def test_every_move_bumps_updated_at(empty):
    order_id = empty.create(status="Accepted")["orderId"]
    before = empty.order(order_id)["updatedAt"]
    empty.control("/clock", {"advance": 5})
    empty.control(f"/orders/{order_id}/move", {})
    assert empty.order(order_id)["updatedAt"] > before


def test_with_automatic_on_orders_go_on_as_the_clock_passes(empty):
    order_id = empty.create(status="Processing")["orderId"]
    empty.control("/settings", {"automatic": True, "auto_accept_order": True})
    assert empty.control("/clock", {"advance": 3600})["orders_moved"] == 2
    assert empty.order(order_id)["status"] == "InPreparation"
    empty.control("/clock", {"advance": 10 * 86400})
    empty.token = None
    assert empty.order(order_id)["status"] == "InPreparation"
