"""What a run of tests came to: counted from the test runner's own report, never from its exit code alone."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+): (?P<text>.*)")


@dataclass(frozen=True)
class Part:
    """One part of the run with its counts; ``ok`` also covers what is no test (a linter, an installation)."""

    name: str
    ok: bool
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    note: str = ""


def read_junit(path: Path) -> tuple[int, int, int]:
    """(passed, failed, skipped) of a JUnit report; errors in set-up or tear-down count as failed.

    A missing or broken report (the runner died) counts as one failure.
    """
    try:
        suites = list(ET.parse(path).getroot().iter("testsuite"))
    except (OSError, ET.ParseError):
        return 0, 1, 0
    total, bad, skipped = 0, 0, 0
    for suite in suites:
        total += int(suite.get("tests", 0))
        bad += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return max(total - bad - skipped, 0), bad, skipped


def log_problems(log: str, private_paths: Iterable[str] = ()) -> list[str]:
    """The lines of an Odoo log that must not be there after installing the addon.

    Every ERROR and CRITICAL, and every WARNING that has to do with the addon: a view that does not fit, a model without
    access rules, a field declared twice. ``private_paths`` are folders whose names hold the addon's name by accident.
    """
    problems = []
    for line in log.splitlines():
        found = LOG_LINE.match(line)
        if not found:
            continue
        text = f"{found['logger']} {found['text']}"
        for path in private_paths:
            text = text.replace(path, "")
        if found["level"] in ("ERROR", "CRITICAL") or (found["level"] == "WARNING" and "cdiscount" in text):
            problems.append(f"{found['level']} {text.strip()}")
    return problems


def table(parts: Iterable[Part]) -> str:
    """The summary, one line for each part."""
    lines = [f"{'part':<34} {'result':<7} {'passed':>6} {'failed':>6} {'skipped':>7} {'seconds':>8}"]
    for part in parts:
        lines.append(
            f"{part.name:<34} {'ok' if part.ok else 'FAILED':<7} {part.passed:>6} {part.failed:>6} {part.skipped:>7} "
            f"{part.seconds:>8.1f}{'  ' + part.note if part.note else ''}"
        )
    return "\n".join(lines)


def closing_line(parts: Iterable[Part]) -> str:
    """The very last line of a run, in a form that machines read."""
    every = list(parts)
    counts = (sum(p.passed for p in every), sum(p.failed for p in every), sum(p.skipped for p in every))
    return "{} passed, {} failed, {} skipped".format(*counts)
