"""What is declared for an order: the right lines, once, and only what the channel takes (contract §3.6)."""

from decimal import Decimal

import pytest
from order_samples import line, order

from services.payloads import Order
from services.rules.shipment import Packed, plan_shipment


def plan(raw, *packed, delivered=None, to_come=(), one_parcel=True):
    if delivered is None:
        delivered = {line_id: 99 for one in packed for line_id in one.line_ids}
    pieces = {line_id: Decimal(count) for line_id, count in delivered.items()}
    return plan_shipment(Order.parse(raw), packed, pieces, to_come, one_parcel)


def box(key=1, number="6A1", lines=("ORDER-1",), **more):
    return Packed(key, number, "Colissimo", "https://track.example/6A1", tuple(lines), **more)


def test_a_complete_delivery_is_one_parcel_with_its_lines():
    found = plan(order(line(1), line(2)), box(lines=("ORDER-1", "ORDER-2")))
    assert found.action == "send"
    assert [parcel.request() for parcel in found.parcels] == [
        {
            "parcelNumber": "6A1",
            "carrierName": "Colissimo",
            "trackingUrl": "https://track.example/6A1",
            "orderLineIds": ["ORDER-1", "ORDER-2"],
        }
    ]
    assert found.parcels[0].keys == (1,)


def test_on_cdiscount_a_part_waits_for_the_rest():
    found = plan(order(line(1), line(2)), box(), to_come=("ORDER-2",))
    assert (found.action, found.reason, found.line_ids) == ("wait", "rest_to_deliver", ("ORDER-2",))


def test_a_part_that_nothing_will_follow_is_short():
    found = plan(order(line(1, quantity=2)), box(), delivered={"ORDER-1": 1})
    assert (found.action, found.reason, found.line_ids) == ("wait", "short", ("ORDER-1",))


def test_the_delivery_that_makes_it_complete_gives_its_number_for_all():
    found = plan(order(line(1), line(2)), box(1, "6A1"), box(2, "6A2", ["ORDER-2"]))
    assert [(parcel.number, parcel.line_ids, parcel.keys) for parcel in found.parcels] == [
        ("6A2", ("ORDER-1", "ORDER-2"), (1, 2))
    ]


def test_without_any_number_nothing_is_sent():
    found = plan(order(line(1)), box(number=""))
    assert (found.action, found.reason, found.keys) == ("wait", "tracking_missing", (1,))


def test_another_delivery_s_number_will_do_when_the_last_has_none():
    found = plan(order(line(1), line(2)), box(1, "6A1"), box(2, "", ["ORDER-2"]))
    assert [parcel.number for parcel in found.parcels] == ["6A1"]


def test_other_channels_take_a_parcel_for_each_delivery_at_once():
    found = plan(order(line(1), line(2)), box(), to_come=("ORDER-2",), one_parcel=False)
    assert [(parcel.number, parcel.line_ids) for parcel in found.parcels] == [("6A1", ("ORDER-1",))]
    assert found.reason == "rest_to_deliver"


def test_a_line_in_two_deliveries_goes_with_the_one_that_completes_it_and_both_are_over():
    raw = order(line(1, quantity=2))
    first = plan(raw, box(1, "6A1"), delivered={"ORDER-1": 1}, to_come=("ORDER-1",), one_parcel=False)
    assert (first.action, first.reason) == ("wait", "rest_to_deliver")
    both = plan(raw, box(1, "6A1"), box(2, "6A2"), delivered={"ORDER-1": 2}, one_parcel=False)
    assert [(parcel.number, parcel.line_ids, parcel.keys) for parcel in both.parcels] == [("6A2", ("ORDER-1",), (2, 1))]
    assert both.keys == ()


def test_two_deliveries_in_one_box_are_one_parcel():
    found = plan(order(line(1), line(2)), box(1, "6A1"), box(2, "6A1", ["ORDER-2"]), one_parcel=False)
    assert [(parcel.line_ids, parcel.keys) for parcel in found.parcels] == [(("ORDER-1", "ORDER-2"), (1, 2))]


def test_one_of_several_without_a_number_does_not_stop_the_others():
    found = plan(order(line(1), line(2)), box(1, "6A1"), box(2, "", ["ORDER-2"]), one_parcel=False)
    assert [parcel.line_ids for parcel in found.parcels] == [("ORDER-1",)]
    assert (found.reason, found.keys) == ("tracking_missing", (2,))


def shipped(number, raw_line):
    return {**raw_line, "status": "Shipped", "parcels": [{"parcelNumber": number, "carrierName": "Colissimo"}]}


def test_our_own_parcel_at_the_marketplace_is_recognised_not_repeated():
    found = plan(order(shipped("6A1", line(1)), status="Shipped"), box())
    assert (found.action, found.taken_keys, found.parcels) == ("taken", (1,), ())


def test_a_shipment_somebody_else_declared_is_not_declared_again():
    found = plan(order(shipped("PORTAL", line(1)), status="Shipped"), box())
    assert (found.action, found.parcels) == ("elsewhere", ())


def test_the_lines_decide_when_the_header_is_behind():
    found = plan(order(shipped("6A1", line(1)), line(2), status="InPreparation"), box(1), box(2, "6A2", ["ORDER-2"]))
    assert found.taken_keys == (1,)
    assert [parcel.line_ids for parcel in found.parcels] == [("ORDER-2",)]


@pytest.mark.parametrize("status", ["Cancelled", "Refused", "rejected"])
def test_a_cancelled_order_is_not_shipped(status):
    assert plan(order(line(1, status="Cancelled"), status=status), box()).action == "cancelled"


def test_cancelled_lines_are_not_waited_for():
    found = plan(order(line(1), line(2, status="Cancelled")), box())
    assert [parcel.line_ids for parcel in found.parcels] == [("ORDER-1",)]


def test_a_line_the_customer_wants_cancelled_is_declared_when_it_has_left():
    raw = order(line(1), line(2, status="CancelRequest"))
    assert plan(raw, box()).parcels[0].line_ids == ("ORDER-1",)
    assert plan(raw, box(lines=("ORDER-1", "ORDER-2"))).parcels[0].line_ids == ("ORDER-1", "ORDER-2")


@pytest.mark.parametrize("status", ["Processing", "Accepted", "WaitingAcceptance"])
def test_what_the_marketplace_has_not_released_waits(status):
    assert plan(order(line(1, status=status), status=status), box()).action == "not_ready"


def test_lines_from_the_marketplace_s_warehouse_are_not_ours_to_ship():
    raw = order(line(1), line(2, offer={"id": "O", "sellerProductId": "SKU-2", "supplyMode": "Fulfillment"}))
    assert plan(raw, box()).parcels[0].line_ids == ("ORDER-1",)
    only = order(line(1, offer={"id": "O", "sellerProductId": "SKU-1", "supplyMode": "Fulfillment"}))
    assert plan(only, box()).action == "nothing"
