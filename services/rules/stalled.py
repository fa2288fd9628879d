"""Whether the queue stands still, from what can be seen by anybody who looks: no clock of its own, no side effect.

That nothing runs cannot be told by what does not run. So the facts are gathered by whoever looks next: a person who
opens a screen, an uptime monitor, a scheduled action that still runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

CRON_LATE = timedelta(minutes=10)
"""The runner is due each minute; its longest run takes five."""
STANDSTILL = timedelta(minutes=15)
LONG_JOB = timedelta(minutes=60)

BLOCKING = frozenset({"neutralized", "cron_off", "cron_late", "standstill"})
"""With one of these nothing goes on by itself."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Waiting work of one lane: since when the oldest job could have run, and when a worker last did anything there."""

    due_since: datetime
    last_progress: datetime | None = None


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """What is seen at ``now``. All moments are of the same kind, naive UTC or aware.

    :param cron_active: the scheduled action is switched on; None when it does not exist
    :param cron_due: when it is to run next; in the past when it is late
    :param lanes: lanes with work that is due
    :param longest_running: since when the longest job of a living worker runs
    """

    now: datetime
    neutralized: bool = False
    cron_active: bool | None = True
    cron_due: datetime | None = None
    lanes: Mapping[str, Lane] = field(default_factory=dict)
    longest_running: datetime | None = None


def diagnose(facts: QueueFacts) -> tuple[str, ...]:
    """Return what is wrong, the most likely cause first: neutralized, cron_off, cron_late, standstill, long_job.

    Nothing is said twice: a queue that stands still because nobody runs it has one cause.
    """
    found = []
    if facts.neutralized and not facts.cron_active:
        found.append("neutralized")
    elif not facts.cron_active:
        found.append("cron_off")
    elif facts.cron_due and facts.now - facts.cron_due > CRON_LATE:
        found.append("cron_late")
    elif standing_lanes(facts):
        found.append("standstill")
    if facts.longest_running and facts.now - facts.longest_running > LONG_JOB:
        found.append("long_job")
    return tuple(found)


def standing_lanes(facts: QueueFacts) -> tuple[str, ...]:
    """Lanes whose work has been due for a while and in which no worker has done anything meanwhile."""
    return tuple(
        sorted(
            name
            for name, lane in facts.lanes.items()
            if facts.now - lane.due_since > STANDSTILL
            and (lane.last_progress is None or facts.now - lane.last_progress > STANDSTILL)
        )
    )
