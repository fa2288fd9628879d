"""Whether an offer would be taken, before it is sent (contract §4.2, §2.6)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from decimal import Decimal

from . import gtin as gtins
from .delivery_modes import HEAVY_ABOVE, MODES, TRACKED, is_legacy, offer_code
from .offer_terms import DeliveryTerm, OfferTerms
from .preflight import Preflight, Problem, preflight, units

# New is certain; the spelling of the others is open (contract §13 no. 2): all that were seen are let through.
CONDITIONS = frozenset(
    (
        *("New", "Refurbished", "LikeNew", "VeryGoodState", "GoodState", "AverageState"),
        *("UsedLikeNew", "UsedVeryGood", "UsedGood"),
    )
)
MAX_REFERENCE = 50
MAX_PREPARATION = 60
MAX_QUANTITY = 9_999_999
_MAX_PRICE = Decimal("9999999.99")
_ODD = re.compile(r"[<>&\"|;,*%\x00-\x1f\x7f]")
_FRENCH_RATES = frozenset(map(Decimal, ("20", "10", "5.5", "2.1", "8.5", "0", "1.05", "1.75", "0.9", "13")))


def check_offer(
    terms: OfferTerms,
    *,
    weight: Decimal | int | None = None,
    enabled_modes: Collection[str] | None = None,
    floor: Decimal | None = None,
) -> Preflight:
    """One Problem per defect.

    :param weight: grams of the product with its packing, None when not known
    :param enabled_modes: codes the shop may use, new or legacy; None when not known
    :param floor: the least price that may be published, with VAT; None for none

    Codes and their values are in ``catalogue_codes.OFFER_PROBLEMS``.
    """
    return preflight(
        (
            *_reference(terms),
            *_product(terms),
            *_price(terms, floor),
            *_taxes(terms),
            *_quantity(terms),
            *_modes(terms.delivery_modes, weight, enabled_modes),
        )
    )


def check_link(*, linked: bool, archived: bool = False, here: str = "", there: str = "") -> tuple[Problem, ...]:
    """Whether the offer is about the product that its price and stock come from.

    :param linked: whether the offer has a product
    :param archived: whether that is archived
    :param here: the GTIN of the product; ``there`` the one that the marketplace sells under this SKU; "" for not known

    An unlinked offer has no other defect worth telling: all the rest comes from the product.
    """
    if not linked:
        return (Problem("product_missing", field="product"),)
    found = []
    if archived:
        found.append(Problem("product_archived", field="product", blocking=False))
    if not gtins.defect(here) and not gtins.defect(there) and gtins.normalise(here) != gtins.normalise(there):
        params = {"here": str(here)[:40], "there": str(there)[:40]}
        found.append(Problem("product_other_gtin", params, "gtin", blocking=False))
    return tuple(found)


def _reference(terms: OfferTerms) -> Iterator[Problem]:
    sku = terms.sku
    if not sku.strip():
        yield Problem("sku_missing", field="sku")
        return
    if units(sku) > MAX_REFERENCE:
        yield Problem("sku_too_long", {"sku": sku[:80], "length": units(sku), "limit": MAX_REFERENCE}, "sku")
    odd = "".join(dict.fromkeys(_ODD.findall(sku)))
    if odd:
        yield Problem("sku_characters", {"sku": sku[:80], "characters": odd}, "sku")
    if sku != sku.strip():
        yield Problem("sku_blanks", {"sku": sku[:80]}, "sku")


def gtin_problem(value: str) -> Problem | None:
    """The defect of a GTIN as a Problem, or None."""
    found = gtins.defect(value)
    return Problem(f"gtin_{found}", {"gtin": str(value or "")[:40]}, "gtin") if found else None


def _product(terms: OfferTerms) -> Iterator[Problem | None]:
    if terms.gtin or not terms.product_reference:
        yield gtin_problem(terms.gtin)
    if terms.condition not in CONDITIONS:
        yield Problem("condition_unknown", {"condition": terms.condition[:60]}, "condition")


def _price(terms: OfferTerms, floor: Decimal | None) -> Iterator[Problem]:
    price, origin = terms.price, terms.origin_price
    if terms.currency != "EUR":
        yield Problem("currency_unknown", {"currency": terms.currency[:10]}, "currency")
    if price is None:
        yield Problem("price_missing", field="price")
        return
    if not price.is_finite() or price <= 0:
        yield Problem("price_not_positive", {"price": price}, "price")
        return
    if not _in_cents(price):
        yield Problem("price_decimals", {"price": price}, "price")
    if price > _MAX_PRICE:
        yield Problem("price_too_high", {"price": price}, "price")
    if floor is not None and price < floor:
        yield Problem("price_below_floor", {"price": price, "floor": floor}, "price")
    taxes = sum((tax for tax in (terms.eco_tax, terms.dea) if tax is not None and tax.is_finite()), Decimal(0))
    if taxes > 0 and price <= taxes:
        yield Problem("price_below_taxes", {"price": price, "taxes": taxes}, "price")
    if origin is None:
        return
    if not origin.is_finite() or origin <= price:
        yield Problem("origin_price_too_low", {"price": price, "origin_price": origin}, "origin_price")
    elif not _in_cents(origin):
        yield Problem("origin_price_decimals", {"origin_price": origin}, "origin_price")


def _taxes(terms: OfferTerms) -> Iterator[Problem]:
    rate = terms.vat_rate
    if rate is None:
        yield Problem("vat_missing", field="vat_rate")
    elif not rate.is_finite() or not 0 <= rate < 100:
        yield Problem("vat_senseless", {"rate": rate}, "vat_rate")
    elif rate not in _FRENCH_RATES:
        # 0.2 where 20 was meant is the usual reason.
        yield Problem("vat_unusual", {"rate": rate}, "vat_rate", blocking=False)
    for name, amount in (("eco_tax", terms.eco_tax), ("dea", terms.dea)):
        if amount is None:
            yield Problem(f"{name}_missing", field=name)
        elif not amount.is_finite() or amount < 0:
            yield Problem(f"{name}_negative", {"amount": amount}, name)
        elif not _in_cents(amount):
            yield Problem(f"{name}_decimals", {"amount": amount}, name)


def _quantity(terms: OfferTerms) -> Iterator[Problem]:
    quantity, days = terms.quantity, terms.preparation_time
    if quantity is None:
        yield Problem("quantity_missing", field="quantity")
    elif not _is_whole(quantity) or quantity < 0:
        yield Problem("quantity_senseless", {"quantity": quantity}, "quantity")
    elif quantity > MAX_QUANTITY:
        yield Problem("quantity_too_large", {"quantity": quantity, "limit": MAX_QUANTITY}, "quantity")
    if days is None:
        yield Problem("preparation_missing", field="preparation_time")
    elif not _is_whole(days) or not 0 <= days <= MAX_PREPARATION:
        yield Problem("preparation_senseless", {"days": days, "limit": MAX_PREPARATION}, "preparation_time")


def _modes(
    modes: tuple[DeliveryTerm, ...], weight: Decimal | int | None, enabled: Collection[str] | None
) -> Iterator[Problem]:
    if not modes:
        yield Problem("modes_missing", field="delivery_modes")
        return
    allowed = None if enabled is None else {offer_code(code) or code for code in enabled}
    heavy = weight is not None and weight > HEAVY_ABOVE
    seen: set[str] = set()
    for mode in modes:
        code = offer_code(mode.code)
        if mode.code not in MODES:
            if is_legacy(mode.code):
                # It is replaced when the request is built.
                yield _mode("mode_legacy", mode, replacement=code, blocking=False)
            else:
                yield _mode("mode_unknown", mode)
                continue
        if code in seen:
            yield _mode("mode_twice", mode)
        seen.add(code)
        if allowed is not None and code not in allowed:
            yield _mode("mode_disabled", mode)
        costs = (mode.cost, mode.additional_cost)
        if mode.cost is None or any(cost is not None and not _is_cost(cost) for cost in costs):
            yield _mode("mode_cost", mode)
        if heavy and not MODES[code].heavy:
            yield _mode("mode_not_for_heavy", mode, weight=weight)
        elif weight is not None and not heavy and MODES[code].heavy:
            yield _mode("mode_heavy_only", mode, weight=weight)
    if TRACKED not in seen and not heavy and not (weight is None and any(MODES[code].heavy for code in seen)):
        yield Problem("mode_tracked_missing", {"code": TRACKED}, "delivery_modes")


def _mode(code: str, mode: DeliveryTerm, blocking: bool = True, **params) -> Problem:
    return Problem(code, {"code": str(mode.code)[:40], **params}, "delivery_modes", blocking)


def _is_cost(cost: Decimal) -> bool:
    return cost.is_finite() and cost >= 0 and _in_cents(cost)


def _in_cents(amount: Decimal) -> bool:
    return amount == amount.quantize(Decimal("0.01")) if abs(amount) < 10**12 else False


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
