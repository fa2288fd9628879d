"""An order as the rest of the project sees it (contract §3.2). Money is ``Decimal`` with VAT, time is aware UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from ..errors import PayloadError
from ..text import plain
from .address import Address
from .read import flag, gtin, identifier, mapping, moment, number, objects, sub, text


@dataclass(frozen=True, slots=True)
class TaxShare:
    """A tax inside the price. ``rate`` as sent: percent or fraction; ``amount`` for the whole line, or None."""

    code: str
    target: str
    amount: Decimal | None
    rate: Decimal | None


@dataclass(frozen=True, slots=True)
class Commission:
    """What the marketplace keeps of a line. ``rate`` as sent: percent when above 1 (contract §0b)."""

    amount_with_vat: Decimal | None
    amount_without_vat: Decimal | None
    rate: Decimal | None


@dataclass(frozen=True, slots=True)
class PriceBlock:
    """``offerPrice`` (what the seller set) or ``sellingPrice`` (what the customer paid) of a line."""

    unit_price: Decimal | None = None
    shipping_cost: Decimal | None = None
    commission: Commission | None = None
    taxes: tuple[TaxShare, ...] = ()

    @classmethod
    def parse(cls, raw: Mapping) -> PriceBlock:
        return cls(
            unit_price=number(raw, "unitSalesPrice", "unitPrice", "price"),
            shipping_cost=number(raw, "shippingCost", "unitShippingCost"),
            commission=_commission(sub(raw, "commission")),
            taxes=tuple(
                TaxShare(text(tax, "code"), text(tax, "target"), number(tax, "amount"), number(tax, "rate", "value"))
                for tax in objects(raw, "taxes")
            ),
        )


def _commission(raw: Mapping) -> Commission | None:
    found = Commission(
        amount_with_vat=number(raw, "amountWithVat", "amountWithTax"),
        amount_without_vat=number(raw, "amountWithoutVat", "amountWithoutTax"),
        rate=number(raw, "rate"),
    )
    return None if found == Commission(None, None, None) else found


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel that was declared for a line."""

    number: str
    carrier: str
    tracking_url: str

    @classmethod
    def parse(cls, raw: Mapping) -> Parcel:
        return cls(
            number=text(raw, "parcelNumber", "number"),
            carrier=text(raw, "carrierName", "carrier"),
            tracking_url=text(raw, "trackingUrl", limit=1000),
        )


@dataclass(frozen=True, slots=True)
class ServiceFee:
    label: str
    amount: Decimal


_LINE_ID = ("orderLineId", "lineId", "id")


@dataclass(frozen=True, slots=True)
class OrderLine:
    """``quantity`` is 0 when it is missing or senseless; ``total_*`` is for the whole line, None when missing."""

    line_id: str
    status: str = ""
    quantity: Decimal = Decimal(0)
    total_offer: Decimal | None = None
    total_selling: Decimal | None = None
    offer_price: PriceBlock = PriceBlock()
    selling_price: PriceBlock = PriceBlock()
    sku: str = ""
    gtin: str = ""
    product_id: str = ""
    title: str = ""
    condition: str = ""
    supply_mode: str = ""
    offer_id: str = ""
    delivery_mode: str = ""
    ship_by: datetime | None = None
    promised_min: datetime | None = None
    promised_max: datetime | None = None
    shipping_address: Address | None = None
    parcels: tuple[Parcel, ...] = ()

    @classmethod
    def parse(cls, raw: Mapping) -> OrderLine:
        offer, delivery, total = sub(raw, "offer"), sub(raw, "delivery"), sub(raw, "totalPrice")
        quantity = number(raw, "quantity")
        return cls(
            line_id=identifier(raw, *_LINE_ID),
            status=text(raw, "status"),
            quantity=quantity if quantity and quantity > 0 else Decimal(0),
            total_offer=number(total, "offerPrice"),
            total_selling=number(total, "sellingPrice"),
            offer_price=PriceBlock.parse(sub(raw, "offerPrice")),
            selling_price=PriceBlock.parse(sub(raw, "sellingPrice")),
            sku=text(offer, "sellerProductId", "sellerExternalReference", limit=120),
            gtin=gtin(offer.get("productGtin")),
            product_id=identifier(offer, "productId"),
            title=plain(text(offer, "productTitle", "title", limit=1000)),
            condition=text(offer, "condition"),
            supply_mode=text(offer, "supplyMode"),
            offer_id=identifier(offer, "id", "offerId"),
            delivery_mode=text(delivery, "mode"),
            ship_by=moment(delivery, "shippedAtMax"),
            promised_min=moment(delivery, "promisedAtMin"),
            promised_max=moment(delivery, "promisedAtMax"),
            shipping_address=_address(raw, "shippingAddress"),
            parcels=tuple(Parcel.parse(parcel) for parcel in objects(raw, "parcels")),
        )


@dataclass(frozen=True, slots=True)
class Order:
    """One order. Text is "" and moments and amounts are None when absent; ``status`` is the marketplace's own word."""

    order_id: str
    reference: str = ""
    status: str = ""
    business: bool = False
    sales_channel_id: str = ""
    customer_reference: str = ""
    purchased_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    ship_by: datetime | None = None
    payment_method: str = ""
    currency: str = "EUR"
    total_offer: Decimal | None = None
    total_selling: Decimal | None = None
    service_fees: tuple[ServiceFee, ...] = ()
    billing_address: Address | None = None
    lines: tuple[OrderLine, ...] = ()

    @classmethod
    def parse(cls, raw: Mapping) -> Order:
        """:raises PayloadError: no object, or no order id"""
        if not isinstance(raw, Mapping):
            raise PayloadError(params={"path": "order", "problem": "it is not an object"})
        order_id = identifier(raw, "orderId", "id")
        if not order_id:
            raise PayloadError(params={"path": "order.orderId", "problem": "the order has no id"})
        total = sub(raw, "totalPrice")
        return cls(
            order_id=order_id,
            reference=text(raw, "reference") or order_id,
            status=text(raw, "status"),
            business=flag(raw, "businessOrder"),
            sales_channel_id=identifier(sub(raw, "salesChannel"), "id")
            or identifier(raw, "salesChannelId", "salesChannel"),
            customer_reference=text(sub(raw, "customer"), "reference", "id", "customerId"),
            purchased_at=moment(raw, "purchasedAt"),
            created_at=moment(raw, "createdAt"),
            updated_at=moment(raw, "updatedAt"),
            ship_by=moment(raw, "shippedAtMax"),
            payment_method=text(sub(raw, "payment"), "method", "mode"),
            currency=text(raw, "currencyCode", limit=3).upper() or "EUR",
            total_offer=number(total, "offerPrice"),
            total_selling=number(total, "sellingPrice"),
            service_fees=tuple(
                ServiceFee(plain(text(fee, "label", "name")), amount)
                for fee in objects(raw, "serviceFees")
                if (amount := number(fee, "amount", "price"))
            ),
            billing_address=_address(raw, "billingAddress"),
            lines=_lines(raw, order_id),
        )

    @property
    def shipping_address(self) -> Address | None:
        """The first delivery address of the lines; there is none before InPreparation (contract §12 no. 14)."""
        return next((line.shipping_address for line in self.lines if line.shipping_address), None)


def _address(raw: Mapping, name: str) -> Address | None:
    found = Address.parse(mapping(raw.get(name)))
    return None if found.is_empty and not found.pickup_id else found


def _lines(raw: Mapping, order_id: str) -> tuple[OrderLine, ...]:
    """The lines, each with an id of its own that is the same at every reading.

    A line without an id is named after its SKU and how many of that SKU came before it, so that it keeps its name when
    other lines move; a repeated id gets the number of its repetition. Ids that are the marketplace's own go first: no
    made-up id takes one away from its owner.
    """
    entries = objects(raw, "lines")
    own = [identifier(entry, *_LINE_ID) for entry in entries]
    taken = {line_id for line_id in own if line_id}
    seen: dict[str, int] = {}
    lines: list[OrderLine] = []
    for entry, line_id in zip(entries, own, strict=True):
        line = OrderLine.parse(entry)
        base = line_id or f"{order_id}?{(line.sku or line.gtin or line.offer_id).replace(' ', '')}"
        number = seen.get(base, 0) + 1
        name = base if number == 1 and line_id else f"{base}#{number}"
        while name in taken and not (number == 1 and line_id):
            number += 1
            name = f"{base}#{number}"
        seen[base] = number
        taken.add(name)
        lines.append(replace(line, line_id=name))
    return tuple(lines)
