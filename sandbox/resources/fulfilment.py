"""The seller's goods in the marketplace's own warehouses (contract §9)."""

from ..cursors import cursor_page
from ..fulfilment import COUNTRIES
from ..problems import Problem, invalid
from ..replies import json_reply
from ..route import Route

# One way of asking or the other, not both (contract §9).
_BY_STORAGE = ("storageCountry", "updatedAtMin", "updatedAtMax", "sort", "order")


def list_stocks(call):
    query, shop = call.query, call.shop
    if not shop.settings.fulfilment_allowed:
        raise Problem(403, detail="The seller has no fulfilment contract.")
    if not query.get("limit"):
        raise invalid("limit", "The limit field is required.")
    if query.get("deliveryCountry") and any(query.get(name) for name in _BY_STORAGE):
        raise invalid("deliveryCountry", "deliveryCountry cannot be combined with other criteria.")
    country = query.get("storageCountry") or query.get("deliveryCountry") or None
    if country is not None and country not in COUNTRIES:
        raise invalid("storageCountry", f"The value '{country}' is not valid.")
    documents = list(shop.fulfilment.documents(shop.orders, shop.catalogue, country))

    def rows(start):
        return (row for row in documents if row[0] >= start)

    page, headers = cursor_page(call, rows, lambda row: row[0])
    items = [dict(document) for _serial, document in page]
    if not shop.settings.fulfilment_references:
        for item in items:
            item["sellerExternalReference"] = None
    return json_reply({"itemsPerPage": len(items), "items": items}, headers=headers)


ROUTES = (Route("GET", "/stocks", list_stocks),)
