"""Raw orders for tests: the example of contract §3.2 and a builder of lines."""

from __future__ import annotations

import copy
from decimal import Decimal

ADDRESS = {
    "civility": "Mrs",
    "firstName": "Anne",
    "lastName": "Durand",
    "companyName": None,
    "companyVatNumber": None,
    "addressLine1": "3 rue des Lilas",
    "addressLine2": None,
    "addressLine3": None,
    "postalCode": "33000",
    "city": "Bordeaux",
    "stateOrRegion": None,
    "countryCode": "FR",
}


def line(number=1, *, quantity=1, unit="24.99", shipping="0", total=None, status="InPreparation", **more):
    """A raw line; ``total`` defaults to unit price times quantity plus shipping. None leaves a value out as null."""

    def amount(value):
        return None if value is None else Decimal(value)

    if total is None and unit is not None:
        total = amount(unit) * quantity + (amount(shipping) or 0)
    elif total == "missing":
        total = None
    taxes = more.pop("taxes", [{"code": "VAT", "target": "Product", "amount": None, "rate": Decimal("20.0")}])
    block = {
        "unitSalesPrice": amount(unit),
        "shippingCost": amount(shipping),
        "commission": more.pop("commission", None),
        "taxes": taxes,
    }
    return {
        "orderLineId": f"ORDER-{number}",
        "status": status,
        "quantity": quantity,
        "totalPrice": {"offerPrice": amount(total), "sellingPrice": amount(total)},
        "offerPrice": block,
        "sellingPrice": {**block, "taxes": []},
        "offer": {"id": f"O-{number}", "sellerProductId": f"SKU-{number}", "supplyMode": "Seller"},
        "delivery": {"mode": "TrackedHomeDelivery"},
        "shippingAddress": {**ADDRESS, "phone": "+33600000000", "email": "abc123@relay.example"},
        **more,
    }


def order(*lines, total=None, status="InPreparation", fees=(), **more):
    """A raw order whose header counts its lines and fees unless ``total`` says otherwise ("missing" leaves it out)."""
    if total is None:
        total = sum((entry["totalPrice"]["offerPrice"] or Decimal(0) for entry in lines), Decimal(0)) + sum(
            map(Decimal, fees), Decimal(0)
        )
    total = None if total == "missing" else Decimal(total)
    return {
        "orderId": "ORDER",
        "reference": "ORDER",
        "status": status,
        "businessOrder": False,
        "salesChannel": {"id": "CDISFR", "name": "Cdiscount"},
        "customer": {"reference": "C-778812"},
        "purchasedAt": "2026-11-02T17:54:10Z",
        "updatedAt": "2026-11-02T18:20:00Z",
        "currencyCode": "EUR",
        "totalPrice": {"offerPrice": total, "sellingPrice": total},
        "serviceFees": [{"label": "Frais de service", "amount": Decimal(fee)} for fee in fees],
        "billingAddress": copy.deepcopy(ADDRESS),
        "lines": list(lines),
        **more,
    }


def contract_example():
    """The order printed in contract §3.2."""
    taxes = [{"code": "VAT", "target": "Product", "amount": Decimal("8.33"), "rate": Decimal("20.0")}]
    commission = {"amountWithVat": Decimal("9.00"), "amountWithoutVat": Decimal("7.50"), "rate": Decimal("15.0")}
    return order(line(quantity=2, shipping="5.0", taxes=taxes, commission=commission))
