"""The only place that does HTTP: requests below, one retry engine (urllib3's ``Retry``) above.

The session's adapters never retry: ``Transport`` drives the loop, so pacing, circuit breaker, deadline and size cap see
every attempt, and a session with a foreign adapter (a marketplace in process) behaves like the network.
"""

from __future__ import annotations

import contextlib
import logging
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3 import exceptions as u3
from urllib3.util.retry import Retry

from .answers import error_for
from .breaker import CircuitBreaker
from .errors import (
    CdiscountError,
    ConfigurationError,
    InvalidRequest,
    NetworkError,
    OutcomeUnknown,
    ProtocolError,
    RateLimited,
)
from .failures import classify
from .pacing import Pacing
from .watchdog import Watchdog
from .wire import CallTrace, Response, check_url, http_date, json_bytes, retry_after_seconds, shown_url, trace_path

_logger = logging.getLogger(__name__)

USER_AGENT = "cdiscount-store-management"
RETRY_STATUSES = frozenset({429, 500, 502, 503, 504})
# A longer Retry-After is not slept through: the worker has other accounts to serve. It is raised, the queue waits.
LONGEST_NAP = 30.0
_CHUNK = 16 * 1024
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class RetryPolicy(Retry):
    """urllib3's bookkeeping of attempts, with a delay that starts at ``backoff_factor`` and has a little jitter.

    (urllib3 itself repeats the first time without any delay, which is exactly when a busy server needs one.)
    """

    rng: random.Random | None = None

    def new(self, **changes: Any) -> RetryPolicy:
        other = super().new(**changes)
        other.rng = self.rng
        return other

    def get_backoff_time(self) -> float:
        times = len(self.history)
        if not times:
            return 0.0
        delay = self.backoff_factor * 2 ** (times - 1)
        return delay * (1 + (self.rng.random() * 0.2 if self.rng else 0.0))

    @classmethod
    def build(cls, safe: bool, retries: int, backoff: float, rng: random.Random | None) -> RetryPolicy:
        """Repeats, if ``safe``, after any failure; otherwise after 429 and connections that were never made."""
        policy = cls(
            total=retries,
            read=None if safe else 0,
            other=None if safe else 0,
            backoff_factor=backoff,
            status_forcelist=RETRY_STATUSES if safe else frozenset({429}),
            allowed_methods=None,
            raise_on_status=False,
        )
        policy.rng = rng
        return policy


class _Watched:
    """Mixed into urllib3's connections, so that the watchdog knows the socket in use."""

    def connect(self) -> None:
        result = super().connect()
        Watchdog.watch(self.sock)
        return result

    def putrequest(self, *args: Any, **kwargs: Any) -> Any:
        Watchdog.watch(self.sock)  # a connection that is used again does not connect
        return super().putrequest(*args, **kwargs)


def _watched(pool: type) -> type:
    connection = type(f"Watched{pool.ConnectionCls.__name__}", (_Watched, pool.ConnectionCls), {})
    return type(f"Watched{pool.__name__}", (pool,), {"ConnectionCls": connection})


_POOLS = {"http": _watched(HTTPConnectionPool), "https": _watched(HTTPSConnectionPool)}


class _Adapter(HTTPAdapter):
    """Watched connections for several threads; no retries of its own."""

    def __init__(self) -> None:
        super().__init__(pool_connections=4, pool_maxsize=16, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        result = super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS
        return result

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


def _keep_authorization(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """An "auth" that does nothing, and by being there keeps requests from replacing our token by a line of ~/.netrc."""
    return request


def new_session() -> requests.Session:
    """A session that never retries and never redirects by itself, with a pool for several threads."""
    session = requests.Session()
    for prefix in ("https://", "http://"):
        session.mount(prefix, _Adapter())
    # Cookies would carry the state of one seller's call into another's.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


class Transport:
    """HTTP as this project wants it (contract §0b, row "Retry").

    :param session: a ``requests.Session``; adapters mounted on it are used, their own retries are switched off
    :param total_timeout: seconds for one ``request`` with all its attempts and waits
    :param max_bytes: largest decoded body that is accepted
    :param on_call: receives one ``CallTrace`` per ``request``
    :ivar last_date_skew: seconds the server's clock is ahead of ours by its last ``Date`` header, or None
    """

    def __init__(
        self,
        *,
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        connect_timeout: float = 5.0,
        read_timeout: float = 30.0,
        total_timeout: float = 120.0,
        max_bytes: int = 32 * 1024 * 1024,
        retries: int = 3,
        backoff: float = 0.5,
        pacing: Pacing | None = None,
        breaker: CircuitBreaker | None = None,
        on_call: Callable[[CallTrace], None] | None = None,
        rng: random.Random | None = random.Random(),  # noqa: B008 - one generator for all is meant
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ):
        self.session = session or new_session()
        for adapter in self.session.adapters.values():
            if isinstance(adapter, HTTPAdapter):
                adapter.max_retries = Retry(0, read=False)
        # requests follows a redirect's body to its end even when it is told not to follow redirects.
        self.session.get_redirect_target = lambda response: None
        self.pacing = pacing
        self.breaker = breaker
        self.last_date_skew: float | None = None
        self._sleep = sleep
        self._monotonic = monotonic
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._total_timeout = total_timeout
        self._max_bytes = max_bytes
        self._retries = retries
        self._backoff = backoff
        self.on_call = on_call
        self._rng = rng
        self._now = now

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping | None = None,
        json: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        safe_to_repeat: bool | None = None,
    ) -> Response:
        """Call and return the answer: any status but redirects, 429 and 5xx, which are raised.

        :param json: a body; ``Decimal`` values are sent as exact numbers
        :param safe_to_repeat: whether a second execution does no harm; default True for GET and HEAD only
        :raises CdiscountError: RateLimited, ServerError, NetworkError, ProtocolError(too_large), CircuitOpen,
            ConfigurationError; OutcomeUnknown when an unsafe call got a 5xx or its answer was lost
        """
        method = method.upper()
        safe = method in _SAFE_METHODS if safe_to_repeat is None else safe_to_repeat
        if json is not None:
            data, headers = json_bytes(json), {"Content-Type": "application/json", **(headers or {})}
        call = _Call(self, method, url, safe)
        response, error = None, None
        try:
            call.host, call.path = check_url(url)
            response = call.run(params, data, headers or {})
            return response
        except CdiscountError as caught:
            error = caught
            raise
        finally:
            self._trace(call, response, error)

    def _trace(self, call: _Call, response: Response | None, error: CdiscountError | None) -> None:
        if not self.on_call:
            return
        seconds, size = self._monotonic() - call.started, len(response.body) if response else 0
        told = (call.method, call.shown, call.status, seconds, call.attempts, size)
        trace = CallTrace(*told, error.code if error else "", call.host, call.limited)
        try:
            self.on_call(trace)
        except Exception:
            # A log that cannot be written must not turn a call that succeeded into one that failed.
            _logger.exception("the trace of a marketplace call could not be recorded")


class _Call:
    """One ``Transport.request``: its attempts, and what they have in common."""

    def __init__(self, transport: Transport, method: str, url: str, safe: bool):
        self.transport = transport
        self.method = method
        self.url = url
        self.safe = safe
        self.host = ""
        self.path = ""
        self.shown = shown_url(url)
        self.attempts, self.limited = 0, 0
        self.status: int | None = None
        self.outside = sys.exc_info()[1]
        self.started = transport._monotonic()
        self.deadline = self.started + transport._total_timeout

    def run(self, params: Mapping | None, data: Any, headers: Mapping[str, str]) -> Response:
        prepared = self._prepare(params, data, headers)
        self.shown = trace_path(prepared.url)
        breaker = self.transport.breaker
        if not breaker:
            return self._loop(prepared)
        with breaker.guard(self.host) as report:
            try:
                return self._loop(prepared)
            except CdiscountError as error:
                report.lost = self.status is None and isinstance(error, NetworkError | OutcomeUnknown)
                raise
            finally:
                report.status = self.status

    def _prepare(self, params: Mapping | None, data: Any, headers: Mapping[str, str]) -> requests.PreparedRequest:
        full = {"Accept": "application/json", "User-Agent": USER_AGENT, **headers}
        request = requests.Request(self.method, self.url, full, params=params, data=data, auth=_keep_authorization)
        try:
            for value in full.values():
                value.encode("latin-1")
            return self.transport.session.prepare_request(request)
        except (requests.exceptions.InvalidHeader, UnicodeEncodeError):
            # "from None": the text of the original shows the header, which may be the token.
            raise InvalidRequest(params=self._params(detail="a header holds characters that cannot be sent")) from None
        except (requests.exceptions.RequestException, u3.LocationParseError, UnicodeError) as error:
            raise ConfigurationError("bad_url", {"url": shown_url(self.url)}) from error

    def _loop(self, prepared: requests.PreparedRequest) -> Response:
        transport = self.transport
        policy = RetryPolicy.build(self.safe, transport._retries, transport._backoff, transport._rng)
        while True:
            self._wait_for_place()
            self.attempts, self.status = self.attempts + 1, None
            response, error, cause = self._attempt(prepared)
            self.limited += self.status == 429
            if error is None:
                return response
            if cause is None and not policy.is_retry(self.method, self.status or 0):
                raise error
            try:
                answer = None if cause else urllib3.HTTPResponse(body=b"", status=self.status)
                policy = policy.increment(self.method, self.path, response=answer, error=cause)
            except u3.HTTPError:
                raise error from cause
            delay = policy.get_backoff_time() if error.retry_after is None else error.retry_after
            if delay > LONGEST_NAP or delay >= self.deadline - transport._monotonic():
                raise error
            if delay > 0:
                transport._sleep(delay)

    def _wait_for_place(self) -> None:
        left = self.deadline - self.transport._monotonic()
        if left <= 0:
            raise NetworkError("timeout", self._params())
        if self.transport.pacing and self.transport.pacing.take(at_most=left) is None:
            raise RateLimited(params=self._params(), retry_after=left)

    def _attempt(
        self, prepared: requests.PreparedRequest
    ) -> tuple[Response | None, CdiscountError | None, u3.HTTPError | None]:
        """(answer, None, None), or (None, error, cause): ``cause`` is what urllib3 counts, None for a status."""
        transport = self.transport
        left = max(0.001, self.deadline - transport._monotonic())
        timeout = (min(transport._connect_timeout, left), min(transport._read_timeout, left))
        body: bytes = b""
        with Watchdog(left) as watchdog, contextlib.ExitStack() as stack:
            try:
                settings = transport.session.merge_environment_settings(prepared.url, {}, True, None, None)
                raw = transport.session.send(prepared, timeout=timeout, allow_redirects=False, **settings)
                stack.callback(raw.close)
                self.status = raw.status_code
                self._note_clock(raw.headers)
                if 300 <= raw.status_code < 400:
                    raise ConfigurationError("redirect_refused", self._params(), status=raw.status_code)
                body = b"".join(self._body(raw, watchdog))
            except ProtocolError as error:
                if self.safe or self._refused:
                    raise
                raise self._unknown(error.code) from error
            except (requests.exceptions.RequestException, u3.HTTPError, OSError) as caught:
                # Refused is refused, with or without the end of the explanation.
                if not self._refused:
                    self.status = None
                    return None, *self._failure(requests.exceptions.ReadTimeout() if watchdog.bitten else caught)
        response = Response(
            raw.status_code,
            raw.headers,
            body,
            self.method,
            self.host,
            self.path,
            attempts=self.attempts,
            safe=self.safe,
        )
        if raw.status_code == 429 or raw.status_code >= 500:
            return None, error_for(response, retry_after=retry_after_seconds(raw.headers, transport._now())), None
        return response, None, None

    def _body(self, raw: requests.Response, watchdog: Watchdog) -> Iterator[bytes]:
        """The decoded body in pieces. The cap holds for what a small compressed answer unpacks to as well."""
        limit = self.transport._max_bytes
        declared = raw.headers.get("Content-Length", "")
        size = int(declared) if declared.isdecimal() and self.method != "HEAD" else 0
        if size > limit:
            raise ProtocolError("too_large", self._params(limit=limit), status=raw.status_code)
        size = 0
        for chunk in raw.iter_content(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise ProtocolError("too_large", self._params(limit=limit), status=raw.status_code)
            if self.transport._monotonic() > self.deadline:
                raise requests.exceptions.ReadTimeout("total time is up")
            yield chunk
        # A socket that the watchdog shut down may look like an answer that came to its end.
        if watchdog.bitten and getattr(raw.raw, "length_remaining", None) != 0:
            raise requests.exceptions.ReadTimeout("total time is up")
        # urllib3 1.26 takes a body that ends before its Content-Length for complete.
        if getattr(raw.raw, "length_remaining", None) and self.method != "HEAD":
            raise requests.exceptions.ChunkedEncodingError("the body ended early")

    def _failure(self, caught: Exception) -> tuple[CdiscountError, u3.HTTPError | None]:
        """The typed error for what requests raised, and its kind for urllib3's Retry (None: never repeat)."""
        failure = classify(caught, self.outside)
        code, params = failure.code, self._params(detail=failure.detail)
        if code in ("tls_invalid", "bad_url"):
            raise ConfigurationError(code, {**params, "url": shown_url(self.url)}) from caught
        if not failure.maybe_sent:
            return NetworkError(code, params), u3.ConnectTimeoutError(code)
        if code == "not_json":
            raise (ProtocolError(code, params) if self.safe else self._unknown(code)) from caught
        return NetworkError(code, params) if self.safe else self._unknown(code), u3.ProtocolError(code)

    @property
    def _refused(self) -> bool:
        return self.status is not None and 400 <= self.status < 500

    def _unknown(self, cause: str) -> OutcomeUnknown:
        return OutcomeUnknown(params=self._params(cause=cause), status=self.status)

    def _params(self, **more: Any) -> dict[str, Any]:
        return {"host": self.host, "method": self.method, "path": self.path, **more}

    def _note_clock(self, headers: Mapping[str, str]) -> None:
        moment = http_date(headers.get("Date"))
        if moment:
            self.transport.last_date_skew = (moment - self.transport._now()).total_seconds()
