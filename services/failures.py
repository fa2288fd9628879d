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


def classify(caught: BaseException, outside: BaseException | None = None) -> Failure:
    """Tell a name that does not exist from a refused connection, a time-out, a cut and a bad certificate.

    ``outside`` is the exception that the caller was handling when it called, if any: Python hangs it below ours, and it
    says nothing about this call.
    """
    chain = list(_chain(caught, outside))
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


def _chain(error: BaseException, outside: BaseException | None) -> Iterator[BaseException]:
    """An exception and those it was made of, each once."""
    waiting, seen = [error], {id(outside)}
    while waiting and len(seen) < 50:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = (getattr(current, "reason", None), *current.args, current.__cause__, current.__context__)
        waiting += [other for other in inner if isinstance(other, BaseException)]
