"""Fetching a file that a seller offers: from this machine only, without a redirect, some megabytes at most."""

import socket
from urllib.parse import urlsplit

from .server import is_loopback

TIMEOUT = 10.0
LARGEST = 64 * 1024 * 1024


class FetchFailed(Exception):
    """The words say why."""


def fetch_loopback(url) -> bytes:
    """The body of a 200 answer. Raises ``FetchFailed`` for anything else, and for every other machine than this."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
    except ValueError:
        raise FetchFailed("the address cannot be read") from None
    if parts.scheme != "http" or not is_loopback("127.0.0.1" if host == "localhost" else host):
        raise FetchFailed("this marketplace reaches http addresses of this machine only")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # One request, one answer, no library that would follow where it is sent.
    asked = f"GET {path} HTTP/1.0\r\nHost: {parts.netloc}\r\nAccept: application/zip\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection((host, port), TIMEOUT) as connection:
            connection.sendall(asked.encode("ascii"))
            answer = _all(connection)
    except (OSError, UnicodeError) as error:
        raise FetchFailed(f"{host} does not answer: {type(error).__name__}") from None
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head.split(b"\r\n", 1)[0].split(b" ")
    if len(status) < 2 or status[1] != b"200":
        raise FetchFailed(f"the answer was {status[1].decode('ascii', 'replace') if len(status) > 1 else 'none'}")
    return body


def _all(connection) -> bytes:
    pieces, size = [], 0
    while piece := connection.recv(65536):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST:
            raise FetchFailed("the file is too large")
    return b"".join(pieces)
