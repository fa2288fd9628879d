"""A route of the API and what must be true before its handler runs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Route:
    """``path`` is relative to the base, with ``{name}`` for parts that vary.

    ``channel``: SalesChannelId is required. ``media``: what a body must be.
    """

    method: str
    path: str
    handler: object
    channel: bool = False
    media: str = "application/json"

    @property
    def rule(self) -> str:
        return self.path.replace("{", "<").replace("}", ">")
