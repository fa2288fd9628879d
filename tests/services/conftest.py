"""What the tests without Odoo share: a clock nobody waits for and a marketplace without a socket."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone

import pytest

START = datetime(2026, 11, 23, 8, 0, tzinfo=timezone.utc)


class FakeClock:
    """Time that passes only when somebody sleeps; ``naps`` are the sleeps asked for."""

    def __init__(self):
        self.seconds = 1000.0
        self.naps: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.seconds += seconds

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds - 1000.0)


class NoJitter(random.Random):
    """Draws the lower end, so that delays can be compared."""

    def random(self) -> float:
        return 0.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def no_jitter() -> NoJitter:
    return NoJitter()
