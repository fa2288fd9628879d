"""When a job is tried again: what the marketplace asks for is kept, what makes no sense is not."""

from __future__ import annotations

import random

import pytest

from services.errors import RateLimited, ServerError
from services.rules.retry import LONGEST_SENSIBLE_WAIT, next_delay

DAY = 24 * 3600.0


def test_a_day_is_waited_when_the_marketplace_asks_for_a_day():
    delay = next_delay(1, RateLimited(retry_after=DAY), random.Random(1), cap=3600.0)
    assert DAY <= delay <= DAY + 30.0


@pytest.mark.parametrize("nonsense", [0.0, -5.0, float("nan"), float("inf"), 999_999_999.0, LONGEST_SENSIBLE_WAIT + 1])
def test_nonsense_is_not_obeyed(nonsense):
    rng = random.Random(2)
    assert all(0.0 <= next_delay(3, retry_after=nonsense, rng=rng) <= 120.0 for _try in range(50))


def test_jobs_that_failed_together_do_not_come_back_together():
    rng = random.Random(3)
    delays = [next_delay(5, ServerError(status=503), rng) for _job in range(1000)]
    assert min(delays) < 48.0 < 430.0 < max(delays) <= 480.0, "full jitter: anywhere between now and the ceiling"


def test_the_wait_grows_and_stays_below_its_ceiling():
    rng = random.Random(4)
    assert max(next_delay(60, rng=rng, cap=900.0) for _try in range(200)) <= 900.0
    assert max(next_delay(1, rng=rng) for _try in range(200)) <= 30.0
