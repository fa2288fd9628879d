"""What a financial operation means: its kind, its sign, its state; the days on which money and invoices come (§8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

from ..payloads.finance import Operation
from .money import ZERO, round_half_up

PAYOUT_DAYS = (1, 11, 21)
INVOICE_DAYS = (9, 19, 29)
# By when what is due on a day is there to be read; the marketplace does not tell, so the middle of the day (UTC).
READY_AT = time(10)

KINDS = {
    "sale": "sale",
    "commission": "commission",
    "refund": "refund",
    "commissionrefund": "commission_refund",
    "refundcommission": "commission_refund",
    "commercialgesture": "gesture",
    "gesture": "gesture",
    "subscription": "subscription",
    "logisticfee": "logistic",
    "logisticfees": "logistic",
    "logistic": "logistic",
    "fulfillmentfee": "logistic",
}
# What each kind does to a payout; an operation of an unknown kind is taken with the sign it was sent with.
SIGNS = {
    "sale": 1,
    "commission": -1,
    "refund": -1,
    "commission_refund": 1,
    "gesture": -1,
    "subscription": -1,
    "logistic": -1,
}
CHARGED = ("commission", "commission_refund", "subscription", "logistic")
"""Kinds that are on the marketplace's invoice to the seller."""
OF_CUSTOMER = ("sale", "refund", "gesture")
STATES = {
    "notpayable": "not_payable",
    "estimated": "estimated",
    "inprocess": "in_process",
    "paid": "paid",
    "blocked": "blocked",
}
COUNTED = ("estimated", "in_process", "paid")
"""States whose amount is in a payout. One that nobody knows is not: it is shown instead."""


def kind_of(event_type: str) -> str:
    """The kind of an event type, "other" when nobody knows it."""
    return KINDS.get(_plain(event_type), "other")


def state_of(payment_state: str) -> str:
    """The state of a ``paymentState``, "unknown" when nobody knows it or there is none."""
    return STATES.get(_plain(payment_state), "unknown")


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


@dataclass(frozen=True, slots=True)
class Signed:
    """What an operation does to the payout: positive reaches the seller. To the cent."""

    with_vat: Decimal = ZERO
    without_vat: Decimal = ZERO
    known: bool = False

    @property
    def vat(self) -> Decimal:
        return self.with_vat - self.without_vat


def signed(operation: Operation) -> Signed:
    """The amounts with the sign they have for the seller.

    Known kinds have the sign of their kind whatever the marketplace writes: a commission of 7.50 and one of -7.50 are
    the same. A commission that is written with the other sign than its like is a commission refund in real life, but
    that cannot be told from a single operation; the event type says so.
    """
    amounts = operation.amounts
    if amounts.with_vat is None:
        return Signed()
    with_vat, without = round_half_up(amounts.with_vat), round_half_up(amounts.without_vat or ZERO)
    sign = SIGNS.get(kind_of(operation.event_type))
    if sign:
        return Signed(sign * abs(with_vat), sign * abs(without), True)
    return Signed(with_vat, without, True)


# ---------------------------------------------------------------------- the two calendars
def _on(year: int, month: int, day: int) -> date:
    """That day of the month, or its last one."""
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def _days(first: date, last: date, days: tuple[int, ...]) -> list[date]:
    found, year, month = [], first.year, first.month
    while (year, month) <= (last.year, last.month):
        found += [_on(year, month, day) for day in days]
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return [day for day in found if first <= day <= last]


def next_payout(day: date) -> date:
    """The first payout day (1, 11, 21) on or after a day."""
    return _days(day, day + timedelta(days=40), PAYOUT_DAYS)[0]


def invoice_of(day: date) -> date:
    """Date of the invoice with what was charged on a day: the first of 9, 19, 29 later than it."""
    return _days(day + timedelta(days=1), day + timedelta(days=40), INVOICE_DAYS)[0]


def period_of(invoice_day: date) -> tuple[date, date]:
    """First and last day of what an invoice of that date covers."""
    before = [day for day in _days(invoice_day - timedelta(days=40), invoice_day, INVOICE_DAYS) if day < invoice_day]
    return before[-1], invoice_day - timedelta(days=1)


def poll_due(last: datetime | None, now: datetime) -> bool:
    """Whether the accounts are to be read: once after each payout and each invoice day, late after a downtime.

    :param last: aware moment of the last reading, None when there was none
    """
    if last is None:
        return True
    days = _days((last - timedelta(days=1)).date(), now.date(), (*PAYOUT_DAYS, *INVOICE_DAYS))
    return any(last < datetime.combine(day, READY_AT, timezone.utc) <= now for day in days)


# ---------------------------------------------------------------------- what comes
@dataclass(frozen=True, slots=True)
class Forecast:
    """``day``: of the next payout, None when nothing is announced; ``blocked``: kept back, of every day."""

    day: date | None = None
    amount: Decimal = ZERO
    later: Decimal = ZERO
    blocked: Decimal = ZERO


def forecast(rows: Iterable[tuple[str, date | None, Decimal]], today: date) -> Forecast:
    """The next payout from ``(state, release date, amount)`` of operations or of sums of them.

    What should have been paid before today and is not counts into the next payout. So does what has no day.
    """
    rows = list(rows)
    open_rows = [(day, amount) for state, day, amount in rows if state in ("estimated", "in_process")]
    blocked = sum((amount for state, _, amount in rows if state == "blocked"), ZERO)
    if not open_rows:
        return Forecast(blocked=blocked)
    coming = [day for day, _ in open_rows if day and day >= today]
    first = min(coming) if coming else next_payout(today)
    due = sum((amount for day, amount in open_rows if day is None or day <= first), ZERO)
    later = sum((amount for day, amount in open_rows if day and day > first), ZERO)
    return Forecast(first, due, later, blocked)
