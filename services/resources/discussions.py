"""Discussions with customers and customer care, claims among them (contract §7.1)."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import NotFound
from ..payloads.discussion import Person, SubTypology
from ..payloads.read import identifier, mapping
from ..rules.discussion import MessageLimits
from ..wire import iso_utc
from .index_walk import walk_index

if TYPE_CHECKING:
    from ..client import CdiscountClient

PAGE_SIZE = 100
_FILTERS = {
    "sales_channel_id": "salesChannel",
    "graduation": "graduationCode",
    "process_status": "processStatus",
    "is_open": "isOpen",
}


class Discussions:
    def __init__(self, client: CdiscountClient):
        self._client = client

    # ------------------------------------------------------------------ reading
    def count(self, **filters: Any) -> int:
        """How many discussions match ``sales_channel_id``, ``graduation``, ``process_status``, ``is_open``.

        :raises TypeError: for a filter that does not exist (the marketplace would silently ignore it, contract §12
        no. 9)
        """
        unknown = set(filters) - set(_FILTERS)
        if unknown:
            raise TypeError(f"unknown filter: {', '.join(sorted(unknown))}")
        filters.setdefault("sales_channel_id", self._client.sales_channel_id)
        params = {
            _FILTERS[name]: str(value).lower() if isinstance(value, bool) else value
            for name, value in filters.items()
            if value is not None
        }
        return self._client.get_count("/discussions/count", params)

    def changed_since(self, since: datetime, sales_channel_id: str = "") -> Iterator[tuple[dict, ...]]:
        """Yield the pages of raw discussions that changed since a moment (at most six months ago), newest first.

        Without an upper end and newest first, what changes meanwhile moves to the front and pushes the others back: a
        reader that walks forward sees some twice and misses none. What moved itself comes with the next poll.

        :raises InvalidRequest: ``since`` is more than six months ago (contract §12 no. 26)
        """
        params = {
            "salesChannel": sales_channel_id or self._client.sales_channel_id,
            "updatedAtMin": iso_utc(since),
            "sort": "updatedAt",
            "desc": "true",
            "includeMessages": "LastMessage",
        }
        for page in walk_index(self._client, "/discussions", params, PAGE_SIZE):
            yield tuple(entry for entry in page if _id_of(entry))

    def of_order(self, order_id: str) -> tuple[dict, ...]:
        """The raw discussions about an order (its marketplace id)."""
        params = {"orderSellerId": order_id, "includeMessages": "FirstMessage", "pageIndex": "1", "pageSize": "100"}
        found = (entry for entry in self._client.get_items("/discussions", params) if _id_of(entry))
        # A filter might be ignored like any name the marketplace does not know (contract §12 no. 9).
        return tuple(one for one in found if identifier(one, "orderSellerId", "orderId") == order_id)

    def get(self, discussion_id: str) -> dict:
        """One raw discussion with its messages and who may be written to.

        :raises NotFound: the marketplace does not know it
        """
        found = self._client.get_object(f"/discussions/{_part(discussion_id)}")
        return {"discussionId": discussion_id, **found}

    def typologies(self, order_status: str = "", sales_channel_id: str = "") -> tuple[SubTypology, ...]:
        """What a discussion about an order may be opened about; never hard-code them."""
        params = {"salesChannel": sales_channel_id or self._client.sales_channel_id, "typologyCode": "order"}
        params |= {"userType": "Seller"} | ({"orderStatus": order_status} if order_status else {})
        return SubTypology.parse_all(self._client.call("GET", "/typologies", params=params).json(), "Order")

    def limits(self, sales_channel_id: str = "") -> MessageLimits:
        """What messages of a channel must be like; the contract's limits where it has no configuration."""
        channel = sales_channel_id or self._client.sales_channel_id
        try:
            return MessageLimits.parse(self._client.get_object(f"/sales-channel-configurations/{_part(channel)}"))
        except NotFound:
            return MessageLimits()

    def attachment(self, attachment_id: str, message_id: str = "", discussion_id: str = "") -> tuple[bytes, str]:
        """The bytes of a file and its content type. The parameters are not documented: every known id is sent."""
        params = {"attachmentId": attachment_id, "messageId": message_id, "discussionId": discussion_id}
        response = self._client.call("GET", "/attachments", params={k: v for k, v in params.items() if v})
        content_type = (response.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        if content_type == "application/json":
            # Some services wrap files the way they take them.
            inner = mapping(response.json_or_none())
            inner = mapping(inner.get("data")) or inner
            if isinstance(inner.get("content"), str):
                try:
                    decoded = base64.b64decode(inner["content"], validate=True)
                except ValueError:
                    raise response.protocol_error("unexpected_shape") from None
                return decoded, str(inner.get("contentType") or "application/octet-stream")
        return response.body, content_type or "application/octet-stream"

    # ------------------------------------------------------------------ writing
    def open(
        self,
        order_id: str,
        subject: str,
        sub_typology: str,
        body: str,
        receiver: str,
        files: Sequence[tuple[str, bytes]] = (),
        sales_channel_id: str = "",
    ) -> str:
        """Open a discussion about an order with its first message; returns its id, "" when none was given.

        :param receiver: ``Customer`` or ``GrcOperator``
        :raises OutcomeUnknown: read ``of_order`` before repeating, or the customer reads it twice
        """
        message: dict[str, Any] = {"body": body, "receiver": receiver}
        if files:
            message["attachments"] = _encoded(files)
        sent = {
            "subject": subject,
            "orderId": order_id,
            "salesChannel": sales_channel_id or self._client.sales_channel_id,
            "subtypologyCode": sub_typology,
            "message": message,
        }
        response = self._client.call("POST", "/discussions", json=sent, safe_to_repeat=False)
        return _new_id(response, "discussionId")

    def send(
        self,
        discussion_id: str,
        body: str,
        receiver: Person,
        files: Sequence[tuple[str, bytes]] = (),
        sales_channel_id: str = "",
    ) -> str:
        """Write a message; returns its id, "" when none was given.

        :raises OutcomeUnknown: read ``get`` before repeating, or the customer reads it twice
        """
        sent: dict[str, Any] = {
            "discussionId": discussion_id,
            "salesChannel": sales_channel_id or self._client.sales_channel_id,
            "body": body,
        }
        if receiver.user_id:
            sent["receivers"] = [{"userId": receiver.user_id, "userType": receiver.user_type}]
        else:
            # Whose number is not known can only be named by what it is, as one public client does (contract §7.1).
            sent["receiver"] = receiver.user_type
        if files:
            sent["attachments"] = _encoded(files)
        response = self._client.call("POST", "/messages", json=sent, safe_to_repeat=False)
        return _new_id(response, "messageId")

    def set_open(self, discussion_id: str, is_open: bool) -> None:
        """Close or reopen a discussion. Doing it twice does no harm."""
        self._patch(f"/discussions/{_part(discussion_id)}", "/isOpen", is_open)

    def mark_read(self, message_id: str) -> None:
        """Tell that a message was read. Doing it twice does no harm."""
        self._patch(f"/messages/{_part(message_id)}", "/hasRead", True)

    def _patch(self, path: str, member: str, value: bool) -> None:
        change = [{"op": "replace", "path": member, "value": value}]
        self._client.call("PATCH", path, json=change, safe_to_repeat=True)


def _id_of(entry: Any) -> str:
    return identifier(mapping(entry), "discussionId", "id")


def _new_id(response: Any, name: str) -> str:
    answer = response.json_or_none()
    if isinstance(answer, str):
        return answer.strip()
    raw = mapping(answer)
    return identifier(mapping(raw.get("data")) or raw, name, "id")


def _encoded(files: Sequence[tuple[str, bytes]]) -> list[dict[str, str]]:
    """Files as base64: how they travel is not documented (contract §13 no. 11)."""
    return [{"fileName": name, "content": base64.b64encode(data).decode()} for name, data in files]


def _part(value: str) -> str:
    return quote(str(value), safe="")
