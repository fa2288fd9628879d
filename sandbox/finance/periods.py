"""The two calendars of the marketplace's accounts: money goes out on 1, 11 and 21, invoices come on 9, 19 and 29."""

from datetime import date, timedelta

PAYOUT_DAYS = (1, 11, 21)
INVOICE_DAYS = (9, 19, 29)
HOLD = timedelta(days=7)  # how long after it was shipped a sale is kept back
CUT_OFF = timedelta(days=2)  # how long before its day a payout is prepared


def _next(day, days) -> date:
    """The first of ``days`` of a month on or after ``day``; 29 is the last day of a short February."""
    for candidate in days:
        found = _day_of(day.year, day.month, candidate)
        if found >= day:
            return found
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return _day_of(year, month, days[0])


def _day_of(year, month, day) -> date:
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def payout_on(day) -> date:
    return _next(day, PAYOUT_DAYS)


def invoice_after(day) -> date:
    """Date of the invoice that has what was charged on ``day``: the first one later than that day."""
    return _next(day + timedelta(days=1), INVOICE_DAYS)


def months(first, last):
    """The first days of the months from ``first`` to ``last``, both included when they are first days."""
    day = first.replace(day=1)
    while day <= last:
        if day >= first:
            yield day
        day = (day + timedelta(days=32)).replace(day=1)
