"""Seller, subscription, carrier, delivery mode (contract §2). Their keys are snake_case; camelCase is taken as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from .read import flag, identifier, moment, number, objects, sub, text


@dataclass(frozen=True, slots=True)
class Seller:
    """``state``: Activated, Deactivated, PutOnNotice. ``sub_state``: ActiveSeller, Holidays, BannedSeller."""

    seller_id: str
    shop_name: str = ""
    shop_url: str = ""
    state: str = ""
    sub_state: str = ""
    subscription_step: str = ""
    auto_accept: bool = False
    created_at: datetime | None = None

    @classmethod
    def parse(cls, raw: Mapping) -> Seller:
        return cls(
            seller_id=identifier(raw, "seller_id", "sellerId", "id"),
            shop_name=text(raw, "shop_name", "shopName"),
            shop_url=text(raw, "shop_url", "shopUrl"),
            state=text(raw, "seller_state", "sellerState", "state"),
            sub_state=text(raw, "seller_sub_state", "sellerSubState"),
            subscription_step=text(raw, "subscription_step", "subscriptionStep"),
            auto_accept=flag(raw, "auto_accept_order", "autoAcceptOrder"),
            created_at=moment(raw, "creation_date", "creationDate"),
        )


@dataclass(frozen=True, slots=True)
class Subscription:
    """The seller's place on one sales channel. The values of ``status`` and ``action`` are not documented."""

    subscription_id: str
    sales_channel_id: str
    status: str = ""
    action: str = ""
    offer_currency: str = ""
    payment_currency: str = ""

    @classmethod
    def parse(cls, raw: Mapping) -> Subscription:
        return cls(
            subscription_id=identifier(raw, "subscription_id", "subscriptionId"),
            sales_channel_id=identifier(raw, "sales_channel_id", "salesChannelId"),
            status=text(raw, "status"),
            action=text(raw, "action"),
            offer_currency=text(raw, "offer_submission_currency", "offerSubmissionCurrency"),
            payment_currency=text(raw, "seller_payment_currency", "sellerPaymentCurrency"),
        )

    @classmethod
    def parse_all(cls, entries: Iterable[Any]) -> tuple[Subscription, ...]:
        return tuple(cls.parse(raw) for raw in objects({"all": list(entries)}, "all"))


@dataclass(frozen=True, slots=True)
class Carrier:
    """``code`` is not unique; a shipment wants the ``label`` (contract §2.7)."""

    code: str
    label: str

    @classmethod
    def parse_all(cls, entries: Iterable[Any]) -> tuple[Carrier, ...]:
        """The carriers that have a label, each pair once."""
        found = (cls(text(raw, "code"), text(raw, "label", "name")) for raw in objects({"all": list(entries)}, "all"))
        return tuple(dict.fromkeys(carrier for carrier in found if carrier.label))


@dataclass(frozen=True, slots=True)
class DeliveryMode:
    """``delay`` in days. ``code`` may be a legacy one (contract §2.6)."""

    code: str
    name: str
    delay: Decimal | None = None
    is_express: bool = False

    @classmethod
    def parse_all(cls, entries: Iterable[Any]) -> tuple[DeliveryMode, ...]:
        return tuple(
            cls(
                code=text(raw, "code"),
                name=text(raw, "name", "label"),
                delay=number(raw, "delivery_delay", "deliveryDelay"),
                is_express=flag(raw, "is_express_delivery", "isExpressDelivery"),
            )
            for raw in objects({"all": list(entries)}, "all")
        )


@dataclass(frozen=True, slots=True)
class SellerAddress:
    """One of the seller's own addresses (contract §2.2)."""

    type: str
    address: str
    postal_code: str
    city: str
    country: str

    @classmethod
    def parse_all(cls, entries: Iterable[Any]) -> tuple[SellerAddress, ...]:
        return tuple(
            cls(
                type=text(raw, "type"),
                address=text(raw, "address"),
                postal_code=text(raw, "zip_code", "zipCode"),
                city=text(raw, "city"),
                country=text(raw, "country") or text(sub(raw, "country"), "code", "name"),
            )
            for raw in objects({"all": list(entries)}, "all")
        )
