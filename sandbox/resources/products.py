"""Products of the marketplace by GTIN and by category (contract §5.2)."""

from ..catalogue.offer import projected
from ..cursors import cursor_page, split_list
from ..paging import index_body
from ..replies import json_reply
from ..route import Route
from .categories import counted


def _rows(call, start):
    """Products from a number on. Unknown filters, ``sellerProductReference`` among them, are ignored as measured."""
    products = call.shop.shelf.products
    gtins = split_list(call.query, "gtin")
    category = call.query.get("categoryReference") or None
    if gtins:
        found = {product.serial: product for product in map(products.get, gtins) if product is not None}
        rows = [found[serial] for serial in sorted(found) if serial >= start]
        return [product for product in rows if category is None or product.category.startswith(category)]
    return products.walk(start, category)


def list_products(call):
    shop = call.shop
    fields = split_list(call.query, "fields")
    rows, headers = cursor_page(call, lambda start: _rows(call, start), lambda product: product.serial)
    language = (call.request.headers.get("Accept-Language") or "fr-FR").split(",")[0].strip()
    items = [
        projected(
            shop.shelf.products.document(product, call.request.host_url, language, shop.settings.gtin_shown), fields
        )
        for product in rows
    ]
    return json_reply(index_body(items), headers=headers)


def count_products(call):
    if call.query.get("categoryReference") or call.query.get("gtin"):
        return counted(call, sum(1 for _ in _rows(call, 0)))
    return counted(call, len(call.shop.shelf.products))


ROUTES = (
    Route("GET", "/products", list_products),
    Route("GET", "/products/count", count_products),
)
