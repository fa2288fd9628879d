"""File locks that the kernel gives back when a process dies, so that nothing stays locked after a kill -9."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from .console import say


def open_lock(path: Path) -> int:
    """Open (and create) a lock file; the descriptor is not inherited unless it is passed on by name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)


def try_lock(descriptor: int, *, shared: bool = False) -> bool:
    """Take the lock if it is free now."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def wait_lock(descriptor: int, *, shared: bool = False) -> None:
    """Take the lock, however long that takes."""
    fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)


@contextlib.contextmanager
def locked(path: Path, waiting_for: str) -> Iterator[None]:
    """Hold the lock file exclusively; says once what it waits for when another process has it."""
    descriptor = open_lock(path)
    try:
        if not try_lock(descriptor):
            say(f"another process is busy with {waiting_for}: waiting for it …")
            wait_lock(descriptor)
        yield
    finally:
        os.close(descriptor)
