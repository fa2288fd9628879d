"""Reading single values from a raw dict. Nothing here raises: what cannot be read is "" or None."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from dateutil import parser as dateparser

from ..text import one_line

_EMPTY: dict = {}
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,12})?(?:[eE][+-]?\d{1,2})?")
_DATE = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_LARGEST = Decimal(10) ** 12


def mapping(value: Any) -> Mapping:
    """``value`` if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else _EMPTY


def sub(raw: Mapping, *names: str) -> Mapping:
    """The first of ``names`` that holds an object, else an empty one."""
    return next((raw[name] for name in names if isinstance(raw.get(name), Mapping)), _EMPTY)


def objects(raw: Mapping, name: str) -> list[Mapping]:
    """The objects in the list ``name``; a bare object counts as a list of one, anything else is dropped."""
    value = raw.get(name)
    if isinstance(value, Mapping):
        value = [value]
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list | tuple) else []


def text(raw: Mapping, *names: str, limit: int = 500) -> str:
    """The first of ``names`` with something in it, as one clean line; numbers become text."""
    for name in names:
        value = raw.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            continue
        found = one_line(value[: limit * 4] if isinstance(value, str) else _number_text(value))[:limit].strip()
        if found:
            return found
    return ""


def _number_text(value: int | float | Decimal) -> str:
    if isinstance(value, int):
        return str(value) if abs(value) < 10**40 else ""
    exact = Decimal(repr(value)) if isinstance(value, float) else value
    if not exact.is_finite() or not -20 < exact.adjusted() < 40:
        return ""
    return format(exact.normalize() if exact else Decimal(0), "f")


def identifier(raw: Mapping, *names: str) -> str:
    """Like ``text``, for ids: no inner blanks, at most 120 characters."""
    return text(raw, *names, limit=120).replace(" ", "")


def decimal(value: Any) -> Decimal | None:
    """A finite number below 10^12: number or text, comma or point. Floats go through their shortest text."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        value = value.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
        if not _NUMBER.fullmatch(value):
            return None
        value = value.replace(",", ".")
    elif isinstance(value, float):
        value = repr(value)
    elif not isinstance(value, int | Decimal):
        return None
    try:
        found = Decimal(value)
    except (InvalidOperation, ValueError):
        return None
    if not found.is_finite() or abs(found) >= _LARGEST or found.as_tuple().exponent < -20:
        return None
    return found


def number(raw: Mapping, *names: str) -> Decimal | None:
    """The first of ``names`` that holds a number."""
    return next((found for name in names if (found := decimal(raw.get(name))) is not None), None)


def flag(raw: Mapping, *names: str) -> bool:
    """True for true, 1, "true", "yes", "1"."""
    for name in names:
        value = raw.get(name)
        if isinstance(value, str):
            return value.strip().lower() in ("true", "1", "yes")
        if value is not None:
            return value is True or value == 1
    return False


def moment(raw: Mapping, *names: str) -> datetime | None:
    """The first of ``names`` that holds a date, as aware UTC datetime. Without an offset it is UTC (contract §3.2).

    .NET's empty dates (year 1) and end-of-time dates (year 9999) are None.
    """
    return next((found for name in names if (found := to_moment(raw.get(name))) is not None), None)


def to_moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, str) and len(value) <= 60 and _DATE.match(value.strip()):
        found = _parse(value.strip())
    else:
        return None
    if found is None or not 1990 <= found.year <= 2200:
        return None
    try:
        return found.replace(tzinfo=timezone.utc) if found.tzinfo is None else found.astimezone(timezone.utc)
    except (OverflowError, ValueError):
        return None


def _parse(value: str) -> datetime | None:
    with contextlib.suppress(ValueError, OverflowError):
        return dateparser.isoparse(value)
    try:
        return dateparser.parse(value, default=datetime(2000, 1, 1))
    except (ValueError, OverflowError, TypeError, AttributeError):
        return None


def gtin(value: Any) -> str:
    """A GTIN as text, left-padded to 13 digits: sent as a number it lost its leading zeros (contract §12 no. 31)."""
    found = text({"gtin": value}, "gtin", limit=40).replace(" ", "").replace("-", "")
    if not found.isascii() or not found.isdigit():
        return found
    return found.zfill(13) if found.strip("0") else ""
