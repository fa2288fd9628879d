"""Sellers, subscriptions, delivery modes, addresses (contract §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..payloads.indicator import Indicator
from ..payloads.seller import DeliveryMode, Seller, SellerAddress, Subscription

if TYPE_CHECKING:
    from ..client import CdiscountClient


class Sellers:
    def __init__(self, client: CdiscountClient):
        self._client = client

    def get(self) -> Seller:
        """The seller of the ``SellerId`` header (contract §2.1)."""
        return Seller.parse(self._client.get_object("/sellers"))

    def subscriptions(self) -> tuple[Subscription, ...]:
        """The sales channels the seller is on (contract §2.3)."""
        return Subscription.parse_all(self._client.get_items("/sellers/subscriptions"))

    def delivery_modes(self) -> tuple[DeliveryMode, ...]:
        """Delivery modes of the account; the codes may be the legacy ones (contract §2.6)."""
        return DeliveryMode.parse_all(self._client.get_items("/sellers/delivery-modes"))

    def addresses(self) -> tuple[SellerAddress, ...]:
        """The seller's own addresses (contract §2.2)."""
        return SellerAddress.parse_all(self._client.get_items("/sellers/addresses"))

    def indicators(self) -> tuple[Indicator, ...]:
        """How the marketplace judges the seller (contract §10); their inner shape is not documented.

        :raises ProtocolError: the answer is neither an object nor a list
        """
        response = self._client.call("GET", "/sellers/indicators")
        found = Indicator.parse_all(response.json())
        if found is None:
            raise response.protocol_error("unexpected_shape")
        return found
