"""The transport: what is repeated, how often, after which pause."""

from __future__ import annotations

import random

import pytest
import wsgi_adapter
from stub_app import URL, Stub, transport_to

from services.errors import (
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    ServerError,
)


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
