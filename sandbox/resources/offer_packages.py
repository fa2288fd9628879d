"""Offer packages: open, fill, submit, follow, read the results (contract §4.1)."""

from datetime import timedelta
from hashlib import sha256

from werkzeug.wrappers import Response

from ..catalogue.offer_packages import KINDS, STATES
from ..cursors import cursor_page, limit_of, link_to, start_of
from ..paging import index_body
from ..problems import Problem, invalid
from ..replies import empty_reply, json_reply
from ..route import Route
from .offers import check_channel


def _value(body, *names):
    if not isinstance(body, dict):
        raise invalid("$", "The JSON value could not be converted.")
    return next((body[name] for name in names if name in body), None)


def create(call):
    channel = call.request.headers["SalesChannelId"]
    check_channel(call, channel)
    kind = _value(call.body(), "packageType", "PackageType")
    if kind not in KINDS:
        raise invalid("packageType", f"The value '{str(kind)[:40]}' is not valid.")
    package = call.shop.shelf.packages.open(kind, channel, call.shop.clock.now())
    path = f"/offer-packages/{package.package_id}"
    location = {
        "plural": f"offers-packages/{package.package_id}",
        "relative": path[1:],
        "path": call.request.path.removesuffix("/offer-packages") + path,
        "url": call.request.base_url + path.removeprefix("/offer-packages"),
    }[call.shop.settings.package_location]
    response = Response(b"", status=201, headers={"Content-Location": location})
    response.headers.pop("Content-Type", None)
    return response


def _find(call):
    package_id = call.args["package_id"]
    package = call.shop.shelf.packages.find(package_id)
    if package is None:
        raise Problem(404, detail=f"The package {package_id[:60]} was not found.")
    return package


def upload(call):
    package = _find(call)
    digest = sha256(call.request.get_data()).digest()
    requests = call.body()
    call.shop.shelf.packages.upload(package, requests, call.shop.clock.now(), digest)
    for request in requests:
        refusal = call.hints["unlucky"]() if "unlucky" in call.hints else None
        if refusal:
            package.unlucky[request["sellerExternalReference"]] = refusal
    return empty_reply(201)


def read(call):
    package = _find(call)
    return json_reply(package.document(call.shop.clock.now(), call.shop.settings))


def submit(call):
    package = _find(call)
    state = _value(call.body(), "state", "State")
    if state != "Ready":
        raise invalid("state", f"The value '{str(state)[:40]}' is not valid.")
    call.shop.shelf.packages.submit(package, call.shop.clock.now())
    package.result = call.hints.get("whole")
    package.due += call.hints.get("due", timedelta(0))
    return empty_reply(204)


def results(call):
    lines = call.shop.shelf.packages.results(_find(call), call.shop.clock.now())
    rows, headers = cursor_page(call, lambda start: list(enumerate(lines))[start:], lambda row: row[0])
    return json_reply(index_body([line.document(call.language) for _, line in rows]), headers=headers)


def list_packages(call):
    """The newest first; ``state`` and ``salesChannelId`` choose."""
    state = call.query.get("state")
    now, settings = call.shop.clock.now(), call.shop.settings
    if state and state not in (*STATES, settings.upload_state):
        raise invalid("state", f"The value '{state}' is not valid.")
    channel = call.query.get("salesChannelId")
    rows = []
    for package in reversed(list(call.shop.shelf.packages)):
        document = package.document(now, settings)
        if (not state or document["state"] == state) and (not channel or package.channel == channel):
            rows.append(document)
    start, limit = start_of(call), limit_of(call)
    headers = link_to(call, start + limit) if start + limit < len(rows) else {}
    return json_reply(index_body(rows[start : start + limit]), headers=headers)


ROUTES = (
    Route("POST", "/offer-packages", create, channel=True),
    Route("GET", "/offer-packages", list_packages),
    Route("GET", "/offer-packages/{package_id}", read),
    Route("PATCH", "/offer-packages/{package_id}", submit),
    Route("POST", "/offer-packages/{package_id}/offer-requests", upload),
    Route("GET", "/offer-packages/{package_id}/offer-requests-results", results),
)
