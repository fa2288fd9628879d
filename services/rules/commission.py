"""What the marketplace keeps of a line. The amounts are booked, the rate is only shown (contract §0b)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..payloads.order import Commission
from .money import round_half_up
from .vat import tidy

# Commission is invoiced with French VAT.
COMMISSION_VAT = Decimal("0.20")


@dataclass(frozen=True, slots=True)
class CommissionAmounts:
    """Euro amounts of the whole line and the rate in percent; None is "not known", not zero."""

    with_vat: Decimal | None = None
    without_vat: Decimal | None = None
    rate: Decimal | None = None


def commission_amounts(commission: Commission | None, line_total: Decimal) -> CommissionAmounts:
    """Amounts to the cent, a missing one computed from the other; a missing rate from the amount and ``line_total``."""
    if commission is None:
        return CommissionAmounts()
    with_vat, without_vat, rate = commission.amount_with_vat, commission.amount_without_vat, commission.rate
    if with_vat is None and without_vat is not None:
        with_vat = without_vat * (1 + COMMISSION_VAT)
    elif without_vat is None and with_vat is not None:
        without_vat = with_vat / (1 + COMMISSION_VAT)
    if rate is not None:
        # Contract §0b: percent when above 1, fraction otherwise.
        rate = tidy(rate if rate > 1 else rate * 100)
    elif with_vat is not None and line_total > 0:
        rate = round_half_up(with_vat * 100 / line_total)
    return CommissionAmounts(_cents(with_vat), _cents(without_vat), rate)


def _cents(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else round_half_up(amount)
