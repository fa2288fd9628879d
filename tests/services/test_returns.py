"""Returns to the marketplace's warehouses in whatever shape they come; what a return is worth, to the cent."""

from __future__ import annotations

import base64
from decimal import Decimal

import pytest
from stub_app import Stub
from test_client import client

from services.payloads.fulfilment_return import FulfilmentReturn, parse_labels
from services.rules.returns import claim_reason, fulfilment_reason, fulfilment_state, part_of, refunded_line_ids

ROW = {
    "returnId": "RT-1",
    "type": "Customer",
    "status": "Accepted",
    "reason": "TransportDamage",
    "orderSellerId": "ORDER1",
    "parcelId": "8R1",
    "receiptDate": "2026-11-10T09:00:00Z",
    "lines": [{"sellerExternalReference": "SKU-1", "quantity": 2, "orderLineId": "ORDER1-1"}],
    "hasLabel": True,
}


def test_a_return_is_read():
    found = FulfilmentReturn.parse(ROW)
    assert (found.return_id, found.kind, found.status, found.reason) == (
        "RT-1",
        "Customer",
        "Accepted",
        "TransportDamage",
    )
    assert (found.order_id, found.parcel_id, found.has_label) == ("ORDER1", "8R1", True)
    assert [(line.sku, line.line_id, line.quantity) for line in found.lines] == [("SKU-1", "ORDER1-1", 2)]


@pytest.mark.parametrize("name", [name for name in ROW if name != "returnId"])
def test_nothing_but_its_number_is_needed(name):
    found = FulfilmentReturn.parse({**ROW, name: None})
    assert found.return_id == "RT-1"
    assert FulfilmentReturn.parse({**ROW, name: {"code": "Odd"}}).return_id == "RT-1"


@pytest.mark.parametrize("entry", [None, 7, "RT-1", {}, {**ROW, "returnId": None}])
def test_what_has_no_number_is_none(entry):
    assert FulfilmentReturn.parse(entry) is None


def test_the_list_goes_on_where_it_was_left(clock):
    link = {"Link": '<https://elsewhere.example/returns?cursor=two>; rel="next"'}
    app = Stub((200, {"items": [ROW, {"no": "number"}]}, link), (200, {"items": [{**ROW, "returnId": "RT-2"}]}))
    pages = list(client(app, clock).returns.pages())
    assert [([one.return_id for one in page.items], page.next_cursor, page.rejected) for page in pages] == [
        (["RT-1"], "two", 1),
        (["RT-2"], "", 0),
    ]


def test_labels_as_a_file_or_inside_json():
    pdf = b"%PDF-1.4 label"
    coded = base64.b64encode(pdf).decode()
    assert [one.content for one in parse_labels(pdf, "application/pdf", None, "RT-1")] == [pdf]
    assert parse_labels(pdf, "application/pdf", None, "RT-1")[0].name == "label_RT-1.pdf"
    for data in ([{"content": coded}], {"items": [{"file": coded}]}, {"document": coded}, [coded]):
        assert [one.content for one in parse_labels(b"x", "application/json", data, "RT-1")] == [pdf]
    assert parse_labels(b"", "", None, "RT-1") == ()
    assert parse_labels(b"x", "application/json", [{"url": "https://elsewhere.example/label"}], "RT-1") == ()


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Created", "expected"),
        ("referencing", "expected"),
        ("Accepted", "received"),
        ("Completed", "settled"),
        ("New", None),
    ],
)
def test_what_a_status_means(status, state):
    assert fulfilment_state(status) == state


def test_an_unknown_reason_is_other():
    assert [fulfilment_reason(code) for code in ("TransportDamage", "transport-damage", "Brandnew", None)] == [
        "transport_damage",
        "transport_damage",
        "other",
        "other",
    ]


def test_what_a_customer_complains_about_is_a_reason():
    assert [claim_reason(code) for code in ("productIsDamaged", "broken-product", "printReceipt", None)] == [
        "damaged",
        "damaged",
        "other",
        "other",
    ]


@pytest.mark.parametrize(
    ("total", "quantity", "returned", "worth"),
    [
        ("10.00", 3, 1, "3.33"),
        ("10.00", 3, 2, "6.67"),
        ("10.00", 3, 3, "10.00"),
        ("10.00", 3, 4, "10.00"),
        ("0.01", 2, 1, "0.01"),
        ("10.00", 3, 0, "0.00"),
        ("10.00", 0, 1, "0.00"),
    ],
)
def test_what_a_part_of_a_line_is_worth(total, quantity, returned, worth):
    assert part_of(Decimal(total), Decimal(quantity), Decimal(returned)) == Decimal(worth)


def test_lines_the_marketplace_has_refunded():
    lines = [
        {"orderLineId": "A", "cancellationDetails": {"type": "Refund"}},
        {"orderLineId": "B", "cancellationDetails": {"type": "Cancellation"}},
        {"orderLineId": "C", "cancellationDetails": None},
    ]
    assert refunded_line_ids({"lines": lines}) == {"A"}
    assert refunded_line_ids({}) == frozenset()
