"""A WSGI application behind a ``requests`` session, without a socket.

What goes wrong looks as it does over the network: the same exceptions of requests around the same ones of urllib3,
before the answer, in the middle of its body, or by a time-out on a clock that tests may own. Needs neither services nor
sandbox nor Odoo::

    session = wsgi_session(create_app(seed=1))
    transport = Transport(session=session, sleep=clock.sleep, monotonic=clock.monotonic)
"""

from __future__ import annotations

import io
import socket
import ssl
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote_to_bytes, urlsplit

import requests
import urllib3
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import exceptions as u3


class WSGIAdapter(BaseAdapter):
    """Sends requests to ``app``.

    :param app: a WSGI callable
    :param clock: seconds, compared with the read timeout of each call; give the clock that the application sleeps on,
        and a slow answer becomes a ReadTimeout without anybody waiting
    :ivar script: exceptions to raise instead of the next calls, in order; None lets a call through
    :ivar calls: (method, url) of every call, failed ones included
    """

    def __init__(self, app: Callable, *, clock: Callable[[], float] = time.monotonic):
        super().__init__()
        self.app = app
        self.clock = clock
        self.script: deque[Exception | None] = deque()
        self.calls: list[tuple[str, str]] = []

    def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):
        self.calls.append((request.method, request.url))
        planned = self.script.popleft() if self.script else None
        if planned is not None:
            raise planned
        read_timeout = timeout[1] if isinstance(timeout, tuple) else timeout
        started = self.clock()
        head: list = []
        try:
            parts = self._call(request, head)
        except OSError as error:
            aborted = u3.ProtocolError("Connection aborted.", error)
            raise requests.exceptions.ConnectionError(aborted, request=request) from error
        if read_timeout is not None and self.clock() - started > read_timeout:
            _close(parts)
            raise read_timeout_error(request)
        status, headers = head
        raw = urllib3.HTTPResponse(
            body=_Body(parts, self.clock, read_timeout),
            headers=headers,
            status=int(status.split(" ", 1)[0]),
            reason=status.split(" ", 1)[-1],
            preload_content=False,
            decode_content=False,
            request_method=request.method,
        )
        return HTTPAdapter.build_response(self, request, raw)

    def _call(self, request, head: list) -> Iterator[bytes]:
        """Start the application; fills ``head`` with status line and headers and returns the rest of the body."""

        def start_response(status, headers, exc_info=None):
            head[:] = [status, urllib3.HTTPHeaderDict(headers) if hasattr(urllib3, "HTTPHeaderDict") else dict(headers)]
            return lambda data: None

        parts = self.app(_environ(request), start_response)
        if head:
            return _Parts(parts, None)
        # An application may start its answer only when the first piece is asked for.
        iterator = iter(parts)
        return _Parts(parts, next(iterator, b""), iterator)

    def close(self):
        pass


class _Parts:
    """An application's answer piece by piece; closes it as WSGI asks for."""

    def __init__(self, parts: Iterable[bytes], first: bytes | None, iterator: Iterator[bytes] | None = None):
        self._parts = parts
        self._first = first
        self._iterator = iterator or iter(parts)

    def __iter__(self):
        return self

    def __next__(self) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return next(self._iterator)

    def close(self) -> None:
        _close(self._parts)


class _Body(io.RawIOBase):
    """File of an answer's body; an error of the application is a cut connection, a slow piece a time-out."""

    def __init__(self, parts: _Parts, clock: Callable[[], float], read_timeout: float | None):
        super().__init__()
        self._source = parts
        self._clock = clock
        self._read_timeout = read_timeout
        self._rest = b""
        self._error: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        while not self._rest:
            if self._error:
                raise self._error
            started = self._clock()
            try:
                self._rest = next(self._source)
            except StopIteration:
                return 0
            except OSError as error:
                self._error = error
                raise
            if self._read_timeout is not None and self._clock() - started > self._read_timeout:
                self._error = TimeoutError("timed out")
                raise self._error
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()


def _close(parts) -> None:
    if hasattr(parts, "close"):
        parts.close()


def _environ(request) -> dict:
    url = urlsplit(request.url)
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1"),
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port or (443 if url.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": url.netloc,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        if key != "CONTENT_LENGTH":
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ


def wsgi_session(app: Callable, *, clock: Callable[[], float] = time.monotonic) -> requests.Session:
    """A session whose every call goes to ``app``; its adapter is ``session.wsgi``."""
    session = requests.Session()
    session.trust_env = False
    session.wsgi = WSGIAdapter(app, clock=clock)
    session.mount("https://", session.wsgi)
    session.mount("http://", session.wsgi)
    return session


# What requests raises when there is no answer at all, built the way its HTTPAdapter builds it.


def refused(request=None) -> requests.exceptions.ConnectionError:
    """Nobody listens at the address."""
    reason = u3.NewConnectionError(None, "Failed to establish a new connection: [Errno 111] Connection refused")
    reason.__cause__ = ConnectionRefusedError(111, "Connection refused")
    return requests.exceptions.ConnectionError(u3.MaxRetryError(None, "/", reason), request=request)


def unknown_host(request=None) -> requests.exceptions.ConnectionError:
    """The name does not exist."""
    reason = u3.NewConnectionError(None, "Failed to resolve: [Errno -2] Name or service not known")
    reason.__cause__ = socket.gaierror(-2, "Name or service not known")
    return requests.exceptions.ConnectionError(u3.MaxRetryError(None, "/", reason), request=request)


def connect_timeout_error(request=None) -> requests.exceptions.ConnectTimeout:
    """The connection was not made in time; nothing was sent."""
    reason = u3.ConnectTimeoutError(None, "Connection timed out.")
    return requests.exceptions.ConnectTimeout(u3.MaxRetryError(None, "/", reason), request=request)


def read_timeout_error(request=None) -> requests.exceptions.ReadTimeout:
    """The request was sent and no answer came in time."""
    return requests.exceptions.ReadTimeout(u3.ReadTimeoutError(None, None, "Read timed out."), request=request)


def dropped(request=None) -> requests.exceptions.ConnectionError:
    """The connection was closed after the request was sent."""
    cause = ConnectionResetError(104, "Connection reset by peer")
    return requests.exceptions.ConnectionError(u3.ProtocolError("Connection aborted.", cause), request=request)


def bad_certificate(request=None) -> requests.exceptions.SSLError:
    """The certificate of the host has expired."""
    cause = ssl.SSLCertVerificationError(1, "certificate verify failed: certificate has expired")
    cause.verify_message = "certificate has expired"
    reason = u3.SSLError(cause)
    return requests.exceptions.SSLError(u3.MaxRetryError(None, "/", reason), request=request)
