"""What a return is worth, what the marketplace gave back already, and what its own returns mean (contract §3.7, §9)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from ..payloads.read import identifier, objects, sub, text
from .money import ZERO, round_half_up
from .order_status import canonical

State = Literal["expected", "received", "settled"]

_STATES: dict[str, State] = {
    "created": "expected",
    "referencing": "expected",
    "pending": "expected",
    "referenced": "received",
    "accepted": "received",
    "completed": "settled",
}
_REASONS = {
    "referenceerror": "reference_error",
    "damaged": "damaged",
    "retraction": "retraction",
    "transportdamage": "transport_damage",
    "transportdamaged": "transport_damage",
    "notworking": "not_working",
    "defective": "not_working",
    "wrongproduct": "wrong_product",
    "notcollected": "not_collected",
    "unclaimed": "not_collected",
}
_CLAIMS = {
    "missingiteminproduct": "missing_part",
    "missingproductsinorder": "missing_part",
    "productisdamaged": "damaged",
    "brokenproduct": "damaged",
    "productisnotworking": "not_working",
    "wrongproductreceived": "wrong_product",
    "ordercancellation": "retraction",
}


def part_of(total: Decimal, quantity: Decimal, returned: Decimal) -> Decimal:
    """The share of a line's total for the units that come back, in whole cents; never more than the total.

    >>> part_of(Decimal("10.00"), Decimal(3), Decimal(2))
    Decimal('6.67')
    """
    if quantity <= 0 or returned <= 0:
        return ZERO
    if returned >= quantity:
        return total
    return round_half_up(total * returned / quantity)


def refunded_line_ids(raw_order: Mapping) -> frozenset[str]:
    """Lines of an order that the marketplace has refunded after they were shipped, whoever asked for it.

    The line keeps its status then and gets ``cancellationDetails`` (contract §3.7, state machine of the order).
    """
    found = set()
    for line in objects(raw_order, "lines"):
        details = sub(line, "cancellationDetails")
        if details and canonical(text(details, "type")).casefold() == "refund":
            found.add(identifier(line, "orderLineId", "lineId"))
    return frozenset(found - {""})


def fulfilment_state(status: Any) -> State | None:
    """Where a return to the marketplace's warehouse stands, None for a status nobody knows."""
    return _STATES.get(_key(status))


def fulfilment_reason(code: Any) -> str:
    """Our code for the marketplace's reason, "other" for one nobody knows."""
    return _REASONS.get(_key(code), "other")


def claim_reason(sub_typology: Any) -> str:
    """Our code for what a customer complains about (contract §7.1), "other" for what nobody knows."""
    return _CLAIMS.get(_key(sub_typology), "other")


def _key(value: Any) -> str:
    return "".join(sign for sign in str(value or "") if sign.isalnum()).casefold()
