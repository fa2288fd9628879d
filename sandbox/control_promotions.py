"""Control calls about sales: the packages in XML that came, and what customers get off just now."""

from .catalogue.xml_packages import desk_of, shown
from .generator.pricing import euros


def list_packages(control):
    return {"packages": [package.document() for package in desk_of(control.shop).packages]}


def list_discounts(control):
    """Every sale that is announced, and with ``sku`` what a customer pays for it now."""
    desk = desk_of(control.shop)
    rows = [
        {"channel": channel, "sku": sku, **shown(discount), "running": desk.discount_of(channel, sku) is not None}
        for (channel, sku), discount in sorted(desk.discounts.items())
    ]
    answer = {"discounts": rows}
    sku = control.query.get("sku")
    if sku:
        offer = control.shop.shelf.offers.get(control.query.get("channel", "CDISFR"), sku)
        if offer is None:
            raise LookupError(f"There is no offer {sku}.")
        answer["price"] = f"{euros(desk.shown_price(offer)):.2f}"
    return answer


ACTIONS = (
    ("GET", "/xml-packages", list_packages),
    ("GET", "/discounts", list_discounts),
)
