"""What travels: the answer, the trace of a call, addresses and JSON. No HTTP library here."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from .errors import ConfigurationError, ProtocolError
from .redaction import redact, safe_query

_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f\\]")


@dataclass(frozen=True, slots=True)
class CallTrace:
    """One call as it may be shown and stored: no header, no body, no personal query value.

    ``seconds`` is wall time with all attempts and waits, ``bytes`` the size of the (decoded) answer, ``status`` None
    when no answer came, ``error_code`` the slug of the error that was raised or "", ``limited`` how many attempts were
    answered 429.
    """

    method: str
    path: str
    status: int | None
    seconds: float
    attempts: int
    bytes: int
    error_code: str = ""
    host: str = ""
    limited: int = 0


@dataclass(frozen=True, slots=True)
class Response:
    """An answer that was read to its end: any status but redirects, 429 and (for repeatable calls) 5xx."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    method: str = ""
    host: str = ""
    path: str = ""
    attempts: int = 1
    safe: bool = True  # whether the call may be repeated without harm

    @property
    def ok(self) -> bool:
        """Any 2xx is a success (contract §0b)."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The decoded body, fractions as ``Decimal``.

        :raises ProtocolError: not_json, also for NaN, for an empty body and for nesting that is deeper than sane
        """
        try:
            return parse_json(self.body)
        except ValueError as error:
            raise self.protocol_error("not_json") from error

    def json_or_none(self) -> Any:
        """The decoded body or None: for the answer to a write, whose effect does not depend on its body."""
        try:
            return parse_json(self.body)
        except ValueError:
            return None

    def protocol_error(self, code: str, **params: Any) -> ProtocolError:
        """A ProtocolError about this answer."""
        content_type = self.headers.get("Content-Type", "")
        known = {"host": self.host, "method": self.method, "path": self.path, "content_type": redact(content_type)[:80]}
        return ProtocolError(code, {**known, **params}, status=self.status)


def parse_json(body: bytes) -> Any:
    """JSON with exact numbers. ValueError for anything else."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_float=_decimal, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    # 1e999999999 is legal JSON and freezes the process as soon as somebody formats it.
    if value.is_finite() and abs(value.adjusted()) > 400:
        raise ValueError("number out of range")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def json_bytes(value: Any) -> bytes:
    """``value`` as a JSON body; a ``Decimal`` becomes a number with exactly its digits, never through a float."""
    return _dump(value).encode()


def _dump(value: Any) -> str:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("a number that is not finite cannot be sent")
        return format(value, "f")
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(str(name))}:{_dump(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_dump, value)) + "]"
    if isinstance(value, datetime):
        return json.dumps(iso_utc(value))
    return json.dumps(value, allow_nan=False)


def iso_utc(moment: datetime) -> str:
    """``2026-11-02T17:54:10Z``; milliseconds only when there are some. A naive datetime is taken as UTC."""
    moment = moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)
    timespec = "milliseconds" if moment.microsecond else "seconds"
    return moment.isoformat(timespec=timespec).replace("+00:00", "Z")


def check_url(url: str) -> tuple[str, str]:
    """Host and path of an address that may be called.

    :raises ConfigurationError: bad_url, or insecure_url for anything but https (http to this machine is allowed)
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except (ValueError, TypeError, AttributeError) as error:
        raise ConfigurationError("bad_url", {"url": shown_url(url)}) from error
    with_login = parts.username is not None or parts.password is not None
    if not host or with_login or parts.scheme not in ("http", "https") or _UNSAFE_IN_URL.search(url):
        raise ConfigurationError("bad_url", {"url": shown_url(url), "host": host})
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigurationError("insecure_url", {"url": shown_url(url), "host": host})
    return host, parts.path or "/"


def is_loopback(host: str) -> bool:
    """localhost, 127.0.0.0/8 or ::1, by text only: no look-up that an attacker could answer."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def shown_url(url: object) -> str:
    """An address as it may be shown: no user, no password, no query."""
    text = re.sub(r"//[^/@]*@", "//", str(url).split("?")[0].split("#")[0])
    return redact(text)[:200]


def trace_path(url: str) -> str:
    """Path and harmless query of an address."""
    parts = urlsplit(url)
    query = safe_query(parts.query)
    return redact(parts.path) + (f"?{query}" if query else "")


def http_date(text: str | None) -> datetime | None:
    """An HTTP date as aware UTC datetime, or None."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """``Retry-After`` in seconds, from a number or a date; None when absent or senseless.

    A date is compared with the server's own ``Date``, so that a wrong local clock does not matter.
    """
    text = (headers.get("Retry-After") or "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
        return float(text)
    moment = http_date(text)
    if moment is None:
        return None
    reference = http_date(headers.get("Date")) or now
    return max(0.0, (moment - reference).total_seconds())
