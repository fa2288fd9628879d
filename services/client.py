"""CdiscountClient: one seller's view of the API. Knows headers and tokens; paths live in ``resources/``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .answers import error_for
from .auth import TokenProvider
from .errors import DataError, OutcomeUnknown
from .multipart import FilePart, encode_multipart
from .resources.carriers import Carriers
from .resources.categories import Categories
from .resources.discussions import Discussions
from .resources.finance import Finance
from .resources.fulfilment import Fulfilment
from .resources.gestures import Gestures
from .resources.invoices import Invoices
from .resources.offer_packages import OfferPackages
from .resources.offers import Offers
from .resources.orders import Orders
from .resources.product_packages import ProductPackages
from .resources.products import Products
from .resources.returns import Returns
from .resources.sellers import Sellers
from .resources.xml_packages import XmlPackages
from .transport import Transport
from .wire import Response


class CdiscountClient:
    """``client.orders``, ``client.gestures``, ``client.sellers``, ``client.carriers``, ``client.discussions``.

    Of the catalogue: ``client.offers``, ``client.offer_packages``, ``client.xml_packages``, ``client.products``,
    ``client.product_packages``, ``client.categories``.

    Thread-safe as far as ``transport`` and ``token_provider`` are, which ours are.

    :param base_url: the API without a trailing slash, e.g. ``https://api.cdiscount.com/v1``
    :param seller_id: the ``SellerId`` header (contract §1.2)
    """

    def __init__(
        self,
        *,
        base_url: str,
        seller_id: str,
        token_provider: TokenProvider,
        transport: Transport,
        sales_channel_id: str = "CDISFR",
        language: str = "fr-FR",
    ):
        self.base_url = base_url.strip().rstrip("/")
        self.seller_id = str(seller_id).strip()
        self.sales_channel_id = sales_channel_id
        self.language = language
        self.transport = transport
        self.token_provider = token_provider
        self.sellers = Sellers(self)
        self.carriers = Carriers(self)
        self.orders = Orders(self)
        self.gestures = Gestures(self)
        self.invoices = Invoices(self)
        self.finance = Finance(self)
        self.fulfilment = Fulfilment(self)
        self.returns = Returns(self)
        self.discussions = Discussions(self)
        self.offers = Offers(self)
        self.offer_packages = OfferPackages(self)
        self.xml_packages = XmlPackages(self)
        self.products = Products(self)
        self.product_packages = ProductPackages(self)
        self.categories = Categories(self)

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping | None = None,
        json: Any = None,
        files: Sequence[FilePart] | None = None,
        safe_to_repeat: bool | None = None,
        sales_channel_id: str = "",
    ) -> Response:
        """Call ``path`` below the base and return a 2xx answer.

        A 401 gets one fresh token and one more try, writes too: 401 means that nothing was done.

        :param files: a multipart body instead of ``json``
        :param sales_channel_id: the ``SalesChannelId`` header of this call, default the client's own
        :raises TokenRefused: the fresh token was refused as well
        :raises CdiscountError: any other answer but 2xx, and what ``Transport.request`` raises
        """
        token = self.token_provider.get()
        channel = sales_channel_id or self.sales_channel_id
        body: dict[str, Any] = {"json": json}
        if files:
            content, content_type = encode_multipart(files)
            body = {"data": content, "headers": {"Content-Type": content_type}}
        response = self._send(token.access_token, method, path, params, body, safe_to_repeat, channel)
        if response.status == 401:
            token = self.token_provider.renew(token.access_token)
            response = self._send(token.access_token, method, path, params, body, safe_to_repeat, channel)
        if response.ok:
            return response
        error = error_for(response, seller_id=self.seller_id)
        if safe_to_repeat and isinstance(error, DataError) and response.attempts > 1 and method != "GET":
            # An earlier attempt may have taken effect, so that this refusal only says "done already".
            raise OutcomeUnknown(params=error.params, status=error.status, trace_id=error.trace_id) from error
        raise error

    def _send(
        self,
        token: str,
        method: str,
        path: str,
        params: Mapping | None,
        body: Mapping[str, Any],
        safe_to_repeat: bool | None,
        channel: str,
    ) -> Response:
        headers = {
            "Authorization": f"Bearer {token}",
            "SellerId": self.seller_id,
            "SalesChannelId": channel,
            "Accept": "application/json",
            "Accept-Language": self.language,
            **body.get("headers", {}),
        }
        return self.transport.request(
            method,
            self.base_url + path,
            params=params,
            json=body.get("json"),
            data=body.get("data"),
            headers=headers,
            safe_to_repeat=safe_to_repeat,
        )

    def get_items(self, path: str, params: Mapping | None = None) -> Sequence[Any]:
        """GET a list in any of its wrappings (contract §1.3, §1.4): bare, ``items``, ``data`` or ``data.items``.

        :raises ProtocolError: unexpected_shape
        """
        return self.get_page(path, params)[0]

    def get_page(
        self, path: str, params: Mapping | None = None, *, sales_channel_id: str = ""
    ) -> tuple[Sequence[Any], Response]:
        """Like ``get_items``, with the answer itself: where the next page is may be in its headers (contract §1.4).

        :raises ProtocolError: unexpected_shape
        """
        response = self.call("GET", path, params=params, sales_channel_id=sales_channel_id)
        return self.unwrap(response), response

    @staticmethod
    def unwrap(response: Response) -> Sequence[Any]:
        """The list inside an answer.

        :raises ProtocolError: unexpected_shape when there is none
        """
        found = unwrap_items(response.json())
        if found is None:
            raise response.protocol_error("unexpected_shape")
        return found

    def get_object(self, path: str, params: Mapping | None = None) -> dict:
        """GET an object, bare or below ``data``.

        :raises ProtocolError: unexpected_shape
        """
        response = self.call("GET", path, params=params)
        data = response.json()
        if isinstance(data, dict) and isinstance(data.get("data"), dict):
            data = data["data"]
        if not isinstance(data, dict):
            raise response.protocol_error("unexpected_shape")
        return data

    def get_count(self, path: str, params: Mapping | None = None) -> int:
        """GET a number: bare, or ``{"count": n}`` (contract §1.4).

        :raises ProtocolError: unexpected_shape
        """
        response = self.call("GET", path, params=params)
        value = response.json()
        for _ in range(2):
            if isinstance(value, dict):
                value = next((value[name] for name in ("count", "total", "totalCount", "data") if name in value), None)
        if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise response.protocol_error("unexpected_shape")
        return value


def unwrap_items(data: Any) -> list | None:
    """The list inside an answer, or None when there is none."""
    for _ in range(3):
        if isinstance(data, list):
            # A whole page as the only entry is not an entry: taking it for a bad one would lose all that is in it.
            one = data[0] if len(data) == 1 else None
            return None if isinstance(one, dict) and isinstance(one.get("items"), list) else data
        if not isinstance(data, dict):
            return None
        if data.get("items") is None and data.get("itemsPerPage") == 0:
            return []
        data = data["items"] if "items" in data else data.get("data")
    return None
