"""Which parcels to declare for an order, from what the marketplace says of it and what has left the warehouse.

Facts: contract §3.6. A shipment is declared once and cannot be amended; on Cdiscount itself one parcel with the
complete order is all that is accepted, other channels take several.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from ..payloads.order import Order, OrderLine
from .order_status import LINE_CANCEL_REQUEST, LINE_DEAD, LINE_SHIPPED, SUPPLY_SELLER, canonical

ONE_PARCEL_CHANNELS = frozenset({"CDISFR"})
_TOO_EARLY = frozenset({"Processing", "Accepted", "WaitingAcceptance"})
_OVER = frozenset({"Cancelled", "Refused", "Rejected"})

Action = Literal["send", "wait", "taken", "elsewhere", "cancelled", "not_ready", "nothing"]
Reason = Literal["", "tracking_missing", "rest_to_deliver", "short", "not_left"]


@dataclass(frozen=True, slots=True)
class Packed:
    """One delivery that has left, in the order in which they left.

    ``key`` is the caller's own; ``number`` is "" as long as nobody knows the tracking number.
    """

    key: int
    number: str = ""
    carrier: str = ""
    url: str = ""
    line_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel to declare. ``keys`` are the deliveries it stands for."""

    number: str
    carrier: str
    url: str
    line_ids: tuple[str, ...]
    keys: tuple[int, ...]

    def request(self) -> dict[str, Any]:
        """As ``POST /orders/{id}/shipments`` takes it."""
        return {
            "parcelNumber": self.number,
            "carrierName": self.carrier,
            "trackingUrl": self.url,
            "orderLineIds": list(self.line_ids),
        }


@dataclass(frozen=True, slots=True)
class ShipmentPlan:
    """What to do with the deliveries of an order.

    ``send``: declare ``parcels``; deliveries beside them wait for ``reason``.
    ``wait``: nothing can be declared yet; ``reason`` and the lines concerned (``line_ids``) say why.
    ``taken``: the marketplace has our parcels already (``taken_keys``). ``elsewhere``: it has others, somebody declared
    the shipment in the seller portal. ``cancelled``: the order is no more. ``not_ready``: the marketplace has not
    released it yet. ``nothing``: no line of it leaves from the seller.

    Reasons: ``tracking_missing``: nobody knows the number of a delivery; ``rest_to_deliver``: the channel wants one
    parcel and some lines have not left yet; ``short``: less than ordered has left and no delivery is left to bring the
    rest; ``not_left``. ``keys`` are the deliveries that wait.
    """

    action: Action
    parcels: tuple[Parcel, ...] = ()
    reason: Reason = ""
    line_ids: tuple[str, ...] = ()
    keys: tuple[int, ...] = ()
    taken_keys: tuple[int, ...] = ()


def plan_shipment(
    order: Order,
    packed: Iterable[Packed],
    delivered: Mapping[str, Decimal],
    still_to_come: Iterable[str],
    one_parcel: bool,
) -> ShipmentPlan:
    """What to declare now.

    :param order: as the marketplace has it at this moment
    :param packed: deliveries that have left and were not declared, oldest first
    :param delivered: order line id -> pieces that have left so far, of all deliveries
    :param still_to_come: ids of lines for which a delivery is still to be made
    :param one_parcel: whether the channel takes one parcel with the complete order only
    """
    packed = tuple(packed)
    lines = [(line, canonical(line.status)) for line in order.lines]
    taken = _taken(order, packed)
    packed = tuple(one for one in packed if one.key not in taken)
    waiting = [line for line, status in lines if status not in LINE_DEAD | LINE_SHIPPED and _is_ours(line)]
    status = canonical(order.status)
    if status in _OVER or (lines and all(state in LINE_DEAD for _line, state in lines)):
        return ShipmentPlan("cancelled", taken_keys=taken)
    if status in _TOO_EARLY:
        return ShipmentPlan("not_ready", taken_keys=taken)
    if not any(_is_ours(line) for line, _status in lines):
        return ShipmentPlan("nothing")
    if not waiting:
        return ShipmentPlan("elsewhere" if packed else "taken", taken_keys=taken)
    if not packed:
        return ShipmentPlan("taken" if taken else "wait", reason="" if taken else "not_left", taken_keys=taken)
    complete = {line.line_id for line in waiting if delivered.get(line.line_id, Decimal(0)) >= line.quantity}
    # The customer has asked to cancel these, and they have left all the same: they are in the parcel.
    late = {
        line.line_id
        for line, state in lines
        if state == LINE_CANCEL_REQUEST and _is_ours(line) and delivered.get(line.line_id, Decimal(0)) >= line.quantity
    }
    missing = tuple(line.line_id for line in waiting if line.line_id not in complete)
    coming = set(still_to_come)
    reason: Reason = ""
    if missing:
        reason = "rest_to_deliver" if coming & set(missing) else "short"
    if one_parcel:
        if missing:
            return ShipmentPlan("wait", reason=reason, line_ids=missing, keys=_keys(packed), taken_keys=taken)
        return _one(packed, [line.line_id for line, _state in lines if line.line_id in complete | late], taken)
    return _several(packed, complete | late, missing, reason, taken)


def _one(packed: tuple[Packed, ...], line_ids: list[str], taken: tuple[int, ...]) -> ShipmentPlan:
    """One parcel for all: that of the delivery that made it complete, or the last one that has a number."""
    with_number = [one for one in packed if one.number]
    if not with_number:
        return ShipmentPlan("wait", reason="tracking_missing", keys=_keys(packed), taken_keys=taken)
    last = with_number[-1]
    parcel = Parcel(last.number, last.carrier, last.url, tuple(line_ids), _keys(packed))
    return ShipmentPlan("send", (parcel,), taken_keys=taken)


def _several(
    packed: tuple[Packed, ...],
    ready: set[str],
    missing: tuple[str, ...],
    reason: Reason,
    taken: tuple[int, ...],
) -> ShipmentPlan:
    """A parcel for each delivery; a line goes with the delivery that made it complete."""
    place: dict[str, Packed] = {}
    for one in packed:
        for line_id in one.line_ids:
            if line_id in ready:
                place[line_id] = one
    parcels: list[Parcel] = []
    without: list[int] = []
    for one in packed:
        line_ids = tuple(line_id for line_id, where in place.items() if where is one)
        if not line_ids:
            continue
        if not one.number:
            without.append(one.key)
        elif any(parcel.number == one.number for parcel in parcels):
            # Two deliveries in one box: the marketplace wants a parcel once.
            same = next(parcel for parcel in parcels if parcel.number == one.number)
            parcels[parcels.index(same)] = Parcel(
                same.number, same.carrier, same.url, (*same.line_ids, *line_ids), (*same.keys, one.key)
            )
        else:
            parcels.append(Parcel(one.number, one.carrier, one.url, line_ids, (one.key,)))
    if without and not reason:
        reason = "tracking_missing"
    parcels = [_with_parts(parcel, packed, place) for parcel in parcels]
    sent = {key for parcel in parcels for key in parcel.keys}
    left = tuple(one.key for one in packed if one.key not in sent)
    action: Action = "send" if parcels else "wait"
    return ShipmentPlan(action, tuple(parcels), reason, missing, left, taken)


def _with_parts(parcel: Parcel, packed: tuple[Packed, ...], place: dict[str, Packed]) -> Parcel:
    """The parcel, with the earlier deliveries that brought a part of its lines and none of their own."""
    parts = [
        one.key
        for one in packed
        if one.line_ids
        and one.key not in parcel.keys
        and all(line_id in place and place[line_id] is not one for line_id in one.line_ids)
        and one.line_ids[-1] in parcel.line_ids
    ]
    return Parcel(parcel.number, parcel.carrier, parcel.url, parcel.line_ids, (*parcel.keys, *parts))


def _taken(order: Order, packed: tuple[Packed, ...]) -> tuple[int, ...]:
    """Deliveries whose number the marketplace shows on a line: an earlier declaration whose answer was lost."""
    known = {parcel.number for line in order.lines for parcel in line.parcels if parcel.number}
    return tuple(one.key for one in packed if one.number and one.number in known)


def _keys(packed: tuple[Packed, ...]) -> tuple[int, ...]:
    return tuple(one.key for one in packed)


def _is_ours(line: OrderLine) -> bool:
    return canonical(line.supply_mode or SUPPLY_SELLER) == SUPPLY_SELLER
