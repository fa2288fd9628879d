"""A token bucket: the marketplace publishes no limit (contract §1.5), so we do not look for it with our forehead."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Pacing:
    """At most ``burst`` calls at once and ``rate`` calls per second on average. Thread-safe.

    A caller that must wait reserves its place first and sleeps outside of the lock, so places are given in order.
    """

    def __init__(
        self,
        rate: float,
        burst: int = 1,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ):
        if rate <= 0 or burst < 1:
            raise ValueError("rate must be positive and burst at least 1")
        self.rate = float(rate)
        self.burst = int(burst)
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._tokens = float(burst)
        self._filled_at = clock()

    def take(self, at_most: float | None = None) -> float | None:
        """Wait for a place and take it; return the seconds waited.

        None, and no place taken, when the wait would be longer than ``at_most`` seconds.
        """
        with self._lock:
            now = self._clock()
            self._tokens = min(self.burst, self._tokens + max(0.0, now - self._filled_at) * self.rate)
            self._filled_at = now
            wait = max(0.0, (1.0 - self._tokens) / self.rate)
            if at_most is not None and wait > at_most:
                return None
            self._tokens -= 1.0
        if wait:
            self._sleep(wait)
        return wait
