"""From a price that includes every tax to the unit price an accounting system wants, and how far rounding can miss.

A set of taxes makes the price including them a straight line of the price without them: so much per unit of money, and
so much per piece (eco-taxes). Whether taxes are inside the unit price, follow one another or stand in a group does not
change that. So the unit price for a wanted total is found by solving one equation, not by trying.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from .money import ZERO
from .vat import tidy

Kind = Literal["percent", "fixed", "division"]
_HUNDRED = Decimal(100)
_HALF_CENT = Decimal("0.005")
# How near a line's total has to be before more decimals of its unit price are pointless.
_EXACT = Decimal("0.001")
MAX_PLACES = 8


@dataclass(frozen=True, slots=True)
class TaxPart:
    """One tax of a set, in the order in which they are computed.

    :param kind: percent of the base; ``division``: percent of the price with tax; fixed: an amount per piece
    :param amount: percent, or money per piece
    :param included: whether the unit price contains it
    :param affects_next: whether later taxes are computed on it as well
    :param affected: whether it is computed on earlier taxes that affect later ones
    """

    kind: Kind
    amount: Decimal
    included: bool = False
    affects_next: bool = False
    affected: bool = True


@dataclass(frozen=True, slots=True)
class TaxShape:
    """``price including all = slope * base + per_piece``; ``unit price = price_slope * base + price_per_piece``."""

    slope: Decimal = Decimal(1)
    per_piece: Decimal = ZERO
    price_slope: Decimal = Decimal(1)
    price_per_piece: Decimal = ZERO
    count: int = 0

    @property
    def percent(self) -> Decimal:
        """What the taxes add to a price without them, in percent; amounts per piece do not count."""
        return tidy((self.slope - 1) * _HUNDRED)

    @property
    def included(self) -> bool:
        """Whether the unit price is the price with all taxes."""
        return self.slope == self.price_slope and self.per_piece == self.price_per_piece

    def unit_price(self, total_incl: Decimal, quantity: Decimal) -> Decimal:
        """The exact unit price whose line of ``quantity`` pieces comes to ``total_incl``."""
        if self.included:
            return total_incl / quantity
        # Amounts per piece follow the sign of the price: a credited piece gives its eco-tax back.
        sign = -1 if total_incl < 0 else 1
        base = (abs(total_incl) / quantity - self.per_piece) / self.slope
        return sign * (self.price_slope * base + self.price_per_piece)

    def rounded_price(self, total_incl: Decimal, quantity: Decimal, places: int, fixed_places: bool) -> Decimal:
        """The unit price with ``places`` decimals, or with as few more as bring the line to its cent.

        :param fixed_places: False where the price may have more decimals than ``places``
        """
        exact = self.unit_price(total_incl, quantity)
        for digits in range(places, places + 1 if fixed_places else MAX_PLACES + 1):
            found = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
            if abs(found - exact) * quantity * self.sensitivity < _EXACT:
                break
        return found

    @property
    def sensitivity(self) -> Decimal:
        """How much the price with all taxes grows when the unit price grows by one."""
        return self.slope / self.price_slope

    def rounding_bound(self, quantity: Decimal, places: int) -> Decimal:
        """The most by which arithmetic alone can miss a line's total: unit price cut to ``places``, cents per tax."""
        step = Decimal(1).scaleb(-places) / 2
        return quantity * step * self.sensitivity + _HALF_CENT * (1 + self.count)


def tax_shape(parts: Iterable[TaxPart]) -> TaxShape | None:
    """What a set of taxes makes of a price; None when nobody can tell (a tax of 100 % of the price)."""
    slope, per_piece = Decimal(1), ZERO
    price_slope, price_per_piece = Decimal(1), ZERO
    # What later taxes are computed on: the base, and the taxes so far that say so.
    base_slope, base_per_piece = Decimal(1), ZERO
    count = 0
    for part in parts:
        count += 1
        if part.kind == "fixed":
            tax_slope, tax_per_piece = Decimal(0), part.amount
        else:
            if part.kind == "division" and part.amount >= _HUNDRED:
                return None
            rate = part.amount / (_HUNDRED if part.kind == "percent" else _HUNDRED - part.amount)
            on = (base_slope, base_per_piece) if part.affected else (Decimal(1), ZERO)
            tax_slope, tax_per_piece = rate * on[0], rate * on[1]
        slope, per_piece = slope + tax_slope, per_piece + tax_per_piece
        if part.included:
            price_slope, price_per_piece = price_slope + tax_slope, price_per_piece + tax_per_piece
        if part.affects_next:
            base_slope, base_per_piece = base_slope + tax_slope, base_per_piece + tax_per_piece
    if slope <= 0 or price_slope <= 0:
        return None
    return TaxShape(slope, per_piece, price_slope, price_per_piece, count)
