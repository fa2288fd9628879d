"""The price to publish: with every tax whatever the set-up, rounded as shops do, not below what it must earn."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

from .money import CENT, ZERO, round_half_up
from .tax_price import TaxShape

Rounding = Literal["nearest", "up", "down"]
_HUNDRED = Decimal(100)


def including_taxes(unit_price: Decimal, shape: TaxShape) -> Decimal:
    """The price with all taxes of a unit price as the accounting system has it, to the cent.

    :param shape: of the product's sales taxes (``tax_price.tax_shape``): whether they are inside the unit price, follow
        one another or are amounts per piece
    """
    base = (unit_price - shape.price_per_piece) / shape.price_slope
    return round_half_up(shape.slope * base + shape.per_piece)


def rounded(
    price: Decimal, ending: Decimal | None = None, step: Decimal = Decimal(1), how: Rounding = "nearest"
) -> Decimal:
    """A price that ends as shops like it: ``ending`` 0.99 and ``step`` 1 give 4.99, 5.99; ending 0 and step 0.05 give
    4.95, 5.00; ending 9 and step 10 give 19, 29. Without an ending, cents.

    Never zero or less: the lowest price of the kind is taken instead. Of two equally near ones the lower is.
    """
    if ending is None or step <= 0:
        return round_half_up(price)
    places = (price - ending) / step
    below = ending + step * places.to_integral_value(rounding=ROUND_FLOOR)
    above = ending + step * places.to_integral_value(rounding=ROUND_CEILING)
    nearest = below if price - below <= above - price else above
    found = {"nearest": nearest, "up": above, "down": below}[how]
    while found <= 0:
        found += step
    return round_half_up(found)


@dataclass(frozen=True, slots=True)
class Costs:
    """What a sold piece costs and must earn. Money in euros without VAT, rates in percent.

    ``commission`` is the marketplace's share of the price with VAT, itself without VAT. ``shipping`` is what the
    carrier costs beyond what the customer pays for it. ``margin_rate`` is of the price without VAT, ``margin_amount``
    comes on top. ``eco_tax`` and ``dea`` are inside the price, with VAT, and are passed on.
    """

    purchase: Decimal
    commission: Decimal = ZERO
    shipping: Decimal = ZERO
    margin_rate: Decimal = ZERO
    margin_amount: Decimal = ZERO
    vat_rate: Decimal = Decimal(20)
    eco_tax: Decimal = ZERO
    dea: Decimal = ZERO


def earnings(price: Decimal, costs: Costs) -> Decimal:
    """What is left of a price with VAT once everything is paid, without VAT; exact, the margin included."""
    vat = 1 + costs.vat_rate / _HUNDRED
    kept = (price - costs.eco_tax - costs.dea) / vat - price * costs.commission / _HUNDRED
    return kept - costs.purchase - costs.shipping


def floor_price(costs: Costs) -> Decimal | None:
    """The least price with VAT, to the cent, that earns the margin; None when no price can (commission and margin take
    all of it).

    It is above eco-tax and DEA in any case, or the marketplace would refuse it.
    """
    vat = 1 + costs.vat_rate / _HUNDRED
    passed_on = costs.eco_tax + costs.dea
    share = (1 - costs.margin_rate / _HUNDRED) / vat - costs.commission / _HUNDRED
    if share <= 0:
        return None
    needed = costs.purchase + costs.shipping + costs.margin_amount + passed_on / vat
    # Divisions are cut after 28 digits: what is a cent above by that only is not above.
    least = (needed / share).quantize(Decimal("1E-12")).quantize(CENT, rounding=ROUND_CEILING)
    return max(least, passed_on + CENT, CENT)
