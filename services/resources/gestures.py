"""Commercial gestures (contract §3.8): a part of the money back, for an order that was shipped or delivered."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import quote

from ..errors import InvalidRequest, ProtocolError
from ..payloads.gesture import Gesture, GestureReason, parse_allowable
from ..payloads.read import identifier, mapping
from .cursor import walk_pages

if TYPE_CHECKING:
    from ..client import CdiscountClient

_REQUESTS = "/order-commercial-gesture-requests"


class Gestures:
    def __init__(self, client: CdiscountClient):
        self._client = client

    def allowable(self, order_id: str) -> Decimal:
        """How much may still be given for an order, VAT included; 0 when nothing is left.

        :raises ProtocolError: unexpected_shape when the answer names no amount
        """
        path = f"/orders/{_part(order_id)}/commercial-gestures-available-amounts"
        found = parse_allowable(self._client.get_object(path))
        if found is None:
            detail = "no amount is named"
            raise ProtocolError("unexpected_shape", {"path": path, "method": "GET", "detail": detail})
        return max(found, Decimal(0))

    def reasons(self, sales_channel_id: str = "") -> tuple[GestureReason, ...]:
        """Why a gesture may be made on a channel (default the client's own); never hard-code them."""
        channel = sales_channel_id or self._client.sales_channel_id
        path = f"/sales-channel-commercial-gesture-configurations/{_part(channel)}"
        return GestureReason.parse_all(self._client.call("GET", path).json())

    def give(self, order_id: str, reason: str, amount: Decimal, details: str = "") -> str:
        """Ask for a gesture; returns the number of the request, "" when none was given.

        :raises OutcomeUnknown: read ``of_order`` before repeating, or the customer may get it twice
        """
        if amount <= 0:
            raise InvalidRequest(params={"method": "POST", "path": _REQUESTS, "detail": "the amount is not positive"})
        body = {"orderId": order_id, "reason": reason, "amount": amount}
        if details:
            body["reasonDetails"] = details
        response = self._client.call("POST", _REQUESTS, json=body, safe_to_repeat=False)
        raw = mapping(response.json_or_none())
        return identifier(mapping(raw.get("data")) or raw, "requestId", "commercialGestureRequestId", "id")

    def of_order(self, order_id: str) -> tuple[Gesture, ...]:
        """Every request about an order, as listed."""
        pages = walk_pages(self._client, _REQUESTS, {"orderId": order_id})
        found = (Gesture.parse(entry) for page in pages for entry in page.items)
        # The filter might be ignored like any name the marketplace does not know (contract §12 no. 9).
        return tuple(one for one in found if one and one.order_id in ("", order_id))

    def get(self, request_id: str) -> Gesture:
        """One request.

        :raises NotFound: the marketplace does not know it
        """
        path = f"{_REQUESTS}/{_part(request_id)}"
        found = Gesture.parse({"requestId": request_id, **self._client.get_object(path)})
        if not found:
            raise ProtocolError("unexpected_shape", {"path": path, "method": "GET"})
        return found


def _part(value: str) -> str:
    return quote(str(value), safe="")
