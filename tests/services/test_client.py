"""The client and its resources: orders, shipments, cancellations, pages."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from urllib.parse import parse_qs

import pytest
from stub_app import Stub, transport_to

from services.auth import Token
from services.client import CdiscountClient
from services.errors import (
    AccessDenied,
    Conflict,
    InvalidRequest,
    NotFound,
    OutcomeUnknown,
    ProtocolError,
    RateLimited,
    ServerError,
    TokenRefused,
)
from services.resources.orders import OrderFilter


class Tokens:
    """A provider that counts renewals."""

    def __init__(self):
        self.number = 1
        self.refused = []

    def get(self):
        return Token(f"tok-{self.number}", datetime(2030, 1, 1, tzinfo=timezone.utc))

    def renew(self, refused):
        self.refused.append(refused)
        self.number += 1
        return self.get()


def client(app, clock, **options):
    transport = transport_to(app, clock, **options)
    return CdiscountClient(
        base_url="https://api.example/v1/", seller_id=" 98979 ", token_provider=Tokens(), transport=transport
    )


def test_every_call_names_seller_channel_and_language(clock):
    app = Stub((200, {"seller_id": 98979}))
    assert client(app, clock).sellers.get().seller_id == "98979"
    (seen,) = app.seen
    assert seen["PATH_INFO"] == "/v1/sellers"
    assert seen["HTTP_AUTHORIZATION"] == "Bearer tok-1"
    assert (seen["HTTP_SELLERID"], seen["HTTP_SALESCHANNELID"]) == ("98979", "CDISFR")
    assert (seen["HTTP_ACCEPT"], seen["HTTP_ACCEPT_LANGUAGE"]) == ("application/json", "fr-FR")


def test_a_token_revoked_in_mid_run_is_replaced_once(clock):
    app = Stub((401, b""), (200, [{"code": "dpd", "label": "DPD"}]))
    acme = client(app, clock)
    assert acme.carriers.list()[0].label == "DPD"
    assert acme.token_provider.refused == ["tok-1"]
    assert [seen["HTTP_AUTHORIZATION"] for seen in app.seen] == ["Bearer tok-1", "Bearer tok-2"]


def test_a_fresh_token_that_is_refused_ends_it(clock):
    app = Stub((401, b""))
    with pytest.raises(TokenRefused) as caught:
        client(app, clock).carriers.list()
    assert len(app.seen) == 2
    assert caught.value.kind == "reauth"


def test_a_write_that_met_a_401_is_repeated_with_the_fresh_token(clock):
    app = Stub((401, b""), (201, b""))
    client(app, clock).orders.ship("A-1", [{"parcelNumber": "6A", "carrierName": "DPD"}])
    assert len(app.seen) == 2


@pytest.mark.parametrize(
    ("status", "kind", "what_to_do"),
    [
        (400, InvalidRequest, "fix"),
        (406, InvalidRequest, "fix"),
        (415, InvalidRequest, "fix"),
        (422, InvalidRequest, "fix"),
        (403, AccessDenied, "stop"),
        (404, NotFound, "fix"),
        (409, Conflict, "fix"),
        (429, RateLimited, "wait"),
        (500, ServerError, "wait"),
        (501, ServerError, "wait"),
    ],
)
def test_each_status_tells_the_caller_what_to_do(clock, status, kind, what_to_do):
    body = {"title": "No.", "detail": "Because.", "traceId": "00-7a1d-01"}
    with pytest.raises(kind) as caught:
        client(Stub((status, body)), clock, retries=0).orders.get("A-1")
    error = caught.value
    assert (error.kind, error.status, error.trace_id) == (what_to_do, status, "00-7a1d-01")
    assert error.params["path"] == "/v1/orders/A-1"
    assert "Because." in str(error)


def test_a_refused_delegation_names_the_seller(clock):
    with pytest.raises(AccessDenied) as caught:
        client(Stub((403, b"")), clock).sellers.get()
    assert "98979" in str(caught.value)


@pytest.mark.parametrize(
    ("body", "count"),
    [(872, 872), ({"count": 872}, 872), ({"data": {"count": 3}}, 3), ("12", 12), (0, 0), ({"totalCount": 5}, 5)],
)
def test_a_count_comes_bare_or_wrapped(clock, body, count):
    assert client(Stub((200, body)), clock).orders.count(OrderFilter()) == count


@pytest.mark.parametrize("body", [None, [], {}, {"count": None}, "many", -1, 1.5, True, {"items": []}])
def test_a_count_that_is_none_is_a_protocol_error(clock, body):
    with pytest.raises(ProtocolError) as caught:
        client(Stub((200, body)), clock).orders.count(OrderFilter())
    assert caught.value.code == "unexpected_shape"


def test_an_approval_is_repeated_because_saying_it_twice_does_no_harm(clock):
    app = Stub((503, b""), (204, b""))
    client(app, clock).orders.approve("A/1", accepted=True)
    assert app.seen[1]["PATH_INFO"] == "/v1/orders/A/1/approval-status"
    assert app.seen[1]["body"] == b'{"approval_status":"Accepted"}'


def test_an_approval_refused_only_when_repeated_may_have_worked_before(clock):
    with pytest.raises(OutcomeUnknown):
        client(Stub((503, b""), (409, {"title": "not waiting"})), clock).orders.approve("A-1", accepted=False)
    with pytest.raises(Conflict):
        client(Stub((409, {"title": "not waiting"})), clock).orders.approve("A-1", accepted=False)


def test_a_shipment_is_an_array_of_parcels_without_empty_fields(clock):
    app = Stub((201, b""))
    parcel = {"parcelNumber": "6A", "carrierName": "DPD", "trackingUrl": "", "orderLineIds": ["A-1-1"]}
    client(app, clock).orders.ship("A-1", [parcel])
    assert app.seen[0]["body"] == b'[{"parcelNumber":"6A","carrierName":"DPD","orderLineIds":["A-1-1"]}]'


def test_a_shipment_without_parcels_is_not_sent(clock):
    app = Stub()
    with pytest.raises(InvalidRequest):
        client(app, clock).orders.ship("A-1", [])
    assert app.seen == []


def test_a_shipment_whose_answer_is_lost_is_not_sent_again(clock):
    app = Stub((502, b"<html>"))
    with pytest.raises(OutcomeUnknown):
        client(app, clock).orders.ship("A-1", [{"parcelNumber": "6A", "carrierName": "DPD"}])
    assert len(app.seen) == 1


def test_a_cancellation_whose_answer_is_garbage_was_made_all_the_same(clock):
    assert client(Stub((201, b"<html>")), clock).orders.cancel("A-1", "seller-out-of-stock") == ""
    answer = {"cancellationRequestId": 17}
    assert client(Stub((201, answer)), clock).orders.cancel("A-1", "seller-out-of-stock") == "17"


def test_cancelling_lines_sends_what_the_contract_says(clock):
    app = Stub((201, b""))
    client(app, clock).orders.cancel_lines("A-1", [{"lineId": "A-1-1", "offerId": "O", "reason": "r"}])
    assert app.seen[0]["PATH_INFO"] == "/v1/order-partial-cancellation-requests"
    assert app.seen[0]["body"] == b'{"orderSellerId":"A-1","lines":[{"lineId":"A-1-1","offerId":"O","reason":"r"}]}'


def test_cancellation_reasons_are_read_in_any_shape(clock):
    app = Stub((200, {"items": [{"code": "a", "label": "A"}, "b", {"reason": "c"}, None, {}]}))
    found = client(app, clock).orders.cancellation_reasons("InPreparation")
    assert [(reason.code, reason.label) for reason in found] == [("a", "A"), ("b", "b"), ("c", "c")]


def test_an_order_id_cannot_reach_another_path(clock):
    app = Stub((200, {"orderId": "x"}))
    client(app, clock).orders.get("../sellers?x=1")
    assert app.seen[0]["PATH_INFO"].startswith("/v1/orders/")
    assert app.seen[0]["QUERY_STRING"] == ""


def test_discussions_are_counted_with_the_contracts_filter_names(clock):
    app = Stub((200, {"count": 4}))
    assert client(app, clock).discussions.count(graduation="Claim", is_open=True) == 4
    assert parse_qs(app.seen[0]["QUERY_STRING"]) == {
        "salesChannel": ["CDISFR"],
        "graduationCode": ["Claim"],
        "isOpen": ["true"],
    }
    with pytest.raises(TypeError):
        client(app, clock).discussions.count(graduaton="Claim")


# ---------------------------------------------------------------- pages


def orders(*ids):
    return {"itemsPerPage": len(ids), "items": [{"orderId": order_id, "n": Decimal(1)} for order_id in ids]}


def bodies(*documents):
    return [(200, json.dumps(document, default=str).encode()) for document in documents]


def test_pages_are_walked_until_one_is_short(clock):
    app = Stub(*bodies(orders("1", "2"), orders("3", "4"), orders("5")))
    pages = list(client(app, clock).orders.pages(OrderFilter(), page_size=2))
    assert [item["orderId"] for page in pages for item in page.items] == ["1", "2", "3", "4", "5"]
    assert [page.is_last for page in pages] == [False, False, True]
    assert [parse_qs(seen["QUERY_STRING"])["pageIndex"] for seen in app.seen] == [["1"], ["2"], ["3"]]


def test_an_empty_page_ends_the_walk_and_is_not_given(clock):
    app = Stub(*bodies(orders("1", "2"), orders()))
    assert len(list(client(app, clock).orders.pages(OrderFilter(), page_size=2))) == 1


def test_a_page_that_repeats_for_ever_is_noticed(clock):
    app = Stub(*bodies(orders("1", "2")))
    with pytest.raises(ProtocolError, match="repeats"):
        list(client(app, clock).orders.pages(OrderFilter(), page_size=2))
    assert len(app.seen) == 2


def test_entries_that_are_no_order_are_counted_and_do_not_end_the_walk(clock):
    mixed = {"items": [{"orderId": 17}, None, "x", {"reference": "no id"}]}
    app = Stub(*bodies(mixed, orders("18")))
    pages = list(client(app, clock).orders.pages(OrderFilter(), page_size=4))
    assert [item["orderId"] for item in pages[0].items] == ["17"]
    assert (pages[0].rejected, pages[0].requested, pages[0].is_last) == (3, 4, False)
    assert len(pages) == 2


@pytest.mark.parametrize(
    "body", [orders("1"), orders("1")["items"], {"data": orders("1")}, {"data": orders("1")["items"]}]
)
def test_a_list_is_found_in_any_wrapping(clock, body):
    assert len(client(Stub(*bodies(body)), clock).orders.page(OrderFilter(), 1).items) == 1


@pytest.mark.parametrize(
    "body", [None, {}, {"items": None}, {"items": {"a": 1}}, 3, "x", [orders("1", "2")], {"result": []}]
)
def test_something_else_than_a_page_is_a_protocol_error_and_not_an_empty_page(clock, body):
    with pytest.raises(ProtocolError) as caught:
        client(Stub(*bodies(body)), clock).orders.page(OrderFilter(), 1)
    assert caught.value.code == "unexpected_shape"


def test_a_page_asks_for_at_most_a_hundred(clock):
    app = Stub(*bodies(orders()))
    client(app, clock).orders.page(OrderFilter(), 1, page_size=1000)
    assert parse_qs(app.seen[0]["QUERY_STRING"])["pageSize"] == ["100"]


def test_a_filter_speaks_the_contracts_language():
    moment = datetime(2026, 11, 2, 18, 54, 10, tzinfo=timezone(timedelta(hours=1)))
    filters = OrderFilter(
        updated_at_min=moment,
        updated_at_max=moment + timedelta(milliseconds=5),
        statuses=("Shipped", "Delivered"),
        business_order=False,
        reference="R",
        sales_channel_id="CDISFR",
        supply_mode="Seller",
        descending=True,
    )
    assert filters.params() == {
        "updatedAtMin": "2026-11-02T17:54:10Z",
        "updatedAtMax": "2026-11-02T17:54:10.005Z",
        "status": "Shipped,Delivered",
        "businessOrder": "false",
        "reference": "R",
        "salesChannelId": "CDISFR",
        "supplyMode": "Seller",
        "sort": "updatedAt",
        "desc": "true",
    }
    assert OrderFilter().params(sorted_too=False) == {}
