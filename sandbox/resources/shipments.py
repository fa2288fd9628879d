"""Shipments: an array of parcels; on Cdiscount one parcel that covers the complete order (contract §3.6)."""

from ..clock import format_time
from ..jsonio import as_object
from ..lifecycle import DEAD, set_line_status
from ..problems import Problem, invalid
from ..referentials import CARRIER_CODES, CARRIER_LABELS
from ..replies import empty_reply
from ..route import Route
from .orders import find_order

SHIPPABLE = ("InPreparation", "CancelRequest")


def _text(parcel, place, key, required=True):
    value = parcel.get(key)
    if value is None or value == "":
        if required:
            raise invalid(f"[{place}].{key}", f"The {key} field is required.")
        return None
    if not isinstance(value, str) or len(value) > 500:
        raise invalid(f"[{place}].{key}", f"The value of {key} is not valid.")
    return value


def _parcel(call, entry, parcel, place):
    """``{parcelNumber, carrierName, trackingUrl, lines}`` of one parcel of the body."""
    if not isinstance(parcel, dict):
        raise invalid(f"[{place}]", "The JSON value could not be converted.")
    carrier = _text(parcel, place, "carrierName")
    if carrier not in CARRIER_LABELS:
        if carrier in CARRIER_CODES:
            call.market.counters.mark("carrier_code_instead_of_label")
        if call.shop.settings.strict_carrier:
            raise invalid(f"[{place}].carrierName", f"The carrier '{carrier}' is not known.")
    url = _text(parcel, place, "trackingUrl", required=False)
    if url and not url.startswith(("https://", "http://")):
        raise invalid(f"[{place}].trackingUrl", "The trackingUrl is not an absolute URL.")
    asked = parcel.get("orderLineIds")
    if asked is not None and (not isinstance(asked, list) or not all(isinstance(line_id, str) for line_id in asked)):
        raise invalid(f"[{place}].orderLineIds", "The JSON value could not be converted.")
    known = {line.get("orderLineId"): line for line in entry.lines}
    for line_id in asked or ():
        if line_id not in known:
            raise invalid(f"[{place}].orderLineIds", f"The order line '{line_id[:60]}' does not belong to the order.")
    chosen = (
        [known[line_id] for line_id in asked]
        if asked
        else [line for line in entry.lines if line.get("status") in SHIPPABLE]
    )
    return {
        "parcelNumber": _text(parcel, place, "parcelNumber"),
        "carrierName": carrier,
        "trackingUrl": url,
        "lines": chosen,
    }


def _count_repeats(call, entry, numbers):
    """A parcel number accepted before: for the same order a shipment posted twice, on another order a mix-up."""
    for number in numbers:
        orders = call.shop.accepted_parcels.get(number, ())
        if entry.order_id in orders:
            call.market.counters.mark("shipments_posted_twice")
        elif orders:
            call.market.counters.mark("parcel_number_reused")


def _check(call, entry, parcels):
    if entry.status != "InPreparation":
        raise Problem(
            400,
            detail="The order cannot be shipped.",
            errors={"status": [f"Cannot switch to shipped status. The order is {entry.status}."]},
        )
    seen = set()
    for place, parcel in enumerate(parcels):
        if not parcel["lines"]:
            raise invalid(f"[{place}].orderLineIds", "The parcel holds no line.")
        for line in parcel["lines"]:
            line_id = line.get("orderLineId")
            if line_id in seen:
                raise invalid(f"[{place}].orderLineIds", f"The order line '{line_id}' is in several parcels.")
            seen.add(line_id)
            if line.get("status") not in SHIPPABLE:
                raise Problem(
                    400,
                    errors={
                        "status": [f"Cannot switch to shipped status. The line {line_id} is {line.get('status')}."]
                    },
                )
            if as_object(line.get("offer")).get("supplyMode") != "Seller":
                raise invalid(f"[{place}].orderLineIds", f"The line {line_id} is not shipped by the seller.")
    if entry.channel in call.shop.settings.one_parcel_channels:
        must = {line.get("orderLineId") for line in entry.lines if line.get("status") == "InPreparation"}
        if len(parcels) != 1 or not must <= seen:
            raise invalid("parcels", "On this sales channel only one parcel with the complete order is accepted.")


def ship(call):
    entry = find_order(call, call.args["order_id"])
    body = call.body()
    if isinstance(body, dict):
        call.market.counters.mark("shipment_object_instead_of_array")
        raise invalid("$", "The JSON value could not be converted to an array of parcels.")
    if not isinstance(body, list) or not body:
        raise invalid("parcels", "At least one parcel is required.")
    _count_repeats(
        call, entry, [p["parcelNumber"] for p in body if isinstance(p, dict) and isinstance(p.get("parcelNumber"), str)]
    )
    try:
        parcels = [_parcel(call, entry, parcel, place) for place, parcel in enumerate(body)]
        _check(call, entry, parcels)
    except Problem:
        call.market.counters.mark("shipments_refused")
        raise
    moment = call.shop.stamp()
    for parcel in parcels:
        call.shop.accepted_parcels.setdefault(parcel["parcelNumber"], set()).add(entry.order_id)
        shown = {key: parcel[key] for key in ("parcelNumber", "carrierName", "trackingUrl")}
        for line in parcel["lines"]:
            line["parcels"] = [*(line.get("parcels") or ()), {**shown, "shippedAt": format_time(moment)}]
            if line.get("status") not in DEAD:
                set_line_status(entry, line, "Shipped", moment)
    call.shop.orders.change(entry, moment)
    call.market.counters.mark("shipments_accepted")
    return empty_reply(201)


ROUTES = (Route("POST", "/orders/{order_id}/shipments", ship),)
