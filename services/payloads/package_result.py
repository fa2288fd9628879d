"""What the marketplace says about what was sent: packages of offers, their lines, and reports on product sheets
(contract §4.1, §5.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ..errors import PayloadError
from ..text import plain
from .offer import reference
from .read import gtin, identifier, mapping, moment, objects, sub, text

Phase = Literal["open", "busy", "moving", "integrated", "rejected"]
_PHASES: dict[str, Phase] = {
    "waitingforcompletion": "open",
    "ready": "moving",
    "integrationpending": "moving",
    "integrated": "integrated",
    "rejected": "rejected",
}


@dataclass(frozen=True, slots=True)
class OfferPackage:
    """A package of offers. ``type``: Upsert, Update, Delete; ``state`` is the marketplace's own word.

    ``code`` and ``message`` are the result of the package as a whole, "" while there is none.
    """

    package_id: str
    type: str = ""
    state: str = ""
    code: str = ""
    message: str = ""

    @classmethod
    def parse(cls, raw: Any) -> OfferPackage:
        """:raises PayloadError: no object, or no package id"""
        found = identifier(mapping(raw), "packageId", "id")
        if not found:
            raise PayloadError(params={"path": "offerPackage.packageId", "problem": "the package has no id"})
        result = sub(raw, "result")
        return cls(
            package_id=found,
            type=text(raw, "type", "packageType", limit=60),
            state=text(raw, "state", limit=60),
            code=text(result, "resultCode", "code", limit=60),
            message=plain(text(result, "message", limit=1000)),
        )

    @property
    def phase(self) -> Phase:
        """open: takes uploads, can be set Ready; busy: an upload is being taken in (or a state nobody documented: wait
        and look again); moving: submitted; integrated: its results can be read; rejected: refused as a whole."""
        return _PHASES.get(self.state.replace(" ", "").replace("_", "").casefold(), "busy")

    @property
    def is_over(self) -> bool:
        return self.phase in ("integrated", "rejected")

    @property
    def is_submitted(self) -> bool:
        return self.phase in ("moving", "integrated", "rejected")


@dataclass(frozen=True, slots=True)
class Said:
    """One reason. ``code``: ``"1008"``, ``"ER400-6067"``; ``field`` names a field or a property reference."""

    code: str
    message: str = ""
    field: str = ""
    type: str = ""

    @classmethod
    def parse_all(cls, raw: Mapping, *names: str) -> tuple[Said, ...]:
        """The reasons in the lists ``names`` of an entry that have a code or a message; a bare text is a message."""
        rows = []
        for name in names:
            value = raw.get(name)
            rows += [{"message": item} for item in _texts(value)] + objects(raw, name)
        found = (
            cls(
                code=text(row, "resultCode", "code", limit=60),
                message=plain(text(row, "message", "label", "detail", limit=1000)),
                field=text(row, "field", "property", "propertyReference", limit=120),
                type=text(row, "type", limit=60),
            )
            for row in rows
        )
        return tuple(dict.fromkeys(said for said in found if said.code or said.message))


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list | tuple) else []


@dataclass(frozen=True, slots=True)
class OfferResult:
    """What became of one offer of a package. ``status``: Integrated, Rejected, Duplicated, or a word nobody knows."""

    sku: str
    status: str
    results: tuple[Said, ...] = ()

    @classmethod
    def parse(cls, raw: Any) -> OfferResult | None:
        """None when the entry does not say which offer it is about."""
        sku = reference(raw)
        if not sku:
            return None
        return cls(sku, text(raw, "integrationStatus", "status", limit=60), Said.parse_all(raw, "results", "errors"))

    @property
    def is_integrated(self) -> bool:
        return self.status.casefold() == "integrated"

    @property
    def is_duplicated(self) -> bool:
        return self.status.casefold() in ("duplicated", "duplicate")


@dataclass(frozen=True, slots=True)
class SheetReport:
    """What became of one product sheet. ``status``: Validated (in progress), Integrated, Refused.

    ``operation``: Creation, Modification, Identical. ``product_reference`` is there once it is integrated.
    """

    gtin: str
    sku: str = ""
    package_id: str = ""
    status: str = ""
    operation: str = ""
    category: str = ""
    product_reference: str = ""
    submitted_at: datetime | None = None
    errors: tuple[Said, ...] = ()
    warnings: tuple[Said, ...] = ()
    infos: tuple[Said, ...] = ()

    @classmethod
    def parse(cls, raw: Any) -> SheetReport | None:
        """None when the entry does not say which product it is about."""
        raw = mapping(raw)
        code, sku = gtin(raw.get("gtin")), reference(raw)
        if not code and not sku:
            return None
        return cls(
            gtin=code,
            sku=sku,
            package_id=identifier(raw, "packageId"),
            status=text(raw, "status", limit=60),
            operation=text(raw, "operationType", limit=60),
            category=identifier(raw, "categoryCode", "categoryReference"),
            product_reference=identifier(raw, "productReference"),
            submitted_at=moment(raw, "submissionDate"),
            errors=Said.parse_all(raw, "errors"),
            warnings=Said.parse_all(raw, "warnings"),
            infos=Said.parse_all(raw, "infos"),
        )
