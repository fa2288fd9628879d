"""Getting a token and knowing when it is stale. Nothing is stored here: that is the caller's decision."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from .answers import error_for, read_error
from .errors import ConfigurationError, CredentialsRefused
from .profile import PROFILES, Profile
from .transport import Transport
from .wire import Response

# Contract §1.1: renew 60 to 120 seconds before expiry; 500 tokens an hour are allowed.
STALE_MARGIN = timedelta(seconds=120)
_DEFAULT_LIFE = 300
_LONGEST_LIFE = 86400
# Answers that mean "not this way" rather than "not this login".
_GRANT_ERRORS = frozenset({"unsupported_grant_type", "invalid_scope", "invalid_request"})


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a token request needs. ``profile`` may be given by its key; the password is not shown by ``repr``."""

    profile: Profile | str
    token_url: str
    login: str
    password: str = field(repr=False)

    @property
    def rules(self) -> Profile:
        return PROFILES[self.profile] if isinstance(self.profile, str) else self.profile


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and the aware UTC moment at which it ends. The token is not shown by ``repr``."""

    access_token: str = field(repr=False)
    expires_at: datetime

    def is_stale(self, now: datetime, margin: timedelta = STALE_MARGIN) -> bool:
        """True from ``margin`` before the end on: one worker renews while the others still use it."""
        return now >= self.expires_at - margin

    def is_expired(self, now: datetime) -> bool:
        return now >= self.expires_at


class TokenProvider(Protocol):
    """Where the client takes its token from."""

    def get(self) -> Token:
        """A token that is not expired."""

    def renew(self, refused: str) -> Token:
        """A token other than ``refused``, which the API answered with 401."""


def fetch_token(transport: Transport, credentials: Credentials, now: Callable[[], datetime]) -> Token:
    """One token request (contract §1.1). A repeated token request does no harm, so the transport may retry it.

    ``expires_at`` is counted on our own clock from the moment of asking, so a server with another time does not matter.

    :raises CredentialsRefused: 400 or 401, when it is about the login
    :raises ConfigurationError: grant_refused when the profile does not fit the address, bad_url when nothing is there
    :raises ProtocolError: a 200 without a token
    """
    profile = credentials.rules
    asked_at = now()
    response = transport.request(
        "POST",
        credentials.token_url,
        data=profile.token_form(credentials.login, credentials.password),
        headers={"Accept": "application/json"},
        safe_to_repeat=True,
    )
    if not response.ok:
        raise _refusal(response, credentials)
    data = response.json()
    token = data.get("access_token") if isinstance(data, dict) else None
    if not isinstance(token, str) or not token.strip() or not token.strip().isascii():
        raise response.protocol_error("unexpected_shape", detail="no access_token")
    return Token(token.strip(), asked_at + timedelta(seconds=_life(data.get("expires_in"))))


def _life(value: object) -> float:
    """``expires_in`` in seconds; documented as 7200, seen as text, and bounded because it is used for a date."""
    try:
        seconds = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return _DEFAULT_LIFE
    return min(max(seconds, 0.0), _LONGEST_LIFE) if seconds == seconds else _DEFAULT_LIFE


def _refusal(response: Response, credentials: Credentials) -> Exception:
    said = read_error(response.body)
    params = {"host": response.host, "method": response.method, "path": response.path, "error": said.slug}
    # A body may repeat what was sent; the login is personal and the password secret.
    detail = said.detail
    for secret in (credentials.password, credentials.login):
        detail = detail.replace(secret, "***") if secret else detail
    params["detail"] = detail
    known = {"status": response.status, "trace_id": said.trace_id}
    if response.status in (400, 401):
        if said.slug in _GRANT_ERRORS:
            return ConfigurationError("grant_refused", params, **known)
        return CredentialsRefused(params=params, **known)
    if response.status in (404, 405):
        return ConfigurationError("bad_url", {**params, "url": f"{response.host}{response.path}"}, **known)
    return error_for(response)


class MemoryTokenProvider:
    """Keeps one token in this process, for scripts and tests. Thread-safe: one thread fetches, the others wait."""

    def __init__(self, transport: Transport, credentials: Credentials, now: Callable[[], datetime]):
        self._transport = transport
        self._credentials = credentials
        self._now = now
        self._lock = threading.Lock()
        self._token: Token | None = None

    def get(self) -> Token:
        with self._lock:
            if self._token is None or self._token.is_stale(self._now()):
                self._token = fetch_token(self._transport, self._credentials, self._now)
            return self._token

    def renew(self, refused: str) -> Token:
        with self._lock:
            # Another thread may have renewed it since: then its token is the fresh one.
            if self._token is None or self._token.access_token == refused:
                self._token = fetch_token(self._transport, self._credentials, self._now)
            return self._token
