"""When what happened to an order: status events from the purchase to the last change."""

from datetime import timedelta

from .scenarios import AGE_HOURS, UNKNOWN_STATUS

# status -> events on the way, each with its hours after the creation at the latest
_START = (("Processing", 0.0),)
_ACCEPTED = (*_START, ("WaitingAcceptance", 0.1), ("Accepted", 3.0))
_READY = (*_ACCEPTED, ("InPreparation", 4.0))
WAYS = {
    "Processing": _START,
    "WaitingAcceptance": _ACCEPTED[:2],
    "Accepted": _ACCEPTED,
    "InPreparation": _READY,
    "Shipped": (*_READY, ("Shipped", 28.0)),
    "Delivered": (*_READY, ("Shipped", 28.0), ("Delivered", 80.0)),
    "Refused": (*_ACCEPTED[:2], ("Refused", 50.0)),
    "Rejected": (*_ACCEPTED, ("Rejected", 5.0)),
    UNKNOWN_STATUS: (*_ACCEPTED, (UNKNOWN_STATUS, 5.0)),
}
_CANCELLED_EARLY = (*_START, ("Cancelled", 8.0))
_CANCELLED_LATE = (*_READY, ("Cancelled", 20.0))
BATCH_SHARE = 0.08  # changes that arrive with a batch on the full hour and share their updatedAt


def way_to(rng, status):
    if status == "Cancelled":
        return _CANCELLED_LATE if rng.random() < 0.6 else _CANCELLED_EARLY
    return WAYS.get(status) or (*_ACCEPTED, (status, 5.0))


def purchase_moment(rng, status, now):
    low, high = AGE_HOURS.get(status, (1, 500))
    # Squared: recent days are busier than those three months ago
    share = rng.random()
    hours = low + (high - low) * share * (share if high > 200 else 1)
    return (now - timedelta(hours=hours)).replace(microsecond=0)


def events(rng, status, purchased, now):
    """``[(status, datetime)]`` ascending, the first at the creation, the last not after ``now``."""
    way = way_to(rng, status)
    created = min(purchased + timedelta(seconds=rng.randrange(20, 120)), max(now, purchased))
    room = max((now - created).total_seconds(), 0.0) * 0.97
    last = way[-1][1] * 3600
    scale = min(1.0, room / last) if last else 1.0
    stretch = scale * (0.7 + 0.3 * rng.random())
    moments = [
        (name, (created + timedelta(seconds=hours * 3600 * stretch)).replace(microsecond=0)) for name, hours in way
    ]
    if len(way) > 4 and rng.random() < BATCH_SHARE:
        name, moment = moments[-1]
        full_hour = moment.replace(minute=0, second=0)
        if full_hour >= moments[-2][1]:
            moments[-1] = (name, full_hour)
    return moments
