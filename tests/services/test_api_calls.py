"""Every call is counted once, by family, without a trace of whose order it was about."""

from __future__ import annotations

import threading
from datetime import date, datetime, timezone

import pytest

from services.api_calls import CallCounter, Calls, family_of
from services.wire import CallTrace

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=timezone.utc)


def trace(path="/v1/orders", status=200, seconds=0.1, attempts=1, code="", limited=0):
    return CallTrace("GET", path, status, seconds, attempts, 10, code, "api.example", limited)


@pytest.mark.parametrize(
    ("path", "family"),
    [
        ("/v1/orders?pageIndex=1", "orders"),
        ("/seller/v2/orders/count", "orders"),
        ("/v1/orders/26110217541ABCDE/shipments", "orders"),
        ("/v1/orders/26110217541ABCDE/invoice-documents", "invoices"),
        ("/seller/v2/offer-packages/7/offer-requests", "offers"),
        ("/idp/oauth2/token", "token"),
        ("/auth/realms/maas/protocol/openid-connect/token", "token"),
        ("/proxy/seller/v2/discussions/count", "discussions"),
        ("/v1/never-heard-of/Anne-Durand", "other"),
        ("", "other"),
    ],
)
def test_an_endpoint_belongs_to_one_family(path, family):
    assert family_of(path) == family


def test_calls_are_added_up_by_the_sellers_day():
    counter = CallCounter(now=lambda: NOW)
    note = counter.observer(7)
    note(trace(seconds=0.1))
    note(trace(seconds=0.3, status=500, code="server_error", attempts=4))
    note(trace(seconds=0.2, attempts=2, limited=1))
    note(trace(status=None, code="timeout"))
    rows = counter.take()
    assert list(rows) == [(7, date(2026, 11, 23), 23, "orders")]
    calls = rows[7, date(2026, 11, 23), 23, "orders"]
    assert (calls.calls, calls.errors, calls.limited, calls.repeats) == (4, 2, 1, 4)
    assert calls.worst == 0.3
    assert calls.seconds == pytest.approx(0.7)
    assert counter.take() == {}


def test_what_could_not_be_written_is_not_lost():
    counter = CallCounter(now=lambda: NOW)
    counter.note(1, trace())
    rows = counter.take()
    counter.note(1, trace(seconds=9))
    counter.put_back(rows)
    assert counter.take()[1, date(2026, 11, 23), 23, "orders"].calls == 2


def test_threads_lose_no_call():
    counter = CallCounter(now=lambda: NOW)
    workers = [
        threading.Thread(target=lambda: [counter.note(1, trace()) for _ in range(500)], daemon=True) for _ in range(8)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert counter.take()[1, date(2026, 11, 23), 23, "orders"].calls == 4000


def test_a_counter_keeps_no_path():
    counter = CallCounter(now=lambda: NOW)
    counter.note(1, trace("/v1/orders/26110217541ABCDE?reference=Anne"))
    assert "26110217541ABCDE" not in repr(counter.take())
    assert list(Calls.__dataclass_fields__) == ["calls", "errors", "limited", "repeats", "seconds", "worst"]
