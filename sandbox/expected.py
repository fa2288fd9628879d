"""What a right connector must end with, told by the marketplace itself.

Amounts are texts (``"54.98"``), so that no reader makes floats of them.
"""

from decimal import Decimal

from .generator.pricing import NOT_SOLD, live_totals
from .jsonio import as_object

# Statuses whose orders become sale orders (design, status table)
SELLING = ("InPreparation", "Shipped", "Delivered")


def _text(amount) -> str:
    return f"{amount:.2f}"


def _live_lines(entry):
    return [line for line in entry.lines if line.get("status") not in NOT_SOLD]


def _knowledge(shop, entry):
    """``(every live SKU is in the catalogue, every live SKU or else GTIN is)``."""
    sku_known = gtin_known = True
    for line in _live_lines(entry):
        offer = as_object(line.get("offer"))
        if offer.get("sellerProductId") not in shop.skus:
            sku_known = False
            gtin_known = gtin_known and offer.get("productGtin") in shop.gtins
    return sku_known, gtin_known


class _Sum:
    def __init__(self):
        self.count = 0
        self.lines = 0
        self.offer = self.selling = Decimal(0)

    def add(self, offer, selling, lines):
        self.count += 1
        self.lines += lines
        self.offer += offer
        self.selling += selling

    def document(self):
        return {
            "count": self.count,
            "lines_live": self.lines,
            "total_offer_live": _text(self.offer),
            "total_selling_live": _text(self.selling),
        }


def order_row(shop, entry) -> dict:
    offer, selling, lines = live_totals(entry.document)
    sku_known, gtin_known = _knowledge(shop, entry)
    return {
        "orderId": entry.order_id,
        "status": entry.status,
        "updatedAt": entry.document.get("updatedAt"),
        "total_offer_live": _text(offer),
        "total_selling_live": _text(selling),
        "lines_live": lines,
        "sku_known": sku_known,
        "gtin_known": gtin_known,
        "must_sell": entry.status in SELLING and lines > 0,
    }


def expected(shop, entries) -> dict:
    """Sums over ``entries`` of ``shop``.

    ``by_status``: every status. ``sale_orders``: orders in InPreparation, Shipped or Delivered with a live line;
    split into ``sku_known`` and ``sku_unknown``, and of the latter those that can be found by GTIN
    (``found_by_gtin``). ``customers``: how many different customer references those orders have.
    """
    by_status = {}
    groups = {name: _Sum() for name in ("all", "sku_known", "sku_unknown", "found_by_gtin")}
    references = {"all": set(), "sku_known": set()}
    for entry in entries:
        totals = live_totals(entry.document)
        by_status.setdefault(str(entry.status), _Sum()).add(*totals)
        if entry.status not in SELLING or not totals[2]:
            continue
        sku_known, gtin_known = _knowledge(shop, entry)
        customer = as_object(entry.document.get("customer")).get("reference")
        groups["all"].add(*totals)
        references["all"].add(customer)
        if sku_known:
            groups["sku_known"].add(*totals)
            references["sku_known"].add(customer)
        else:
            groups["sku_unknown"].add(*totals)
            if gtin_known:
                groups["found_by_gtin"].add(*totals)
    return {
        "seller_id": shop.seller_id,
        "orders": len(entries),
        "by_status": {status: total.document() for status, total in sorted(by_status.items())},
        "sale_orders": {name: total.document() for name, total in groups.items()},
        "customers": {name: len(found) for name, found in references.items()},
    }
