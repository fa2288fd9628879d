"""An offer as the channel has it (contract §4.4). Money is ``Decimal`` with VAT, time is aware UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..errors import PayloadError
from .read import gtin, identifier, mapping, moment, number, objects, sub, text


@dataclass(frozen=True, slots=True)
class DeliveryOffer:
    """A delivery mode of an offer: the cost of the first piece and of each further one, None when not said."""

    code: str
    cost: Decimal | None = None
    additional_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer of one sales channel. Text is "", numbers and moments are None when absent or senseless.

    ``sku`` is the seller's reference as it is there, without blanks around it; ``gtin`` has 13 digits or more.
    ``state`` is the marketplace's own word (Active, Inactive). ``price`` and ``origin_price`` (the strike price) are
    what the seller set, ``facial_price`` is what customers see.
    """

    sku: str
    offer_id: str = ""
    state: str = ""
    gtin: str = ""
    product_reference: str = ""
    condition: str = ""
    price: Decimal | None = None
    origin_price: Decimal | None = None
    facial_price: Decimal | None = None
    currency: str = ""
    quantity: int | None = None
    preparation_time: int | None = None
    delivery_modes: tuple[DeliveryOffer, ...] = ()
    comments: str = ""
    acceptance_status: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @classmethod
    def parse(cls, raw: Mapping) -> Offer:
        """:raises PayloadError: no object, or nothing that names the offer to its seller"""
        if not isinstance(raw, Mapping):
            raise PayloadError(params={"path": "offer", "problem": "it is not an object"})
        sku = reference(raw)
        if not sku:
            raise PayloadError(
                params={"path": "offer.sellerExternalReference", "problem": "the offer has no reference"}
            )
        product, price = sub(raw, "product"), sub(raw, "integrationPrice", "price")
        return cls(
            sku=sku,
            offer_id=identifier(raw, "offerId", "id"),
            state=text(raw, "offerState", "state", limit=60),
            gtin=gtin(product.get("gtin", raw.get("gtin"))),
            product_reference=identifier(product, "reference"),
            condition=text(raw, "condition", limit=60),
            price=positive(number(price, "price")),
            origin_price=positive(number(price, "originPrice")),
            facial_price=positive(number(sub(raw, "facialPrice"), "price")),
            currency=text(price, "currencyCode", limit=3).upper(),
            quantity=whole(number(raw, "quantity", "stock")),
            preparation_time=whole(number(raw, "preparationTime")),
            delivery_modes=_modes(raw),
            comments=text(raw, "comments", "comment", limit=2000),
            acceptance_status=text(raw, "salesChannelAcceptanceStatus", limit=60),
            created_at=moment(raw, "createdAt"),
            updated_at=moment(raw, "updatedAt"),
        )

    @property
    def is_active(self) -> bool:
        return self.state.casefold() == "active"


def reference(raw: Any) -> str:
    """The seller's reference of a raw offer, result or product row, "" when there is none.

    Inner blanks stay (a run of them as one, as in the lines of orders): they belong to the reference.
    """
    return text(mapping(raw), "sellerExternalReference", "sellerProductReference", "sellerProductId", limit=120)


def positive(value: Decimal | None) -> Decimal | None:
    """A price; zero and less is no price."""
    return value if value is not None and value > 0 else None


def whole(value: Decimal | None) -> int | None:
    """A number of pieces or days: a whole one from 0 on."""
    if value is None or value < 0 or value != value.to_integral_value():
        return None
    return int(value)


def _modes(raw: Mapping) -> tuple[DeliveryOffer, ...]:
    """Each mode once; the first of a code counts."""
    found: dict[str, DeliveryOffer] = {}
    for entry in objects(raw, "deliveryOffers") or objects(raw, "deliveryModes"):
        code = identifier(entry, "code", "deliveryMode", "mode")
        if code:
            mode = DeliveryOffer(code, number(entry, "cost", "price"), number(entry, "additionalCost"))
            found.setdefault(code, mode)
    return tuple(found.values())
