"""From an answer that is no success to the error that says what to do (contract §1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import (
    AccessDenied,
    CdiscountError,
    Conflict,
    InvalidRequest,
    NetworkError,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    ServerError,
    TokenRefused,
)
from .redaction import DETAIL_LIMIT, safe_detail
from .wire import Response, parse_json

_MAX_ERRORS = 5


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """What an error body says, whichever form it has.

    ``slug`` is Keycloak's ``error`` when it is one word (``invalid_client``), else "". ``detail`` is one redacted
    line of at most 300 characters, "" when the body says nothing readable (HTML, empty).
    """

    slug: str = ""
    detail: str = ""
    trace_id: str | None = None


def read_error(body: bytes) -> ErrorBody:
    """Read problem+json, Keycloak's form, other JSON, HTML or nothing. Never raises."""
    try:
        data = parse_json(body[:262144])
    except ValueError:
        return ErrorBody(detail=_plain_text(body))
    if isinstance(data, str):
        return ErrorBody(detail=safe_detail(data))
    if isinstance(data, list):
        data = {"errors": data}
    if not isinstance(data, Mapping):
        return ErrorBody()
    inner = data.get("data")
    if isinstance(inner, Mapping) and not data.get("title") and not data.get("error"):
        data = inner
    slug = data.get("error") if isinstance(data.get("error"), str) else ""
    slug = slug if slug and " " not in slug and len(slug) <= 60 else ""
    pieces: list[str] = []
    for name in ("title", "detail", "error_description", "message", "error"):
        value = data.get(name)
        if isinstance(value, Mapping):
            value = value.get("message") or value.get("detail") or value.get("code")
        if isinstance(value, str) and value.strip() and value != slug:
            pieces.append(value.strip())
    pieces += _listed(data.get("errors"))
    if not pieces and slug:
        pieces.append(slug)
    unique = list(dict.fromkeys(pieces))
    trace = data.get("traceId") or data.get("trace_id") or data.get("requestId")
    return ErrorBody(
        slug=slug.lower(),
        detail=safe_detail(" – ".join(unique)) if unique else "",
        trace_id=safe_detail(trace, 100) if isinstance(trace, str) and trace.strip() else None,
    )


def _listed(errors: Any) -> list[str]:
    """``errors`` as a dict of lists, a list of texts or a list of objects, as short texts."""
    if isinstance(errors, Mapping):
        pairs = [(str(name), value) for name, value in list(errors.items())[:_MAX_ERRORS]]
    elif isinstance(errors, list):
        pairs = [("", value) for value in errors[:_MAX_ERRORS]]
    else:
        pairs = [("", errors)] if errors else []
    found = []
    for name, value in pairs:
        values = value[:_MAX_ERRORS] if isinstance(value, list) else [value]
        texts = [_one(item) for item in values]
        joined = ", ".join(text for text in texts if text)
        if joined:
            found.append(f"{name}: {joined}" if name else joined)
    return found


def _one(item: Any) -> str:
    if isinstance(item, Mapping):
        field = item.get("field") or item.get("path") or item.get("name") or ""
        message = item.get("message") or item.get("detail") or item.get("description") or item.get("code") or ""
        return f"{field}: {message}" if field and message else str(message or field)
    return str(item)[:DETAIL_LIMIT] if isinstance(item, str | int) and not isinstance(item, bool) else ""


def _plain_text(body: bytes) -> str:
    """A short plain text answer; markup of a gateway says nothing to a shop manager, so it is left out."""
    text = body[:2000].decode("utf-8", "replace").strip()
    readable = text and not text.startswith(("<", "{", "[")) and "\ufffd" not in text and len(body) <= 1000
    return safe_detail(text) if readable else ""


def error_for(response: Response, *, seller_id: str = "", retry_after: float | None = None) -> CdiscountError:
    """The error for an answer that is no 2xx."""
    said = read_error(response.body)
    status, safe = response.status, response.safe
    params = {"host": response.host, "method": response.method, "path": response.path, "detail": said.detail}
    if seller_id:
        params["seller_id"] = seller_id
    if said.slug:
        params["error"] = said.slug
    known: dict[str, Any] = {"status": status, "trace_id": said.trace_id, "retry_after": retry_after}
    if status == 429:
        return RateLimited(params=params, **known)
    if status >= 500:
        return ServerError(params=params, **known) if safe else OutcomeUnknown(params=params, **known)
    if status == 408:
        return NetworkError("timeout", params, **known) if safe else OutcomeUnknown(params=params, **known)
    if status == 407:
        return NetworkError("host_unreachable", {**params, "detail": "the proxy asks for a password"}, **known)
    return _CLASS_BY_STATUS.get(status, InvalidRequest)(params=params, **known)


_CLASS_BY_STATUS: dict[int, type[CdiscountError]] = {401: TokenRefused, 403: AccessDenied, 404: NotFound, 409: Conflict}
