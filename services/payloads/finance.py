"""Operations, payments and commission invoices (contract §8). Their shapes are not verified: everything may be missing.

Amounts are ``Decimal`` with the sign the marketplace wrote; ``rules/finance.py`` says what they do to a payout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ..rules.seller_day import day_of
from .read import identifier, mapping, moment, number, sub, text
from .storage import digest

_AMOUNTS = ("sale", "commission", "refund", "subscription", "logisticFee", "amount", "fee", "operation")
_WITH_VAT = ("amountWithVat", "amountWithTax", "grossAmount", "gross", "amount", "value", "totalAmount")
_WITHOUT_VAT = ("amountWithoutVat", "amountWithoutTax", "netAmount", "net")
_VAT = ("vat", "vatAmount", "taxAmount", "amountVat")


@dataclass(frozen=True, slots=True)
class Amounts:
    """Each is None when it is not known and cannot be worked out from the two others."""

    with_vat: Decimal | None = None
    without_vat: Decimal | None = None
    vat: Decimal | None = None

    @classmethod
    def parse(cls, raw: Mapping) -> Amounts:
        with_vat, without, vat = number(raw, *_WITH_VAT), number(raw, *_WITHOUT_VAT), number(raw, *_VAT)
        if with_vat is None and without is not None:
            with_vat = without + (vat or 0)
        if without is None and with_vat is not None:
            without = with_vat - (vat or 0)
        if vat is None and with_vat is not None and without is not None:
            vat = with_vat - without
        return cls(with_vat, without, vat)


@dataclass(frozen=True, slots=True)
class Operation:
    """One financial operation. ``reference`` is never "": one without gets the digest of what it says."""

    reference: str
    event_type: str = ""
    order_reference: str = ""
    line_id: str = ""
    state: str = ""
    happened_at: datetime | None = None
    release_date: date | None = None
    amounts: Amounts = Amounts()
    part: str = ""  # name of the object the amounts were found in
    currency: str = "EUR"
    payment_reference: str = ""
    invoice_id: str = ""
    sales_channel_id: str = ""
    updated_at: datetime | None = None

    @classmethod
    def parse(cls, entry: Any) -> Operation | None:
        """None for what is no object at all."""
        raw = mapping(entry)
        if not raw:
            return None
        part, amounts = _amounts(raw)
        released = moment(raw, "releasePaymentDate", "paymentDate", "releaseDate")
        return cls(
            reference=identifier(raw, "operationReference", "operationId", "reference", "id") or _name(raw, part),
            event_type=text(raw, "eventType", "type", "operationType", limit=60),
            order_reference=identifier(raw, "orderReference", "orderId", "orderSellerId"),
            line_id=identifier(raw, "orderLineId", "lineId"),
            state=text(raw, "paymentState", "state", "status", limit=60),
            happened_at=moment(raw, "operationDate", "eventDate", "createdAt", "date"),
            release_date=day_of(released) if released else None,
            amounts=amounts,
            part=part,
            currency=(text(raw, "currencyCode", "currency", limit=3) or "EUR").upper(),
            payment_reference=identifier(raw, "paymentReference", "paymentId"),
            invoice_id=identifier(raw, "invoiceId", "invoiceReference"),
            sales_channel_id=identifier(raw, "salesChannelId", "salesChannel"),
            updated_at=moment(raw, "updatedAt"),
        )


def _name(raw: Mapping, part: str) -> str:
    """A name for an operation without reference, made of what does not change with time."""
    fields = ("eventType", "orderReference", "orderLineId", "operationDate", part)
    return f"?{digest({name: raw.get(name) for name in fields})[:24]}"


def _amounts(raw: Mapping) -> tuple[str, Amounts]:
    """The first object that holds an amount, else what stands in the operation itself."""
    for name in _AMOUNTS:
        found = Amounts.parse(mapping(raw.get(name)))
        if found.with_vat is not None:
            return name, found
    return "amount", Amounts.parse(raw)


@dataclass(frozen=True, slots=True)
class Payment:
    """A payout, estimated or made. ``amount`` is what reaches the seller's bank."""

    reference: str
    state: str = ""
    day: date | None = None
    amount: Decimal | None = None
    currency: str = "EUR"

    @classmethod
    def parse(cls, entry: Any) -> Payment | None:
        """None without a reference and a day: there is nothing to tell it from another by."""
        raw = mapping(entry)
        paid = moment(raw, "paymentDate", "releasePaymentDate", "date")
        reference = identifier(raw, "paymentReference", "paymentId", "reference", "id")
        if not reference and not paid:
            return None
        amount = number(raw, "amount", "totalAmount", "netAmount")
        return cls(
            reference=reference,
            state=text(raw, "paymentState", "state", "status", limit=60),
            day=day_of(paid) if paid else None,
            amount=amount if amount is not None else Amounts.parse(sub(raw, "amount")).with_vat,
            currency=(text(raw, "currencyCode", "currency", limit=3) or "EUR").upper(),
        )


@dataclass(frozen=True, slots=True)
class CommissionInvoice:
    """An invoice of what the marketplace charges."""

    invoice_id: str
    day: date | None = None
    amounts: Amounts = Amounts()
    currency: str = "EUR"

    @classmethod
    def parse(cls, entry: Any) -> CommissionInvoice | None:
        raw = mapping(entry)
        invoice_id = identifier(raw, "invoiceId", "invoiceReference", "id")
        if not invoice_id:
            return None
        issued = moment(raw, "invoiceDate", "date", "createdAt")
        return cls(
            invoice_id=invoice_id,
            day=day_of(issued) if issued else None,
            amounts=Amounts.parse(raw),
            currency=(text(raw, "currencyCode", "currency", limit=3) or "EUR").upper(),
        )
