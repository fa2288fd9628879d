"""What an exception of the HTTP library means.

Exceptions of requests and urllib3 are told by their class names: this file needs neither library, and both urllib3
1.26 and 2 are understood.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """``code`` of the error, whether the request may have reached the server, and a few safe words.

    Codes: tls_invalid, dns_failure, host_unreachable, timeout, connection_cut, bad_url, not_json.
    """

    code: str
    maybe_sent: bool
    detail: str = ""


def classify(caught: BaseException) -> Failure:
    """Tell a name that does not exist from a refused connection, a time-out, a cut and a bad certificate."""
    chain = list(_chain(caught))
    names = {kind.__name__ for error in chain for kind in type(error).__mro__}

    for error in chain:
        if isinstance(error, ssl.SSLCertVerificationError):
            reason = getattr(error, "verify_message", "") or "it is not valid for this name"
            return Failure("tls_invalid", False, reason)
    if any(isinstance(error, socket.gaierror) for error in chain) or "NameResolutionError" in names:
        return Failure("dns_failure", False)
    if "SSLError" in names and "ReadTimeoutError" not in names:
        if "SSLEOFError" in names or "EOF" in str(caught):
            return Failure("connection_cut", True)
        return Failure("tls_invalid", False, "no secure connection could be made")
    if names & {"InvalidURL", "InvalidSchema", "MissingSchema", "LocationParseError"}:
        return Failure("bad_url", False)
    if names & {"ContentDecodingError", "DecodeError"}:
        return Failure("not_json", True, "it is compressed in a way that cannot be read")
    proxy = "The proxy of the Odoo server was in between." if "ProxyError" in names else ""
    if names & {"NewConnectionError", "ConnectionRefusedError"}:
        return Failure("host_unreachable", False, proxy)
    if names & {"ConnectTimeout", "ConnectTimeoutError"}:
        return Failure("timeout", False, proxy)
    if proxy:
        # A tunnel that was never made has carried nothing.
        return Failure("host_unreachable", "Tunnel connection failed" not in str(caught), proxy)
    if names & {"ReadTimeout", "ReadTimeoutError", "TimeoutError"}:
        return Failure("timeout", True)
    return Failure("connection_cut", True)


def _chain(error: BaseException, depth: int = 8) -> Iterator[BaseException]:
    """An exception and those it was made of, as far as they are its own."""
    yield error
    if not depth:
        return
    inner = [getattr(error, "reason", None), *error.args, error.__cause__]
    # The context of a socket's error may be an exception that the caller was handling, which says nothing about us.
    if not type(error).__module__.startswith(("builtins", "socket", "ssl")):
        inner.append(error.__context__)
    for other in inner:
        if isinstance(other, BaseException):
            yield from _chain(other, depth - 1)
