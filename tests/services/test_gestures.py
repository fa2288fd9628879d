"""Commercial gestures: reading what the marketplace may mean, and knowing our own request again."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from stub_app import Stub
from test_client import client

from services.errors import InvalidRequest, OutcomeUnknown, ProtocolError
from services.payloads.gesture import Gesture, GestureReason
from services.rules.gesture import find_gesture, gesture_outcome

NOW = datetime(2026, 11, 23, 10, tzinfo=timezone.utc)


def row(number, amount=5, reason="MissingProduct", **more):
    return {"requestId": number, "orderId": "A-1", "amount": amount, "reason": reason, "status": "Pending", **more}


def found(entries, seen=(), since=NOW):
    parsed = [one for one in map(Gesture.parse, entries) if one]
    one = find_gesture(parsed, Decimal("5.00"), "MissingProduct", set(seen), since)
    return one and one.request_id


@pytest.mark.parametrize(
    "body",
    [{"allowableAmount": 25.0}, {"data": {"allowableAmount": "25,00"}}, {"allowableAmount": {"amount": 25}}],
)
def test_the_allowable_amount_in_any_shape(clock, body):
    app = Stub((200, body))
    assert client(app, clock).gestures.allowable("A/1") == Decimal(25)
    assert app.seen[0]["PATH_INFO"] == "/v1/orders/A/1/commercial-gestures-available-amounts"


def test_no_amount_is_not_taken_for_nothing_left(clock):
    with pytest.raises(ProtocolError):
        client(Stub((200, {"orderId": "A-1"})), clock).gestures.allowable("A-1")
    assert client(Stub((200, {"allowableAmount": -3})), clock).gestures.allowable("A-1") == 0


@pytest.mark.parametrize(
    "body",
    [
        {"reasons": [{"code": "MissingProduct", "label": "Missing"}, "Other", None, {}]},
        {"data": {"allowedReasons": [{"reason": "MissingProduct", "label": "Missing"}, "Other", "Other"]}},
        [{"code": "MissingProduct", "label": "Missing"}, {"code": "Other"}],
        {"items": [{"reasons": [{"code": "MissingProduct", "label": "Missing"}, {"code": "Other"}]}]},
    ],
)
def test_the_reasons_in_any_shape(clock, body):
    app = Stub((200, body))
    reasons = client(app, clock).gestures.reasons()
    assert [(one.code, one.label, one.details_needed) for one in reasons] == [
        ("MissingProduct", "Missing", False),
        ("Other", "Other", True),
    ]
    assert app.seen[0]["PATH_INFO"].endswith("/sales-channel-commercial-gesture-configurations/CDISFR")


@pytest.mark.parametrize("body", [None, {}, "x", 5, {"reasons": "x"}, {"reasons": [[], 0.5, True]}])
def test_bent_configurations_have_few_reasons_and_break_nothing(body):
    assert len(GestureReason.parse_all(body)) <= 1


def test_a_gesture_sends_what_the_contract_says(clock):
    app = Stub((201, {"requestId": 17}))
    gestures = client(app, clock).gestures
    assert gestures.give("A-1", "Other", Decimal("5.50"), "Scratched") == "17"
    assert app.seen[0]["body"] == b'{"orderId":"A-1","reason":"Other","amount":5.50,"reasonDetails":"Scratched"}'
    assert client(Stub((201, b"<html>")), clock).gestures.give("A-1", "Other", Decimal(5), "x") == ""


def test_a_gesture_whose_answer_is_lost_is_not_sent_again(clock):
    app = Stub((502, b"<html>"))
    with pytest.raises(OutcomeUnknown):
        client(app, clock).gestures.give("A-1", "MissingProduct", Decimal(5))
    assert len(app.seen) == 1


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_an_amount_that_gives_nothing_is_not_sent(clock, amount):
    app = Stub((201, {}))
    with pytest.raises(InvalidRequest):
        client(app, clock).gestures.give("A-1", "MissingProduct", Decimal(amount))
    assert app.seen == []


def test_every_page_is_read_and_other_orders_are_passed_over(clock):
    following = {"Link": '<https://x/y?cursor=abc>; rel="next"'}
    app = Stub((200, {"items": [row("1"), row("2", orderId="B-1"), None]}, following), (200, [row("3")]))
    assert [one.request_id for one in client(app, clock).gestures.of_order("A-1")] == ["1", "3"]
    assert "orderId=A-1" in app.seen[0]["QUERY_STRING"]


def test_one_request(clock):
    app = Stub((200, {"status": "Accepted", "amount": "5.00"}))
    one = client(app, clock).gestures.get("CG-1")
    assert (one.request_id, gesture_outcome(one), one.amount) == ("CG-1", "done", Decimal(5))


def test_after_a_lost_answer_the_new_one_of_this_amount_and_reason():
    entries = [row("1"), row("2", 6), row("3", 5, "Other"), row("4", "5.00"), row("5")]
    assert found(entries, seen=["1"]) == "4"
    assert found(entries, seen=["1", "4", "5"]) is None


def test_one_that_was_made_long_before_is_not_ours():
    old = (NOW - timedelta(hours=2)).isoformat()
    late = (NOW - timedelta(minutes=20)).isoformat()
    assert found([row("1", createdAt=old)]) is None
    assert found([row("1", createdAt=old), row("2", createdAt=late)]) == "2", "clocks differ by minutes"


def test_a_refused_one_is_ours_too():
    assert found([row("1", status="Refused")]) == "1", "else it would be sent again"
