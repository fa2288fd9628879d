"""What an order is worth, to the cent: every amount includes VAT and is a ``Decimal`` with two decimals.

The line's ``totalPrice`` is what counts (contract §0b). The product part is unit price times quantity and shipping is
the rest, so it does not matter whether ``shippingCost`` was meant per line or per unit. Where that rest would be
negative, the customer paid less than the unit price says: the paid total stays, shipping is zero and the difference
is a discount on the product part. Where shipping is said to be zero and the rest is no more than the rounding of the
units, it belongs to the product: nobody wants a shipping line of one cent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from ..payloads.order import Order, OrderLine, PriceBlock
from .commission import commission_amounts
from .money import CENT, ZERO, round_half_up
from .order_status import is_dead
from .vat import vat_shares

Basis = Literal["offer", "selling"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a person may want to know; ``blocking`` when the amounts cannot be trusted.

    Codes: header_total_differs (header, computed, difference), header_total_missing, line_price_missing,
    line_quantity_missing, line_discount (amount), vat_mixed; the line ones with ``line_id``.
    """

    code: str
    params: dict[str, Any] = field(default_factory=dict)
    blocking: bool = False


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """``product_incl + shipping_incl`` is the line's total. ``unit_incl`` is the list price of one unit;
    ``unit_incl * quantity - discount_incl`` is ``product_incl`` (``discount_incl`` is negative where units were
    rounded up). Rates are in percent, None when nothing says; commission is None when nothing says.
    """

    line_id: str
    quantity: Decimal
    unit_incl: Decimal
    product_incl: Decimal
    shipping_incl: Decimal
    vat_rate: Decimal | None
    shipping_vat_rate: Decimal | None
    vat_amount: Decimal
    commission_with_vat: Decimal | None
    commission_without_vat: Decimal | None
    commission_rate: Decimal | None
    live: bool
    discount_incl: Decimal = ZERO

    @property
    def total_incl(self) -> Decimal:
        return self.product_incl + self.shipping_incl


@dataclass(frozen=True, slots=True)
class OrderAmounts:
    """``total`` is live lines plus service fees (zero when no line is live). ``header_total`` is what the header says.

    ``fees_in_header``: True or False when the header tells whether it counts the service fees, None when it cannot be
    told.
    """

    lines: tuple[LineAmounts, ...]
    total: Decimal
    header_total: Decimal | None
    problems: tuple[Problem, ...]
    lines_total: Decimal = ZERO
    fees_total: Decimal = ZERO
    fees_in_header: bool | None = None

    @property
    def booked_fees(self) -> Decimal:
        """Service fees that belong to the marketplace's total: a header that leaves them out keeps them to itself."""
        return ZERO if self.fees_in_header is False else self.fees_total

    @property
    def booked_total(self) -> Decimal:
        """What a sale order for the live lines must come to, VAT included."""
        return self.lines_total + self.booked_fees if any(line.live for line in self.lines) else ZERO

    @property
    def blocking_problems(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.blocking)


def order_amounts(order: Order, basis: Basis = "offer") -> OrderAmounts:
    """Amounts per line and in total.

    :param basis: ``offer``: what the seller set and is paid on; ``selling``: what the customer paid
    """
    if basis not in ("offer", "selling"):
        raise ValueError("basis is 'offer' or 'selling'")
    header = order.total_offer if basis == "offer" else order.total_selling
    header = None if header is None else round_half_up(header)
    fees = round_half_up(sum((fee.amount for fee in order.service_fees), ZERO))
    best: OrderAmounts | None = None
    # Only lines without a total leave a doubt about the shipping cost; the header may settle it.
    for per_unit in (False, True) if any(_total(line, basis) is None for line in order.lines) else (False,):
        found = _amounts(order, basis, per_unit, header, fees)
        if best is None or not any(problem.code == "header_total_differs" for problem in found.problems):
            best = found
        if not any(problem.code == "header_total_differs" for problem in best.problems):
            break
    return best


def _amounts(order: Order, basis: Basis, per_unit: bool, header: Decimal | None, fees: Decimal) -> OrderAmounts:
    problems: list[Problem] = []
    lines = tuple(_line(line, basis, per_unit, problems) for line in order.lines)
    everything = sum((line.total_incl for line in lines), ZERO)
    alive = sum((line.total_incl for line in lines if line.live), ZERO)
    any_live = any(line.live for line in lines)
    fees_in_header = None
    if header is None:
        problems.append(Problem("header_total_missing"))
    elif header in (alive, everything):
        fees_in_header = False if fees else None
    elif header in (alive + fees, everything + fees):
        fees_in_header = True
    else:
        expected = alive + fees
        params = {"header": header, "computed": expected, "difference": header - expected}
        problems.append(Problem("header_total_differs", params, blocking=True))
    return OrderAmounts(
        lines=lines,
        total=alive + fees if any_live else ZERO,
        header_total=header,
        problems=tuple(problems),
        lines_total=alive,
        fees_total=fees,
        fees_in_header=fees_in_header,
    )


def _total(line: OrderLine, basis: Basis) -> Decimal | None:
    return line.total_offer if basis == "offer" else line.total_selling


def _blocks(line: OrderLine, basis: Basis) -> tuple[PriceBlock, PriceBlock]:
    return (line.offer_price, line.selling_price) if basis == "offer" else (line.selling_price, line.offer_price)


def _line(line: OrderLine, basis: Basis, per_unit: bool, problems: list[Problem]) -> LineAmounts:
    live = not is_dead(line.status)
    block, other = _blocks(line, basis)
    unit, product, shipping = _parts(line, basis, per_unit, problems if live else [])
    discount = unit * line.quantity - product if line.quantity else ZERO
    discount = round_half_up(discount)
    if live and discount > CENT * line.quantity:
        problems.append(Problem("line_discount", {"line_id": line.line_id, "amount": discount}))
    # The selling block often comes without taxes (contract §3.2, example): the rate is the same on both.
    vat = vat_shares(block.taxes or other.taxes, product, shipping)
    if live and vat.mixed:
        problems.append(Problem("vat_mixed", {"line_id": line.line_id, "rate": vat.rate}))
    commission = commission_amounts(line.offer_price.commission or line.selling_price.commission, product + shipping)
    return LineAmounts(
        line_id=line.line_id,
        quantity=line.quantity,
        unit_incl=unit,
        product_incl=product,
        shipping_incl=shipping,
        vat_rate=vat.rate,
        shipping_vat_rate=vat.shipping_rate,
        vat_amount=vat.amount,
        commission_with_vat=commission.with_vat,
        commission_without_vat=commission.without_vat,
        commission_rate=commission.rate,
        live=live,
        discount_incl=discount,
    )


def _parts(line: OrderLine, basis: Basis, per_unit: bool, problems: list[Problem]) -> tuple[Decimal, Decimal, Decimal]:
    """(unit price, product part, shipping part) of a line."""
    block, other = _blocks(line, basis)
    quantity, unit, cost = line.quantity, block.unit_price, block.shipping_cost
    if not quantity:
        problems.append(Problem("line_quantity_missing", {"line_id": line.line_id}, blocking=True))
    declared = round_half_up((cost or ZERO) * (quantity if per_unit else 1))
    total = _total(line, basis)
    if total is None and unit is not None:
        return unit, round_half_up(unit * quantity), declared
    if total is None:
        # Nothing on this basis: the other one is better than nothing.
        total = _total(line, "selling" if basis == "offer" else "offer")
        unit, cost = other.unit_price, other.shipping_cost
        declared = round_half_up((cost or ZERO) * (quantity if per_unit else 1))
        if total is None and unit is not None:
            return unit, round_half_up(unit * quantity), declared
    if total is None:
        problems.append(Problem("line_price_missing", {"line_id": line.line_id}, blocking=True))
        return ZERO, ZERO, ZERO
    total = round_half_up(total)
    if unit is None or not quantity:
        shipping = min(max(declared, ZERO), max(total, ZERO))
        product = total - shipping
        return unit if unit is not None else round_half_up(product / (quantity or 1), 6), product, shipping
    product = round_half_up(unit * quantity)
    rest = total - product
    if rest < 0 or (cost == 0 and rest <= CENT * quantity):
        return unit, total, ZERO
    return unit, product, rest
