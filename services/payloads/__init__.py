"""Frozen dataclasses, parsed once at the border. They survive nulls, unknown fields and unknown statuses."""

from ..errors import PayloadError
from .address import Address
from .order import Commission, Order, OrderLine, Parcel, PriceBlock, ServiceFee, TaxShare
from .seller import Carrier, DeliveryMode, Seller, SellerAddress, Subscription

__all__ = [
    "Address",
    "Carrier",
    "Commission",
    "DeliveryMode",
    "Order",
    "OrderLine",
    "Parcel",
    "PayloadError",
    "PriceBlock",
    "Seller",
    "SellerAddress",
    "ServiceFee",
    "Subscription",
    "TaxShare",
]
