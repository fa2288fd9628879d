"""The client against the whole marketplace, in process: what it reads, survives and repeats."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from wsgi_adapter import wsgi_session

from sandbox import create_app
from services.auth import Credentials, MemoryTokenProvider
from services.breaker import CircuitBreaker
from services.client import CdiscountClient
from services.errors import (
    AccessDenied,
    CdiscountError,
    CircuitOpen,
    ConfigurationError,
    CredentialsRefused,
    NetworkError,
    OutcomeUnknown,
    ProtocolError,
    RateLimited,
    ServerError,
    TokenRefused,
)
from services.payloads import Order
from services.payloads.storage import dumps, loads
from services.profile import PROFILES
from services.resources.orders import OrderFilter
from services.rules.order_status import decide
from services.rules.totals import order_amounts
from services.transport import Transport

ALL = OrderFilter()


class Shop:
    """A sandbox and a client of it on one clock."""

    def __init__(
        self, clock, profile="cdiscount", orders=40, login="sandbox", password="sandbox-pass1", opening=None, **options
    ):
        self.app = create_app(seed=7, orders=orders, clock=clock.now, sleep=clock.sleep, **(opening or {}))
        self.session = wsgi_session(self.app, clock=clock.monotonic)
        self.traces = []
        self.transport = Transport(
            session=self.session,
            sleep=clock.sleep,
            monotonic=clock.monotonic,
            now=clock.now,
            rng=None,
            on_call=self.traces.append,
            **options,
        )
        rules = PROFILES[profile]
        self.tokens = MemoryTokenProvider(
            self.transport, Credentials(rules, rules.token_url, login, password), clock.now
        )
        self.client = CdiscountClient(
            base_url=rules.base_url, seller_id="98979", token_provider=self.tokens, transport=self.transport
        )

    def control(self, path, document=None, method="POST"):
        answer = self.session.request(method, f"http://localhost/_sandbox/{path}", json=document)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def fault(self, name, times=1, **more):
        self.control("faults", {"name": name, "times": times, **more})


@pytest.fixture
def shop(clock):
    return Shop(clock)


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_both_profiles_reach_the_same_shop(clock, profile):
    client = Shop(clock, profile).client
    assert client.sellers.get().seller_id == "98979"
    assert [entry.sales_channel_id for entry in client.sellers.subscriptions()] == ["CDISFR"]
    assert len(client.carriers.list()) > 50
    assert client.sellers.delivery_modes()
    assert client.orders.count(ALL) == 40
    assert client.discussions.count() >= 0


def test_a_wrong_password_and_another_shop_are_told_apart(clock):
    with pytest.raises(CredentialsRefused):
        Shop(clock, password="wrong-pass1").client.sellers.get()
    shop = Shop(clock)
    shop.client.seller_id = "11111"
    with pytest.raises(AccessDenied):
        shop.client.sellers.get()


def test_every_order_is_read_once_and_its_total_is_right_to_the_cent(clock):
    shop = Shop(clock, orders=300)
    seen = {}
    for page in shop.client.orders.pages(ALL):
        assert page.rejected == 0
        seen.update((raw["orderId"], raw) for raw in page.items)
    assert len(seen) == shop.client.orders.count(ALL) == 300
    assert sum(trace.path.startswith("/v1/orders?") for trace in shop.traces) == 4
    for raw in seen.values():
        order = Order.parse(raw)
        assert decide(order).action in ("wait", "accept", "build", "history", "cancel", "unknown")
        for basis in ("offer", "selling"):
            found = order_amounts(order, basis)
            assert not found.blocking_problems, (order.order_id, found.problems)
        assert order_amounts(Order.parse(loads(dumps(raw)))) == order_amounts(order)


@pytest.mark.parametrize("reading", ["line", "unit", "mixed"])
def test_both_readings_of_shipping_cost_come_out_right(clock, reading):
    app = create_app(seed=3, orders=80, shipping_reading=reading)
    for page in client_of(app, clock).orders.pages(ALL):
        for raw in page.items:
            assert not order_amounts(Order.parse(raw)).blocking_problems


def client_of(app, clock):
    rules = PROFILES["cdiscount"]
    transport = Transport(session=wsgi_session(app), sleep=clock.sleep)
    credentials = Credentials(rules, rules.token_url, "sandbox", "sandbox-pass1")
    provider = MemoryTokenProvider(transport, credentials, clock.now)
    return CdiscountClient(base_url=rules.base_url, seller_id="98979", token_provider=provider, transport=transport)


def test_filters_select_what_they_say(shop):
    shipped = list(shop.client.orders.pages(OrderFilter(statuses=("Shipped", "Delivered"))))
    assert {raw["status"] for page in shipped for raw in page.items} <= {"Shipped", "Delivered"}
    one = shop.client.orders.page(ALL, 1, page_size=1).items[0]
    assert shop.client.orders.get(one["orderId"])["orderId"] == one["orderId"]
    updated = Order.parse(one).updated_at
    before = shop.client.orders.count(OrderFilter(updated_at_max=updated - timedelta(seconds=1)))
    assert before < shop.client.orders.count(ALL)


@pytest.mark.parametrize(
    "fault",
    [
        "rate_limited",
        "rate_limited_bare",
        "server_error",
        "bad_gateway_html",
        "unavailable_empty",
        "gateway_timeout",
        "reset",
        "cut_body",
        "lost_answer",
        "unauthorized_once",
        "token_revoked",
        "slow_drip",
        "data_wrapper",
    ],
)
def test_a_passing_fault_is_not_noticed(shop, fault):
    shop.fault(fault)
    assert len(shop.client.orders.page(ALL, 1).items) == 40


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ("rate_limited", RateLimited, "rate_limited"),
        ("server_error", ServerError, "server_error"),
        ("bad_gateway_html", ServerError, "server_error"),
        ("unavailable_empty", ServerError, "server_error"),
        ("reset", NetworkError, "connection_cut"),
        ("cut_body", NetworkError, "connection_cut"),
        ("unauthorized_once", TokenRefused, "token_refused"),
        ("forbidden", AccessDenied, "access_denied"),
        ("redirect", ConfigurationError, "redirect_refused"),
        ("huge", ProtocolError, "too_large"),
        ("invalid_json", ProtocolError, "not_json"),
        ("html_page", ProtocolError, "not_json"),
        ("empty_body", ProtocolError, "not_json"),
        ("null_body", ProtocolError, "unexpected_shape"),
        ("wrong_shape", ProtocolError, "unexpected_shape"),
    ],
)
def test_a_lasting_fault_has_its_own_name(shop, fault, kind, code):
    shop.fault(fault, times=50)
    with pytest.raises(kind) as caught:
        shop.client.orders.page(ALL, 1)
    assert caught.value.code == code
    assert shop.traces[-1].error_code in (code, "")
    assert "sandbox-pass1" not in str(caught.value)


def test_a_server_that_is_too_slow_is_a_timeout(shop):
    shop.fault("late_answer", times=9, params={"seconds": 60})
    with pytest.raises(NetworkError) as caught:
        shop.client.orders.page(ALL, 1)
    assert caught.value.code == "timeout"


def test_a_wrong_clock_is_measured(shop):
    shop.fault("clock_skew", params={"skew": 7200})
    shop.client.orders.count(ALL)
    # The sandbox takes the machine's clock for this fault, the transport the test's: only the size matters.
    assert abs(shop.transport.last_date_skew) > 1000


def test_a_malformed_order_does_not_stop_the_others(shop):
    for _ in range(6):
        shop.fault("malformed_order")
        page = shop.client.orders.page(ALL, 1)
        assert len(page.items) + page.rejected == 40
        assert page.rejected <= 1
        for raw in page.items:
            order_amounts(Order.parse(raw))


def test_a_service_that_is_down_is_left_alone_until_it_is_back(clock):
    breaker = CircuitBreaker(threshold=2, cooldown=60, clock=clock.monotonic)
    shop = Shop(clock, breaker=breaker)
    shop.client.sellers.get()
    shop.fault("server_error", times=8)
    for _ in range(2):
        with pytest.raises(ServerError):
            shop.client.sellers.get()
    asked = len(shop.session.wsgi.calls)
    with pytest.raises(CircuitOpen):
        shop.client.sellers.get()
    assert len(shop.session.wsgi.calls) == asked
    clock.pass_by(61)
    assert shop.client.sellers.get().seller_id == "98979"


def test_under_a_storm_of_faults_every_order_is_read_or_the_failure_can_wait(clock):
    shop = Shop(clock, orders=250)
    names = ["server_error", "bad_gateway_html", "rate_limited", "reset", "cut_body", "token_revoked", "invalid_json"]
    shop.control("faults", {"names": names, "rate": 0.2, "seed": 5, "times": None})
    seen, tries = set(), 0
    while len(seen) < 250 and tries < 40:
        tries += 1
        try:
            for page in shop.client.orders.pages(ALL):
                seen.update(raw["orderId"] for raw in page.items)
        except CdiscountError as error:
            assert error.kind == "wait" or isinstance(error, TokenRefused)
    assert len(seen) == 250


def ready_to_ship(shop):
    page = shop.client.orders.page(OrderFilter(statuses=("InPreparation",)), 1)
    return next(
        raw
        for raw in page.items
        if all(
            entry["status"] == "InPreparation" and entry["offer"]["supplyMode"] == "Seller" for entry in raw["lines"]
        )
    )


@pytest.mark.parametrize("fault", ["lost_answer", "lost_answer_500", "lost_answer_502", "cut_body"])
def test_a_shipment_whose_answer_is_lost_is_found_by_reading_back(clock, fault):
    shop = Shop(clock, orders=120)
    order_id = ready_to_ship(shop)["orderId"]
    shop.fault(fault, method="POST", path="/orders/*/shipments")
    with pytest.raises(OutcomeUnknown):
        shop.client.orders.ship(order_id, [{"parcelNumber": "6A01", "carrierName": "Colissimo"}])
    again = Order.parse(shop.client.orders.get(order_id))
    assert again.status == "Shipped"
    assert again.lines[0].parcels[0].number == "6A01"
    posts = [call for call in shop.session.wsgi.calls if call[0] == "POST" and call[1].endswith("/shipments")]
    assert len(posts) == 1


def test_accepting_an_order_is_carried_out(clock):
    shop = Shop(clock, orders=200)
    waiting = shop.client.orders.page(OrderFilter(statuses=("WaitingAcceptance",)), 1).items
    order_id = waiting[0]["orderId"]
    shop.fault("lost_answer_500", method="POST", path="/orders/*/approval-status")
    with contextlib.suppress(OutcomeUnknown):
        shop.client.orders.approve(order_id, accepted=True)
    assert shop.client.orders.get(order_id)["status"] != "WaitingAcceptance"


def test_traces_of_a_whole_run_hold_no_secret(shop):
    list(shop.client.orders.pages(ALL))
    shown = repr(shop.traces)
    assert "sandbox-pass1" not in shown
    assert shop.tokens.get().access_token not in shown
