"""Packages of offers in XML (contract §4.3). The body and the report follow clients of the older REST interface."""

from ..catalogue.xml_packages import desk_of, words_of
from ..clock import format_time
from ..paging import _whole
from ..problems import Problem, invalid
from ..replies import json_reply
from ..route import Route


def submit(call):
    """The body is the address of the zip, as a bare text."""
    url = call.body()
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise invalid("$", "The address of the package is required.")
    channel = call.request.headers.get("SalesChannelId") or "CDISFR"
    if channel != "CDISFR":
        raise invalid("SalesChannelId", "Packages in XML are taken for CDISFR only.")
    package = desk_of(call.shop).submit(url, channel)
    return json_reply({"packageId": package.number}, 201)


def report(call):
    wanted = call.args["package_id"]
    package = next((one for one in desk_of(call.shop).packages if str(one.number) == wanted), None)
    if package is None:
        raise Problem(404, detail=f"The package {wanted[:60]} was not found.")
    limit, page = _whole(call.query, "$limit", 100, 1, 1000), _whole(call.query, "$page", 1, 1, 1_000_000)
    lines = package.lines[(page - 1) * limit : page * limit]
    body = {
        "packageId": package.number,
        "integrationState": package.state,
        "numberOfErrors": sum(1 for _sku, _gtin, errors in package.lines if errors),
        "offerLogPagedList": [_line(call, *line) for line in lines],
        "page": page,
        "countByPage": len(lines),
        "totalLogsCount": len(package.lines),
    }
    return json_reply(body)


def _line(call, sku, gtin, errors):
    return {
        "logDate": format_time(call.shop.clock.now()),
        "offerIntegrationStatus": "Rejected" if errors else "Integrated",
        "productEan": gtin,
        "sellerProductId": sku,
        "propertyList": [
            {"propertyCode": prop, "propertyError": error, "logMessage": words_of(error, prop, call.language)}
            for error, prop in errors
        ],
    }


ROUTES = (
    Route("POST", "/offer-integration-packages", submit),
    Route("GET", "/offer-integration-packages/{package_id}", report),
)
