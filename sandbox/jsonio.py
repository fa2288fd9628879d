"""JSON in and out with exact money.

Amounts live as ``Decimal`` inside the sandbox. They leave as JSON numbers: a float made of a two-digit
decimal prints back as the very same digits (``Decimal("54.98")`` leaves as ``54.98``), so a reader that
parses numbers as decimals gets the exact cent.
"""

import json
from decimal import Decimal


def _plain(value):
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


_ENCODER = json.JSONEncoder(default=_plain, ensure_ascii=False, separators=(",", ":"))


def dumps(value) -> bytes:
    """Compact UTF-8 JSON of ``value``."""
    return _ENCODER.encode(value).encode("utf-8")


def loads(text):
    """Value of a JSON text; numbers with a fraction become ``Decimal``. Raises ``ValueError``."""
    return json.loads(text, parse_float=Decimal)


def as_object(value) -> dict:
    """``value`` when it is a JSON object, else an empty one: a test may have bent any part of a document."""
    return value if isinstance(value, dict) else {}


def objects_of(value) -> list:
    """The objects of a JSON array; nothing for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
