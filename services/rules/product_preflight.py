"""Whether a product sheet would be taken, before it is sent (contract §5.3)."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from ..payloads.category import PRODUCT_LEVEL, Category, Property
from ..text import key, one_line
from .offer_preflight import MAX_REFERENCE, gtin_problem
from .preflight import Preflight, Problem, preflight, units
from .product_sheet import Picture, Sheet, choice_for

MAX_TITLE, MAX_DESCRIPTION, MAX_RICH = 132, 2000, 5000
PICTURE_SIDE = (500, 3000)
PICTURE_BYTES = 5 * 1024 * 1024
PICTURE_FORMATS = frozenset(("jpg", "jpeg", "png", "gif", "bmp", "webp"))
# "<3 kg" is no tag; "<br>", "</p>" and "<!--" are.
_TAG = re.compile(r"<(?:/?[a-zA-Z][^<>]*>|!)")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,10}|#\d{2,6}|#[xX][0-9a-fA-F]{2,5});")
_ACTIVE = re.compile(r"(?i)<\s*(script|style|iframe|object|embed|form|link|meta)\b|\bon\w+\s*=|javascript:")
_SHOWN = 8


def check_product(
    sheet: Sheet,
    category: Category | None,
    properties: Iterable[Property] = (),
    brand_known: Callable[[str], bool] | None = None,
    *,
    local_pictures: bool = False,
) -> Preflight:
    """One Problem per defect.

    :param category: the sheet's category as downloaded; None when it is not known
    :param properties: of that category
    :param brand_known: whether the marketplace has a brand; None when its brands were not downloaded
    :param local_pictures: pictures on this machine or network will do, as for a marketplace that is on it (sandbox)

    Codes and their values are in ``catalogue_codes.PRODUCT_PROBLEMS``.
    """
    properties = tuple(properties)
    return preflight(
        (
            *_names(sheet),
            *_texts(sheet, category),
            *_category(sheet, category),
            *_brand(sheet, category, brand_known),
            *_pictures(sheet.pictures, local_pictures),
            *_variant(sheet, category, properties),
            *_attributes(sheet, properties),
        )
    )


def _names(sheet: Sheet) -> Iterator[Problem | None]:
    if not sheet.sku.strip():
        yield Problem("sku_missing", field="sku")
    elif units(sheet.sku) > MAX_REFERENCE:
        yield Problem(
            "sku_too_long", {"sku": sheet.sku[:80], "length": units(sheet.sku), "limit": MAX_REFERENCE}, "sku"
        )
    yield gtin_problem(sheet.gtin)


def _texts(sheet: Sheet, category: Category | None) -> Iterator[Problem]:
    title, description, rich = one_line(sheet.title), sheet.description.strip(), sheet.rich_description.strip()
    for name, text, limit in (("title", title, MAX_TITLE), ("description", description, MAX_DESCRIPTION)):
        if not text:
            yield Problem(f"{name}_missing", field=name)
            continue
        if units(text) > limit:
            yield Problem(f"{name}_too_long", {"length": units(text), "limit": limit}, name)
        markup = markup_in(text)
        if markup:
            yield Problem(f"{name}_markup", {"markup": markup[:40]}, name)
    if title and category and category.label and not names_article(title, category.label):
        # The marketplace sorts by the title; one that does not name the article is refused or moved (contract §5.3).
        yield Problem("title_without_article", {"category": category.label}, "title", blocking=False)
    if units(rich) > MAX_RICH:
        yield Problem("rich_description_too_long", {"length": units(rich), "limit": MAX_RICH}, "rich_description")
    if _ACTIVE.search(rich):
        yield Problem("rich_description_active", field="rich_description")


def markup_in(text: str) -> str:
    """The first tag or entity of HTML in a text, which would be refused or shown as it is written; "" without one."""
    tag = _TAG.search(text)
    if tag:
        return tag.group()
    # "M&Ms;" looks like an entity and is none.
    return next((found for found in _ENTITY.findall(text) if html.unescape(found) != found), "")


def names_article(title: str, label: str) -> bool:
    """Whether a title has a word of a category's label in it, singular or plural."""
    words = {_stem(word) for word in key(label).split() if len(word) > 2}
    return not words or bool(words & {_stem(word) for word in key(title).split()})


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def _category(sheet: Sheet, category: Category | None) -> Iterator[Problem]:
    shown = {"category": (category.label or category.reference) if category else sheet.category[:20]}
    if not sheet.category:
        yield Problem("category_missing", field="category")
    elif category is None or category.reference != sheet.category:
        yield Problem("category_unknown", {"category": sheet.category[:20]}, "category")
    elif category.level != PRODUCT_LEVEL:
        yield Problem("category_level", {**shown, "level": category.level}, "category")
    elif not category.is_active:
        yield Problem("category_inactive", shown, "category")


def _brand(sheet: Sheet, category: Category | None, known: Callable[[str], bool] | None) -> Iterator[Problem]:
    brand = one_line(sheet.brand)
    if not brand:
        # Where the category does not say, a sheet without a brand is not worth a refusal.
        if category is None or category.is_brand_mandatory or not category.detailed:
            yield Problem("brand_missing", field="brand")
    elif known is not None and not known(brand):
        yield Problem("brand_unknown", {"brand": brand[:60]}, "brand")


def _pictures(pictures: tuple[Picture, ...], local: bool) -> Iterator[Problem]:
    if not pictures:
        yield Problem("picture_missing", field="pictures")
    seen: set[str] = set()
    for number, picture in enumerate(pictures, 1):
        url = picture.url.strip()
        if url in seen:
            yield Problem("picture_twice", {"number": number}, "pictures", blocking=False)
            continue
        seen.add(url)
        yield from (_of_picture(code, number, more) for code, more in _defects(picture, url, local))


def _of_picture(code: str, number: int, more: dict) -> Problem:
    return Problem(code, {"number": number, **more}, "pictures")


def _defects(picture: Picture, url: str, local: bool) -> Iterator[tuple[str, dict]]:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").casefold()
    except ValueError:
        parts, host = None, ""
    if parts is None or parts.scheme not in ("http", "https") or not host or " " in url or not parts.path.strip("/"):
        yield "picture_address", {"url": url[:120]}
    elif not local and (host == "localhost" or host.endswith((".local", ".internal", ".lan")) or _is_private(host)):
        yield "picture_unreachable_address", {"host": host}
    least, most = PICTURE_SIDE
    sides = [side for side in (picture.width, picture.height) if side is not None]
    size = {"width": picture.width, "height": picture.height}
    if sides and min(sides) < least:
        yield "picture_too_small", {**size, "least": least}
    if sides and max(sides) > most:
        yield "picture_too_large", {**size, "most": most}
    if picture.size is not None and picture.size > PICTURE_BYTES:
        yield "picture_too_heavy", {"bytes": picture.size, "limit": PICTURE_BYTES}
    if picture.format and picture.format.casefold().lstrip(".") not in PICTURE_FORMATS:
        yield "picture_format", {"format": picture.format[:20]}


def _is_private(host: str) -> bool:
    """Addresses that only this network or this machine can reach."""
    return bool(
        re.fullmatch(r"(?:127|10)(?:\.\d{1,3}){3}|192\.168\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+|::1", host)
    )


def _variant(sheet: Sheet, category: Category | None, properties: tuple[Property, ...]) -> Iterator[Problem]:
    if category and category.is_variant and not sheet.variant_group.strip():
        yield Problem("variant_group_missing", {"category": category.label or category.reference}, "variant_group")
    if sheet.variant_group.strip():
        for one in properties:
            if one.is_variation and not one.is_mandatory and not sheet.values_of(one.reference):
                yield Problem("variant_value_missing", _shown(one), "attributes", blocking=False)


def _attributes(sheet: Sheet, properties: tuple[Property, ...]) -> Iterator[Problem]:
    for one in properties:
        values = sheet.values_of(one.reference)
        if not values and one.is_mandatory:
            yield Problem("attribute_missing", {**_shown(one), "choices": one.choices[:_SHOWN]}, "attributes")
        elif not values and one.is_recommended:
            yield Problem("attribute_recommended", _shown(one), "attributes", blocking=False)
        for value in values:
            if one.choices and choice_for(value, one.choices) is None:
                shown = {**_shown(one), "value": value[:80], "choices": one.choices[:_SHOWN]}
                yield Problem("attribute_value", shown, "attributes")
    known = {one.reference for one in properties}
    for reference in dict.fromkeys(name for name, _ in sheet.attributes):
        if properties and reference not in known and sheet.values_of(reference):
            yield Problem("attribute_unknown", {"property": reference[:40]}, "attributes", blocking=False)


def _shown(one: Property) -> dict:
    return {"property": one.reference, "label": one.label or one.reference}
