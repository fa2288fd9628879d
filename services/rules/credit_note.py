"""What a credit note asks of the marketplace: whole lines as refund, anything smaller as commercial gesture.

Facts: contract §3.7 (a refund covers whole lines or the whole order, with or without their shipping) and §3.8 (a part
of the money is a commercial gesture). All amounts include VAT.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .money import ZERO

TOLERANCE = Decimal("0.02")
"""How far an invoice's amount of a line may be off the marketplace's: prices without VAT round line by line."""


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of the marketplace's order; ``settled`` when it is cancelled, refunded or being refunded already."""

    line_id: str
    quantity: Decimal
    product: Decimal
    shipping: Decimal
    settled: bool = False


@dataclass(frozen=True, slots=True)
class CreditPlan:
    """What is left to ask for: lines to refund with or without their shipping, and an amount to give.

    ``kept``: service fees in the credit note of a whole order; the marketplace refunds lines, and fees are none.
    """

    line_ids: tuple[str, ...] = ()
    with_shipping: bool = True
    refund: Decimal = ZERO
    gesture: Decimal = ZERO
    kept: Decimal = ZERO

    def __bool__(self) -> bool:
        return bool(self.line_ids or self.gesture)


def plan_credit(
    total: Decimal,
    credited: Mapping[str, tuple[Decimal, Decimal]],
    shipping: Decimal,
    sold: Collection[SoldLine],
    given: Decimal = ZERO,
    fees: Decimal = ZERO,
) -> CreditPlan:
    """What a credit note over ``total`` asks of the marketplace.

    :param credited: order line id -> (quantity, amount) of the credit note's lines that name one
    :param shipping: what it credits of the shipping
    :param given: gestures that were asked for this credit note already
    :param fees: what it credits of the marketplace's service fees
    """
    settled = [line for line in sold if line.settled and line.line_id in credited]
    for line in settled:
        back = min(shipping, line.shipping)
        total -= credited[line.line_id][1] + back
        shipping -= back
    total -= given
    whole = [line for line in sold if not line.settled and _is_whole(line, credited.get(line.line_id))]
    goods = sum((line.product for line in whole), ZERO)
    freight = sum((line.shipping for line in whole), ZERO)
    slack = TOLERANCE * (len(whole) + len(settled) + 1)
    with_shipping = shipping >= freight - slack
    refund = goods + (freight if with_shipping else ZERO)
    rest = total - refund
    if not whole or rest < -slack:
        # Less is credited than these lines came to: a refund would give more back than the books say.
        return CreditPlan(gesture=total) if total > (slack if settled else ZERO) else CreditPlan()
    everything = all(line.settled or line in whole for line in sold)
    kept = ZERO
    if everything and fees > 0 and rest > slack:
        kept = min(rest, fees)
        rest -= kept
    return CreditPlan(
        tuple(line.line_id for line in whole), with_shipping, refund, rest if rest > slack else ZERO, kept
    )


def _is_whole(line: SoldLine, credited: tuple[Decimal, Decimal] | None) -> bool:
    if credited is None:
        return False
    quantity, amount = credited
    return quantity >= line.quantity and abs(amount - line.product) <= TOLERANCE


def shares(amount: Decimal, weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Split an amount in proportion, to the cent; the largest part takes what rounding leaves.

    >>> shares(Decimal("10.00"), {"20": Decimal(1), "5.5": Decimal(2)})
    {'20': Decimal('3.33'), '5.5': Decimal('6.67')}
    """
    whole = sum(weights.values(), ZERO)
    if not whole:
        return {}
    parts = {key: (amount * weight / whole).quantize(Decimal("0.01")) for key, weight in weights.items()}
    largest = max(parts, key=lambda key: (parts[key], key))
    parts[largest] += amount - sum(parts.values(), ZERO)
    return parts
