"""A sandbox with a client of its catalogue, on one clock, and right offers and sheets to send."""

from __future__ import annotations

from test_against_sandbox import Shop

CHANNEL = "CDISFR"


class CatalogueShop(Shop):
    """``publish`` drives a package from its opening to its results; ``counters`` are the sandbox's."""

    def __init__(self, clock, offers=60, channels=None):
        super().__init__(clock, orders=0, opening={"offers": offers, "channels": channels or {}})
        self.clock = clock

    @property
    def counters(self):
        return self.control("counters", method="GET")

    def settings(self, **changes):
        self.control("settings", changes)

    def offer_rows(self):
        return self.control("offers?rows=full", method="GET")

    def new_sheets(self, count, query=""):
        return self.control(f"new-products?count={count}{query}", method="GET")["products"]

    def gtins_to_sell(self, count):
        """GTINs of light products the marketplace has and the shop does not sell."""
        goods = self.app.marketplace.shop.shelf.products.goods
        light = (goods[index] for index in range(60, len(goods)) if goods[index].weight <= 30_000)
        return [good.gtin for good, _ in zip(light, range(count), strict=False)]

    def publish(self, requests, package_type="Upsert"):
        """``{sku: OfferResult}`` of one package."""
        packages = self.client.offer_packages
        package_id = packages.create(package_type)
        for start in range(0, len(requests), 100):
            packages.upload(package_id, requests[start : start + 100])
        self.clock.pass_by(3)
        assert packages.submit(package_id).is_submitted
        self.clock.pass_by(60)
        return {line.sku: line for page in packages.results(package_id) for line in page.items}


def line(sku, gtin=None, **more):
    """A right offer request."""
    request = {
        "sellerExternalReference": sku,
        "product": {"gtin": gtin} if gtin else None,
        "condition": "New",
        "price": {
            "price": 24.99,
            "currencyCode": "EUR",
            "taxes": [{"code": code, "value": value} for code, value in (("VAT", 20), ("Ecotax", 0), ("Deatax", 0))],
        },
        "quantity": 12,
        "preparationTime": 1,
        "deliveryModes": [{"code": "THD", "cost": 4.99, "additionalCost": 1.0}],
        **more,
    }
    return {name: value for name, value in request.items() if value is not None}
