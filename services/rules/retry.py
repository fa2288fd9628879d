"""When a job is tried again: by kind of error, with exponential backoff and full jitter."""

from __future__ import annotations

import random

from ..errors import CdiscountError

RETRYABLE_KINDS = frozenset({"wait", "read_back"})
LONGEST_SENSIBLE_WAIT = 7 * 24 * 3600.0
"""Seconds. A marketplace may ask for a day; what asks for years is broken, and is not obeyed."""


def is_retryable(error: BaseException | str | None) -> bool:
    """Whether time alone can help.

    :param error: an exception, or a kind: ``wait``, ``fix``, ``reauth``, ``stop``, ``read_back``
    """
    if isinstance(error, CdiscountError):
        return error.kind in RETRYABLE_KINDS
    return isinstance(error, str) and error in RETRYABLE_KINDS


def next_delay(
    attempt: int,
    error: BaseException | str | None = None,
    rng: random.Random | None = None,
    base: float = 30.0,
    cap: float = 3600.0,
    retry_after: float | None = None,
) -> float:
    """Seconds until the next try, after ``attempt`` tries (from 1).

    Full jitter: anything between 0 and ``base * 2^(attempt-1)``, at most ``cap``, so that a thousand jobs that failed
    together do not come back together. What the marketplace asks for (``retry_after``, or the error's own) is the
    least, even above ``cap``, with the jitter on top of it, at most one ``base``; unless it makes no sense.
    """
    ceiling = min(cap, base * 2.0 ** min(max(attempt, 1) - 1, 32))
    if retry_after is None and isinstance(error, CdiscountError):
        retry_after = error.retry_after
    draw = (rng or random).uniform
    if retry_after is not None and 0 < retry_after <= LONGEST_SENSIBLE_WAIT:
        return retry_after + draw(0.0, min(base, ceiling))
    return draw(0.0, ceiling)
