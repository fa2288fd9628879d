"""What the two preflights share: a defect, and how ready something is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

_ERROR, _WARNING = 20, 4


@dataclass(frozen=True, slots=True)
class Problem:
    """One defect. ``code`` is a slug to write a sentence for, ``params`` are plain values for it.

    :param blocking: the marketplace would refuse it; else it is accepted, but sells or reads worse
    :param field: what to correct (``title``, ``price``, ``attribute``, ...), to bring a person to the right place
    """

    code: str
    params: dict[str, Any] = dataclass_field(default_factory=dict)
    field: str = ""
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class Preflight:
    """The defects in the order of the form, and ``score``: 100 without any, 0 at the least."""

    problems: tuple[Problem, ...]

    @property
    def ready(self) -> bool:
        """Whether it can be sent."""
        return not self.blocking

    @property
    def blocking(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.blocking)

    @property
    def score(self) -> int:
        """How ready, from 0 to 100: 20 points off for what blocks, 4 for what does not; 100 only without a defect."""
        off = sum(_ERROR if problem.blocking else _WARNING for problem in self.problems)
        return max(0, 100 - off)


def units(text: str) -> int:
    """The length of a text as the marketplace counts it: an emoji is two (UTF-16, which .NET counts in)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def preflight(problems: Iterable[Problem | None]) -> Preflight:
    return Preflight(tuple(problem for problem in problems if problem))
