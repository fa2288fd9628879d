"""Licence keys: who may use the addon, on which domains, until when; signed, verified without a network.

A key is three parts joined by dots: ``CSM1``, the licence as JSON, and its Ed25519 signature (RFC 8032), the last two
in base64url without padding. The signature covers the second part as it is written.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PREFIX = "CSM1"
MAX_DOMAINS = 3
MAX_LENGTH = 4000

State = Literal["active", "none", "invalid", "expired", "other_domain"]


class LicenceError(ValueError):
    """A key that says nothing.

    ``code``: ``format`` (not a key, or not whole) or ``signature`` (not the publisher's).
    """

    def __init__(self, code: Literal["format", "signature"]):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Licence:
    """What a key says. ``expires`` is the last day of its validity, None: for good."""

    number: str
    licensee: str
    domains: tuple[str, ...]
    issued: date
    expires: date | None = None


def normal_domain(text: str) -> str:
    """``"https://Shop.Example:8069/web"`` as ``"shop.example"``; international names as the network writes them.

    :raises ValueError: there is no domain in it
    """
    name = text.strip().lower().split("://", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1]
    name = name[1:].split("]", 1)[0] if name.startswith("[") else name.split(":", 1)[0]
    name = name.strip(".")
    if not name or " " in name:
        raise ValueError(text)
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError(text) from error


def is_local(host: str) -> bool:
    """Whether a (normalised) host is this machine itself: a trial, which any key covers."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def sign(licence: Licence, private_key: Ed25519PrivateKey) -> str:
    """The key of a licence.

    :raises ValueError: no licensee, no domain or more than three, a last day before the first
    """
    if not licence.licensee.strip() or not 1 <= len(licence.domains) <= MAX_DOMAINS:
        raise ValueError(f"A licence names its licensee and one to {MAX_DOMAINS} domains.")
    if licence.expires and licence.expires < licence.issued:
        raise ValueError("A licence does not end before it begins.")
    body = {
        "number": licence.number,
        "licensee": licence.licensee.strip(),
        "domains": [normal_domain(domain) for domain in licence.domains],
        "issued": licence.issued.isoformat(),
        "expires": licence.expires.isoformat() if licence.expires else None,
    }
    said = _encode(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
    return f"{PREFIX}.{said}.{_encode(private_key.sign(said.encode('ascii')))}"


def read_key(text: str, public_keys: Sequence[str]) -> Licence:
    """What a key says, once one of the publisher's public keys (base64url, 32 bytes) vouches for it.

    Blanks and line breaks that an e-mail put into it do not matter.

    :raises LicenceError: it is no key, or not the publisher's
    """
    parts = "".join(text.split()).split(".")
    if len(text) > MAX_LENGTH or len(parts) != 3 or parts[0] != PREFIX:
        raise LicenceError("format")
    try:
        said, signature = parts[1].encode("ascii"), _decode(parts[2])
        body = json.loads(_decode(parts[1]))
        licence = _licence(body)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LicenceError("format") from error
    if not any(_vouches(key, signature, said) for key in public_keys):
        raise LicenceError("signature")
    return licence


def state_of(licence: Licence | None, host: str, today: date) -> State:
    """What a licence is worth on ``host`` (an address or a name) on a day; sub-domains of a licensed one count."""
    if licence is None:
        return "none"
    if licence.expires and licence.expires < today:
        return "expired"
    try:
        name = normal_domain(host)
    except ValueError:
        return "other_domain"
    if is_local(name) or any(name == domain or name.endswith(f".{domain}") for domain in licence.domains):
        return "active"
    return "other_domain"


def _licence(body: dict[str, Any]) -> Licence:
    domains = tuple(normal_domain(domain) for domain in body["domains"])
    licensee = str(body["licensee"]).strip()
    if not licensee or not 1 <= len(domains) <= MAX_DOMAINS:
        raise ValueError("incomplete")
    expires = body.get("expires")
    return Licence(
        number=str(body.get("number") or ""),
        licensee=licensee,
        domains=domains,
        issued=date.fromisoformat(body["issued"]),
        expires=date.fromisoformat(expires) if expires else None,
    )


def _vouches(public_key: str, signature: bytes, said: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(_decode(public_key)).verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def public_text(private_key: Ed25519PrivateKey) -> str:
    """The public half of a key pair, as ``read_key`` takes it."""
    raw = private_key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return _encode(raw)
