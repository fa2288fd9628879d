"""Control calls about the marketplace as a whole: state, clock, counters, faults, tokens, settings, reset."""

from dataclasses import fields, replace

from .clock import format_time
from .expected import expected, order_row
from .faults import FAULTS
from .filters import parse_order_query, select
from .marketplace import Opening
from .paging import index_page
from .settings import settings_document, update_settings

OPENING_KEYS = frozenset(field.name for field in fields(Opening))


def _whole(value, name, low, high):
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} is a whole number from {low} to {high}, not {value!r}.")
    return value


def _only(body, known):
    for key in body:
        if key not in known:
            raise ValueError(f"Unknown key {key!r}; known are {', '.join(sorted(known))}.")


def get_state(control):
    market = control.market
    return {
        "now": format_time(market.clock.now()),
        "clock_frozen": market.clock.frozen,
        "seed": market.opening.seed,
        "sellers": [
            {
                "seller_id": shop.seller_id,
                "name": shop.name,
                "orders": len(shop.orders),
                "offers": len(shop.shelf.offers),
                "settings": settings_document(shop.settings),
            }
            for shop in market.shops.values()
        ],
        "accounts": [
            {"login": account.login, "sellers": sorted(account.sellers), "enabled": account.enabled}
            for account in market.accounts.values()
        ],
        "settings": settings_document(market.settings),
        "tokens_live": market.tokens.live(),
        "faults": market.faults.documents(),
    }


def get_counters(control):
    return control.market.counters.document()


def reset_counters(control):
    control.market.counters.reset()
    return control.market.counters.document()


def get_calls(control):
    limit = int(control.query.get("limit", 200))
    log = list(control.market.counters.log)
    return {"calls": log[-limit:] if limit > 0 else []}


def reset(control):
    body = dict(control.dict_body())
    _only(body, OPENING_KEYS)
    if "seed" in body:
        _whole(body["seed"], "seed", 0, 2**32 - 1)
    if "orders" in body:
        _whole(body["orders"], "orders", 0, 1_000_000)
    if "offers" in body:
        _whole(body["offers"], "offers", 0, 1_000_000)
    for name in ("login", "password", "seller_id"):
        if name in body and not (isinstance(body[name], str) and body[name]):
            raise ValueError(f"{name} is a text, not {body[name]!r}.")
    if body.get("shipping_reading", "line") not in ("line", "unit", "mixed"):
        raise ValueError("shipping_reading is line, unit or mixed.")
    if "channels" in body:
        body["channels"] = tuple((str(name), float(share)) for name, share in dict(body["channels"]).items())
    control.market.reset(replace(control.market.opening, **body))
    return get_state(control)


def move_clock(control):
    body = control.dict_body()
    _only(body, {"now", "advance", "freeze"})
    clock = control.market.clock
    if "freeze" in body:
        clock.freeze(bool(body["freeze"]))
    if "now" in body:
        clock.set(body["now"])
    if "advance" in body:
        clock.advance(body["advance"])
    moved = sum(shop.run_due() for shop in control.market.shops.values())
    return {"now": format_time(clock.now()), "frozen": clock.frozen, "orders_moved": moved}


def change_settings(control):
    shop, market = control.shop, control.market
    update_settings((market.settings, shop.settings), control.dict_body())
    for every in market.shops.values():
        every.strict_clock = market.settings.strict_clock
    return {**settings_document(market.settings), **settings_document(shop.settings)}


def add_faults(control):
    bodies = control.body if isinstance(control.body, list) else [control.body]
    rules = [control.market.faults.add(body) for body in bodies]
    return {"faults": rules}, 201


def list_faults(control):
    table = {name: {"summary": fault.summary, "params": fault.params} for name, fault in FAULTS.items()}
    return {"faults": control.market.faults.documents(), "known": table}


def clear_faults(control):
    return {"removed": control.market.faults.clear()}


def clear_fault(control, number):
    removed = control.market.faults.clear(number)
    if not removed:
        raise LookupError(f"There is no fault {number}.")
    return {"removed": removed}


def revoke_tokens(control):
    body = control.dict_body()
    _only(body, {"login", "token"})
    return {"revoked": control.market.tokens.revoke(body.get("token"), body.get("login"))}


def change_account(control, login):
    """Password, enabled and sellers of an account; a new password leaves its tokens alive, as a real one does."""
    body = control.dict_body()
    _only(body, {"password", "enabled", "sellers"})
    account = control.market.accounts.get(login)
    if account is None:
        raise LookupError(f"There is no account {login}.")
    account.password = str(body.get("password", account.password))
    account.enabled = bool(body.get("enabled", account.enabled))
    account.sellers = set(map(str, body.get("sellers", account.sellers)))
    return {"login": login, "enabled": account.enabled, "sellers": sorted(account.sellers)}


def add_shop(control):
    body = control.dict_body()
    _only(body, {"seller_id", "login", "password", "name", "orders"})
    if not body.get("seller_id") or not body.get("login"):
        raise ValueError("A shop needs seller_id and login, and a password when the login is new.")
    orders = _whole(body.get("orders", 0), "orders", 0, 1_000_000)
    shop = control.market.add_shop(
        str(body["seller_id"]), str(body["login"]), body.get("password"), body.get("name"), orders
    )
    return {"seller_id": shop.seller_id, "name": shop.name, "orders": len(shop.orders)}, 201


def get_expected(control):
    """Filtered like ``/orders``; ``orders=full`` or ``orders=page`` (with ``pageIndex``) adds one row per order."""
    shop = control.shop
    entries = select(shop.orders, parse_order_query(control.query))
    answer = expected(shop, entries)
    asked = control.query.get("orders")
    if asked == "full":
        answer["rows"] = [order_row(shop, entry) for entry in entries]
    elif asked == "page":
        page = index_page(control.query, default=100, maximum=10_000)
        answer["rows"] = [order_row(shop, entry) for entry in entries[page.start : page.stop]]
    elif asked:
        raise ValueError("orders is full or page.")
    return answer


def _take_in(control):
    """Packages whose time has come are integrated, though nobody has called the API since."""
    control.shop.shelf.run_due(control.shop.clock.now())


def get_stock(control):
    skus = control.query.get("sku")
    _take_in(control)
    return {"stock": control.shop.stock.shown(skus.split(",") if skus else None)}


def set_stock(control):
    """``{sku: pieces}``: what the channel believes can be sold; new orders take from it and may take too much."""
    body = control.dict_body()
    _take_in(control)
    for sku, pieces in body.items():
        _whole(pieces, sku, -(10**9), 10**9)
    control.shop.stock.update(body)
    return get_stock(control)


def get_catalogue(control):
    products = [product.document() for product in control.shop.catalogue]
    return {"count": len(products), "items": products}


ACTIONS = (
    ("GET", "/state", get_state),
    ("GET", "/counters", get_counters),
    ("POST", "/counters/reset", reset_counters),
    ("GET", "/calls", get_calls),
    ("POST", "/reset", reset),
    ("POST", "/clock", move_clock),
    ("POST", "/settings", change_settings),
    ("GET", "/faults", list_faults),
    ("POST", "/faults", add_faults),
    ("DELETE", "/faults", clear_faults),
    ("DELETE", "/faults/<int:number>", clear_fault),
    ("POST", "/tokens/revoke", revoke_tokens),
    ("POST", "/accounts/<login>", change_account),
    ("POST", "/shops", add_shop),
    ("GET", "/expected", get_expected),
    ("GET", "/stock", get_stock),
    ("POST", "/stock", set_stock),
    ("GET", "/catalogue", get_catalogue),
)
