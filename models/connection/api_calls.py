"""The calls this process has made, counted until somebody writes them down: one counter per database."""

import threading

from ...services.api_calls import CallCounter

_counters = {}
_lock = threading.Lock()


def counter_of(dbname):
    """Return this process's counter of a database."""
    with _lock:
        if dbname not in _counters:
            _counters[dbname] = CallCounter()
        return _counters[dbname]
