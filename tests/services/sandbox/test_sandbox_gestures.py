"""Commercial gestures at the marketplace: what is allowed, what is refused, what is counted."""

from decimal import Decimal

import pytest

from sandbox.jsonio import loads

LINES = [{"sku": "CSM-0001", "quantity": 2, "unit_price": "10.00", "shipping": "3.00"}]
REQUESTS = "/order-commercial-gesture-requests"


def place(api, status="Shipped", **more):
    return api.create(status=status, lines=LINES, scenario="plain", **more)["orderId"]


def give(api, order_id, amount=5, reason="MissingProduct", **more):
    return api.post(REQUESTS, {"orderId": order_id, "reason": reason, "amount": amount, **more})


def allowable(api, order_id):
    answer = api.get(f"/orders/{order_id}/commercial-gestures-available-amounts")
    return loads(answer.data.decode())["allowableAmount"]


@pytest.mark.parametrize("status", ["Shipped", "Delivered"])
def test_a_gesture_takes_from_what_is_allowable(empty, status):
    order_id = place(empty, status)
    assert allowable(empty, order_id) == Decimal(23)
    answer = give(empty, order_id, 5.5)
    assert answer.status_code == 201
    number = answer.get_json()["requestId"]
    assert allowable(empty, order_id) == Decimal("17.5")
    row = empty.get(f"{REQUESTS}/{number}").get_json()
    assert (row["requestId"], row["orderId"], row["status"], row["amount"]) == (number, order_id, "Accepted", 5.5)


def test_a_refund_takes_from_it_too(empty):
    order_id = place(empty)
    body = {"orderSellerId": order_id, "reason": "damaged-product", "shippingCostRefund": False}
    assert empty.post("/order-cancellation-requests", body).status_code == 201
    assert allowable(empty, order_id) == Decimal(3)


@pytest.mark.parametrize("status", ["WaitingAcceptance", "InPreparation", "Cancelled"])
def test_nothing_is_allowed_before_it_has_left(empty, status):
    order_id = place(empty, status)
    assert allowable(empty, order_id) == 0
    answer = give(empty, order_id)
    assert answer.status_code == 400 and status in str(answer.get_json()["errors"]["orderId"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": 23.01}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": 1.001}, "amount"),
        ({"amount": "5"}, "amount"),
        ({"amount": None}, "amount"),
        ({"reason": "Because"}, "reason"),
        ({"reason": None}, "reason"),
        ({"reason": "Other"}, "reasonDetails"),
        ({"reason": "Other", "reasonDetails": "  "}, "reasonDetails"),
        ({"reasonDetails": 7}, "reasonDetails"),
        ({"orderId": None}, "orderId"),
    ],
)
def test_what_is_refused_changes_nothing(empty, change, field):
    order_id = place(empty)
    answer = empty.post(REQUESTS, {"orderId": order_id, "reason": "MissingProduct", "amount": 5, **change})
    assert answer.status_code == 400 and field in answer.get_json()["errors"]
    assert empty.get(REQUESTS).get_json()["items"] == [] and allowable(empty, order_id) == Decimal(23)


def test_unknown_orders_requests_and_channels(empty):
    assert give(empty, "NOPE").status_code == 404
    assert empty.get("/orders/NOPE/commercial-gestures-available-amounts").status_code == 404
    assert empty.get(REQUESTS + "/NOPE").status_code == 404
    assert empty.get("/sales-channel-commercial-gesture-configurations/NOPE").status_code == 404


def test_the_same_gesture_twice_is_counted(empty):
    order_id = place(empty)
    give(empty, order_id)
    assert empty.counters()["gestures_posted_twice"] == 0
    assert give(empty, order_id, 6).status_code == 201
    assert empty.counters()["gestures_posted_twice"] == 0
    give(empty, order_id)
    assert empty.counters()["gestures_posted_twice"] == 1


def test_a_refused_gesture_gives_its_amount_back(empty):
    empty.control("/settings", {"gesture_delay": 60, "gesture_verdict": "Refused"})
    order_id = place(empty)
    give(empty, order_id)
    assert allowable(empty, order_id) == Decimal(18)
    empty.control("/clock", {"advance": 61})
    (row,) = empty.get(f"{REQUESTS}?orderId={order_id}&status=Refused").get_json()["items"]
    assert row["status"] == "Refused" and allowable(empty, order_id) == Decimal(23)


def test_the_list_has_pages_and_filters(empty):
    first, second = place(empty), place(empty)
    for order_id in (first, second, first):
        give(empty, order_id)
        empty.control("/clock", {"advance": 60})
    answer = empty.get(f"{REQUESTS}?orderId={first}&limit=1")
    assert len(answer.get_json()["items"]) == 1 and 'rel="next"' in answer.headers["Link"]
    assert len(empty.get(f"{REQUESTS}?createdAtMin=2026-11-23T10:01:00Z").get_json()["items"]) == 2
    assert len(empty.get(f"{REQUESTS}?createdAtMax=2026-11-23T10:00:30Z").get_json()["items"]) == 1
    assert empty.get(f"{REQUESTS}?createdAtMin=soon").status_code == 400


def test_the_reasons_of_a_channel_are_told_in_the_reader_s_language(empty):
    path = "/sales-channel-commercial-gesture-configurations/CDISFR"
    french = {row["code"]: row["label"] for row in empty.get(path).get_json()["reasons"]}
    english = empty.get(path, headers={"Accept-Language": "en-US"}).get_json()["reasons"]
    assert french["Other"] == "Autre" and {"code": "Other", "label": "Other"} in english
