"""VAT inside a price: which rate, and how much of it (contract §3.2; units are not sure, contract §13 no. 2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ..payloads.order import TaxShare
from .money import ZERO, round_half_up

VAT_CODES = frozenset({"vat", "tva", "iva", "btw", "mwst"})
# Above this, a number cannot be a fraction (no VAT reaches 35 %) and below it no percentage but Corsica's 0.9 exists,
# which is above it. So 0.2 is 20 %, 0.021 is 2.1 %, and 0.9 is 0.9 %.
_LARGEST_FRACTION = Decimal("0.35")
# France first: where cents allow several rates, the more likely one wins. Then the rest of the EU.
KNOWN_RATES = tuple(
    Decimal(rate) / 10
    for rate in (
        *(200, 100, 55, 21, 85),
        *(210, 190, 220, 230, 240, 250, 255, 270, 170, 180, 160, 150, 140, 135, 130, 120, 110),
        *(95, 90, 80, 70, 60, 50, 48, 40, 30, 9),
    )
)
_HUNDRED = Decimal(100)


def as_percent(rate: Decimal | None) -> Decimal | None:
    """A VAT rate in percent, whether it was sent as 20 or as 0.2; None when it makes no sense."""
    if rate is None or rate < 0 or rate > _HUNDRED:
        return None
    if 0 < rate <= _LARGEST_FRACTION:
        rate *= _HUNDRED
    return tidy(rate)


def tidy(value: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent: 20, 5.5, 0."""
    value = value.normalize()
    return value.quantize(Decimal(1)) if value == value.to_integral() else value


def vat_inside(amount_incl: Decimal, rate: Decimal) -> Decimal:
    """The VAT inside a price that includes it, to the cent."""
    return round_half_up(amount_incl - amount_incl * _HUNDRED / (_HUNDRED + rate))


@dataclass(frozen=True, slots=True)
class VatShares:
    """``rate`` and ``shipping_rate`` in percent or None when nothing says; ``amount`` is the VAT of the whole line.

    ``mixed`` when one line names several rates for the product; the one with the largest amount was taken.
    """

    rate: Decimal | None
    shipping_rate: Decimal | None
    amount: Decimal
    mixed: bool = False


def vat_shares(taxes: Iterable[TaxShare], product_incl: Decimal, shipping_incl: Decimal) -> VatShares:
    """VAT of a line from its taxes. Eco-tax and the like are inside the price and do not count.

    Shipping without a share of its own has the rate of the product, as the accessory follows the principal.
    """
    shares = [tax for tax in taxes if tax.code.casefold().rstrip("0123456789. %") in VAT_CODES]
    on_shipping = [tax for tax in shares if tax.target.casefold().startswith(("ship", "deliver"))]
    on_product = [tax for tax in shares if tax not in on_shipping]
    rate, mixed = _rate(on_product, product_incl)
    shipping_rate, _mixed = _rate(on_shipping, shipping_incl)
    if shipping_rate is None:
        shipping_rate = rate
    amount = _amount(on_product, product_incl, rate) + _amount(on_shipping, shipping_incl, shipping_rate)
    return VatShares(rate, shipping_rate, amount, mixed)


def _rate(shares: list[TaxShare], amount_incl: Decimal) -> tuple[Decimal | None, bool]:
    rated: dict[Decimal, Decimal] = {}
    for share in shares:
        rate = as_percent(share.rate)
        if rate is None:
            rate = guess_rate(share.amount, amount_incl)
        if rate is not None:
            rated[rate] = rated.get(rate, ZERO) + (share.amount or ZERO)
    if not rated:
        return None, False
    return max(rated, key=lambda rate: (rated[rate], rate)), len(rated) > 1


def _amount(shares: list[TaxShare], amount_incl: Decimal, rate: Decimal | None) -> Decimal:
    declared = [share.amount for share in shares if share.amount is not None]
    if declared:
        return round_half_up(sum(declared, ZERO))
    return vat_inside(amount_incl, rate) if rate is not None else ZERO


def guess_rate(vat: Decimal | None, amount_incl: Decimal) -> Decimal | None:
    """The known rate that makes ``vat`` out of ``amount_incl`` within a cent, or None."""
    if vat is None or amount_incl <= 0 or vat < 0 or vat >= amount_incl:
        return None
    if vat == 0:
        return Decimal(0) if amount_incl >= 1 else None
    fitting = [rate for rate in KNOWN_RATES if vat_inside(amount_incl, rate) == round_half_up(vat)]
    if not fitting:
        fitting = [rate for rate in KNOWN_RATES if abs(vat_inside(amount_incl, rate) - vat) <= Decimal("0.01")]
    return fitting[0] if fitting else None
