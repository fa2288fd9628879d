"""How a raw payload is kept: canonical JSON without floats, so that equal payloads have equal text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..text import clean
from ..wire import iso_utc


def dumps(raw: Mapping) -> str:
    """Sorted keys, no blanks, fractions as text (``24.9`` and ``24.90`` both become ``"24.9"``), storable text."""
    return json.dumps(_plain(raw), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def loads(stored: str) -> dict:
    """What ``dumps`` wrote; fractions stay text, which the payload classes read exactly.

    :raises ValueError: not something that ``dumps`` wrote
    """
    data = json.loads(stored, parse_float=Decimal)
    if not isinstance(data, dict):
        raise ValueError("a stored payload is an object")
    return data


def digest(raw: Mapping) -> str:
    """SHA-256 in hex of the canonical text: the order of keys does not matter, the order of lists does."""
    return hashlib.sha256(dumps(raw).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {clean(str(name)): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        return format(value.normalize() if value else Decimal(0), "f") if value.is_finite() else str(value)
    if isinstance(value, datetime):
        return iso_utc(value)
    return value
