"""The goods of a shop in the marketplace's own warehouses.

Nothing is booked here when an order moves: what is allocated and what has left follows from the orders themselves, so
it can never disagree with them.
"""

from .jsonio import as_object
from .lifecycle import DEAD

COUNTRIES = ("FR", "ES", "UK")
SUPPLIED = ("Fulfillment", "Xdock")
GONE = ("Shipped", "Delivered")


class FulfilmentStock:
    """``rows``: ``{(country, sku): {"serial", "physical", "blocked", "return", "gone"}}``.

    ``physical`` is all that lay there when ``gone`` pieces had left with orders.
    """

    def __init__(self):
        self.rows = {}
        self._serial = 0

    def holds(self, sku) -> bool:
        return any(known == sku for _country, known in self.rows)

    def supplies(self, line) -> bool:
        """Whether a line of an order is taken from here."""
        offer = as_object(line.get("offer"))
        return offer.get("supplyMode") in SUPPLIED and self.holds(offer.get("sellerProductId"))

    def set(self, orders, country, sku, available=0, blocked=0, returned=0):
        """Somebody has counted: so many can be sold, beside what is promised to orders."""
        allocated, gone = self._moved(orders).get((country, sku), (0, 0))
        row = self.rows.get((country, sku))
        if row is None:
            self._serial += 1
            row = self.rows[country, sku] = {"serial": self._serial}
        row.update(physical=available + allocated + blocked + returned, blocked=blocked, gone=gone)
        row["return"] = returned

    def _moved(self, orders) -> dict:
        """``{(country, sku): (pieces promised to orders, pieces that have left)}``."""
        found = {}
        for entry in orders:
            hidden = entry.hidden_addresses or ()
            for number, line in enumerate(entry.lines):
                status = line.get("status")
                if not self.supplies(line) or status in DEAD:
                    continue
                address = hidden[number] if number < len(hidden) else line.get("shippingAddress")
                key = self._place(as_object(line["offer"]).get("sellerProductId"), as_object(address))
                allocated, gone = found.get(key, (0, 0))
                pieces = line.get("quantity") or 0
                left = status in GONE
                found[key] = (allocated + (0 if left else pieces), gone + (pieces if left else 0))
        return found

    def _place(self, sku, address):
        """The customer's country when the goods lie there, else the first that has them."""
        country = address.get("countryCode") or address.get("country")
        country = "UK" if country == "GB" else country
        if (country, sku) in self.rows:
            return country, sku
        return next(key for key in self.rows if key[1] == sku)

    def documents(self, orders, catalogue, country=None):
        """Rows ``(serial, document)`` as ``/stocks`` shows them, in the order in which they came to be."""
        moved = self._moved(orders)
        products = {product.sku: product for product in catalogue}
        for (place, sku), row in self.rows.items():
            if country not in (None, place):
                continue
            allocated, gone = moved.get((place, sku), (0, 0))
            physical = row["physical"] - (gone - row["gone"])
            product = products.get(sku)
            yield (
                row["serial"],
                {
                    "id": f"STK-{place}-{row['serial']:06d}",
                    "productId": product.gtin if product else sku,
                    "sellerExternalReference": sku,
                    "productState": "New",
                    "quantities": {
                        "available": physical - allocated - row["blocked"] - row["return"],
                        "allocated": allocated,
                        "blocked": row["blocked"],
                        "return": row["return"],
                    },
                    "localization": place,
                },
            )
