"""Fetching the picture of a product from the address an answer names.

The address comes from outside, so: no token goes there, https only (this machine only when the marketplace itself is
on it: the sandbox), no address of a private network, no redirect, at most 5 MB, and only what is an image by its first
bytes is given back.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from .errors import ConfigurationError, InvalidRequest
from .transport import Transport
from .wire import check_url, is_loopback, shown_url

MAX_BYTES = 5 * 1024 * 1024  # contract §5.3: what the marketplace itself takes
SECONDS = 30.0


def image_kind(content: bytes) -> str:
    """jpeg, png, gif, bmp or webp by the first bytes, "" for anything else."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    starts = {b"\xff\xd8\xff": "jpeg", b"\x89PNG\r\n\x1a\n": "png", b"GIF8": "gif", b"BM": "bmp"}
    return next((kind for start, kind in starts.items() if content.startswith(start)), "")


class Pictures:
    """Fetches pictures over the connections of ``transport``, with its own cap and its own patience.

    :param base_url: the marketplace's address; when that is on this machine, pictures may be, too
    """

    def __init__(self, transport: Transport, base_url: str):
        self._local = is_loopback(urlsplit(base_url).hostname or "")
        self._transport = Transport(
            session=transport.session,
            sleep=transport._sleep,
            total_timeout=SECONDS,
            max_bytes=MAX_BYTES,
            retries=1,
            pacing=transport.pacing,
        )

    def fetch(self, url: str) -> bytes:
        """The picture's bytes.

        :raises ConfigurationError: the address may not be called, or it redirects
        :raises InvalidRequest: the answer is no picture
        :raises CdiscountError: as ``Transport.request``
        """
        host, _path = check_url(url)
        if _is_private(host) and not (self._local and is_loopback(host)):
            raise ConfigurationError("insecure_url", {"url": shown_url(url), "host": host})
        response = self._transport.request("GET", url, headers={"Accept": "image/*"})
        if not response.ok or not image_kind(response.body):
            raise InvalidRequest(
                params={"host": host, "method": "GET", "path": response.path, "detail": "it is no picture"},
                status=response.status,
            )
        return response.body


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.lower().endswith((".local", ".internal", ".localhost"))
