"""Categories, their properties, and brands (contract §5.1)."""

from functools import lru_cache

from ..catalogue.offer import projected
from ..cursors import split_list
from ..generator.brands import brands
from ..generator.categories import category_tree
from ..generator.properties import properties_of
from ..jsonio import dumps
from ..paging import index_body, index_page, sorting
from ..problems import Problem
from ..replies import json_bytes, json_reply
from ..route import Route

MAX_PAGE = 1000


def counted(call, number):
    return json_reply(number if call.shop.settings.count_shape == "bare" else {"count": number})


@lru_cache(maxsize=4)
def _sorted_rows(seed, key, descending):
    rows = category_tree(seed).rows
    if key == "label":
        rows = sorted(rows, key=lambda row: row.label)
    return tuple(reversed(rows)) if descending else tuple(rows)


def list_categories(call):
    """Without ``fields`` only the references, as measured."""
    page = index_page(call.query, default=100, maximum=MAX_PAGE)
    key, descending = sorting(call.query, ("categoryReference", "label"), ("categoryReference", False))
    rows = _sorted_rows(call.shop.shelf.seed, key, descending)[page.start : page.stop]
    fields = split_list(call.query, "fields")
    if not fields and call.shop.settings.category_fields == "bare":
        items = [{"categoryReference": row.reference} for row in rows]
    else:
        items = [projected(row.document(), fields) for row in rows]
    call.shop.shelf.mark("category_rows", len(items))
    return json_bytes(dumps(index_body(items)))


def count_categories(call):
    return counted(call, len(category_tree(call.shop.shelf.seed).rows))


def _find(call):
    category = category_tree(call.shop.shelf.seed).get(call.args["reference"])
    if category is None:
        raise Problem(404, detail=f"The category {call.args['reference'][:20]} was not found.")
    return category


def get_category(call):
    return json_reply(projected(_find(call).document(), split_list(call.query, "fields")))


def list_properties(call):
    return json_reply(index_body(properties_of(call.shop.shelf.seed, _find(call))))


def list_brands(call):
    page = index_page(call.query, default=100, maximum=MAX_PAGE)
    fields = split_list(call.query, "fields")
    rows = brands()[page.start : page.stop]
    items = [projected({"brandReference": reference, "label": label}, fields) for reference, label in rows]
    return json_reply(index_body(items))


ROUTES = (
    Route("GET", "/categories", list_categories),
    Route("GET", "/categories/count", count_categories),
    Route("GET", "/categories/{reference}", get_category),
    Route("GET", "/categories/{reference}/properties", list_properties),
    Route("GET", "/brands", list_brands),
)
