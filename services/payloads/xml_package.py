"""The report on a package of offers in XML (contract §4.3). Its shape is known from a client of the older REST API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..text import key, plain
from .package_result import Said
from .read import identifier, mapping, number, objects, text

State = Literal["waiting", "integrated", "refused"]
_WAITING = ("pending", "progress", "waiting", "submitted", "queued", "process")
_REFUSED = ("reject", "error", "fail", "refus")
_DONE = ("integrat", "done", "complete", "success", "finished", "accept")


@dataclass(frozen=True, slots=True)
class XmlLine:
    """What became of one offer. ``reasons`` are in the form of the codes of offers: error and property in one."""

    sku: str
    integrated: bool
    reasons: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class XmlReport:
    """One page of a report. ``total``: lines of all pages, None when not said."""

    package_id: str
    state: State
    lines: tuple[XmlLine, ...] = ()
    total: int | None = None

    @classmethod
    def parse(cls, raw: Any, package_id: str = "") -> XmlReport:
        raw = mapping(raw)
        rows = next(
            (found for name in ("offerLogPagedList", "offerLogList", "items") if (found := objects(raw, name))), []
        )
        total = number(raw, "totalLogsCount", "totalCount", "total")
        return cls(
            package_id=identifier(raw, "packageId", "id") or package_id,
            state=_state(text(raw, "integrationState", "packageIntegrationStatus", "state", "status")),
            lines=tuple(line for line in map(_line, rows) if line),
            total=int(total) if total is not None and total >= 0 else None,
        )


def _state(word: str) -> State:
    """A word nobody knows is waited for: "NotIntegrated" must not be taken for the end."""
    folded = key(word).replace(" ", "")
    if any(part in folded for part in _WAITING):
        return "waiting"
    if folded.startswith("not") or any(part in folded for part in _REFUSED):
        return "refused"
    return "integrated" if any(part in folded for part in _DONE) else "waiting"


def _line(raw: Mapping) -> XmlLine | None:
    sku = text(raw, "sellerProductId", "sellerExternalReference", limit=120)
    if not sku:
        return None
    reasons = tuple(said for said in map(_said, objects(raw, "propertyList")) if said)
    status = _state(text(raw, "offerIntegrationStatus", "integrationStatus", "status"))
    return XmlLine(sku, status == "integrated", reasons)


def _said(raw: Mapping) -> Said | None:
    error, prop = identifier(raw, "propertyError", "errorCode"), identifier(raw, "propertyCode")
    message = plain(text(raw, "logMessage", "message", limit=1000))
    if not (error or prop or message):
        return None
    whole = error.isdigit() and prop.isdigit() and len(error) <= 2 and len(prop) <= 2
    return Said(f"{int(error):02d}{int(prop):02d}" if whole else error or prop, message)
