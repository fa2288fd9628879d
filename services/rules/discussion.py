"""What a discussion asks of the seller, and what a message must be like before it is sent (contract §7.1, §1.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..payloads.discussion import Message
from ..payloads.read import mapping, number, sub

FILE_TYPES = frozenset(("png", "gif", "bmp", "jpg", "jpeg", "tif", "pdf", "doc", "docx", "xls"))
CUSTOMER_CARE = "GrcOperator"
_GRADUATIONS = {"discussion": "discussion", "claim": "claim", "level_1": "escalated", "level1": "escalated"}
_SKEW = timedelta(minutes=2)
"""How far two clocks may be apart."""


@dataclass(frozen=True, slots=True)
class MessageLimits:
    """What the marketplace takes: characters, number of files, bytes of all files together, endings of their names."""

    shortest: int = 13
    longest: int = 5000
    files: int = 3
    file_bytes: int = 4 * 1024 * 1024
    types: frozenset[str] = FILE_TYPES

    @classmethod
    def parse(cls, data: Any) -> MessageLimits:
        """From a sales channel's configuration, whose shape is not documented: what it does not tell is the default."""
        raw, usual = mapping(data), cls()
        raw = {**raw, **sub(raw, "data")}
        for name in ("messaging", "message", "messages", "attachments"):
            raw = {**raw, **sub(raw, name)}

        def whole(default: int, *names: str) -> int:
            found = number(raw, *names)
            return int(found) if found is not None and 0 < found < 10**9 else default

        types = raw.get("allowedExtensions") or raw.get("attachmentTypes")
        named = frozenset(str(one).casefold().lstrip(".") for one in types) if isinstance(types, list) else None
        return cls(
            shortest=whole(usual.shortest, "bodyMinLength", "minLength"),
            longest=whole(usual.longest, "bodyMaxLength", "maxLength"),
            files=whole(usual.files, "maxAttachments", "attachmentsMaxCount"),
            file_bytes=whole(usual.file_bytes, "maxAttachmentsSize", "attachmentsMaxSize"),
            types=named or usual.types,
        )


@dataclass(frozen=True, slots=True)
class MessageProblem:
    """Why a message would be refused: too_short, too_long, too_many_files, files_too_large, file_type, file_empty.

    ``params`` has the figures and names for the sentence.
    """

    code: str
    params: Mapping[str, Any]


def text_length(body: str) -> int:
    """How long the marketplace counts a text: in UTF-16 units like its own software, an emoji counts as two [I]."""
    return len(body.encode("utf-16-le")) // 2


def check_message(
    body: str, files: Sequence[tuple[str, int]] = (), limits: MessageLimits | None = None
) -> list[MessageProblem]:
    """Everything that keeps a message from being sent, nothing when all is well.

    :param files: name and size in bytes of each
    """
    limits = limits or MessageLimits()
    body = body.strip()
    found = []
    # At the lower end what a reader counts, at the upper what a machine counts: right whichever of them counts.
    if len(body) < limits.shortest:
        found.append(MessageProblem("too_short", {"length": len(body), "limit": limits.shortest}))
    if text_length(body) > limits.longest:
        found.append(MessageProblem("too_long", {"length": text_length(body), "limit": limits.longest}))
    if len(files) > limits.files:
        found.append(MessageProblem("too_many_files", {"count": len(files), "limit": limits.files}))
    size = sum(size for _name, size in files)
    if size > limits.file_bytes:
        params = {"size": round(size / 1024 / 1024, 1), "limit": round(limits.file_bytes / 1024 / 1024, 1)}
        found.append(MessageProblem("files_too_large", params))
    for name, size in files:
        if name.rpartition(".")[2].casefold() not in limits.types or "." not in name:
            found.append(MessageProblem("file_type", {"name": name, "types": ", ".join(sorted(limits.types))}))
        elif not size:
            found.append(MessageProblem("file_empty", {"name": name}))
    return found


def graduation_of(code: str) -> str:
    """discussion, claim or escalated; ``other`` for a word that is not known, discussion for none."""
    return _GRADUATIONS.get(code.strip().casefold(), "other") if code.strip() else "discussion"


def state_of(is_open: bool, status: str, last: Message | None) -> str:
    """to_answer, answered or closed. A status that is not known is decided by who wrote last."""
    if not is_open:
        return "closed"
    known = {"totreat": "to_answer", "treated": "answered"}.get(status.strip().casefold())
    if known:
        return known
    return "answered" if last and last.sender.is_seller else "to_answer"


def waiting_since(messages: Iterable[Message]) -> datetime | None:
    """When the first message was written that the seller has not answered; None when there is none.

    :param messages: oldest first
    """
    since = None
    for message in messages:
        if message.sender.is_seller:
            since = None
        elif since is None:
            since = message.created_at
    return since


def answer_by(state: str, since: datetime | None, hours: int) -> datetime | None:
    """Until when an answer is due; None when none is."""
    return since + timedelta(hours=hours) if state == "to_answer" and since else None


def same_text(left: str, right: str) -> bool:
    """Whether two texts are the same but for blanks and line breaks, which a marketplace may change."""
    return " ".join(left.split()) == " ".join(right.split())


def find_sent(
    messages: Iterable[Message], body: str, since: datetime | None, known: Iterable[str] = ()
) -> Message | None:
    """The marketplace's copy of a message that we sent, None when it has none.

    :param since: when it was sent; an older one with the same words was another
    :param known: keys of messages that are ours already: the same words may be sent twice on purpose
    """
    taken = set(known)
    for message in messages:
        if message.key in taken or not message.sender.is_seller or not same_text(message.body, body):
            continue
        if since is None or message.created_at is None or message.created_at >= since - _SKEW:
            return message
    return None
