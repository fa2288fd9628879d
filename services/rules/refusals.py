"""Why an offer or a product sheet was refused, and who can do something about it (contract §4.1, §4.3, §5.4).

The codes of offers are those of the older interface: an error in two digits, then a property in two: "1008" is 10
(required) of 08 (eco part), "8000" is 80 (created). That is inferred from the two codes that are known; a code that
does not fit is explained by its text, and one whose text says nothing stays ``unknown`` and is counted by its code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ..payloads.package_result import OfferResult, Said
from ..text import key

Who = Literal["manager", "administrator", "integrator", "marketplace", "nobody"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """``cause`` and ``field`` are slugs that a sentence is looked up by; ``field`` is "" when it is about all of it.

    ``who`` corrects it: ``manager`` (the product, its price, its texts), ``administrator`` (the set-up of the account),
    ``integrator`` (what we send is wrong), ``marketplace`` (wait, or ask its support), ``nobody`` (it is no refusal).
    ``wait``: the same may succeed later without a correction.
    """

    code: str
    cause: str
    field: str = ""
    who: Who = "manager"
    wait: bool = False
    message: str = ""


# Error code of the older interface -> cause, who, whether time heals it.
OFFER_ERRORS: dict[str, tuple[str, Who, bool]] = {
    "10": ("required", "manager", False),
    "11": ("format", "integrator", False),
    "12": ("length", "manager", False),
    "13": ("value_unknown", "manager", False),
    "14": ("already_known", "manager", False),
    "15": ("permission_needed", "administrator", False),
    "16": ("gtin_invalid", "manager", False),
    "17": ("out_of_range", "manager", False),
    "18": ("stock_below_orders", "manager", True),
    "19": ("price_not_positive", "manager", False),
    "20": ("reference_price_too_low", "manager", False),
    "21": ("integration_error", "marketplace", True),
    "23": ("strike_price_too_low", "manager", False),
    "24": ("offer_has_other_reference", "manager", False),
    "25": ("reference_used_elsewhere", "manager", False),
    "26": ("end_before_start", "manager", False),
    "27": ("variation_missing", "manager", False),
    "28": ("submitted_already", "nobody", True),
    "29": ("price_below_taxes", "manager", False),
    "30": ("reference_unknown", "manager", False),
    "31": ("reference_ambiguous", "manager", False),
    "32": ("being_activated", "marketplace", True),
    "34": ("product_closed", "marketplace", False),
    "35": ("above_ceiling", "manager", False),
    "36": ("offer_missing", "manager", False),
    "39": ("fulfilment_stock_first", "manager", False),
    "40": ("delivery_mode_not_set_up", "administrator", False),
    "43": ("not_in_subscription", "administrator", False),
    "44": ("fulfilment_stock_first", "manager", False),
    "45": ("not_salable", "marketplace", False),
    "48": ("several_gtins", "manager", False),
    "80": ("created", "nobody", False),
    "90": ("updated", "nobody", False),
}
OFFER_FIELDS: dict[str, str] = {
    "00": "",
    "01": "gtin",
    "02": "condition",
    "03": "sku",
    "04": "sku",
    "05": "quantity",
    "06": "price",
    "07": "vat_rate",
    "08": "eco_tax",
    "09": "preparation_time",
    "10": "preparation_time",
    "11": "delivery_cost",
    "12": "delivery_modes",
    "13": "delivery_cost",
    "14": "comments",
    "15": "additional_cost",
    "16": "additional_cost",
    "17": "additional_cost",
    "18": "origin_price",
    "19": "promotion",
    "20": "promotion",
    "21": "promotion",
    "22": "promotion",
    "23": "package",
    "24": "product",
    "25": "promotion",
    "26": "promotion",
    "27": "promotion",
    "28": "offer",
    "31": "dea",
    "46": "minimum_price",
    **{str(number): "delivery_modes" for number in (*range(40, 46), *range(48, 100))},
}
# A pair that means something of its own.
OFFER_PAIRS: dict[str, tuple[str, Who, bool]] = {
    "1324": ("product_unknown", "manager", True),
    "1012": ("tracked_mode_missing", "manager", False),
    "2803": ("duplicated", "integrator", True),
    "4824": ("mode_not_for_weight", "manager", False),
    "4001": ("product_unknown", "manager", True),
}
PRODUCT_CODES: dict[str, tuple[str, Who, bool]] = {
    "categorizationerror": ("category_not_fitting", "manager", False),
    "er4007480": ("variant_group_missing", "manager", False),
    "er4006067": ("attribute_missing", "manager", False),
    "quotaexceeded": ("quota_exceeded", "nobody", True),
    "missingfield": ("required", "manager", False),
    "incorrectvalue": ("value_refused", "manager", False),
}
PRODUCT_FIELDS = {
    "gtin": "gtin",
    "title": "title",
    "description": "description",
    "richmarketingdescription": "rich_description",
    "brand": "brand",
    "categorycode": "category",
    "sellerproductreference": "sku",
    "variantgroupreference": "variant_group",
}
# Texts of production that came without a code (contract §4.1), French and English; words of ``text.key``.
_TEXTS: tuple[tuple[str, str, str, Who, bool], ...] = (
    (r"offer does not exist|offre n existe pas", "offer_missing", "offer", "manager", False),
    (r"product (non existent|does not exist)", "product_unknown", "product", "manager", True),
    (r"produit (n existe pas|inexistant)", "product_unknown", "product", "manager", True),
    (r"preparation ?time.*(format|wrong)", "format", "preparation_time", "integrator", False),
    (r"delai de preparation.*format", "format", "preparation_time", "integrator", False),
    (r"(delivery|shipping) fee|frais de (port|livraison)", "delivery_cost", "delivery_cost", "manager", False),
    (r"eco ?tax|eco ?part", "required", "eco_tax", "manager", False),
    (r"duplicat|doublon|en double", "duplicated", "sku", "integrator", True),
    (r"quota", "quota_exceeded", "", "nobody", True),
)


def explain_offer(said: Said) -> Refusal:
    """One reason of an offer's line."""
    code = said.code.strip()
    if re.fullmatch(r"\d{3,4}", code):
        code = code.zfill(4)
        error, prop = code[:2], code[2:]
        known = OFFER_PAIRS.get(code) or OFFER_ERRORS.get(error)
        if known and (code in OFFER_PAIRS or prop in OFFER_FIELDS):
            field = OFFER_FIELDS.get(prop, "")
            return Refusal(code, known[0], field, known[1], known[2], said.message)
    return _by_text(said)


def explain_product(said: Said) -> Refusal:
    """One reason of a product sheet. ``field`` may be ``attribute:37002`` or ``picture:1``."""
    known = PRODUCT_CODES.get(key(said.code).replace(" ", ""))
    if not known:
        return _by_text(said, _product_field(said.field))
    field = _product_field(said.field)
    if known[0] == "variant_group_missing":
        field = "variant_group"
    return Refusal(said.code, known[0], field, known[1], known[2], said.message)


def _product_field(name: str) -> str:
    folded = key(name).replace(" ", "")
    picture = re.fullmatch(r"sellerpicture(\d+)", folded)
    if picture:
        return f"picture:{int(picture[1])}"
    if folded in PRODUCT_FIELDS:
        return PRODUCT_FIELDS[folded]
    return f"attribute:{name}" if re.fullmatch(r"\d{3,10}", name) else folded


def _by_text(said: Said, field: str = "") -> Refusal:
    words = key(said.message)
    for pattern, cause, about, who, wait in _TEXTS:
        if re.search(pattern, words):
            return Refusal(said.code, cause, field or about, who, wait, said.message)
    return Refusal(said.code, "unknown", field, "marketplace", False, said.message)


def explain_line(line: OfferResult) -> tuple[Refusal, ...]:
    """Why a line was refused; () when it was taken. A line refused without a reason has one all the same."""
    if line.is_integrated:
        return ()
    found = tuple(refusal for refusal in map(explain_offer, line.results) if not is_success(refusal))
    if line.is_duplicated and not any(refusal.cause == "duplicated" for refusal in found):
        found = (Refusal("", "duplicated", "sku", "integrator", True), *found)
    return found or (Refusal("", "unknown", "", "marketplace", False),)


def is_success(refusal: Refusal) -> bool:
    """Whether a code says that something was done, not that it was refused."""
    return refusal.cause in ("created", "updated")


def worst(refusals: Iterable[Refusal]) -> Refusal | None:
    """The one to show first: what a person must correct comes before what time heals, and that before the unknown."""
    rank = {"manager": 0, "administrator": 1, "integrator": 2, "marketplace": 3, "nobody": 4}
    return min(refusals, key=lambda one: (one.wait, one.cause == "unknown", rank[one.who]), default=None)
