"""Messages a person can act on, and nothing in them that must not leave the process."""

from __future__ import annotations

import copy
import pickle
import threading

import pytest

from services import errors
from services.answers import read_error
from services.breaker import CircuitBreaker
from services.errors import MESSAGES, CdiscountError, CircuitOpen, RateLimited
from services.pacing import Pacing
from services.redaction import redact, safe_detail
from services.text import key, one_line, plain, shorten
from services.wire import check_url, is_loopback, iso_utc

KINDS = {"wait", "fix", "reauth", "stop", "read_back"}
CLASSES = [
    value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.CdiscountError)
]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_says_what_the_caller_must_do(kind):
    error = kind()
    assert error.kind in KINDS
    assert error.code in MESSAGES


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_every_message_is_a_whole_sentence_with_and_without_its_values(code):
    params = {"host": "api.example", "method": "GET", "path": "/v1/orders", "status": 500, "seconds": 30, "limit": 100}
    params.update(seller_id="98979", url="https://api.example", problem="the order has no id")
    for given in ({}, params):
        sentence = str(CdiscountError(code, given))
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert "None" not in sentence


def test_an_error_survives_being_copied_and_pickled():
    error = RateLimited(params={"host": "h"}, status=429, trace_id="t", retry_after=4.0)
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (type(again), again.code, again.status, again.trace_id) == (RateLimited, "rate_limited", 429, "t")
        assert (again.retry_after, str(again)) == (4.0, str(error))


def test_a_value_with_braces_does_not_break_the_message():
    assert "{0.__class__}" in str(CdiscountError("not_found", {"host": "h", "path": "/{0.__class__}"}))


@pytest.mark.parametrize(
    "secret",
    [
        "Authorization: Bearer abc.def-ghi",
        "bearer QWxhZGRpbg==",
        '{"access_token": "tok-123"}',
        "password=tok-123&x=1",
        "client_secret: tok-123",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "write to anne.durand+x@orange.fr please",
        "anne%40orange.fr",
        "call +33 6 12 34 56 78 now",
        "call 06 12 34 56 78 now",
        "call 0612345678 now",
        "call +33(0)612345678 now",
    ],
)
def test_secrets_and_personal_data_are_masked(secret):
    shown = redact(secret)
    assert "***" in shown
    for piece in ("abc.def", "QWxh", "tok-123", "eyJzdWI", "durand", "anne", "12 34 56", "612345678"):
        assert piece not in shown


@pytest.mark.parametrize(
    "harmless",
    [
        *("order 26110217541ABCDE", "26110217541ABCDE-1", "SCID01210525142759UT8E", "2026-11-02T17:54:10Z"),
        *("seller 98979", "The value 'new' is not valid.", "3700000000017"),
    ],
)
def test_references_and_dates_stay_readable(harmless):
    assert redact(harmless) == harmless


def test_a_detail_is_one_short_line():
    detail = safe_detail("line\nbreak\x00 " + "x" * 10_000)
    assert len(detail) <= 300
    assert "\n" not in detail
    assert "\x00" not in detail
    assert len(CdiscountError("not_found", {"detail": "y" * 5000}).params["detail"]) <= 300


@pytest.mark.parametrize(
    ("body", "slug", "said"),
    [
        (b'{"title":"One","detail":"Two","errors":{"status":["Three"]}}', "", ["One", "Two", "status: Three"]),
        (b'{"error":"invalid_client","error_description":"Bad client"}', "invalid_client", ["Bad client"]),
        (b'{"error":"invalid_client"}', "invalid_client", ["invalid_client"]),
        (b'{"error":"Something went wrong"}', "", ["Something went wrong"]),
        (b'{"error":{"message":"Deep"}}', "", ["Deep"]),
        (b'{"message":"Plain"}', "", ["Plain"]),
        (
            b'{"errors":[{"message":"bad"},"worse",{"field":"gtin","message":"wrong"}]}',
            "",
            ["bad", "worse", "gtin: wrong"],
        ),
        (b'["first","second"]', "", ["first", "second"]),
        (b'{"data":{"title":"Inside"}}', "", ["Inside"]),
        (b'"only a text"', "", ["only a text"]),
        (b"Cannot switch to shipped status", "", ["Cannot switch to shipped status"]),
    ],
)
def test_an_error_body_is_understood_in_every_form(body, slug, said):
    found = read_error(body)
    assert found.slug == slug
    for piece in said:
        assert piece in found.detail


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>502</html>", b"null", b"17", b"{}", b"\xff\xfe\x00", b'{"a":', b"[" * 5000, b'{"errors":[null]}'],
)
def test_a_body_that_says_nothing_gives_no_detail(body):
    assert read_error(body).detail == ""


def test_the_trace_id_is_kept():
    assert read_error(b'{"title":"x","traceId":"00-7a1d-01"}').trace_id == "00-7a1d-01"


# ---------------------------------------------------------------- text and addresses


def test_text_helpers():
    assert one_line(" a\x00\n b\u200b ") == "a b"
    assert plain("&amp;lt;b&amp;gt;A &amp; B") == "A & B"
    assert plain("5 < 6 & 7 > 3") == "5 < 6 & 7 > 3"
    assert key("Œuvre, d'Été  ßX") == "oeuvre d ete ssx"
    assert shorten("a" * 300, 10) == "a" * 9 + "…"
    assert len(shorten("word " * 100, 50)) <= 50


def test_addresses_and_moments():
    assert check_url("https://api.example/v1/x?y=1") == ("api.example", "/v1/x")
    assert is_loopback("127.0.0.1")
    assert not is_loopback("127.0.0.1.example")
    from datetime import datetime

    assert iso_utc(datetime(2026, 11, 2, 17)) == "2026-11-02T17:00:00Z"


# ---------------------------------------------------------------- breaker and pacing


def test_the_breaker_opens_probes_and_closes(clock):
    breaker = CircuitBreaker(threshold=2, cooldown=30, clock=clock.monotonic)
    breaker.failed()
    assert breaker.state == "closed"
    breaker.failed()
    assert breaker.state == "open"
    with pytest.raises(CircuitOpen) as caught:
        breaker.before_call("api.example")
    assert caught.value.params == {"host": "api.example", "seconds": 30}
    clock.pass_by(10)
    assert breaker.seconds_left() == 20
    breaker.failed()  # a straggler
    assert breaker.seconds_left() == 20
    clock.pass_by(21)
    assert breaker.state == "half_open"
    breaker.before_call()
    with pytest.raises(CircuitOpen):
        breaker.before_call()
    breaker.succeeded()
    assert breaker.state == "closed"


def test_a_failed_probe_opens_again_and_an_abandoned_one_lets_the_next_probe(clock):
    breaker = CircuitBreaker(threshold=1, cooldown=30, clock=clock.monotonic)
    breaker.failed()
    clock.pass_by(31)
    breaker.before_call()
    breaker.failed()
    assert (breaker.state, breaker.seconds_left()) == ("open", 30)
    clock.pass_by(31)
    breaker.before_call()
    breaker.abandoned()
    breaker.before_call()


def test_a_success_in_between_forgets_the_failures(clock):
    breaker = CircuitBreaker(threshold=2, clock=clock.monotonic)
    for _ in range(5):
        breaker.failed()
        breaker.succeeded()
    assert breaker.state == "closed"


def test_an_exception_inside_the_guard_frees_the_probe(clock):
    breaker = CircuitBreaker(threshold=1, cooldown=30, clock=clock.monotonic)
    breaker.failed()
    clock.pass_by(31)
    with pytest.raises(KeyboardInterrupt), breaker.guard():
        raise KeyboardInterrupt
    with breaker.guard() as report:
        report.status = 200
    assert breaker.state == "closed"


def test_only_one_of_many_threads_probes(clock):
    breaker = CircuitBreaker(threshold=1, cooldown=30, clock=clock.monotonic)
    breaker.failed()
    clock.pass_by(31)
    allowed = []

    def probe():
        try:
            breaker.before_call()
            allowed.append(1)
        except CircuitOpen:
            pass

    threads = [threading.Thread(target=probe) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert len(allowed) == 1


def test_pacing_lets_a_burst_through_and_then_keeps_the_rate(clock):
    pacing = Pacing(rate=2, burst=3, clock=clock.monotonic, sleep=clock.sleep)
    assert [pacing.take() for _ in range(5)] == [0, 0, 0, 0.5, 0.5]
    clock.pass_by(100)
    assert [pacing.take() for _ in range(4)] == [0, 0, 0, 0.5]


def test_a_place_that_is_too_far_away_is_not_taken(clock):
    pacing = Pacing(rate=0.1, burst=1, clock=clock.monotonic, sleep=clock.sleep)
    pacing.take()
    assert pacing.take(at_most=5) is None
    clock.pass_by(10)
    assert pacing.take(at_most=5) == 0


def test_waiting_callers_get_places_one_after_the_other(clock):
    waits = []
    pacing = Pacing(rate=1, burst=1, clock=clock.monotonic, sleep=waits.append)
    for _ in range(4):
        pacing.take()
    assert waits == [1, 2, 3]


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_senseless_pacing_is_refused(rate, burst):
    with pytest.raises(ValueError):
        Pacing(rate=rate, burst=burst)
