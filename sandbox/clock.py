"""The marketplace's own time: follows the machine, stands still, or is moved by a test."""

import re
import threading
from datetime import datetime, timedelta, timezone

UTC = timezone.utc
_ISO = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?)?\s*(Z|z|[+-]\d{2}:?\d{2})?$")


def parse_time(text) -> datetime:
    """Aware UTC datetime of an ISO 8601 text; a text without zone is read as UTC. Raises ``ValueError``."""
    if isinstance(text, datetime):
        return text.astimezone(UTC) if text.tzinfo else text.replace(tzinfo=UTC)
    match = _ISO.match(str(text).strip())
    if not match:
        raise ValueError(f"{text!r} is not an ISO 8601 date")
    day, clock, fraction, zone = match.groups()
    clock = clock or "00:00:00"
    if len(clock) == 5:
        clock += ":00"
    moment = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)
    if fraction:
        moment = moment.replace(microsecond=int(fraction[:6].ljust(6, "0")))
    if zone and zone not in "Zz":
        sign = -1 if zone[0] == "-" else 1
        digits = zone[1:].replace(":", "")
        moment -= sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return moment


def format_time(moment: datetime) -> str:
    """``2026-11-02T17:54:10Z``; milliseconds are written only where there are some."""
    text = moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return text.replace("+00:00", "Z")


class Clock:
    """Time of the sandbox.

    ``source`` is ``None`` (the machine's clock), a datetime (the clock stands at it until it is moved) or a
    callable that returns a datetime. Milliseconds are the finest grain, as on the wire.
    """

    def __init__(self, source=None):
        self._lock = threading.Lock()
        self._source = source if callable(source) else None
        self._frozen = parse_time(source) if source is not None and not callable(source) else None
        self._offset = timedelta(0)

    def _read(self) -> datetime:
        return parse_time(self._source()) if self._source else datetime.now(UTC)

    def now(self) -> datetime:
        with self._lock:
            moment = self._frozen if self._frozen is not None else self._read() + self._offset
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    @property
    def frozen(self) -> bool:
        return self._frozen is not None

    def set(self, moment):
        """Move to ``moment`` and go on from there (or stand there when the clock is frozen)."""
        moment = parse_time(moment)
        with self._lock:
            if self._frozen is not None:
                self._frozen = moment
            else:
                self._offset = moment - self._read()

    def advance(self, seconds: float):
        step = timedelta(seconds=float(seconds))
        with self._lock:
            if self._frozen is not None:
                self._frozen += step
            else:
                self._offset += step

    def freeze(self, frozen: bool = True):
        with self._lock:
            if frozen and self._frozen is None:
                self._frozen = self._read() + self._offset
            elif not frozen and self._frozen is not None:
                self._offset = self._frozen - self._read()
                self._frozen = None
