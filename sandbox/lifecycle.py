"""The state machine of an order (contract §3.1 and §14).

Every transition bumps ``updatedAt``. What the API does, what passes by itself and what a test forces all go through
``move``.
"""

from datetime import timedelta

from .clock import format_time

# status -> statuses that may follow
TRANSITIONS = {
    "Processing": ("WaitingAcceptance", "Accepted", "Cancelled", "Rejected"),
    "WaitingAcceptance": ("Accepted", "Refused", "Cancelled"),
    "Accepted": ("InPreparation", "Rejected", "Cancelled"),
    "InPreparation": ("Shipped", "Cancelled"),
    "Shipped": ("Delivered",),
    "Delivered": (),
    "Cancelled": (),
    "Refused": (),
    "Rejected": (),
}
LINE_TRANSITIONS = {
    "InPreparation": ("CancelRequest", "Cancelled", "Shipped"),
    "CancelRequest": ("InPreparation", "Cancelled", "Shipped"),
    "Shipped": ("Delivered",),
}
DEAD = frozenset({"Cancelled", "Refused", "Rejected"})
OPEN = frozenset({"Processing", "WaitingAcceptance", "Accepted", "InPreparation"})
# status -> how long it lasts by itself when the shop is set to ``automatic``
DELAYS = {
    "Processing": timedelta(minutes=10),
    "WaitingAcceptance": timedelta(days=2),
    "Accepted": timedelta(minutes=30),
    "Shipped": timedelta(days=2),
}


class MoveRefused(Exception):
    """The state machine has no such transition."""


def next_status(status, auto_accept):
    """Where an order goes by itself; ``None`` when it waits for somebody or is at its end."""
    if status == "Processing":
        return "Accepted" if auto_accept else "WaitingAcceptance"
    # Not answered in time is refused by default (contract §3.1)
    return {"WaitingAcceptance": "Refused", "Accepted": "InPreparation", "Shipped": "Delivered"}.get(status)


def _event(holder, status, stamp):
    events = holder.get("statusEvents")
    if not isinstance(events, list):
        events = holder["statusEvents"] = []
    events.append({"status": status, "date": stamp})


def reveal(entry):
    """Show the shipping addresses, which the API keeps back before InPreparation (contract §3.1)."""
    hidden = entry.hidden_addresses
    if hidden:
        for line, address in zip(entry.lines, hidden, strict=False):
            line["shippingAddress"] = address
        entry.hidden_addresses = None


def set_status(entry, status, moment):
    """Write ``status`` on the header and on every line that is still alive; no check."""
    stamp = format_time(moment)
    for line in entry.lines:
        if line.get("status") in DEAD:
            continue
        if line.get("status") == "CancelRequest" and status == "InPreparation":
            continue
        line["status"] = status
        _event(line, status, stamp)
    _header(entry, status, stamp)


def _header(entry, status, stamp):
    entry.document["status"] = status
    entry.document["updatedAt"] = stamp
    _event(entry.document, status, stamp)
    if status in ("InPreparation", "Shipped", "Delivered"):
        reveal(entry)


def check_move(entry, status):
    allowed = TRANSITIONS.get(entry.status, ())
    if status not in allowed:
        follow = ", ".join(allowed) or "nothing"
        raise MoveRefused(f"The order {entry.order_id} is {entry.status}; {follow} may follow, not {status}.")


def set_line_status(entry, line, status, moment, force=False):
    """Move one line.

    When no line is left alive the order is Cancelled, when all live ones are shipped it is Shipped.
    """
    if not force and status not in LINE_TRANSITIONS.get(line.get("status"), ()):
        raise MoveRefused(f"The line {line.get('orderLineId')} is {line.get('status')} and cannot become {status}.")
    stamp = format_time(moment)
    line["status"] = status
    _event(line, status, stamp)
    entry.document["updatedAt"] = stamp
    alive = [other.get("status") for other in entry.lines if other.get("status") not in DEAD]
    if not alive:
        _header(entry, "Cancelled", stamp)
    elif (
        entry.status == "InPreparation"
        and all(state in ("Shipped", "CancelRequest") for state in alive)
        and "Shipped" in alive
    ):
        _header(entry, "Shipped", stamp)
    elif entry.status == "Shipped" and all(state == "Delivered" for state in alive):
        _header(entry, "Delivered", stamp)


def find_line(entry, which):
    """Line by its id or its place (from 1). Raises ``MoveRefused``."""
    lines = entry.lines
    for place, line in enumerate(lines, 1):
        if which in (line.get("orderLineId"), place, str(place)):
            return line
    raise MoveRefused(f"The order {entry.order_id} has no line {which!r}.")
