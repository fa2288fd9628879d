"""Every code the catalogue's rules can give, with the values that come with it: what sentences are to be written for.

A test on each side of the table keeps it whole: the rules give no other code, and no code is without a sentence.
"""

from __future__ import annotations

from .refusals import OFFER_ERRORS, OFFER_FIELDS, OFFER_PAIRS, PRODUCT_CODES, PRODUCT_FIELDS

_GTIN = {f"gtin_{defect}": ("gtin",) for defect in ("missing", "not_digits", "length", "check_digit", "internal")}

OFFER_PROBLEMS: dict[str, tuple[str, ...]] = {
    "product_missing": (),
    "product_archived": (),
    "product_other_gtin": ("here", "there"),
    "sku_missing": (),
    "sku_too_long": ("sku", "length", "limit"),
    "sku_characters": ("sku", "characters"),
    "sku_blanks": ("sku",),
    **_GTIN,
    "condition_unknown": ("condition",),
    "price_missing": (),
    "price_not_positive": ("price",),
    "price_decimals": ("price",),
    "price_too_high": ("price",),
    "price_below_floor": ("price", "floor"),
    "price_below_taxes": ("price", "taxes"),
    "origin_price_too_low": ("price", "origin_price"),
    "origin_price_decimals": ("origin_price",),
    "currency_unknown": ("currency",),
    "vat_missing": (),
    "vat_senseless": ("rate",),
    "vat_unusual": ("rate",),
    "eco_tax_missing": (),
    "eco_tax_negative": ("amount",),
    "eco_tax_decimals": ("amount",),
    "dea_missing": (),
    "dea_negative": ("amount",),
    "dea_decimals": ("amount",),
    "quantity_missing": (),
    "quantity_senseless": ("quantity",),
    "quantity_too_large": ("quantity", "limit"),
    "preparation_missing": (),
    "preparation_senseless": ("days", "limit"),
    "modes_missing": (),
    "mode_tracked_missing": ("code",),
    "mode_unknown": ("code",),
    "mode_legacy": ("code", "replacement"),
    "mode_twice": ("code",),
    "mode_disabled": ("code",),
    "mode_cost": ("code",),
    "mode_heavy_only": ("code", "weight"),
    "mode_not_for_heavy": ("code", "weight"),
}
PRODUCT_PROBLEMS: dict[str, tuple[str, ...]] = {
    "sku_missing": (),
    "sku_too_long": ("sku", "length", "limit"),
    **_GTIN,
    "title_missing": (),
    "title_too_long": ("length", "limit"),
    "title_markup": ("markup",),
    "title_without_article": ("category",),
    "description_missing": (),
    "description_too_long": ("length", "limit"),
    "description_markup": ("markup",),
    "rich_description_too_long": ("length", "limit"),
    "rich_description_active": (),
    "category_missing": (),
    "category_unknown": ("category",),
    "category_level": ("category", "level"),
    "category_inactive": ("category",),
    "brand_missing": (),
    "brand_unknown": ("brand",),
    "picture_missing": (),
    "picture_twice": ("number",),
    "picture_address": ("number", "url"),
    "picture_unreachable_address": ("number", "host"),
    "picture_too_small": ("number", "width", "height", "least"),
    "picture_too_large": ("number", "width", "height", "most"),
    "picture_too_heavy": ("number", "bytes", "limit"),
    "picture_format": ("number", "format"),
    "variant_group_missing": ("category",),
    "variant_value_missing": ("property", "label"),
    "attribute_missing": ("property", "label", "choices"),
    "attribute_recommended": ("property", "label"),
    "attribute_value": ("property", "label", "value", "choices"),
    "attribute_unknown": ("property",),
}
CAUSES = frozenset(
    (
        *(cause for table in (OFFER_ERRORS, OFFER_PAIRS, PRODUCT_CODES) for cause, _, _ in table.values()),
        *("delivery_cost", "unknown"),
    )
)
"""Causes of a ``Refusal``."""
FIELDS = frozenset((*OFFER_FIELDS.values(), *PRODUCT_FIELDS.values(), "picture", "attribute")) - {""}
"""Fields of a ``Refusal``, a picture's and an attribute's without what follows the colon. A code nobody knows may name
another field."""
