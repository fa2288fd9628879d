"""The zip of offers by which sales are announced (contract §4.3): [Content_Types].xml, _rels/.rels, Content/Offers.xml.

The names of elements and their nesting are those of clients that reached the service; the numbers of the kinds of
discount follow the order of the service's own enumeration (Undefined, CorporateFlashSale, MarketPlaceFlashSale, Sales).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from xml.etree import ElementTree

from ..text import one_line
from .delivery_modes import offer_code
from .gtin import sent
from .money import round_half_up
from .offer_terms import OfferTerms
from .promotion import MOST_OFFERS

PIVOT = "clr-namespace:Cdiscount.Service.OfferIntegration.Pivot;assembly=Cdiscount.Service.OfferIntegration"
XAML = "http://schemas.microsoft.com/winfx/2006/xaml"
OFFERS = "Content/Offers.xml"
DISCOUNT_TYPES = {"flash": "2", "seasonal": "3"}
PERCENT = "1"
"""DiscountUnit."""
_CONDITIONS = {
    "likenew": "1",
    "usedlikenew": "1",
    "verygoodstate": "2",
    "usedverygood": "2",
    "goodstate": "3",
    "usedgood": "3",
    "averagestate": "4",
    "refurbished": "5",
    "new": "6",
}
_MODES = {
    "NTHD": "Standard",
    "THD": "Tracked",
    "SHD": "Registered",
    "EHD": "Express",
    "FDHD": "BigParcelEco",
    "SRHD": "BigParcelStandard",
    "WSHD": "BigParcelComfort",
}
_TYPES = """<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="xml" ContentType="text/xml"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
</Types>
"""
_RELATIONS = """<?xml version="1.0" encoding="utf-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Type="http://cdiscount.com/uri/document" Target="/Content/Offers.xml" Id="RId1"/>
</Relationships>
"""


@dataclass(frozen=True, slots=True)
class Discount:
    """``percent`` off ``reference`` from ``start`` to ``end`` (aware or naive UTC)."""

    kind: str
    percent: int
    start: datetime
    end: datetime
    reference: Decimal


def build_package(name: str, channel: str, offers: Iterable[tuple[OfferTerms, Discount | None]]) -> bytes:
    """The zip. An offer without a discount replaces what was announced for it: that is how a sale is taken back.

    :raises ValueError: no offer, more than 40 000, or the same reference twice
    """
    offers = list(offers)
    if not 1 <= len(offers) <= MOST_OFFERS:
        raise ValueError(f"{len(offers)} offers; 1 to {MOST_OFFERS} go into one package")
    skus = [terms.sku for terms, _discount in offers]
    if len(set(skus)) != len(skus):
        raise ValueError("a reference is there twice")
    document = _document(name, channel, offers)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        archive.writestr(OFFERS, document)
    return held.getvalue()


def _document(name, channel, offers) -> bytes:
    ElementTree.register_namespace("", PIVOT)
    ElementTree.register_namespace("x", XAML)
    root = ElementTree.Element(
        _tag("OfferPackage"), {"Name": one_line(name)[:100], "PackageType": "Full", "PurgeAndReplace": "false"}
    )
    collection = _child(_child(root, "OfferPackage.Offers"), "OfferCollection", Capacity=str(len(offers)))
    for terms, discount in offers:
        _offer(collection, terms, discount)
    pools = _child(_child(root, "OfferPackage.OfferPublicationList"), "OfferPublicationList", Capacity="1")
    _child(pools, "PublicationPool", SalesChannelId=channel)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _offer(collection, terms: OfferTerms, discount: Discount | None) -> None:
    values = {
        "SellerProductId": terms.sku,
        "ProductEan": sent(terms.gtin) or "",
        "ProductCondition": _CONDITIONS.get(terms.condition.casefold(), ""),
        "Price": _money(terms.price),
        "StrikedPrice": _money(terms.origin_price),
        "EcoPart": _money(terms.eco_tax),
        "DeaTax": _money(terms.dea),
        "Vat": _plain(terms.vat_rate),
        "Stock": "" if terms.quantity is None else str(terms.quantity),
        "PreparationTime": "" if terms.preparation_time is None else str(terms.preparation_time),
        "Comment": one_line(terms.comments),
    }
    offer = _child(collection, "Offer", **{key: value for key, value in values.items() if value})
    modes = [mode for mode in terms.delivery_modes if offer_code(mode.code) in _MODES]
    if modes:
        shipping = _child(offer, "Offer.ShippingInformationList")
        listed = _child(shipping, "ShippingInformationList", Capacity=str(len(modes)))
        for mode in modes:
            _child(
                listed,
                "ShippingInformation",
                DeliveryMode=_MODES[offer_code(mode.code)],
                ShippingCharges=_money(mode.cost),
                AdditionalShippingCharges=_money(mode.additional_cost or Decimal(0)),
            )
    if discount:
        listed = _child(_child(offer, "Offer.PriceAndDiscountList"), "DiscountComponentList", Capacity="1")
        _child(
            listed,
            "DiscountComponent",
            Type=DISCOUNT_TYPES[discount.kind],
            DiscountUnit=PERCENT,
            DiscountValue=str(discount.percent),
            StartDate=_moment(discount.start),
            EndDate=_moment(discount.end),
            SalesReferencePrice=_money(discount.reference),
        )


def _tag(name: str) -> str:
    return f"{{{PIVOT}}}{name}"


def _child(parent, name: str, **attributes: str):
    return ElementTree.SubElement(parent, _tag(name), attributes)


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{round_half_up(amount):f}"


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


def _moment(moment: datetime) -> str:
    """With its offset, so that nobody takes UTC for the time of Paris."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return aware.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
