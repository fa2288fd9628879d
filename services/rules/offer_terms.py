"""What a seller offers: the plain values an offer request is built from and checked by (contract §4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class DeliveryTerm:
    """One delivery mode: what the first piece costs, and each further one (None: not said)."""

    code: str
    cost: Decimal
    additional_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """Money is ``Decimal`` in euros with VAT; None is "not known", which is not the same as zero.

    ``vat_rate`` in percent (20, 5.5). ``eco_tax`` and ``dea`` are amounts per piece inside the price, 0 when there are
    none: left out, the marketplace refuses the offer (§12 no. 5). ``origin_price`` is the strike price, None without
    one. ``preparation_time`` in whole days.
    """

    sku: str
    gtin: str = ""
    product_reference: str = ""
    condition: str = "New"
    price: Decimal | None = None
    origin_price: Decimal | None = None
    vat_rate: Decimal | None = None
    eco_tax: Decimal | None = Decimal(0)
    dea: Decimal | None = Decimal(0)
    quantity: int | None = None
    preparation_time: int | None = None
    delivery_modes: tuple[DeliveryTerm, ...] = ()
    currency: str = "EUR"
    comments: str = ""
