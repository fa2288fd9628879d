"""Categories, their properties, and brands (contract §5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..text import plain
from .read import flag, identifier, mapping, number, text

PRODUCT_LEVEL = 3  # products are on this level only


@dataclass(frozen=True, slots=True)
class Category:
    """``reference`` has two characters per level (``0Z``, ``0Z01``, ``0Z0102``); ``parent`` is "" at the top.

    ``detailed`` is False when nothing but the reference came, as it does without ``fields`` (§12 no. 10): the flags
    then say nothing, and are not to be stored over what is known.
    """

    reference: str
    label: str = ""
    level: int = 0
    parent: str = ""
    is_active: bool = True
    is_brand_mandatory: bool = False
    is_variant: bool = False
    child_count: int | None = None
    detailed: bool = False

    @classmethod
    def parse(cls, raw: Any) -> Category | None:
        """From an object or a bare reference; None when there is no reference."""
        if isinstance(raw, str):
            raw = {"categoryReference": raw}
        raw = mapping(raw)
        reference = identifier(raw, "categoryReference", "reference", "code")
        if not reference:
            return None
        label = plain(text(raw, "label", "name"))
        level = number(raw, "level")
        children = number(raw, "childCount")
        return cls(
            reference=reference,
            label=label,
            level=int(level) if level is not None and level in (1, 2, 3) else level_of(reference),
            parent=_parent(raw, reference),
            is_active=raw.get("isActive") is None or flag(raw, "isActive"),
            is_brand_mandatory=flag(raw, "isBrandMandatory"),
            is_variant=flag(raw, "isVariant"),
            child_count=int(children) if children is not None and children >= 0 else None,
            detailed=bool(label),
        )

    @property
    def takes_products(self) -> bool:
        return self.level == PRODUCT_LEVEL and self.is_active


def level_of(reference: str) -> int:
    """1, 2 or 3 by the length of a reference, 0 when it is of none."""
    return {2: 1, 4: 2, 6: 3}.get(len(reference), 0)


def _parent(raw: Mapping, reference: str) -> str:
    """The nearest parent: the longest reference of those above that ours begins with, else by our own beginning."""
    given = raw.get("parentReferences")
    given = [given] if isinstance(given, str) else given
    texts = [item.strip() for item in given if isinstance(item, str)] if isinstance(given, list | tuple) else []
    above = [item for item in texts if item and item != reference and reference.startswith(item)]
    if above:
        return max(above, key=len)
    return reference[:-2] if level_of(reference) > 1 else ""


@dataclass(frozen=True, slots=True)
class Property:
    """An attribute of the products of a category. ``necessity``: Mandatory, Recommended, Optional.

    Without ``choices`` any text goes.
    """

    reference: str
    label: str = ""
    necessity: str = "Optional"
    choices: tuple[str, ...] = ()
    is_variation: bool = False
    is_size: bool = False

    @classmethod
    def parse(cls, raw: Any) -> Property | None:
        """None when there is no reference."""
        raw = mapping(raw)
        reference = identifier(raw, "propertyReference", "reference", "code")
        if not reference:
            return None
        return cls(
            reference=reference,
            label=plain(text(raw, "label", "name")),
            necessity=text(raw, "necessity", limit=60) or "Optional",
            choices=_choices(raw),
            is_variation=flag(raw, "isVariation"),
            is_size=flag(raw, "isSize"),
        )

    @property
    def is_mandatory(self) -> bool:
        return self.necessity.casefold() == "mandatory"

    @property
    def is_recommended(self) -> bool:
        return self.necessity.casefold() == "recommended"


def _choices(raw: Mapping) -> tuple[str, ...]:
    """Allowed values as texts, exactly as they must be sent back, each once."""
    listed = raw.get("choices")
    if not isinstance(listed, list | tuple):
        return ()
    rows = (item if isinstance(item, Mapping) else {"value": item} for item in listed)
    return tuple(dict.fromkeys(found for row in rows if (found := text(row, "value", "label", "name"))))


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand the marketplace knows; ``reference`` may be ""."""

    label: str
    reference: str = ""

    @classmethod
    def parse(cls, raw: Any) -> Brand | None:
        """From an object or a bare label; None when there is neither label nor reference."""
        if isinstance(raw, str):
            raw = {"label": raw}
        raw = mapping(raw)
        reference = identifier(raw, "brandReference", "reference", "code", "id")
        label = plain(text(raw, "label", "name")) or reference
        return cls(label, reference) if label else None
