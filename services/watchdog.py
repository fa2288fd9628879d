"""Ends a call at its deadline, whatever the server does."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any


class Watchdog:
    """Shuts the socket of this thread's call down after ``seconds``; ``bitten`` tells that it did.

    A socket's read timeout starts anew with every byte, so a server that sends one byte a second would hold a worker
    for ever. The connection tells the watchdog of its thread which socket is in use.
    """

    _of_thread = threading.local()

    def __init__(self, seconds: float):
        self.bitten = False
        self._socket: Any = None
        self._timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), self._bite)
        self._timer.daemon = True

    def __enter__(self) -> Watchdog:
        self._of_thread.watchdog = self
        self._timer.start()
        return self

    def __exit__(self, *unused: object) -> None:
        self._timer.cancel()
        self._of_thread.watchdog = None

    def _bite(self) -> None:
        self.bitten = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    @classmethod
    def watch(cls, sock: Any) -> None:
        """Called by a connection of this thread, about the socket it uses."""
        watchdog = getattr(cls._of_thread, "watchdog", None)
        if watchdog is not None and sock is not None:
            watchdog._socket = sock
