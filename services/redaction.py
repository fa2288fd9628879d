"""What may leave the process in a log, an error or a trace: no secret, no personal data, nothing endless."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from .text import one_line

DETAIL_LIMIT = 300
MASK = "***"

_SECRET_NAMES = (
    r"(?:access_token|refresh_token|id_token|token|client_secret|secret|password|passwd|pwd|api[_-]?key|authorization)"
)
_RULES = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{4,}"), rf"\1 {MASK}"),
    (re.compile(r"\beyJ[\w-]{5,}(?:\.[\w-]*){0,2}"), MASK),
    (re.compile(rf"(?i)([\"']?{_SECRET_NAMES}[\"']?\s*[:=]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;&}}]+)"), rf"\1{MASK}"),
    (re.compile(r"(?i)\b[\w.+%-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"), MASK),
    # International or French phone numbers. The look-arounds keep order references (digits glued to letters) readable.
    (re.compile(r"(?<![\w.-])(?:\+|00)\d(?:[ .()/-]?\d){7,14}(?![\w-])"), MASK),
    (re.compile(r"(?<![\w.-])0[1-9](?:[ .-]?\d{2}){4}(?![\w-])"), MASK),
)

# Query parameters whose values cannot be personal; the value of any other is masked in traces.
_PLAIN_QUERY = frozenset(
    {
        *("pageindex", "pagesize", "limit", "sort", "desc"),
        *("updatedatmin", "updatedatmax", "createdatmin", "createdatmax", "shippedatmin", "shippedatmax"),
        *("status", "orderstatus", "processstatus", "graduationcode", "typologycode", "usertype", "isopen"),
        *("saleschannelid", "saleschannel", "businessorder", "supplymode", "shippingcountry"),
        *("reference", "orderid", "ordersellerid", "discussionid"),
        *("offerstates", "state", "packageid", "categoryreference", "gtin", "fields"),
    }
)


def redact(text: str) -> str:
    """``text`` with tokens, passwords, e-mail addresses and phone numbers replaced by ``***``."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def safe_detail(text: object, limit: int = DETAIL_LIMIT) -> str:
    """One redacted line of at most ``limit`` characters; a whole body may come in (contract §1.3)."""
    # Cut generously before redacting (a body may have megabytes), and finely after it.
    line = redact(one_line(str(text)[: limit * 8]))
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def safe_query(query: str) -> str:
    """A query string for a trace: names stay, values stay only where they cannot be personal."""
    parts = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        shown = redact(value) if name.lower() in _PLAIN_QUERY else MASK
        parts.append(f"{one_line(name)[:60]}={one_line(shown)[:60]}")
    return "&".join(parts)
