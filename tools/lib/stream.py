"""Running a talkative command: its output passes through as it comes, with a sign of life when it is silent."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from .console import say

SILENCE = 10.0  # seconds without output after which a sign of life is given


def passthrough(
    command: Sequence[str | Path], label: str, log: Path | None = None, kept: list[str] | None = None, **popen: object
) -> int:
    """Run the command, copy its output to stdout (and to the log file) line by line, return its exit code.

    ``kept``: the lines are appended to it and not shown, for what runs beside something else.
    """
    process = subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **popen,
    )
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        for line in process.stdout:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    begin = time.monotonic()
    out = None
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
        out = log.open("w", encoding="utf-8")
    try:
        while True:
            try:
                line = lines.get(timeout=SILENCE)
            except queue.Empty:
                if kept is None:
                    say(f"{label} … {time.monotonic() - begin:.0f} s")
                continue
            if line is None:
                break
            if kept is None:
                sys.stdout.write(line)
                sys.stdout.flush()
            else:
                kept.append(line)
            if out is not None:
                out.write(line)
        return process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    finally:
        if out is not None:
            out.close()
