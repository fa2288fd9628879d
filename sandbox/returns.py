"""Returns to the marketplace's own warehouses (contract §9), made by control calls."""

from .clock import format_time
from .jsonio import as_object

STATUSES = ("Created", "Referencing", "Referenced", "Accepted", "Pending", "Completed")
KINDS = ("Customer", "Carrier")
REASONS = ("ReferenceError", "Damaged", "Retraction", "TransportDamage")
_RECEIVED = STATUSES[2:]
# The smallest file that a viewer takes for a PDF.
LABEL = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


class ReturnBook:
    """``rows``: documents, oldest first; the place in the list is what a cursor counts."""

    def __init__(self):
        self.rows = []

    def get(self, return_id):
        return next((row for row in self.rows if row["returnId"] == return_id), None)

    def add(self, shop, entry, kind="Customer", reason="Retraction", label=True, lines=None, **values):
        """A return of all lines of an order, or of those in ``lines`` (``{line id: quantity}``)."""
        number = len(self.rows) + 1
        now = format_time(shop.clock.now())
        row = {
            "returnId": f"RT-{number:06d}",
            "type": kind,
            "status": "Created",
            "reason": reason,
            "recommendedReturnReason": None,
            "comment": None,
            "warehouseComment": None,
            "outboundShipmentId": f"OS-{entry.order_id}",
            "reference": f"RMA{number:06d}",
            "orderSellerId": entry.order_id,
            "parcelId": f"8R{number:011d}",
            "receiptDate": None,
            "lines": [
                {
                    "productId": as_object(line.get("offer")).get("productId"),
                    "sellerExternalReference": as_object(line.get("offer")).get("sellerProductId"),
                    "orderLineId": line.get("orderLineId"),
                    "quantity": (lines or {}).get(line.get("orderLineId"), line.get("quantity")),
                }
                for line in entry.lines
                if lines is None or line.get("orderLineId") in lines
            ],
            "hasLabel": label,
            "createdAt": now,
            "updatedAt": now,
        }
        row.update(values)
        self.rows.append(row)
        return row

    def change(self, shop, row, values):
        row.update(values, updatedAt=format_time(shop.clock.now()))
        if row["status"] in _RECEIVED and not row["receiptDate"]:
            row["receiptDate"] = row["updatedAt"]
        return row


def book_of(shop) -> ReturnBook:
    if not hasattr(shop, "returns"):
        shop.returns = ReturnBook()
    return shop.returns
