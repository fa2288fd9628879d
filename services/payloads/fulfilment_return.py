"""Returns to the marketplace's own warehouses (contract §9). The body is not verified: read tolerantly."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from .read import flag, gtin, identifier, mapping, moment, number, objects, sub, text

_LISTS = ("lines", "returnLines", "items", "products")
_CONTENTS = ("content", "document", "file", "data", "label")


@dataclass(frozen=True, slots=True)
class FulfilmentReturnLine:
    """``line_id`` is the order's line when the marketplace names it; ``quantity`` in units."""

    sku: str = ""
    gtin: str = ""
    product_id: str = ""
    line_id: str = ""
    title: str = ""
    quantity: Decimal = Decimal(1)

    @classmethod
    def parse(cls, raw: Mapping) -> FulfilmentReturnLine:
        quantity = number(raw, "quantity", "returnedQuantity", "receivedQuantity")
        return cls(
            sku=text(raw, "sellerExternalReference", "sellerProductReference", "sellerProductId", "sellerReference"),
            gtin=gtin(raw.get("gtin") or raw.get("ean")),
            product_id=identifier(raw, "productId", "productReference"),
            line_id=identifier(raw, "orderLineId", "lineId"),
            title=text(raw, "productTitle", "title", "productName", "label"),
            quantity=Decimal(1) if quantity is None else max(quantity, Decimal(0)),
        )


@dataclass(frozen=True, slots=True)
class FulfilmentReturn:
    """A return as the marketplace lists it.

    ``kind`` Customer or Carrier, ``status`` Created, Referencing, Referenced, Accepted, Pending or Completed,
    ``reason`` ReferenceError, Damaged, Retraction, TransportDamage or any other word; each "" when not told.
    """

    return_id: str
    kind: str = ""
    status: str = ""
    reason: str = ""
    recommended_reason: str = ""
    comment: str = ""
    warehouse_comment: str = ""
    shipment_id: str = ""
    reference: str = ""
    order_id: str = ""
    parcel_id: str = ""
    received_at: datetime | None = None
    has_label: bool = False
    lines: tuple[FulfilmentReturnLine, ...] = ()

    @classmethod
    def parse(cls, entry: Any) -> FulfilmentReturn | None:
        """None for an entry without a number of its own."""
        raw = mapping(entry)
        return_id = identifier(raw, "returnId", "id")
        if not return_id:
            return None
        lines = next((found for name in _LISTS if (found := objects(raw, name))), [])
        return cls(
            return_id=return_id,
            kind=text(raw, "type"),
            status=text(raw, "status", "state"),
            reason=_word(raw, "reason", "returnReason"),
            recommended_reason=_word(raw, "recommendedReturnReason"),
            comment=text(raw, "comment", limit=2000),
            warehouse_comment=text(raw, "warehouseComment", limit=2000),
            shipment_id=identifier(raw, "outboundShipmentId"),
            reference=text(raw, "reference", limit=120),
            order_id=identifier(raw, "orderSellerId", "orderId"),
            parcel_id=identifier(raw, "parcelId", "parcelNumber", "trackingNumber"),
            received_at=moment(raw, "receiptDate", "receivedAt"),
            has_label=flag(raw, "hasLabel"),
            lines=tuple(map(FulfilmentReturnLine.parse, lines)),
        )


@dataclass(frozen=True, slots=True)
class ReturnLabel:
    name: str
    content: bytes


def parse_labels(body: bytes, content_type: str, data: Any, return_id: str) -> tuple[ReturnLabel, ...]:
    """The labels in an answer: a file as it is, or JSON that holds one or several in base64 (contract §9: unknown).

    An address in the answer is not followed: nobody knows where it leads.

    :param data: the decoded JSON body, None when it is none
    """
    if data is None:
        if not body:
            return ()
        kind = content_type.split(";")[0].strip().lower()
        ending = {"image/png": "png", "image/jpeg": "jpg", "application/zip": "zip"}.get(kind, "pdf")
        return (ReturnLabel(f"label_{return_id}.{ending}", body),)
    found = data if isinstance(data, list) else objects(mapping(data), "items") or [data]
    labels = []
    for place, entry in enumerate(found, start=1):
        raw = mapping(entry)
        content = _decoded(next((raw[name] for name in _CONTENTS if isinstance(raw.get(name), str)), entry))
        if content:
            ending = "" if place == 1 else f"_{place}"
            labels.append(ReturnLabel(text(raw, "fileName", "name") or f"label_{return_id}{ending}.pdf", content))
    return tuple(labels)


def _decoded(value: Any) -> bytes:
    if not isinstance(value, str):
        return b""
    try:
        return base64.b64decode(value.partition("base64,")[2] or value, validate=True)
    except (ValueError, binascii.Error):
        return b""


def _word(raw: Mapping, *names: str) -> str:
    """A code, or an object that holds one."""
    return text(raw, *names, limit=120) or text(sub(raw, *names), "code", "label", "name", limit=120)
