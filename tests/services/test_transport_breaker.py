"""The transport: failures of the network by name, circuit breaker and pacing."""

from __future__ import annotations

import json

import pytest
import requests
import wsgi_adapter
from requests.adapters import HTTPAdapter
from stub_app import URL, Stub, transport_to
from urllib3.util.retry import Retry

from services.breaker import CircuitBreaker
from services.errors import (
    CircuitOpen,
    ConfigurationError,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    ServerError,
)
from services.pacing import Pacing
from services.transport import Transport


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (wsgi_adapter.refused, "host_unreachable"),
        (wsgi_adapter.unknown_host, "dns_failure"),
        (wsgi_adapter.connect_timeout_error, "timeout"),
        (wsgi_adapter.read_timeout_error, "timeout"),
        (wsgi_adapter.dropped, "connection_cut"),
    ],
)
def test_failures_of_the_network_are_told_apart(clock, failure, code):
    transport = transport_to(Stub(), clock)
    transport.adapter.script += [failure() for _ in range(4)]
    with pytest.raises(NetworkError) as caught:
        transport.request("GET", URL)
    assert caught.value.code == code
    assert "api.example" in str(caught.value)


def test_a_bad_certificate_stops_at_once_and_says_why(clock):
    transport = transport_to(Stub(), clock)
    transport.adapter.script += [wsgi_adapter.bad_certificate()]
    with pytest.raises(ConfigurationError) as caught:
        transport.request("GET", URL)
    assert caught.value.code == "tls_invalid"
    assert "certificate has expired" in str(caught.value)
    assert len(transport.adapter.calls) == 1


def test_an_exception_the_caller_is_handling_is_not_taken_for_ours(clock):
    transport = transport_to(Stub(), clock, retries=0)
    transport.adapter.script += [wsgi_adapter.dropped()]
    try:
        raise wsgi_adapter.unknown_host()
    except requests.exceptions.ConnectionError:
        with pytest.raises(NetworkError) as caught:
            transport.request("GET", URL)
    assert caught.value.code == "connection_cut"


def test_an_adapters_own_retries_do_not_multiply_ours():
    session = requests.Session()
    session.mount("https://", HTTPAdapter(max_retries=Retry(5, status_forcelist=[500])))
    Transport(session=session)
    assert session.get_adapter("https://api.example/").max_retries.total == 0


# ---------------------------------------------------------------- breaker and pacing


def test_an_open_breaker_answers_without_calling_and_a_probe_closes_it(clock):
    app = Stub((500, b""))
    breaker = CircuitBreaker(threshold=2, cooldown=60, clock=clock.monotonic)
    transport = transport_to(app, clock, breaker=breaker, retries=0)
    for _ in range(2):
        with pytest.raises(ServerError):
            transport.request("GET", URL)
    with pytest.raises(CircuitOpen) as caught:
        transport.request("GET", URL)
    assert caught.value.retry_after == 60
    assert len(app.seen) == 2
    clock.pass_by(61)
    app.answers[0] = (200, {})
    assert transport.request("GET", URL).ok
    assert breaker.state == "closed"


def test_refusals_and_429_do_not_open_the_breaker(clock):
    breaker = CircuitBreaker(threshold=1, cooldown=60, clock=clock.monotonic)
    transport_to(Stub((404, {})), clock, breaker=breaker).request("GET", URL)
    with pytest.raises(RateLimited):
        transport_to(Stub((429, b"")), clock, breaker=breaker, retries=0).request("GET", URL)
    assert breaker.state == "closed"


@pytest.mark.parametrize("failure", [wsgi_adapter.refused, wsgi_adapter.dropped])
def test_a_network_that_is_down_opens_the_breaker(clock, failure):
    breaker = CircuitBreaker(threshold=1, cooldown=60, clock=clock.monotonic)
    transport = transport_to(Stub(), clock, breaker=breaker, retries=0)
    transport.adapter.script += [failure()]
    with pytest.raises(OutcomeUnknown if failure is wsgi_adapter.dropped else NetworkError):
        transport.request("POST", URL, json={})
    assert breaker.state == "open"


def test_a_bad_certificate_says_nothing_about_the_service(clock):
    breaker = CircuitBreaker(threshold=1, cooldown=60, clock=clock.monotonic)
    transport = transport_to(Stub(), clock, breaker=breaker)
    transport.adapter.script += [wsgi_adapter.bad_certificate()]
    with pytest.raises(ConfigurationError):
        transport.request("GET", URL)
    assert breaker.state == "closed"


def test_every_attempt_waits_for_its_place(clock):
    pacing = Pacing(rate=1, burst=1, clock=clock.monotonic, sleep=clock.sleep)
    app = Stub((500, b""), (200, {}))
    transport_to(app, clock, pacing=pacing).request("GET", URL)
    assert clock.naps == [0.5, 0.5]


def test_a_wait_longer_than_the_call_may_last_is_raised(clock):
    pacing = Pacing(rate=0.001, burst=1, clock=clock.monotonic, sleep=clock.sleep)
    transport = transport_to(Stub(), clock, pacing=pacing)
    transport.request("GET", URL)
    with pytest.raises(RateLimited):
        transport.request("GET", URL)
    assert clock.naps == []


def test_the_stub_speaks_json(clock):
    assert json.loads(transport_to(Stub((200, [1])), clock).request("GET", URL).text) == [1]
