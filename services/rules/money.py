"""Money is ``Decimal``; a cent is never lost and never a float."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def round_half_up(amount: Decimal, places: int = 2) -> Decimal:
    """``amount`` with ``places`` decimals, halves away from zero, as French invoices do."""
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def to_cents(amount: Decimal) -> int:
    """An amount as a whole number of cents, rounded half up."""
    return int(round_half_up(amount).scaleb(2))


def from_cents(cents: int) -> Decimal:
    """A whole number of cents as an amount with two decimals."""
    return (Decimal(cents) / 100).quantize(CENT)
