"""One small, harmless question to each endpoint an account may use (contract §14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..client import CdiscountClient


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``need``: core (nothing works without it), part (one part of the addon does not), extra (nothing is lost)."""

    family: str
    path: str
    params: tuple[tuple[str, Any], ...] = ()
    need: str = "part"


ONE = (("limit", 1),)
FIRST = (("pageIndex", 1), ("pageSize", 1))
ENDPOINTS = (
    Endpoint("account", "/sellers", need="core"),
    Endpoint("account", "/sellers/subscriptions", need="core"),
    Endpoint("account", "/sellers/indicators"),
    Endpoint("account", "/sellers/delivery-modes"),
    Endpoint("account", "/carriers"),
    Endpoint("orders", "/orders", FIRST, need="core"),
    Endpoint("orders", "/orders/count", need="core"),
    Endpoint("orders", "/cancellation-reasons", (("userType", "Seller"), ("orderStatus", "InPreparation"))),
    Endpoint("offers", "/offers", ONE),
    Endpoint("offers", "/offer-packages", ONE),
    Endpoint("products", "/products", (("limit", 100),)),
    Endpoint("catalogue", "/categories", FIRST),
    Endpoint("catalogue", "/brands", FIRST),
    Endpoint("discussions", "/discussions/count"),
    Endpoint("discussions", "/typologies"),
    Endpoint("finance", "/operations", FIRST),
    Endpoint("finance", "/payments", FIRST),
    Endpoint("fulfilment", "/stocks", ONE, need="extra"),
    Endpoint("fulfilment", "/returns", ONE, need="extra"),
)


def ask(client: CdiscountClient, endpoint: Endpoint) -> int:
    """Ask an endpoint and return the status of its answer.

    :raises CdiscountError: it did not answer with 2xx, or not at all
    """
    params = dict(endpoint.params)
    channel = client.sales_channel_id
    if endpoint.path in ("/offers", "/offer-packages"):
        params["salesChannelId"] = channel
    elif endpoint.path in ("/cancellation-reasons", "/discussions/count", "/typologies"):
        params["salesChannel"] = channel
    return client.call("GET", endpoint.path, params=params).status
