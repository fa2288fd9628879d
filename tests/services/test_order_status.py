"""Every row of the design's status table."""

from __future__ import annotations

import pytest
from order_samples import line, order

from services.payloads import Order
from services.rules.order_status import KNOWN_STATUSES, LINE_DEAD, decide


def decision(raw):
    return decide(Order.parse(raw))


@pytest.mark.parametrize(
    ("status", "action"),
    [
        ("Processing", "wait"),
        ("Accepted", "wait"),
        ("WaitingAcceptance", "accept"),
        ("InPreparation", "build"),
        ("Shipped", "history"),
        ("Delivered", "history"),
        ("Cancelled", "cancel"),
        ("Refused", "cancel"),
        ("Rejected", "cancel"),
        ("inpreparation", "build"),
        ("CANCELED", "cancel"),
        ("Waiting Acceptance", "accept"),
        ("PartiallyTeleported", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_status_asks_for_one_action(status, action):
    assert decision(order(line(status="InPreparation"), status=status)).action == action


def test_the_table_covers_what_the_contract_names():
    assert {
        "Processing", "WaitingAcceptance", "Accepted", "Refused", "InPreparation", "Shipped", "Delivered", "Cancelled",
        "Rejected",
    } == KNOWN_STATUSES  # fmt: skip
    assert {"Cancelled", "CancelRequest"} <= LINE_DEAD


@pytest.mark.parametrize("status", ["CancelRequest", "Cancelled", "Refused", "Rejected"])
def test_a_dead_line_is_cancelled_and_the_rest_lives_on(status):
    found = decision(order(line(1), line(2, status=status)))
    assert found.action == "build"
    assert (found.live_line_ids, found.cancelled_line_ids) == (("ORDER-1",), ("ORDER-2",))
    assert found.cancel_requested_line_ids == (("ORDER-2",) if status == "CancelRequest" else ())


@pytest.mark.parametrize("status", ["InPreparation", "Shipped", "WaitingAcceptance"])
def test_an_order_whose_lines_are_all_dead_is_cancelled(status):
    found = decision(order(line(1, status="Cancelled"), line(2, status="CancelRequest"), status=status))
    assert (found.action, found.reason) == ("cancel", "all_lines_dead")


def test_a_line_shipped_after_a_cancel_request_lives_again():
    found = decision(order(line(1, status="Shipped"), status="Shipped"))
    assert (found.action, found.live_line_ids, found.shipped_line_ids) == ("history", ("ORDER-1",), ("ORDER-1",))


def test_an_order_without_lines_is_not_built():
    found = decision(order())
    assert (found.action, found.reason) == ("unknown", "no_lines")


def test_an_order_without_lines_can_still_be_cancelled_or_wait():
    assert decision(order(status="Cancelled")).action == "cancel"
    assert decision(order(status="Processing")).action == "wait"


def test_a_line_status_nobody_knows_is_named_and_does_not_stop_the_order():
    found = decision(order(line(1, status="Teleported"), line(2)))
    assert (found.action, found.unknown_statuses) == ("build", ("Teleported",))
    assert found.live_line_ids == ("ORDER-1", "ORDER-2")


def supply(number, mode, **more):
    raw = line(number, **more)
    raw["offer"]["supplyMode"] = mode
    return raw


def test_lines_of_the_marketplaces_warehouse_are_flagged():
    found = decision(order(supply(1, "Seller"), supply(2, "Fulfillment"), supply(3, "Xdock"), supply(4, "FULFILMENT")))
    assert found.fulfilment_line_ids == ("ORDER-2", "ORDER-4")
    assert found.xdock_line_ids == ("ORDER-3",)
    assert found.ships_from_seller


def test_an_order_the_marketplace_ships_needs_nothing_from_the_seller():
    found = decision(order(supply(1, "Fulfillment"), supply(2, "Seller", status="Cancelled")))
    assert not found.ships_from_seller
    assert found.fulfilment_line_ids == ("ORDER-1",)


def test_lines_that_have_all_left_leave_nothing_to_prepare():
    found = decision(order(line(1, status="Shipped"), line(2, status="Cancelled"), status="InPreparation"))
    assert (found.action, found.reason) == ("history", "lines_shipped")
    found = decision(order(line(1, status="Shipped"), line(2, status="InPreparation"), status="InPreparation"))
    assert (found.action, found.shipped_line_ids) == ("build", ("ORDER-1",))


def test_a_line_that_lags_behind_a_shipped_header_is_named():
    found = decision(order(line(1, status="Shipped"), line(2, status="InPreparation"), status="Shipped"))
    assert (found.action, found.reason, found.behind_line_ids) == ("history", "lines_behind", ("ORDER-2",))


def test_an_order_without_status_is_told_from_one_with_an_unknown_status():
    assert decision(order(line(1), status=None)).reason == "status_missing"
    assert decision(order(line(1), status="Teleported")).reason == "status_unknown"
