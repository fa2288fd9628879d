"""Control calls about the goods in the marketplace's own warehouses."""

from .fulfilment import COUNTRIES

_KINDS = {"available": "available", "blocked": "blocked", "return": "returned"}


def get_fulfilment(control):
    """``{country: {sku: quantities}}`` as the marketplace would tell it now."""
    shop, found = control.shop, {}
    for _serial, row in shop.fulfilment.documents(shop.orders, shop.catalogue):
        found.setdefault(row["localization"], {})[row["sellerExternalReference"]] = row["quantities"]
    return {"stock": found}


def set_fulfilment(control):
    """``{country: {sku: pieces or {available, blocked, return}}}``: a count; promised goods come on top."""
    body, shop = control.dict_body(), control.shop
    counted = []
    for country, rows in body.items():
        if country not in COUNTRIES:
            raise ValueError(f"A country is one of {', '.join(COUNTRIES)}, not {country!r}.")
        for sku, said in rows.items():
            said = said if isinstance(said, dict) else {"available": said}
            for name, pieces in said.items():
                if name not in _KINDS:
                    raise ValueError(f"A quantity is one of {', '.join(_KINDS)}, not {name!r}.")
                if isinstance(pieces, bool) or not isinstance(pieces, int) or pieces < 0:
                    raise ValueError(f"{name} is a whole number from 0, not {pieces!r}.")
            counted.append((country, sku, {_KINDS[name]: pieces for name, pieces in said.items()}))
    for country, sku, said in counted:
        shop.fulfilment.set(shop.orders, country, sku, **said)
    return get_fulfilment(control)


def forget_fulfilment(control):
    """The warehouses do not know these goods any more: they are left out of the list. ``?sku=`` names one."""
    sku, rows = control.query.get("sku"), control.shop.fulfilment.rows
    gone = [key for key in rows if sku in (None, key[1])]
    for key in gone:
        del rows[key]
    return {"removed": len(gone)}


ACTIONS = (
    ("GET", "/fulfilment", get_fulfilment),
    ("POST", "/fulfilment", set_fulfilment),
    ("DELETE", "/fulfilment", forget_fulfilment),
)
