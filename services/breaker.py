"""A circuit breaker: when the marketplace is down, workers do something else than wait for time-outs."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .errors import CircuitOpen

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"


@dataclass(slots=True)
class Report:
    """How a call ended: the status of the last answer, or ``lost`` when none came."""

    status: int | None = None
    lost: bool = False


class CircuitBreaker:
    """Opens after ``threshold`` failed calls in a row, for ``cooldown`` seconds; then lets one call probe. Thread-safe.

    A call that fails after all its retries counts once. An answer, even a refusal, proves that the service lives.
    """

    def __init__(self, threshold: int = 5, cooldown: float = 60.0, clock: Callable[[], float] = time.monotonic):
        if threshold < 1 or cooldown <= 0:
            raise ValueError("threshold must be at least 1 and cooldown positive")
        self.threshold = threshold
        self.cooldown = float(cooldown)
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._probing = False

    @property
    def state(self) -> str:
        with self._lock:
            return self._state()

    def _state(self) -> str:
        if self._opened_at is None:
            return CLOSED
        return OPEN if self._seconds_left() > 0 else HALF_OPEN

    def _seconds_left(self) -> float:
        return max(0.0, self._opened_at + self.cooldown - self._clock()) if self._opened_at is not None else 0.0

    def seconds_left(self) -> float:
        """Seconds until a probe is allowed; 0.0 when closed or ready to probe."""
        with self._lock:
            return self._seconds_left()

    def before_call(self, host: str = "") -> None:
        """Allow a call or refuse it.

        :raises CircuitOpen: while open, and while somebody else's probe is under way
        """
        with self._lock:
            state = self._state()
            if state == CLOSED:
                return
            if state == HALF_OPEN and not self._probing:
                self._probing = True
                return
            seconds = math.ceil(self._seconds_left()) or 1
        raise CircuitOpen(params={"host": host, "seconds": seconds}, retry_after=float(seconds))

    @contextmanager
    def guard(self, host: str = "") -> Iterator[Report]:
        """Around a call that fills in the report; what it says decides.

        :raises CircuitOpen: the call is not allowed
        """
        self.before_call(host)
        report = Report()
        try:
            yield report
        finally:
            if report.lost or (report.status or 0) >= 500:
                self.failed()
            elif report.status is not None:
                self.succeeded()
            else:
                self.abandoned()

    def succeeded(self) -> None:
        """The call got an answer: close."""
        with self._lock:
            self._failures = 0
            self._opened_at = None
            self._probing = False

    def failed(self) -> None:
        """The call got a 5xx or no answer, after its retries."""
        with self._lock:
            self._failures += 1
            # A straggler that fails while the breaker is open must not prolong the pause.
            if self._probing or (self._opened_at is None and self._failures >= self.threshold):
                self._opened_at = self._clock()
            self._probing = False

    def abandoned(self) -> None:
        """The call ended without saying anything about the service: the next one may probe."""
        with self._lock:
            self._probing = False
