"""Which request to cancel or refund is ours, and what has become of it (contract §3.7)."""

import pytest
from order_samples import line, order

from services.payloads import Order
from services.rules.cancellation import Request, find_request, is_cancelled, is_refund


def request(number, *line_ids, status="Pending"):
    return {"cancellationRequestId": number, "status": status, "lines": [{"lineId": line_id} for line_id in line_ids]}


def test_by_its_number():
    entries = [request("1", "A"), request("2", "A")]
    assert find_request(entries, ["A"], own_id="1").request_id == "1"
    assert find_request(entries, ["A"], own_id="9") is None


def test_after_a_lost_answer_the_newest_one_about_these_lines():
    entries = [request("1", "A"), request("2", "B"), request("3", "A", "B")]
    assert find_request(entries, ["B"]).request_id == "3"
    assert find_request(entries, ["B"], known=["3"]).request_id == "2"
    assert find_request(entries, ["C"]) is None


def test_a_refused_one_is_not_taken_for_ours():
    assert find_request([request("1", "A", status="Rejected")], ["A"]) is None


def test_one_that_names_no_lines_is_about_the_whole_order():
    assert find_request([{"requestId": 7, "status": "Pending"}], ["A"]).request_id == "7"


@pytest.mark.parametrize("entry", [None, "x", 3, [], {}, {"status": "Pending"}, {"cancellationRequestId": None}])
def test_bent_entries_are_passed_over(entry):
    assert find_request([entry, request("1", "A")], ["A"]).request_id == "1"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("Accepted", "done"),
        ("DONE", "done"),
        ("Pending", "open"),
        ("", "open"),
        ("Refused", "refused"),
        ("Odd", "open"),
    ],
)
def test_what_its_status_means(status, outcome):
    assert Request("1", status).outcome == outcome


def test_lines_are_cancelled_when_none_is_sold_any_more():
    raw = order(line(1, status="Cancelled"), line(2))
    assert is_cancelled(Order.parse(raw), ["ORDER-1"])
    assert not is_cancelled(Order.parse(raw), ["ORDER-1", "ORDER-2"])
    assert not is_cancelled(Order.parse(raw), ["GONE"]), "a line that is not told of is not known to be cancelled"


def test_what_has_left_is_refunded():
    raw = order(line(1, status="Shipped"), line(2))
    assert is_refund(Order.parse(raw), ["ORDER-1"])
    assert not is_refund(Order.parse(raw), ["ORDER-2"])
