"""Where the answer to a new package hides its id (contract §4.1, §5.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from ..payloads.read import identifier, mapping, sub

if TYPE_CHECKING:
    from ..wire import Response

# An id holds a digit: "Accepted" and "offer-packages" are words where an id was expected.
_ID = re.compile(r"(?=.*\d)[\w.:-]{1,100}", re.A)
# The last part of the base address alone, when the path names no package at all.
_VERSION = re.compile(r"v\d{1,2}", re.A)


def package_id_of(response: Response, *headers: str) -> str:
    """The id in the first of ``headers`` that has one, else in the body, else "".

    A header holds an address or a relative path, whose last segment it is, or the bare id. The body is an object with
    ``packageId`` or ``id``, also below ``data``, or a bare text.
    """
    for name in headers:
        found = _last_segment(response.headers.get(name) or "")
        if found:
            return found
    return _in_body(response.json_or_none())


def _last_segment(address: str) -> str:
    try:
        path = urlsplit(address.strip()).path
    except ValueError:
        return ""
    return _checked(unquote(path.rstrip("/").rsplit("/", 1)[-1]))


def _in_body(data: Any) -> str:
    if isinstance(data, str | int) and not isinstance(data, bool):
        return _checked(str(data))
    data = sub(mapping(data), "data") or mapping(data)
    return _checked(identifier(data, "packageId", "PackageId", "id"))


def _checked(text: str) -> str:
    text = text.strip()
    return text if _ID.fullmatch(text) and not _VERSION.fullmatch(text) else ""
