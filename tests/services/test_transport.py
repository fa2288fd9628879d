"""What a call survives, what it reports, and what it never does twice."""

from __future__ import annotations

import gzip
import json
import random
from decimal import Decimal

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
    InvalidRequest,
    NetworkError,
    OutcomeUnknown,
    ProtocolError,
    RateLimited,
    ServerError,
)
from services.pacing import Pacing
from services.transport import Transport


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_read_is_repeated_after_a_passing_failure(clock, status):
    app = Stub((status, b"<html>"), (200, {"ok": 1}))
    response = transport_to(app, clock).request("GET", URL)
    assert response.json() == {"ok": 1}
    assert response.attempts == 2
    assert clock.naps == [0.5]


def test_a_read_gives_up_after_three_retries_with_doubling_pauses(clock):
    app = Stub((503, b""))
    with pytest.raises(ServerError) as caught:
        transport_to(app, clock).request("GET", URL)
    assert len(app.seen) == 4
    assert clock.naps == [0.5, 1.0, 2.0]
    assert caught.value.status == 503
    assert caught.value.kind == "wait"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 501])
def test_an_answer_that_will_not_change_is_not_asked_for_again(clock, status):
    app = Stub((status, {"title": "no"}))
    try:
        response = transport_to(app, clock).request("GET", URL)
        assert response.status == status
    except ServerError as error:
        assert error.status == 501
    assert len(app.seen) == 1


def test_no_retries_means_one_attempt(clock):
    app = Stub((503, b""))
    with pytest.raises(ServerError):
        transport_to(app, clock, retries=0).request("GET", URL)
    assert len(app.seen) == 1


def test_retry_after_is_slept_through_when_it_is_short(clock):
    app = Stub((429, b"", {"Retry-After": "7"}), (200, {}))
    transport_to(app, clock).request("GET", URL)
    assert clock.naps == [7.0]


def test_retry_after_as_a_date_counts_from_the_servers_own_clock(clock):
    headers = {"Retry-After": "Mon, 23 Nov 2026 10:00:09 GMT", "Date": "Mon, 23 Nov 2026 10:00:00 GMT"}
    app = Stub((503, b"", headers), (200, {}))
    transport_to(app, clock).request("GET", URL)
    assert clock.naps == [9.0]


@pytest.mark.parametrize("nonsense", ["soon", "-5", "inf", "nan", "1e9", ""])
def test_a_senseless_retry_after_falls_back_to_the_usual_pause(clock, nonsense):
    app = Stub((429, b"", {"Retry-After": nonsense}), (200, {}))
    transport_to(app, clock).request("GET", URL)
    assert clock.naps == [0.5]


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (503, ServerError)])
def test_a_long_retry_after_is_raised_and_not_slept_through(clock, status, kind):
    app = Stub((status, b"", {"Retry-After": "600"}))
    with pytest.raises(kind) as caught:
        transport_to(app, clock).request("GET", URL)
    assert caught.value.retry_after == 600
    assert clock.naps == []
    assert len(app.seen) == 1


def test_a_retry_after_of_a_minute_is_the_queues_business_even_when_the_call_had_the_time(clock):
    app = Stub((429, b"", {"Retry-After": "60"}))
    with pytest.raises(RateLimited):
        transport_to(app, clock, total_timeout=1000).request("GET", URL)
    assert clock.naps == []


def test_jitter_lengthens_the_pause_a_little_and_never_shortens_it(clock):
    app = Stub((500, b""))
    with pytest.raises(ServerError):
        transport_to(app, clock, rng=random.Random(3)).request("GET", URL)
    for nap, plain in zip(clock.naps, [0.5, 1.0, 2.0], strict=True):
        assert plain < nap <= plain * 1.2


# ---------------------------------------------------------------- writes


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_unsafe_write_is_never_repeated_after_a_server_error(clock, status):
    app = Stub((status, b"", {"Retry-After": "1"}), (201, {}))
    with pytest.raises(OutcomeUnknown) as caught:
        transport_to(app, clock).request("POST", URL, json={})
    assert len(app.seen) == 1
    assert caught.value.kind == "read_back"


def test_an_unsafe_write_is_repeated_after_429_because_nothing_was_done(clock):
    app = Stub((429, b""), (201, {}))
    assert transport_to(app, clock).request("POST", URL, json={}).status == 201
    assert len(app.seen) == 2


def test_an_unsafe_write_is_repeated_when_it_was_never_sent(clock):
    app = Stub((201, {}))
    transport = transport_to(app, clock)
    transport.adapter.script += [wsgi_adapter.refused(), wsgi_adapter.connect_timeout_error(), None]
    assert transport.request("POST", URL, json={}).attempts == 3
    assert len(app.seen) == 1


def test_an_unsafe_write_that_cannot_be_sent_at_all_is_a_network_error(clock):
    transport = transport_to(Stub(), clock)
    transport.adapter.script += [wsgi_adapter.refused()] * 4
    with pytest.raises(NetworkError) as caught:
        transport.request("POST", URL, json={})
    assert caught.value.code == "host_unreachable"


@pytest.mark.parametrize("failure", [wsgi_adapter.dropped, wsgi_adapter.read_timeout_error])
def test_an_unsafe_write_whose_answer_is_lost_is_not_repeated(clock, failure):
    app = Stub()
    transport = transport_to(app, clock)
    transport.adapter.script += [failure()]
    with pytest.raises(OutcomeUnknown):
        transport.request("POST", URL, json={})
    assert app.seen == []
    assert len(transport.adapter.calls) == 1


def test_an_unsafe_write_with_an_endless_answer_has_an_unknown_outcome(clock):
    app = Stub((201, b"x" * 5000))
    with pytest.raises(OutcomeUnknown):
        transport_to(app, clock, max_bytes=1000).request("POST", URL, json={})


def test_a_write_marked_safe_is_repeated_like_a_read(clock):
    app = Stub((500, b""), (204, b""))
    assert transport_to(app, clock).request("POST", URL, json={}, safe_to_repeat=True).status == 204


def _cut(status, sent=b'{"a":', length="100"):
    def answer(environ, start_response):
        start_response(f"{status} Said", [("Content-Length", length)])

        def parts():
            yield sent
            raise ConnectionResetError("cut")

        return parts()

    return answer


def test_a_body_cut_in_the_middle_is_read_again(clock):
    app = Stub(_cut(200), (200, {"whole": True}))
    assert transport_to(app, clock).request("GET", URL).json() == {"whole": True}


def test_a_body_cut_every_time_is_a_cut_connection(clock):
    with pytest.raises(NetworkError) as caught:
        transport_to(Stub(_cut(200)), clock).request("GET", URL)
    assert caught.value.code == "connection_cut"


def test_a_body_shorter_than_announced_is_not_taken_for_whole(clock):
    app = Stub((200, b'{"a":1}', {"Content-Length": "999"}))
    with pytest.raises(NetworkError) as caught:
        transport_to(app, clock).request("GET", URL)
    assert caught.value.code == "connection_cut"


def test_a_write_that_was_accepted_and_then_cut_is_read_back(clock):
    with pytest.raises(OutcomeUnknown):
        transport_to(Stub(_cut(201)), clock).request("POST", URL, json={})


def test_a_write_that_was_refused_stays_refused_when_the_explanation_is_cut(clock):
    assert transport_to(Stub(_cut(422)), clock).request("POST", URL, json={}).status == 422


# ---------------------------------------------------------------- limits


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


# ---------------------------------------------------------------- network failures by name


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
