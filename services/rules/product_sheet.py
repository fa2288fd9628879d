"""A product sheet: its plain values, and the exact shape in which it is sent (contract §5.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from ..payloads.category import Property
from ..text import clean, key, one_line
from .gtin import sent


@dataclass(frozen=True, slots=True)
class Picture:
    """An address the marketplace can fetch; size in pixels and bytes and ``format`` (``png``) where known."""

    url: str
    width: int | None = None
    height: int | None = None
    size: int | None = None
    format: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is said about a product. Texts are "" when there is none.

    ``category`` is a reference of level 3, ``attributes`` pairs of a property reference and its values.
    """

    sku: str
    gtin: str = ""
    title: str = ""
    description: str = ""
    rich_description: str = ""
    brand: str = ""
    category: str = ""
    variant_group: str = ""
    pictures: tuple[Picture, ...] = ()
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def values_of(self, reference: str) -> tuple[str, ...]:
        """The values of a property, without empty ones."""
        return tuple(
            value for name, values in self.attributes if name == reference for value in values if value.strip()
        )


def choice_for(value: str, choices: Iterable[str]) -> str | None:
    """The allowed value that is meant, spelled as it must be: exactly, else without case, accents and punctuation.

    None when there is none, or when two allowed values differ in nothing else.
    """
    choices = tuple(choices)
    if value in choices:
        return value
    wanted = key(value)
    found = [choice for choice in choices if wanted and key(choice) == wanted]
    return found[0] if len(found) == 1 else None


def sheet_request(
    sheet: Sheet, properties: Iterable[Property] = (), gtin_as: Literal["text", "number"] = "text"
) -> dict[str, Any]:
    """The sheet as ``POST /products-integration`` takes it; nothing empty is in it.

    :param properties: of the category: a value that is written differently is sent as it is allowed
    :param gtin_as: sources disagree whether a GTIN is a text or a number (contract §13 no. 2)
    """
    code = sent(sheet.gtin)
    choices = {one.reference: one.choices for one in properties if one.choices}
    attributes = []
    for reference in dict.fromkeys(name for name, _ in sheet.attributes):
        values = [_value(value, choices.get(reference, ())) for value in sheet.values_of(reference)]
        if values:
            attributes.append({"propertyReference": reference, "values": list(dict.fromkeys(values))})
    urls = dict.fromkeys(picture.url.strip() for picture in sheet.pictures if picture.url.strip())
    body = {
        "gtin": int(code) if code and gtin_as == "number" else code,
        "sellerProductReference": sheet.sku,
        "title": one_line(sheet.title),
        "description": clean(sheet.description).strip(),
        "richMarketingDescription": clean(sheet.rich_description).strip(),
        "brand": one_line(sheet.brand),
        "categoryCode": sheet.category,
        "sellerPictureUrls": [{"index": index, "url": url} for index, url in enumerate(urls, 1)],
        "variantGroupReference": sheet.variant_group,
        "attributes": attributes,
    }
    return {name: value for name, value in body.items() if value not in ("", [])}


def _value(value: str, choices: tuple[str, ...]) -> str:
    return (choice_for(value, choices) or value) if choices else one_line(value)
