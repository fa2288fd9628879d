"""Tokens: how they are asked for, kept, renewed and kept secret."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs

import pytest
from stub_app import Stub, transport_to

from services.auth import Credentials, MemoryTokenProvider, Token, fetch_token
from services.errors import (
    ConfigurationError,
    CredentialsRefused,
    ProtocolError,
    RateLimited,
    ServerError,
)
from services.profile import PROFILES, known_traps

TOKEN = {"access_token": "tok-1", "expires_in": 7200, "token_type": "Bearer"}


def credentials(profile="cdiscount"):
    return Credentials(profile, PROFILES[profile].token_url, "acme-api", "s3cr3t-pass1")


def ask_token(app, clock, profile="cdiscount", **options):
    return fetch_token(transport_to(app, clock, **options), credentials(profile), clock.now)


@pytest.mark.parametrize(
    ("profile", "form"),
    [
        (
            "cdiscount",
            {"grant_type": "password", "username": "acme-api", "password": "s3cr3t-pass1", "scope": "openid"},
        ),
        (
            "octopia",
            {"grant_type": "client_credentials", "client_id": "acme-api", "client_secret": "s3cr3t-pass1"},
        ),
    ],
)
def test_each_profile_asks_for_a_token_in_its_own_way(clock, profile, form):
    app = Stub((200, TOKEN))
    token = ask_token(app, clock, profile)
    (seen,) = app.seen
    assert seen["CONTENT_TYPE"] == "application/x-www-form-urlencoded"
    assert {name: values[0] for name, values in parse_qs(seen["body"].decode()).items()} == form
    assert token.access_token == "tok-1"
    assert token.expires_at == clock.now() + timedelta(seconds=7200)


def test_the_token_request_is_repeated_after_a_passing_failure(clock):
    assert ask_token(Stub((503, b""), (200, TOKEN)), clock).access_token == "tok-1"


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (401, {"error": "invalid_client", "error_description": "Bad"}, CredentialsRefused, "credentials_refused"),
        (400, {"error": "invalid_grant"}, CredentialsRefused, "credentials_refused"),
        (400, {"title": "Bad Request", "status": 400}, CredentialsRefused, "credentials_refused"),
        (401, b"", CredentialsRefused, "credentials_refused"),
        (400, {"error": "unsupported_grant_type"}, ConfigurationError, "grant_refused"),
        (404, b"<html>", ConfigurationError, "bad_url"),
        (500, b"", ServerError, "server_error"),
        (429, b"", RateLimited, "rate_limited"),
        (200, b"<html>", ProtocolError, "not_json"),
        (200, {"token": "x"}, ProtocolError, "unexpected_shape"),
        (200, {"access_token": ""}, ProtocolError, "unexpected_shape"),
        (200, {"access_token": {"a": 1}}, ProtocolError, "unexpected_shape"),
        (200, [], ProtocolError, "unexpected_shape"),
    ],
)
def test_a_refused_token_says_what_is_wrong(clock, status, body, kind, code):
    with pytest.raises(kind) as caught:
        ask_token(Stub((status, body)), clock)
    assert caught.value.code == code
    assert "s3cr3t" not in str(caught.value)


def test_a_server_that_repeats_the_password_in_its_error_does_not_leak_it(clock):
    body = {"error": "invalid_grant", "error_description": "acme-api / s3cr3t-pass1 is not valid"}
    with pytest.raises(CredentialsRefused) as caught:
        ask_token(Stub((400, body)), clock)
    shown = f"{caught.value} {caught.value!r} {caught.value.params}"
    assert "s3cr3t-pass1" not in shown
    assert "acme-api" not in shown


@pytest.mark.parametrize(
    ("sent", "seconds"), [(60, 60), ("7200", 7200), (None, 300), ("x", 300), (-5, 0), (10**12, 86400), ("nan", 300)]
)
def test_the_life_of_a_token_is_bounded(clock, sent, seconds):
    token = ask_token(Stub((200, {**TOKEN, "expires_in": sent})), clock)
    assert token.expires_at - clock.now() == timedelta(seconds=seconds)


def test_a_token_is_stale_before_it_expires():
    end = datetime(2026, 11, 23, 10, tzinfo=timezone.utc)
    token = Token("t", end)
    assert not token.is_stale(end - timedelta(seconds=121))
    assert token.is_stale(end - timedelta(seconds=120))
    assert not token.is_expired(end - timedelta(seconds=1))
    assert token.is_expired(end)


def test_secrets_are_not_shown():
    assert "s3cr3t" not in repr(credentials())
    assert "tok-1" not in repr(Token("tok-1", datetime.now(timezone.utc)))


def test_a_token_is_fetched_once_and_renewed_early(clock):
    app = Stub((200, TOKEN))
    provider = MemoryTokenProvider(transport_to(app, clock), credentials(), clock.now)
    provider.get()
    provider.get()
    assert len(app.seen) == 1
    clock.pass_by(7200 - 119)
    provider.get()
    assert len(app.seen) == 2


def test_of_many_threads_that_were_refused_only_one_renews(clock):
    app = Stub((200, TOKEN), (200, {**TOKEN, "access_token": "tok-2"}))
    provider = MemoryTokenProvider(transport_to(app, clock), credentials(), clock.now)
    provider.get()
    threads = [threading.Thread(target=provider.renew, args=("tok-1",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert len(app.seen) == 2
    assert provider.get().access_token == "tok-2"


@pytest.mark.parametrize(
    ("profile", "login", "password", "seller_id", "traps"),
    [
        ("cdiscount", "acme", "12345678", "98979", []),
        ("cdiscount", "acme", "1234567", "98979", ["password_length"]),
        ("cdiscount", "acme", "1234567890123456", "98979", ["password_length"]),
        ("cdiscount", "a@b.fr", "12345678", "98979", ["login_has_at"]),
        ("octopia", "a@b.fr", "1", "98979", []),
        ("octopia", "acme", "secret", "ACME", ["seller_id_not_numeric"]),
        ("octopia", "acme", "secret ", "98979", ["blanks"]),
        ("cdiscount", "", "", "", []),
        ("cdiscount", False, False, False, []),
        ("nobody", "acme", "x", "1", []),
    ],
)
def test_known_traps_are_seen_before_any_call(profile, login, password, seller_id, traps):
    assert known_traps(profile, login, password, seller_id) == traps
