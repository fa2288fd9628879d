"""Writing to customers and customer care: answers, new discussions, closing, what was read (contract §7.1)."""

from ..clock import parse_time
from ..discussing import LONGEST, SELLER, SHORTEST, discussions_of, known_code, read_files
from ..jsonio import as_object
from ..problems import Problem, invalid
from ..replies import empty_reply, json_reply
from ..route import Route
from .discussions import allowed, find

_TWICE_SECONDS = 3600


def _object(call):
    body = call.body()
    if not isinstance(body, dict):
        raise invalid("$", "The JSON value could not be converted.")
    return body


def _text(value, field="body"):
    if not isinstance(value, str) or len(value.strip()) < SHORTEST or len(value) > LONGEST:
        limits = f"a minimum length of {SHORTEST} and a maximum length of {LONGEST}"
        raise invalid(field, f"The field {field} must be a string with {limits}.")
    return value


def _receivers(raw, possible):
    """Both spellings: ``receivers`` with numbers, ``receiver`` with a word (contract §13 no. 11)."""
    wanted = raw.get("receivers")
    if wanted is None and isinstance(raw.get("receiver"), str):
        wanted = [{"userType": raw["receiver"]}]
    if not isinstance(wanted, list) or not wanted:
        raise invalid("receivers", "The receivers field is required.")
    found = []
    for entry in map(as_object, wanted):
        fits = [
            one
            for one in possible
            if one["userType"] == entry.get("userType") and entry.get("userId") in (None, one["userId"])
        ]
        if not fits:
            raise invalid("receivers", f"The receiver '{str(entry.get('userType'))[:60]}' is not allowed.")
        found.append(fits[0])
    return found


def _said_already(call, messages, body):
    now = call.shop.clock.now()
    return any(
        one["sender"]["userType"] == SELLER
        and one["body"] == body
        and (now - parse_time(one["createdAt"])).total_seconds() < _TWICE_SECONDS
        for one in messages
    )


def send_message(call):
    shown, raw = allowed(call), _object(call)
    document = find(call, raw.get("discussionId"))
    body = _text(raw.get("body"))
    receivers = _receivers(raw, shown.recipients(document))
    files = read_files(raw.get("attachments"))
    if not document["isOpen"]:
        raise Problem(409, detail="The discussion is closed.")
    call.market.counters.mark("messages_posted_twice", _said_already(call, document["_messages"], body))
    message = shown.write(document, SELLER, body, receivers, files)
    return _created(call, {"messageId": message["messageId"]})


def open_discussion(call):
    shown, raw = allowed(call), _object(call)
    message = as_object(raw.get("message"))
    order_id = raw.get("orderId") or raw.get("orderSellerId")
    entry = call.shop.orders.get(order_id) if isinstance(order_id, str) else None
    if entry is None:
        raise invalid("orderId", f"The order '{str(order_id)[:60]}' was not found.")
    if not isinstance(raw.get("subject"), str) or not raw["subject"].strip():
        raise invalid("subject", "The subject field is required.")
    code = raw.get("subtypologyCode") or raw.get("subTypologyCode")
    if not known_code(code):
        raise invalid("subtypologyCode", f"The value '{str(code)[:60]}' is not valid.")
    body = _text(message.get("body"), "message.body")
    customer = as_object(entry.document.get("customer")).get("reference")
    receivers = _receivers(message, shown.recipients({"customerId": customer}))
    files = read_files(message.get("attachments"))
    about = [one for one in shown.by_id.values() if one["orderSellerId"] == entry.order_id]
    call.market.counters.mark(
        "messages_posted_twice", any(_said_already(call, one["_messages"], body) for one in about)
    )
    document = shown.open(entry, raw["subject"].strip(), code, body, SELLER, receivers, files)
    return _created(call, {"discussionId": document["discussionId"]})


def _created(call, body):
    return json_reply(body, 201) if call.shop.settings.message_answer == "id" else empty_reply(201)


def _patched(call, member):
    """The new value of ``member``: standard JSON Patch, or ``opt`` with a text as one client writes it."""
    changes = call.body()
    if not isinstance(changes, list) or len(changes) != 1:
        raise invalid("$", "The patch document is not valid.")
    change = as_object(changes[0])
    value = {"true": True, "false": False}.get(str(change.get("value")).lower())
    if (change.get("op") or change.get("opt")) != "replace" or change.get("path") != member or value is None:
        raise invalid("$", "The patch document is not valid.")
    return value


def change_discussion(call):
    document = find(call, call.args["discussion_id"])
    value = _patched(call, "/isOpen")
    if document["isOpen"] is not value:
        document["isOpen"] = value
        discussions_of(call.shop).touch(document)
    return empty_reply(204)


def change_message(call):
    shown = allowed(call)
    _document, message = shown.find_message(call.args["message_id"])
    if message is None:
        raise Problem(404, detail="The message was not found.")
    message["hasRead"] = _patched(call, "/hasRead")
    return empty_reply(204)


ROUTES = (
    Route("POST", "/messages", send_message),
    Route("POST", "/discussions", open_discussion),
    Route("PATCH", "/discussions/{discussion_id}", change_discussion),
    Route("PATCH", "/messages/{message_id}", change_message),
)
