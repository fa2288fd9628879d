"""A product of the marketplace's catalogue, whoever made it (contract §5.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import PayloadError
from ..text import clean, plain
from .read import flag, gtin, identifier, mapping, number, objects, sub, text

_ADDRESS = re.compile(r"https?://\S+\Z")


@dataclass(frozen=True, slots=True)
class ProductSeller:
    """A seller of a product; ``sku`` is that seller's reference. ``is_creator``: the sheet is theirs."""

    seller_id: str
    sku: str = ""
    is_creator: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """``category`` is a reference, ``pictures`` are addresses in the marketplace's order, texts are "" when absent.

    ``sellers`` holds you, and is empty for products that are not yours. ``description`` keeps its line breaks.
    ``attributes`` are pairs of a property reference and its values.
    """

    reference: str
    gtin: str = ""
    title: str = ""
    description: str = ""
    brand: str = ""
    category: str = ""
    language: str = ""
    pictures: tuple[str, ...] = ()
    variant_group: str = ""
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sellers: tuple[ProductSeller, ...] = ()
    is_marketable: bool = True
    may_edit: bool = False
    may_enrich: bool = False

    @classmethod
    def parse(cls, raw: Any) -> Product:
        """:raises PayloadError: no object, or neither a reference nor a GTIN"""
        raw = mapping(raw)
        code, reference = gtin(raw.get("gtin")), identifier(raw, "reference", "productReference")
        if not code and not reference:
            raise PayloadError(params={"path": "product.reference", "problem": "it says neither reference nor GTIN"})
        rights = sub(raw, "permissions")
        return cls(
            reference=reference,
            gtin=code,
            title=plain(text(raw, "label", "title")),
            description=_long(raw, "description"),
            brand=plain(text(raw, "brand")) or plain(text(sub(raw, "brand"), "label", "name")),
            category=identifier(sub(raw, "category"), "reference", "code")
            or identifier(raw, "category", "categoryCode"),
            language=text(raw, "language", limit=20),
            pictures=_pictures(raw),
            variant_group=text(raw, "variantGroupReference", "gtinReference", limit=120),
            attributes=_attributes(raw),
            sellers=tuple(
                ProductSeller(identifier(row, "reference", "id"), text(row, "productReference"), flag(row, "isCreator"))
                for row in objects(raw, "sellers")
            ),
            is_marketable=raw.get("isMarketable") is None or flag(raw, "isMarketable"),
            may_edit=flag(rights, "edit"),
            may_enrich=flag(rights, "enrich"),
        )


def _long(raw: Mapping, name: str) -> str:
    value = raw.get(name)
    return clean(value[:20_000]).strip() if isinstance(value, str) else ""


def _pictures(raw: Mapping) -> tuple[str, ...]:
    """Addresses by their index, those without one at the end, each once."""
    rows = raw.get("pictures")
    rows = rows if isinstance(rows, list | tuple) else []
    found = []
    for place, row in enumerate(rows):
        row = {"url": row} if isinstance(row, str) else mapping(row)
        url = text(row, "url", limit=2000)
        if _ADDRESS.match(url):
            index = number(row, "index")
            found.append(((index is None, index or 0, place), url))
    return tuple(dict.fromkeys(url for _, url in sorted(found)))


def _attributes(raw: Mapping) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, tuple[str, ...]] = {}
    for row in objects(raw, "attributes"):
        name = identifier(row, "propertyReference", "reference")
        values = row.get("values", row.get("value"))
        values = values if isinstance(values, list | tuple) else [values]
        texts = tuple(dict.fromkeys(value for item in values if (value := text({"value": item}, "value", limit=2000))))
        if name and texts:
            found.setdefault(name, texts)
    return tuple(found.items())
