"""What of a marketplace order a sale order was made from, and what the marketplace has changed since.

A sale order belongs to people once it exists: they swap an article, split a delivery, grant a discount. So it is never
compared with the marketplace's order; the marketplace's order is compared with what it was when the sale order last
followed it, and only what the marketplace changed is carried over.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from ..payloads.order import Order
from .money import ZERO
from .order_status import LINE_SHIPPED, Decision, canonical
from .totals import OrderAmounts


@dataclass(frozen=True, slots=True)
class BookedLine:
    quantity: Decimal
    product: Decimal
    shipping: Decimal
    live: bool
    shipped: bool

    @property
    def total(self) -> Decimal:
        return self.product + self.shipping


@dataclass(frozen=True, slots=True)
class Booked:
    """``action`` as in Decision; addresses as digests, "" when the marketplace shows none; ``ship_by`` as ISO text.

    ``basis``: the price that was booked; an account that books another one later keeps its old orders as they are.
    """

    action: str
    total: Decimal
    fees: Decimal
    delivery: str
    billing: str
    country: str
    ship_by: str
    basis: str = "offer"
    lines: dict[str, BookedLine] = field(default_factory=dict)

    @property
    def order_amount_basis(self) -> str:
        """Named like the account's setting it was taken from."""
        return self.basis

    @property
    def cancelled(self) -> bool:
        return self.action == "cancel"

    @property
    def shipped(self) -> bool:
        return self.action == "history"

    def dumps(self) -> str:
        """As text for ``loads``; amounts and digests only, nothing personal."""
        plain = {name: str(getattr(self, name)) for name in _TEXTS}
        plain["lines"] = {
            line_id: [str(line.quantity), str(line.product), str(line.shipping), int(line.live), int(line.shipped)]
            for line_id, line in self.lines.items()
        }
        return json.dumps(plain, sort_keys=True, separators=(",", ":"))


_TEXTS = ("action", "total", "fees", "delivery", "billing", "country", "ship_by", "basis")


def booked(order: Order, amounts: OrderAmounts, decision: Decision, basis: str = "offer") -> Booked:
    """What a sale order made or brought up to date now stands for. ``basis``: see ``order_amounts``."""
    status = {line.line_id: canonical(line.status) for line in order.lines}
    address = order.shipping_address
    country = (address or order.billing_address).country_code if address or order.billing_address else ""
    return Booked(
        action=decision.action,
        total=amounts.booked_total,
        fees=amounts.booked_fees,
        delivery=address.digest() if address else "",
        billing=order.billing_address.digest() if order.billing_address else "",
        country=country or "",
        ship_by=order.ship_by.isoformat() if order.ship_by else "",
        basis=basis,
        lines={
            line.line_id: BookedLine(
                line.quantity, line.product_incl, line.shipping_incl, line.live, status[line.line_id] in LINE_SHIPPED
            )
            for line in amounts.lines
        },
    )


def loads(text: str) -> Booked | None:
    """What ``Booked.dumps`` wrote, or None when there is nothing readable."""
    try:
        raw = json.loads(text or "null")
        return Booked(
            **{name: Decimal(raw[name]) if name in ("total", "fees") else raw[name] for name in _TEXTS},
            lines={
                line_id: BookedLine(Decimal(quantity), Decimal(product), Decimal(shipping), bool(live), bool(shipped))
                for line_id, (quantity, product, shipping, live, shipped) in raw["lines"].items()
            },
        )
    except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation):
        return None


@dataclass(frozen=True, slots=True)
class Changes:
    """What the marketplace changed. Line ids by kind; a line that is in none did not change."""

    cancelled: bool = False
    revived: bool = False
    shipped: bool = False
    delivery: bool = False
    billing: bool = False
    country: bool = False
    ship_by: bool = False
    total: bool = False
    fees: bool = False
    shipping: bool = False
    added: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    quantity: tuple[str, ...] = ()
    price: tuple[str, ...] = ()
    parcelled: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """Lines whose sale order line has to change."""
        return tuple(dict.fromkeys((*self.added, *self.ended, *self.returned, *self.quantity, *self.price)))

    @property
    def amounts(self) -> bool:
        """Whether the sale order's lines or total have to change."""
        return bool(self.lines or self.fees or self.shipping or self.total or self.country)

    def __bool__(self) -> bool:
        return self != Changes()


def changes(old: Booked, new: Booked) -> Changes:
    """What differs. An address or a date that the marketplace no longer shows is no change: it is only not shown."""
    nothing = BookedLine(ZERO, ZERO, ZERO, live=False, shipped=False)
    added, ended, returned, quantity, price, parcelled = [], [], [], [], [], []
    for line_id, line in new.lines.items():
        before = old.lines.get(line_id)
        if line.shipped and not (before or nothing).shipped:
            parcelled.append(line_id)
        if before is None:
            if line.live:
                added.append(line_id)
        elif before.live and not line.live:
            ended.append(line_id)
        elif line.live and not before.live:
            returned.append(line_id)
        elif line.live:
            if line.quantity != before.quantity:
                quantity.append(line_id)
            if line.product * before.quantity != before.product * line.quantity:
                price.append(line_id)
    # A line the marketplace no longer tells of is not sold any more.
    ended += [line_id for line_id, line in old.lines.items() if line.live and line_id not in new.lines]

    def shipping_of(state):
        return {line_id: line.shipping for line_id, line in state.lines.items() if line.live and line.shipping}

    return Changes(
        cancelled=new.cancelled and not old.cancelled,
        revived=old.cancelled and not new.cancelled,
        shipped=new.shipped and not old.shipped,
        delivery=bool(new.delivery) and new.delivery != old.delivery,
        billing=bool(new.billing) and new.billing != old.billing,
        country=bool(new.country) and bool(old.country) and new.country != old.country,
        ship_by=bool(new.ship_by) and new.ship_by != old.ship_by,
        total=new.total != old.total,
        fees=new.fees != old.fees,
        shipping=shipping_of(new) != shipping_of(old),
        added=tuple(added),
        ended=tuple(ended),
        returned=tuple(returned),
        quantity=tuple(quantity),
        price=tuple(price),
        parcelled=tuple(parcelled),
    )
