"""What the tools say while they work, and how they fail.

A step that lasts longer than a few seconds says so again and again, so that nobody takes a download for a hang.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

HEARTBEAT = 5.0  # seconds between two signs of life
_started = time.monotonic()
_write_lock = threading.Lock()


class ToolError(Exception):
    """A failure that the person at the keyboard can act on: the text says what, why and what to do."""

    exit_code = 1


class MissingPackage(ToolError):
    """A system package is missing and this user may not install it; the text holds the one command that does."""

    exit_code = 3


def say(text: str) -> None:
    """One line of progress on stderr, with the seconds since the tool started: stdout belongs to results."""
    with _write_lock:
        print(f"[{time.monotonic() - _started:6.1f}s] {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(label: str) -> Iterator[None]:
    """Announce a long step, repeat it while it lasts, and say how many seconds it took."""
    begin = time.monotonic()
    finished = threading.Event()

    def beat() -> None:
        while not finished.wait(HEARTBEAT):
            say(f"{label} … {time.monotonic() - begin:.0f} s")

    say(f"{label} …")
    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    except BaseException:
        finished.set()
        say(f"{label}: failed after {time.monotonic() - begin:.1f} s")
        raise
    finally:
        finished.set()
        thread.join()
    say(f"{label}: done in {time.monotonic() - begin:.1f} s")


def run(
    command: Sequence[str | Path],
    *,
    log: Path | None = None,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    failure: str,
) -> str:
    """Run a command to its end and return its output; its output also goes to ``log`` when one is given.

    A command that cannot start or ends with another code than 0 raises ToolError: ``failure`` (one sentence that says
    what this was for) followed by the last lines of the output.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise ToolError(f"{failure}\n  {command[0]} could not be started: {error.strerror}.") from error
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(done.stdout, encoding="utf-8")
    if done.returncode:
        where = f"\n  The whole output is in {log}." if log is not None else ""
        raise ToolError(f"{failure}\n{tail(done.stdout)}\n  (exit code {done.returncode}){where}")
    return done.stdout


def tail(text: str, lines: int = 15) -> str:
    """The last lines of an output, indented, for a message."""
    kept = [line for line in text.splitlines() if line.strip()][-lines:]
    return "\n".join(f"    {line}" for line in kept)


def main(function, argv: Sequence[str]) -> int:
    """Call a tool's main function; a ToolError becomes its text and its exit code, never a stack trace."""
    try:
        return function(list(argv))
    except ToolError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return error.exit_code
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr, flush=True)
        return 130
