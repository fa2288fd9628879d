"""What a status asks of us (contract §3.1; design, "Orders")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..payloads.order import Order

Action = Literal["wait", "accept", "build", "history", "cancel", "unknown"]

_ACTIONS: dict[str, Action] = {
    "Processing": "wait",
    "Accepted": "wait",
    "WaitingAcceptance": "accept",
    "InPreparation": "build",
    "Shipped": "history",
    "Delivered": "history",
    "Cancelled": "cancel",
    "Refused": "cancel",
    "Rejected": "cancel",
}
KNOWN_STATUSES = frozenset(_ACTIONS)
# CancelRequest: the customer does not want it any more. The line's remaining quantity is cancelled here; a line that
# was shipped all the same comes back as Shipped and lives again.
LINE_CANCEL_REQUEST = "CancelRequest"
LINE_DEAD = frozenset({"Cancelled", "Refused", "Rejected", LINE_CANCEL_REQUEST})
LINE_SHIPPED = frozenset({"Shipped", "Delivered"})
SUPPLY_SELLER, SUPPLY_FULFILMENT, SUPPLY_XDOCK = "Seller", "Fulfillment", "Xdock"

_BY_KEY = {status.casefold(): status for status in (*KNOWN_STATUSES, *LINE_DEAD)}
_SPELLINGS = {
    "canceled": "Cancelled",
    "fulfilment": SUPPLY_FULFILMENT,
    "fulfillment": SUPPLY_FULFILMENT,
    "xdock": SUPPLY_XDOCK,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with an order.

    ``action``: ``wait`` (store only), ``accept`` (accept or refuse it), ``build`` (sale order, confirmed, with
    delivery), ``history`` (sale order for the books, no delivery), ``cancel`` (no sale order; an existing one is
    cancelled), ``unknown`` (store, show, log once). ``reason``: "" or all_lines_dead, no_lines, status_unknown,
    status_missing, lines_shipped (the header is behind its lines), lines_behind (the reverse: ``behind_line_ids``).
    Lines by id: live, cancelled (with those the customer asks to cancel, which are also listed on their own), shipped,
    and the live ones that the marketplace's warehouse (``fulfilment``) or a transit dock (``xdock``) handles.
    """

    action: Action
    live_line_ids: tuple[str, ...] = ()
    cancelled_line_ids: tuple[str, ...] = ()
    cancel_requested_line_ids: tuple[str, ...] = ()
    shipped_line_ids: tuple[str, ...] = ()
    fulfilment_line_ids: tuple[str, ...] = ()
    xdock_line_ids: tuple[str, ...] = ()
    behind_line_ids: tuple[str, ...] = ()
    unknown_statuses: tuple[str, ...] = ()
    reason: str = ""

    @property
    def ships_from_seller(self) -> bool:
        """Whether at least one live line leaves the seller's own warehouse."""
        return bool(set(self.live_line_ids) - set(self.fulfilment_line_ids))


def canonical(status: str) -> str:
    """A status in the marketplace's own spelling, whatever its case; an unknown one as it came."""
    folded = status.replace(" ", "").replace("_", "").replace("-", "").casefold()
    return _SPELLINGS.get(folded) or _BY_KEY.get(folded) or status


def is_dead(line_status: str) -> bool:
    """Whether a line in this status is not sold (any more). A status nobody knows is no reason to drop a line."""
    return canonical(line_status) in LINE_DEAD


def decide(order: Order) -> Decision:
    """What to do with an order, by its status and its lines'."""
    status = canonical(order.status)
    action: Action = _ACTIONS.get(status, "unknown")
    lines = [(line, canonical(line.status)) for line in order.lines]
    live = [line for line, line_status in lines if line_status not in LINE_DEAD]
    unknown = {status: None} if status not in KNOWN_STATUSES else {}
    for _line, line_status in lines:
        if line_status and line_status not in KNOWN_STATUSES | LINE_DEAD:
            unknown[line_status] = None

    def in_status(statuses: frozenset[str]) -> tuple[str, ...]:
        return tuple(line.line_id for line, line_status in lines if line_status in statuses)

    reason = ("status_unknown" if status else "status_missing") if action == "unknown" else ""
    behind: tuple[str, ...] = ()
    if action in ("build", "history", "accept"):
        if not lines:
            action, reason = "unknown", "no_lines"
        elif not live:
            action, reason = "cancel", "all_lines_dead"
        elif action == "build" and {line_status for _line, line_status in lines} <= LINE_SHIPPED | LINE_DEAD:
            # Nothing is left to prepare, whatever the header still says: a second parcel would go out.
            action, reason = "history", "lines_shipped"
        elif action == "history":
            behind = in_status(frozenset({"InPreparation"}))
            reason = "lines_behind" if behind else ""
    return Decision(
        action=action,
        live_line_ids=tuple(line.line_id for line in live),
        cancelled_line_ids=in_status(LINE_DEAD),
        cancel_requested_line_ids=in_status(frozenset({LINE_CANCEL_REQUEST})),
        shipped_line_ids=in_status(LINE_SHIPPED),
        fulfilment_line_ids=tuple(line.line_id for line in live if canonical(line.supply_mode) == SUPPLY_FULFILMENT),
        xdock_line_ids=tuple(line.line_id for line in live if canonical(line.supply_mode) == SUPPLY_XDOCK),
        behind_line_ids=behind,
        unknown_statuses=tuple(unknown),
        reason=reason,
    )
