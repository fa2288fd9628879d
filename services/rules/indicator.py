"""Judging an indicator: is it beyond its threshold, where is it going, and when will it get there."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

Number = Decimal | float
State = Literal["unknown", "unjudged", "good", "expected", "breached"]
Trend = Literal["unknown", "better", "stable", "worse"]

LOOK_AHEAD = 14
"""Days: a breach that is farther away is no news yet."""
WINDOW = 14
"""Days of the series from which the line is drawn."""
FEWEST = 4
"""Days that must be known before a line through them says anything."""
SLACK = 0.05
"""Percent points: what changes less than that in a week is stable."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the indicators the marketplace documents (contract §10). ``threshold`` may be old."""

    kind: str
    threshold: Decimal | None


DOCUMENTED = {
    "order_acceptation": Known("minimum", Decimal("97.5")),
    "product_shipping": Known("minimum", Decimal("97.5")),
    "deadline_compliance": Known("minimum", Decimal("96")),
    "order_claims": Known("maximum", Decimal("1")),
    "order_refunds": Known("maximum", None),
}


def is_breached(value: Number, threshold: Number, kind: str) -> bool:
    """A value on its threshold is still good."""
    return value < threshold if kind == "minimum" else value > threshold


def trend(now: Number | None, before: Number | None, kind: str, slack: float = SLACK) -> Trend:
    """Where an indicator has gone since ``before`` (a week ago); more is better only where there is a minimum."""
    if now is None or before is None or kind not in ("minimum", "maximum"):
        return "unknown"
    change = float(now) - float(before)
    if abs(change) < slack:
        return "stable"
    return "better" if (change > 0) == (kind == "minimum") else "worse"


def expected_breach(
    series: Iterable[tuple[date, Number | None]],
    threshold: Number,
    kind: str,
    *,
    look_ahead: int = LOOK_AHEAD,
    window: int = WINDOW,
) -> date | None:
    """The day on which a straight line through the last days crosses the threshold; None when it does not in time.

    The line is the least squares of the last ``window`` days; days without a value are left out. From fewer than four
    days no line is drawn: two bad days are no direction. A value that is beyond the threshold already is no
    expectation, so None as well.
    """
    known = sorted({day: float(value) for day, value in series if value is not None}.items())
    if not known:
        return None
    last, current = known[-1]
    points = [((day - last).days, value) for day, value in known if (last - day).days < window]
    limit = float(threshold)
    if len(points) < FEWEST or is_breached(current, limit, kind):
        return None
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    falls = slope < 0
    if abs(slope) < 1e-6 or falls != (kind == "minimum"):
        return None
    # From where it is now, in the direction of the line: the line itself may already lie beyond.
    days = math.ceil(abs(limit - current) / abs(slope) + 1e-9)
    return last + timedelta(days=max(days, 1)) if days <= look_ahead else None


def judge(value: Number | None, threshold: Number | None, kind: str, expected_on: date | None) -> State:
    """The state of an indicator: ``unjudged`` when there is no threshold to hold it against."""
    if value is None:
        return "unknown"
    if threshold is None or kind not in ("minimum", "maximum"):
        return "unjudged"
    if is_breached(value, threshold, kind):
        return "breached"
    return "expected" if expected_on else "good"


def share(part: int, whole: int) -> Decimal | None:
    """``part`` of ``whole`` in percent with two decimals; None of nothing."""
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01")) if whole else None
