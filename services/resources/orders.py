"""Orders (contract §3): reading, accepting, shipping, cancelling."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import InvalidRequest, ProtocolError
from ..payloads.read import identifier, mapping, text
from ..wire import iso_utc

if TYPE_CHECKING:
    from ..client import CdiscountClient

_logger = logging.getLogger(__name__)

MAX_PAGE_SIZE = 100  # contract §1.4
_MAX_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders, and in which order. Moments are aware datetimes; statuses are the marketplace's own words.

    Mind that one unknown status makes the marketplace refuse the whole call (contract §3.2).
    """

    updated_at_min: datetime | None = None
    updated_at_max: datetime | None = None
    created_at_min: datetime | None = None
    created_at_max: datetime | None = None
    statuses: tuple[str, ...] = ()
    sales_channel_id: str = ""
    reference: str = ""
    supply_mode: str = ""
    business_order: bool | None = None
    sort: str = "updatedAt"
    descending: bool = False

    def params(self, *, sorted_too: bool = True) -> dict[str, str]:
        """The query, without what is not set."""
        moments = {
            "updatedAtMin": self.updated_at_min,
            "updatedAtMax": self.updated_at_max,
            "createdAtMin": self.created_at_min,
            "createdAtMax": self.created_at_max,
        }
        found = {name: iso_utc(moment) for name, moment in moments.items() if moment}
        plain = {
            "status": ",".join(self.statuses),
            "salesChannelId": self.sales_channel_id,
            "reference": self.reference,
            "supplyMode": self.supply_mode,
        }
        found.update({name: value for name, value in plain.items() if value})
        if self.business_order is not None:
            found["businessOrder"] = "true" if self.business_order else "false"
        if sorted_too and self.sort:
            found["sort"] = self.sort
            found["desc"] = "true" if self.descending else "false"
        return found


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page. ``items`` are raw orders with a non-empty text ``orderId``; ``rejected`` counts entries that are no
    order.

    ``is_last``: fewer entries came than were asked for, so nothing follows.
    """

    items: tuple[dict, ...]
    rejected: int
    requested: int
    is_last: bool
    page_index: int = 1

    @property
    def received(self) -> int:
        """How many entries came, good or not."""
        return len(self.items) + self.rejected


@dataclass(frozen=True, slots=True)
class CancellationReason:
    code: str
    label: str


class Orders:
    def __init__(self, client: CdiscountClient):
        self._client = client

    def page(self, filters: OrderFilter, page_index: int, page_size: int = MAX_PAGE_SIZE) -> OrderPage:
        """Page ``page_index`` (from 1), at most 100 orders.

        :raises ProtocolError: the answer is no page
        """
        size = max(1, min(page_size, MAX_PAGE_SIZE))
        params = {**filters.params(), "pageIndex": str(page_index), "pageSize": str(size)}
        entries = self._client.get_items("/orders", params)
        items = [item for item in map(_with_id, entries) if item]
        return OrderPage(
            items=tuple(items),
            rejected=len(entries) - len(items),
            requested=size,
            is_last=len(entries) < size,
            page_index=page_index,
        )

    def pages(self, filters: OrderFilter, page_size: int = MAX_PAGE_SIZE) -> Iterator[OrderPage]:
        """All pages until an empty one or one with fewer orders than asked for.

        Index pages shift while they are read (contract §11): an order may come twice, and one may be missing until
        the next poll with its overlap. De-duplicate by orderId.

        :raises ProtocolError: unexpected_shape when a page comes again, which would never end
        """
        before: tuple[str, ...] = ()
        for index in range(1, _MAX_PAGES + 1):
            page = self.page(filters, index, page_size)
            ids = tuple(item["orderId"] for item in page.items)
            if ids and ids == before:
                detail = f"page {index} repeats the one before"
                raise ProtocolError("unexpected_shape", {"path": "/orders", "method": "GET", "detail": detail})
            if page.received:
                yield page
            if page.is_last:
                return
            before = ids
        _logger.warning("stopped reading orders after %s pages", _MAX_PAGES)

    def count(self, filters: OrderFilter) -> int:
        """How many orders match (contract §3.3)."""
        return self._client.get_count("/orders/count", filters.params(sorted_too=False))

    def get(self, order_id: str) -> dict:
        """One raw order (contract §3.4).

        :raises NotFound: the marketplace does not know it
        """
        found = _with_id(self._client.get_object(_order_path(order_id)))
        if not found:
            raise ProtocolError("unexpected_shape", {"path": _order_path(order_id), "method": "GET"})
        return found

    def approve(self, order_id: str, accepted: bool) -> None:
        """Accept or refuse a whole order that waits for acceptance (contract §3.5).

        Saying the same twice does no harm, so it is repeated like a read; a refusal of a repetition is an
        OutcomeUnknown.
        """
        body = {"approval_status": "Accepted" if accepted else "Refused"}
        self._client.call("POST", _order_path(order_id) + "/approval-status", json=body, safe_to_repeat=True)

    def ship(self, order_id: str, parcels: Sequence[Mapping[str, Any]]) -> None:
        """Declare parcels: ``parcelNumber, carrierName`` (a label), ``trackingUrl, orderLineIds`` (contract §3.6).

        :raises OutcomeUnknown: read the order back before repeating; a parcel number that is there was accepted
        """
        path = _order_path(order_id) + "/shipments"
        if not parcels:
            raise InvalidRequest(params={"method": "POST", "path": path, "detail": "no parcel to declare"})
        empty = (None, "", [], ())
        body = [{name: value for name, value in parcel.items() if value not in empty} for parcel in parcels]
        self._client.call("POST", path, json=body, safe_to_repeat=False)

    def cancellation_reasons(self, order_status: str, sales_channel_id: str = "") -> tuple[CancellationReason, ...]:
        """Reasons a seller may give for an order in this status; never hard-code them (contract §3.7)."""
        params = {
            "salesChannel": sales_channel_id or self._client.sales_channel_id,
            "userType": "Seller",
            "orderStatus": order_status,
        }
        found = []
        for entry in self._client.get_items("/cancellation-reasons", params):
            raw = mapping(entry) or {"code": entry}
            code = text(raw, "code", "reason", "id")
            if code:
                found.append(CancellationReason(code, text(raw, "label", "name", "description") or code))
        return tuple(found)

    def cancel(self, order_id: str, reason: str, shipping_cost_refund: bool = True) -> str:
        """Ask to cancel (after shipment: refund) a whole order; returns the request id, "" if none was given."""
        body = {"orderSellerId": order_id, "reason": reason, "shippingCostRefund": shipping_cost_refund}
        return self._request_id("/order-cancellation-requests", body)

    def cancel_lines(self, order_id: str, lines: Iterable[Mapping[str, Any]]) -> str:
        """Ask to cancel or refund whole lines: ``lineId, offerId, reason, shippingCostRefund`` each."""
        body = {"orderSellerId": order_id, "lines": [dict(line) for line in lines]}
        return self._request_id("/order-partial-cancellation-requests", body)

    def cancellation_requests(self, order_id: str) -> Sequence[Any]:
        """The requests made for an order, to read back after an OutcomeUnknown."""
        params = {"orderSellerId": order_id, "salesChannel": self._client.sales_channel_id}
        return self._client.get_items("/order-cancellation-requests", params)

    def _request_id(self, path: str, body: dict) -> str:
        response = self._client.call("POST", path, json=body, safe_to_repeat=False)
        raw = mapping(response.json_or_none())
        return text(raw, "cancellationRequestId", "requestId", "id")


def _order_path(order_id: str) -> str:
    return "/orders/" + quote(str(order_id), safe="")


def _with_id(entry: Any) -> dict | None:
    """A copy of a raw order whose ``orderId`` is a non-empty text, or None."""
    order_id = identifier(mapping(entry), "orderId", "id")
    return {**entry, "orderId": order_id} if order_id else None
