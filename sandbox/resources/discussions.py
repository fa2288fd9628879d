"""Discussions and claims as a seller reads them (contract §7.1); a switch forbids them."""

import base64
import mimetypes
from datetime import timedelta

from werkzeug.wrappers import Response

from ..clock import parse_time
from ..discussing import FILE_TYPES, LONGEST, MOST_BYTES, MOST_FILES, SHORTEST, discussions_of
from ..paging import index_body, index_page, sorting
from ..problems import Problem, invalid
from ..referentials import SUB_TYPOLOGIES
from ..replies import json_reply
from ..route import Route

SEARCH_WINDOW = timedelta(days=184)  # six months
_KEYS = {
    "salesChannel": "salesChannel",
    "processStatus": "status",
    "graduationCode": "graduation",
    "discussionId": "discussionId",
    "orderSellerId": "orderSellerId",
    "typologyCode": "typologyCode",
    "subTypologyCode": "subTypologyCode",
}


def allowed(call):
    """Refuses a seller who did not delegate discussions."""
    if not call.shop.settings.discussions_allowed:
        raise Problem(403, detail="The client is not allowed to read discussions.")
    return discussions_of(call.shop)


def find(call, number):
    """The discussion of a number."""
    document = allowed(call).by_id.get(number) if isinstance(number, str) else None
    if document is None:
        raise Problem(404, detail=f"The discussion {str(number)[:60]} was not found.")
    return document


def _moment(query, name):
    if not query.get(name):
        return None
    try:
        return parse_time(query[name])
    except ValueError:
        raise invalid(name, f"The value '{query[name]}' is not valid.") from None


def _select(call):
    query = call.query
    low, high = _moment(query, "updatedAtMin"), _moment(query, "updatedAtMax")
    if low and (high or call.shop.clock.now()) - low > SEARCH_WINDOW:
        raise invalid("updatedAtMin", "The search period must not exceed 6 months.")
    found = []
    for document in discussions_of(call.shop).by_id.values():
        if any(query.get(name) and query[name] != document[key] for name, key in _KEYS.items()):
            continue
        if query.get("isOpen") and (query["isOpen"].lower() == "true") is not document["isOpen"]:
            continue
        moment = parse_time(document["updatedAt"])
        if (low and moment < low) or (high and moment > high):
            continue
        found.append(document)
    return found


def count_discussions(call):
    allowed(call)
    count = len(_select(call))
    return json_reply(count if call.shop.settings.discussion_count == "bare" else {"count": count})


def list_discussions(call):
    shown = allowed(call)
    which = call.query.get("includeMessages") or "FirstMessage"
    if which not in ("FirstMessage", "LastMessage"):
        raise invalid("includeMessages", f"The value '{which[:60]}' is not valid.")
    page = index_page(call.query)
    field, descending = sorting(call.query, ("updatedAt", "createdAt"), ("createdAt", False))
    found = sorted(_select(call), key=lambda document: parse_time(document[field]), reverse=descending)
    return json_reply(index_body([shown.row(document, which) for document in found[page.start : page.stop]]))


def show_discussion(call):
    document = find(call, call.args["discussion_id"])
    return json_reply(discussions_of(call.shop).whole(document))


def list_typologies(call):
    allowed(call)
    wanted = (call.query.get("typologyCode") or "").lower()
    return json_reply(
        [
            {"typologyCode": typology, "subTypologyCode": code, "label": label}
            for code, label, typology in SUB_TYPOLOGIES
            if not wanted or typology.lower() == wanted
        ]
    )


def show_configuration(call):
    allowed(call)
    channel_id = call.args["channel_id"]
    if channel_id not in {channel for channel, _ in call.shop.subscriptions}:
        raise Problem(404, detail=f"The sales channel {channel_id[:60]} was not found.")
    limits = {"bodyMinLength": SHORTEST, "bodyMaxLength": LONGEST}
    files = {"maxAttachments": MOST_FILES, "maxAttachmentsSize": MOST_BYTES, "allowedExtensions": list(FILE_TYPES)}
    return json_reply({"salesChannelId": channel_id, "messaging": {**limits, **files}})


def get_attachment(call):
    files = allowed(call).files
    key = call.query.get("attachmentId") or call.query.get("id")
    if not key:
        raise invalid("attachmentId", "The attachmentId field is required.")
    if key not in files:
        raise Problem(404, detail=f"The attachment {key[:60]} was not found.")
    name, data = files[key]
    return _file_reply(call.shop.settings.attachment_reply, name, data)


def _file_reply(form, name, data):
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if form == "json":
        body = {"fileName": name, "contentType": content_type, "content": base64.b64encode(data).decode()}
        return json_reply(body)
    return Response(data, status=200, content_type=content_type)


ROUTES = (
    Route("GET", "/discussions/count", count_discussions),
    Route("GET", "/discussions", list_discussions),
    Route("GET", "/discussions/{discussion_id}", show_discussion),
    Route("GET", "/typologies", list_typologies),
    Route("GET", "/sales-channel-configurations/{channel_id}", show_configuration),
    Route("GET", "/attachments", get_attachment),
)
