"""Discussions and their messages (contract §7.1). Their bodies are only partly verified: read tolerantly.

What people write is personal: nothing of a message goes into ``repr``, a log or an error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..rules.plain_text import looks_like_html, text_of_html
from ..text import clean
from ..wire import iso_utc
from .read import flag, identifier, mapping, moment, number, objects, sub, text

SELLER, CUSTOMER = "Seller", "Customer"
_LONGEST_BODY = 20_000
_RECIPIENTS = ("possibleRecipients", "recipients", "possibleReceivers", "receivers")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes or may be written to: ``user_type`` is the marketplace's word (Customer, GrcOperator)."""

    user_type: str
    user_id: str = field(default="", repr=False)

    @classmethod
    def parse(cls, entry: Any) -> Person | None:
        """From an object or a bare word; None for neither."""
        raw = mapping(entry) or {"userType": entry}
        user_type = text(raw, "userType", "type", "role", limit=60)
        user_id = identifier(raw, "userId", "id")
        return cls(user_type, user_id) if user_type or user_id else None

    @property
    def is_seller(self) -> bool:
        return self.user_type.casefold() == SELLER.casefold()

    @property
    def is_customer(self) -> bool:
        return self.user_type.casefold() == CUSTOMER.casefold()


@dataclass(frozen=True, slots=True)
class AttachmentRef:
    """A file of a message that can be asked for. ``size`` in bytes, None when it is not told."""

    attachment_id: str
    name: str = field(default="", repr=False)
    size: int | None = None

    @classmethod
    def parse(cls, entry: Any) -> AttachmentRef | None:
        raw = mapping(entry) or {"attachmentId": entry}
        number_ = identifier(raw, "attachmentId", "id", "fileId", "key")
        if not number_:
            return None
        size = number(raw, "size", "fileSize", "length")
        name = text(raw, "fileName", "filename", "name", limit=120).replace("/", "_").replace("\\", "_")
        return cls(number_, name, int(size) if size is not None and size >= 0 else None)


@dataclass(frozen=True, slots=True)
class Message:
    """``body`` is plain text with its line breaks. ``key`` tells it from every other message of its discussion: the
    marketplace's id, or a digest where it gives none."""

    key: str
    message_id: str
    sender: Person
    body: str = field(repr=False)
    created_at: datetime | None = None
    has_read: bool = False
    attachments: tuple[AttachmentRef, ...] = ()

    @classmethod
    def parse(cls, entry: Any, seller_id: str = "") -> Message | None:
        """None for what is no message: without sender, body and files."""
        raw = mapping(entry)
        body = read_body(raw)
        files = tuple(found for one in raw.get("attachments") or () if (found := AttachmentRef.parse(one)))
        if not body and not files:
            return None
        sender = Person.parse(raw.get("sender")) or Person("")
        if not sender.user_type and seller_id and sender.user_id == seller_id:
            sender = Person(SELLER, seller_id)
        created_at = moment(raw, "createdAt", "creationDate", "date")
        message_id = identifier(raw, "messageId", "id")
        written = "\n".join((sender.user_type, iso_utc(created_at) if created_at else "", body))
        return cls(
            key=message_id or "digest:" + hashlib.sha256(written.encode()).hexdigest(),
            message_id=message_id,
            sender=sender,
            body=body,
            created_at=created_at,
            has_read=flag(raw, "hasRead", "isRead"),
            attachments=files,
        )


@dataclass(frozen=True, slots=True)
class Discussion:
    """A conversation. Words the contract does not know (graduation, status, typology) are kept as they came."""

    discussion_id: str
    subject: str = field(default="", repr=False)
    order_id: str = ""
    order_reference: str = ""
    sales_channel_id: str = ""
    is_open: bool = True
    status: str = ""
    graduation: str = ""
    typology: str = ""
    sub_typology: str = ""
    product_id: str = ""
    customer_id: str = field(default="", repr=False)
    created_at: datetime | None = None
    updated_at: datetime | None = None
    messages: tuple[Message, ...] = ()
    recipients: tuple[Person, ...] = ()

    @classmethod
    def parse(cls, entry: Any) -> Discussion | None:
        """From a row of the list or the whole discussion; its messages are sorted, oldest first. None without an id."""
        outer = mapping(entry)
        raw = {**outer, **sub(outer, "discussion")}
        discussion_id = identifier(raw, "discussionId", "id")
        if not discussion_id:
            return None
        seller_id = identifier(raw, "sellerId")
        parsed = (Message.parse(one, seller_id) for one in _written(raw))
        unique = {one.key: one for one in parsed if one}
        people = next((raw[name] for name in _RECIPIENTS if isinstance(raw.get(name), list)), ())
        return cls(
            discussion_id=discussion_id,
            subject=text(raw, "subject", "title", limit=200),
            order_id=identifier(raw, "orderSellerId", "orderId"),
            order_reference=identifier(raw, "orderReference"),
            sales_channel_id=identifier(raw, "salesChannel", "salesChannelId"),
            is_open=raw.get("isOpen") is None or flag(raw, "isOpen"),
            status=text(raw, "status", "processStatus", limit=60),
            graduation=text(raw, "graduation", "graduationCode", limit=60),
            typology=text(raw, "typologyCode", limit=60),
            sub_typology=text(raw, "subTypologyCode", "subtypologyCode", limit=120),
            product_id=identifier(raw, "productId"),
            customer_id=identifier(raw, "customerId"),
            created_at=moment(raw, "createdAt", "creationDate"),
            updated_at=moment(raw, "updatedAt", "lastUpdateDate"),
            messages=tuple(sorted(unique.values(), key=_by_moment)),
            recipients=tuple(found for one in people if (found := Person.parse(one))),
        )


@dataclass(frozen=True, slots=True)
class SubTypology:
    """What a discussion may be opened about: ``code`` is sent, ``label`` is read."""

    code: str
    label: str
    typology: str = ""

    @classmethod
    def parse_all(cls, data: Any, typology: str = "") -> tuple[SubTypology, ...]:
        """Each reason once: from a list of them, or of typologies that hold them."""
        if isinstance(data, Mapping):
            inner = next((data[name] for name in ("data", "items", "typologies") if name in data), None)
            data = inner if isinstance(inner, list | Mapping) else [data]
            if isinstance(data, Mapping):
                return cls.parse_all(data, typology)
        found: dict[str, SubTypology] = {}
        for raw in map(mapping, data if isinstance(data, list | tuple) else ()):
            above = text(raw, "typologyCode", "typology", limit=60) or typology
            inner = next((objects(raw, name) for name in ("subTypologies", "subtypologies") if raw.get(name)), None)
            if inner is not None:
                for one in cls.parse_all(inner, text(raw, "typologyCode", "code", limit=60) or typology):
                    found.setdefault(one.code, one)
                continue
            code = text(raw, "subTypologyCode", "subtypologyCode", "code", limit=120)
            if code:
                found.setdefault(code, cls(code, text(raw, "label", "name", "description") or code, above))
        return tuple(found.values())


def read_body(raw: Mapping) -> str:
    """What was written as plain text; markup becomes paragraphs."""
    body = raw.get("body")
    if not isinstance(body, str):
        return ""
    body = body[: _LONGEST_BODY * 2]
    if looks_like_html(body):
        return text_of_html(body)[:_LONGEST_BODY]
    return clean(body).replace("\r\n", "\n").replace("\r", "\n").strip()[:_LONGEST_BODY]


def _written(raw: Mapping) -> list[Mapping]:
    several = raw.get("messages")
    if isinstance(several, Mapping):
        several = several.get("items")
    return objects({"messages": several}, "messages") or objects(raw, "message")


def _by_moment(message: Message) -> tuple:
    return (message.created_at is not None, message.created_at or 0)
