"""An indicator is read whatever its shape, judged by its threshold, and its breach is seen before it happens."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.payloads.indicator import Indicator
from services.rules.indicator import expected_breach, is_breached, judge, share, trend

D = Decimal
TODAY = date(2026, 11, 23)


def parsed(raw):
    return {one.code: one for one in Indicator.parse_all(raw)}


def days(*values):
    """A series that ends today."""
    return [(TODAY - timedelta(days=len(values) - 1 - place), value) for place, value in enumerate(values)]


def test_the_contracts_shape_arrives_exact():
    one = parsed(
        {
            "order_acceptation": {
                "value_d30": D("99.1"),
                "value_d60": D("98.7"),
                "threshold": 97.5,
                "threshold_type": "Minimum",
            }
        }
    )["order_acceptation"]
    assert (one.value_30, one.value_60, one.threshold, one.kind) == (D("99.1"), D("98.7"), D("97.5"), "minimum")


@pytest.mark.parametrize(
    "raw",
    [
        {"indicators": {"orderClaims": {"valueD30": "0,6", "thresholdType": "MAX"}}},
        {"data": {"items": [{"name": "order_claims", "value30": 0.6, "type": "maximum"}]}},
        [{"code": "Order Claims", "last30Days": "0.6", "threshold_type": "Max"}],
    ],
)
def test_other_shapes_are_understood(raw):
    one = parsed(raw)["order_claims"]
    assert (one.value_30, one.kind) == (D("0.6"), "maximum")


def test_what_is_not_told_stays_unknown_and_unknown_names_are_kept():
    found = parsed({"order_claims": None, "punctuality_of_the_moon": {"value_d30": None}, "order_refunds": 1.5})
    assert found["order_claims"].value_30 is None
    assert found["punctuality_of_the_moon"].value_30 is None
    assert found["order_refunds"].value_30 == D("1.5")


@pytest.mark.parametrize("raw", ["no indicators today", 3, None, True])
def test_an_answer_without_indicators_is_none(raw):
    assert Indicator.parse_all(raw) is None


def test_a_value_on_its_threshold_is_still_good():
    assert not is_breached(D("97.5"), D("97.5"), "minimum")
    assert is_breached(D("97.49"), D("97.5"), "minimum")
    assert not is_breached(1, 1, "maximum")
    assert is_breached(D("1.01"), 1, "maximum")


@pytest.mark.parametrize(
    ("now", "before", "kind", "answer"),
    [
        (99, 98, "minimum", "better"),
        (98, 99, "minimum", "worse"),
        (2, 1, "maximum", "worse"),
        (1, 2, "maximum", "better"),
        (98.01, 98.0, "minimum", "stable"),
        (98, None, "minimum", "unknown"),
        (98, 97, "", "unknown"),
    ],
)
def test_better_is_more_only_where_there_is_a_minimum(now, before, kind, answer):
    assert trend(now, before, kind) == answer


def test_a_falling_line_tells_the_day_of_the_breach():
    # Half a point a day, one point above the threshold: in two days on it, beyond it on the third.
    assert expected_breach(days(100, 99.5, 99, 98.5), 97.5, "minimum") == TODAY + timedelta(days=3)


@pytest.mark.parametrize(
    "series",
    [
        days(98.5, 99, 99.5, 100),  # it gets better
        days(99, 99, 99, 99),  # it stays
        days(100, 98.5),  # two days are no direction
        days(99, 98, 97, 96),  # it is beyond already
        days(99.9, 99.88, 99.86, 99.84),  # too far away to be news
        days(None, None, None, None),
        [],
    ],
)
def test_no_breach_is_expected_without_reason(series):
    assert expected_breach(series, 97.5, "minimum") is None


def test_days_without_a_value_are_left_out_of_the_line():
    series = days(100, None, 99, None, 98, None, None, 97.9)
    assert expected_breach(series, 97.5, "minimum") is not None


def test_a_rising_share_is_expected_to_pass_its_maximum():
    assert expected_breach(days(0.2, 0.4, 0.6, 0.8), 1, "maximum") == TODAY + timedelta(days=2)


def test_without_a_threshold_nothing_is_judged():
    assert judge(3, None, "maximum", None) == "unjudged"
    assert judge(None, 1, "maximum", None) == "unknown"
    assert judge(2, 1, "maximum", TODAY) == "breached"
    assert judge(0.5, 1, "maximum", TODAY) == "expected"
    assert judge(0.5, 1, "maximum", None) == "good"


def test_a_share_of_nothing_is_unknown():
    assert share(0, 0) is None
    assert share(1, 3) == D("33.33")
