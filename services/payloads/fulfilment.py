"""Stock in the marketplace's own warehouses (contract §9). The body is not verified: read tolerantly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from .read import gtin, identifier, mapping, moment, number, sub, text

_COUNTRIES = {"UK": "GB", "FRANCE": "FR", "SPAIN": "ES", "ESPAGNE": "ES", "UNITED KINGDOM": "GB"}


@dataclass(frozen=True, slots=True)
class FulfilmentStock:
    """What one warehouse country has of one article.

    ``available`` can be sold; ``allocated`` is promised to orders that have not left; ``blocked`` cannot be sold;
    ``returned`` has come back and is not sorted yet. Whole or broken units, never below zero. ``country`` is the
    two-letter code of ISO 3166 (the marketplace writes UK), "" when none is named. ``sku`` is the seller's reference,
    ``product_id`` the marketplace's product or a GTIN, each "" when not told.
    """

    stock_id: str
    sku: str = ""
    product_id: str = ""
    gtin: str = ""
    state: str = ""
    country: str = ""
    available: Decimal = Decimal(0)
    allocated: Decimal = Decimal(0)
    blocked: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)
    updated_at: datetime | None = None

    @classmethod
    def parse(cls, entry: Any) -> FulfilmentStock | None:
        """None for an entry without a number of its own or without any quantity: nothing is to be guessed as 0."""
        raw = mapping(entry)
        quantities = sub(raw, "quantities", "quantity")
        stock_id = identifier(raw, "id", "stockId")
        found = {
            "available": _units(quantities, "available", "availableQuantity"),
            "allocated": _units(quantities, "allocated", "allocatedQuantity"),
            "blocked": _units(quantities, "blocked", "blockedQuantity"),
            "returned": _units(quantities, "return", "returned", "returns", "returnQuantity"),
        }
        if not stock_id or found["available"] is None:
            return None
        product = identifier(raw, "productId", "productReference") or identifier(sub(raw, "product"), "id", "reference")
        return cls(
            stock_id=stock_id,
            sku=text(raw, "sellerExternalReference", "sellerReference", "sellerProductId", "sellerProductReference"),
            product_id=product,
            gtin=gtin(raw.get("gtin") or raw.get("ean") or sub(raw, "product").get("gtin")),
            state=text(raw, "productState", "productCondition", "condition"),
            country=_country(raw),
            updated_at=moment(raw, "updatedAt"),
            **{name: units or Decimal(0) for name, units in found.items()},
        )

    @property
    def physical(self) -> Decimal:
        """All that lies there, whatever for."""
        return self.available + self.allocated + self.blocked + self.returned


def _units(raw: Mapping, *names: str) -> Decimal | None:
    found = number(raw, *names)
    return None if found is None else max(found, Decimal(0))


def _country(raw: Mapping) -> str:
    """From ``localization`` (a code, or an object that holds one) or ``storageCountry``."""
    place = sub(raw, "localization", "localisation", "location")
    written = text(place, "storageCountry", "country", "countryCode", "code") or text(
        raw, "localization", "localisation", "storageCountry", "location"
    )
    code = _COUNTRIES.get(written.upper(), written.upper())
    return code if len(code) == 2 and code.isalpha() else ""
