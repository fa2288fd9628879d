"""Control calls about the catalogue: products, sheets, product packages, refusals, pictures, categories."""

from werkzeug.wrappers import Response

from .catalogue.offer_rules import good_check_digit, normal_gtin
from .catalogue.products import Product
from .generator.categories import category_tree
from .generator.properties import properties_of
from .generator.sheets import sheets
from .lifecycle import MoveRefused
from .pictures import MAX_SIDE, png

_PRODUCT_KEYS = {
    "title": "title",
    "description": "description",
    "rich": "rich",
    "brand": "brand",
    "category": "category",
    "group": "group",
    "attributes": "attributes",
    "pictures": "pictures",
    "marketable": "marketable",
    "weight": "weight",
    "mine": None,
}


def only(body, known):
    for key in body:
        if key not in known:
            raise ValueError(f"Unknown key {key!r}; known are {', '.join(sorted(known))}.")


def whole(value, name, low, high):
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} is a whole number from {low} to {high}, not {value!r}.")
    return value


def number(control, name, default, low, high):
    text = control.query.get(name)
    return default if text is None else whole(int(text) if text.isdigit() else text, name, low, high)


def new_products(control):
    """``?count=1&start=0&variant=true``: right sheets of products the marketplace does not have."""
    count = number(control, "count", 1, 1, 10_000)
    variant = {"true": True, "false": False}.get((control.query.get("variant") or "").lower())
    goods = control.shop.shelf.products.goods
    return {"products": sheets(goods, control.host, count, number(control, "start", 0, 0, 10**7), variant)}


def _document(control, product):
    shelf = control.shop.shelf
    return {"product": shelf.products.document(product, control.host)}


def get_product(control, gtin):
    product = control.shop.shelf.products.get(gtin)
    if product is None:
        raise LookupError(f"There is no product {gtin}.")
    return _document(control, product)


def change_product(control, gtin):
    """Change a product behind the seller's back, or put a new one of another seller on the marketplace."""
    shop, body = control.shop, control.dict_body()
    only(body, _PRODUCT_KEYS)
    books = shop.shelf.products
    if "category" in body and books.tree.get(body["category"]) is None:
        raise ValueError(f"There is no category {body['category']}.")
    product = books.get(gtin)
    if product is None:
        known = normal_gtin(gtin)
        if known is None or not good_check_digit(known):
            raise ValueError(f"{gtin} is not a GTIN.")
        product = Product()
        product.serial, product.gtin, product.sku = None, known, None
        product.title, product.description, product.rich = f"Article {known}", f"Article {known}.", None
        product.brand, product.category, product.group = "Lumélia", books.tree.leaves[0].reference, None
        product.attributes, product.pictures, product.weight = [], [], 500
        product.own, product.creator, product.marketable = False, None, True
    for key, name in _PRODUCT_KEYS.items():
        if key in body and name:
            setattr(product, name, body[key])
    if "mine" in body:
        product.creator = shop.seller_id if body["mine"] else None
    product.updated = shop.stamp()
    books.keep(product)
    for channel, _ in shop.subscriptions:
        for offer in shop.shelf.offers.of_gtin(channel, product.gtin):
            if offer.marketable != product.marketable:
                offer.marketable, offer.updated = product.marketable, product.updated
                shop.shelf.offers.put(offer)
    return _document(control, product)


def list_sheets(control):
    shelf = control.shop.shelf
    rows = []
    for package_id, found in shelf.sheets.packages.items():
        status = {}
        for sheet in found:
            status[sheet.status] = status.get(sheet.status, 0) + 1
        rows.append({"packageId": package_id, "products": len(found), "status": status})
    return {"packages": rows}


def move_sheets(control, package_id):
    """``{to: Validated | Integrated}`` or ``{}`` for what follows; ``all`` stands for every package."""
    body = control.dict_body()
    only(body, {"to"})
    goal = body.get("to")
    if goal not in (None, "Validated", "Integrated"):
        raise ValueError("to is Validated or Integrated.")
    desk, moment = control.shop.shelf.sheets, control.shop.clock.now()
    found = [s for rows in desk.packages.values() for s in rows] if package_id == "all" else desk.package(package_id)
    if found is None:
        raise LookupError(f"There is no product package {package_id}.")
    for sheet in found:
        if goal is None or sheet.status == "Received":
            desk.step(sheet, moment)
        if goal == "Integrated" and sheet.status == "Validated":
            desk.step(sheet, moment)
    return list_sheets(control)


def add_refusal(control):
    """``{sku or gtin, code, message, field, times}``: the next line about it is refused with that code."""
    body = control.dict_body()
    only(body, {"sku", "gtin", "code", "message", "field", "times"})
    key = body.get("sku") or body.get("gtin")
    if not isinstance(key, str) or not isinstance(body.get("code"), str):
        raise ValueError("A refusal needs sku or gtin, and a code; all are texts.")
    times = body.get("times", 1)
    if times is not None:
        whole(times, "times", 1, 10**6)
    if not body.get("sku"):
        key = normal_gtin(key) or key
    control.shop.shelf.refusals.add(key, body["code"], body.get("message"), body.get("field"), times)
    return list_refusals(control), 201


def list_refusals(control):
    return {"refusals": control.shop.shelf.refusals.documents()}


def clear_refusals(control):
    return {"removed": control.shop.shelf.refusals.clear()}


def find_categories(control):
    """``?label=lampes&level=3&variant=false&limit=20``: rows with their properties."""
    tree = category_tree(control.shop.shelf.seed)
    text = (control.query.get("label") or "").casefold()
    level = control.query.get("level")
    variant = {"true": True, "false": False}.get((control.query.get("variant") or "").lower())
    rows = [
        row
        for row in tree.rows
        if text in row.label.casefold()
        and (level is None or str(row.level) == level)
        and (variant is None or row.variant is variant)
    ][: number(control, "limit", 20, 1, 1000)]
    seed = control.shop.shelf.seed
    return {"items": [{**row.document(), "properties": properties_of(seed, row)} for row in rows]}


def picture(control, gtin, place):
    side = number(control, "side", 800, 1, MAX_SIDE)
    return Response(png(side, place + int(gtin[-6:] or 0)), content_type="image/png")


def step_packages(control, package_id):
    """Move an offer package on: ``{}`` the next state, ``{to, code, message}`` up to a state.

    ``to``: ``idle`` ends the busy moment after an upload, ``expired`` throws an open package away,
    ``IntegrationPending``, ``Integrated`` or ``Rejected`` (as a whole). ``all`` stands for every package on its way.
    """
    body = control.dict_body()
    only(body, {"to", "code", "message"})
    desk = control.shop.shelf.packages
    found = [p for p in desk if not p.over] if package_id == "all" else [desk.find(package_id)]
    if found == [None]:
        raise LookupError(f"There is no offer package {package_id}.")
    for package in found:
        if package_id != "all" or package.state != "WaitingForCompletion" or body.get("to") in ("idle", "expired"):
            _step(desk, package, body, control.shop.clock.now())
    return list_packages(control)


def _step(desk, package, body, now):
    goal = body.get("to")
    if goal not in (None, "idle", "expired", "IntegrationPending", "Integrated", "Rejected"):
        raise ValueError("to is idle, expired, IntegrationPending, Integrated or Rejected.")
    is_open = package.state == "WaitingForCompletion"
    if package.over or (is_open and goal not in ("idle", "expired")) or (not is_open and goal in ("idle", "expired")):
        raise MoveRefused(
            f"The package {package.package_id} is {package.state} and cannot become {goal or 'anything'}."
        )
    if goal == "idle":
        package.busy_until = None
    elif goal == "Rejected":
        desk.finish(package, now, (str(body.get("code", "1")), str(body.get("message", "Package rejected"))))
    else:
        desk.step(package, now)
        if goal == "Integrated" and not package.over:
            desk.step(package, now)


def list_packages(control):
    shop = control.shop
    return {"packages": [p.report(shop.clock.now(), shop.settings) for p in shop.shelf.packages]}


ACTIONS = (
    ("GET", "/new-products", new_products),
    ("GET", "/products/<gtin>", get_product),
    ("POST", "/products/<gtin>", change_product),
    ("GET", "/product-packages", list_sheets),
    ("POST", "/product-packages/<package_id>", move_sheets),
    ("GET", "/offer-packages", list_packages),
    ("POST", "/offer-packages/<package_id>", step_packages),
    ("GET", "/refusals", list_refusals),
    ("POST", "/refusals", add_refusal),
    ("DELETE", "/refusals", clear_refusals),
    ("GET", "/categories", find_categories),
    ("GET", "/pictures/<gtin>/<int:place>.png", picture),
)
