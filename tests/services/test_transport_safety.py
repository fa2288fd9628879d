"""The transport: size, time, addresses, secrets, and what is sent and read."""

from __future__ import annotations

import gzip
from decimal import Decimal

import pytest
from stub_app import URL, Stub, transport_to

from services.errors import (
    ConfigurationError,
    InvalidRequest,
    NetworkError,
    ProtocolError,
    ServerError,
)


def test_an_answer_over_the_cap_is_refused_before_it_is_read(clock):
    asked = []

    def answer(environ, start_response):
        start_response("200 OK", [("Content-Length", str(10**9))])
        return (asked.append(1) or b"x" for _ in range(10))

    with pytest.raises(ProtocolError) as caught:
        transport_to(Stub(answer), clock).request("GET", URL)
    assert caught.value.code == "too_large"
    assert asked == []


def test_an_endless_answer_without_a_length_is_stopped_at_the_cap(clock):
    served = []

    def answer(environ, start_response):
        start_response("200 OK", [])
        return (served.append(65536) or b"x" * 65536 for _ in range(3200))

    with pytest.raises(ProtocolError) as caught:
        transport_to(Stub(answer), clock, max_bytes=1024 * 1024).request("GET", URL)
    assert caught.value.code == "too_large"
    assert sum(served) < 2 * 1024 * 1024


def test_a_small_answer_that_unpacks_to_a_huge_one_is_stopped_at_the_cap(clock):
    bomb = gzip.compress(b"0" * 50_000_000)
    assert len(bomb) < 100_000
    app = Stub((200, bomb, {"Content-Encoding": "gzip"}))
    with pytest.raises(ProtocolError) as caught:
        transport_to(app, clock, max_bytes=1_000_000).request("GET", URL)
    assert caught.value.code == "too_large"


def test_an_answer_that_cannot_be_unpacked_is_a_protocol_error(clock):
    app = Stub((200, b"not gzip", {"Content-Encoding": "gzip"}))
    with pytest.raises(ProtocolError) as caught:
        transport_to(app, clock).request("GET", URL)
    assert caught.value.code == "not_json"


def test_a_call_ends_at_its_total_deadline_however_many_retries_are_left(clock):
    def slow(environ, start_response):
        clock.pass_by(20)
        start_response("503 Busy", [])
        return [b""]

    app = Stub(slow)
    with pytest.raises(NetworkError):
        transport_to(app, clock, total_timeout=45).request("GET", URL)
    assert len(app.seen) == 3


def test_a_server_slower_than_the_read_timeout_is_a_timeout(clock):
    def slow(environ, start_response):
        clock.pass_by(31)
        start_response("200 OK", [])
        return [b"{}"]

    with pytest.raises(NetworkError) as caught:
        transport_to(Stub(slow), clock).request("GET", URL)
    assert caught.value.code == "timeout"


# ---------------------------------------------------------------- addresses and secrets


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://api.example/v1", "insecure_url"),
        ("http://127.0.0.1.example/v1", "insecure_url"),
        ("http://localhost.example/", "insecure_url"),
        ("ftp://api.example/", "bad_url"),
        ("api.example/v1", "bad_url"),
        ("https://", "bad_url"),
        ("https://user:secret@api.example/", "bad_url"),
        ("https://api.example:99999/", "bad_url"),
        ("https://api.example\\@evil.example/", "bad_url"),
        ("https://api example/", "bad_url"),
        ("", "bad_url"),
    ],
)
def test_an_address_that_is_not_safe_is_never_called(clock, url, code):
    app = Stub()
    with pytest.raises(ConfigurationError) as caught:
        transport_to(app, clock).request("GET", url)
    assert caught.value.code == code
    assert app.seen == []
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/a", "http://127.9.9.9/a", "http://[::1]/a", "http://localhost/a"]
)
def test_plain_http_is_allowed_to_this_machine(clock, url):
    assert transport_to(Stub(), clock).request("GET", url).ok


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_and_the_token_goes_nowhere_else(clock, status):
    app = Stub((status, b"x" * 100, {"Location": "https://evil.example/collect"}))
    with pytest.raises(ConfigurationError) as caught:
        transport_to(app, clock).request("GET", URL, headers={"Authorization": "Bearer t"})
    assert caught.value.code == "redirect_refused"
    assert len(app.seen) == 1


def test_the_body_of_a_redirect_is_not_read(clock):
    served = []

    def endless(environ, start_response):
        start_response("302 Found", [("Location", "https://evil.example/")])
        return (served.append(1) or b"x" * 65536 for _ in range(3200))

    with pytest.raises(ConfigurationError):
        transport_to(Stub(endless), clock).request("GET", URL)
    assert len(served) < 3


def test_a_line_in_netrc_does_not_replace_the_token(clock, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.example login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    app = Stub()
    transport = transport_to(app, clock)
    transport.session.trust_env = True
    transport.request("GET", URL, headers={"Authorization": "Bearer the-token"})
    assert app.seen[0]["HTTP_AUTHORIZATION"] == "Bearer the-token"


@pytest.mark.parametrize("value", ["line\r\nInjected: yes", "caf\u2603"])
def test_a_header_that_cannot_be_sent_is_refused_without_showing_it(clock, value):
    app = Stub()
    with pytest.raises(InvalidRequest) as caught:
        transport_to(app, clock).request("GET", URL, headers={"Authorization": f"Bearer secret-token {value}"})
    assert "secret-token" not in str(caught.value)
    assert app.seen == []


def test_a_trace_tells_the_call_without_secrets_or_personal_values(clock):
    traces = []
    transport = transport_to(Stub((200, {"a": 1})), clock, on_call=traces.append)
    params = {"pageIndex": "2", "status": "Shipped", "email": "anne@example.com", "q": "Durand"}
    transport.request("GET", URL, params=params, headers={"Authorization": "Bearer secret-token"})
    (trace,) = traces
    assert trace.path == "/v1/things?pageIndex=2&status=Shipped&email=***&q=***"
    assert (trace.method, trace.status, trace.attempts, trace.bytes, trace.error_code) == ("GET", 200, 1, 8, "")
    assert trace.host == "api.example"
    assert "secret-token" not in repr(trace)


def test_a_trace_tells_a_failure_with_its_attempts_and_seconds(clock):
    traces = []
    with pytest.raises(ServerError):
        transport_to(Stub((500, b"")), clock, on_call=traces.append).request("GET", URL)
    (trace,) = traces
    assert (trace.status, trace.attempts, trace.error_code) == (500, 4, "server_error")
    assert trace.seconds == pytest.approx(3.5)


def test_a_trace_that_cannot_be_recorded_does_not_spoil_the_call(clock):
    def broken(trace):
        raise RuntimeError("no space left")

    assert transport_to(Stub(), clock, on_call=broken).request("GET", URL).ok


# ---------------------------------------------------------------- what is sent and read


def test_numbers_keep_every_digit_in_both_directions(clock):
    app = Stub((200, b'{"price": 24.990000000000000001}'))
    response = transport_to(app, clock).request("POST", URL, json={"price": Decimal("0.1"), "n": [Decimal("1E+2")]})
    assert app.seen[0]["body"] == b'{"price":0.1,"n":[100]}'
    assert app.seen[0]["CONTENT_TYPE"] == "application/json"
    assert response.json() == {"price": Decimal("24.990000000000000001")}


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"a":', b"NaN", b"[1e999999999]", b"[" * 100_000, b"\xff\xfe", b"9" * 5000]
)
def test_a_body_that_is_not_json_is_a_protocol_error(clock, body):
    response = transport_to(Stub((200, body)), clock).request("GET", URL)
    if body == b"9" * 5000:
        assert response.json_or_none() is None or isinstance(response.json_or_none(), int)
        return
    with pytest.raises(ProtocolError) as caught:
        response.json()
    assert caught.value.code == "not_json"
    assert response.json_or_none() is None


def test_the_clock_of_the_server_is_noticed(clock):
    app = Stub((200, {}, {"Date": "Mon, 23 Nov 2026 08:05:00 GMT"}))
    transport = transport_to(app, clock)
    assert transport.last_date_skew is None
    transport.request("GET", URL)
    assert transport.last_date_skew == 300
