"""Whatever the marketplace sends about the catalogue, what can be read is read and nothing else breaks."""

from __future__ import annotations

import json
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import PayloadError
from services.payloads.category import Brand, Category, Property
from services.payloads.offer import Offer
from services.payloads.package_result import OfferPackage, OfferResult, Said, SheetReport
from services.payloads.product import Product
from services.wire import parse_json

NAMES = (
    *("sellerExternalReference", "sellerProductReference", "offerId", "offerState", "product", "gtin"),
    *("reference", "condition", "integrationPrice", "price", "originPrice", "currencyCode"),
    *("facialPrice", "quantity", "preparationTime", "deliveryOffers", "code", "cost", "additionalCost"),
    *("comments", "createdAt", "updatedAt", "packageId", "type", "state", "result", "resultCode"),
    *("message", "integrationStatus", "results", "errors", "field", "warnings", "status"),
    *("operationType", "categoryCode", "productReference", "submissionDate", "categoryReference"),
    *("label", "level", "isActive", "isVariant", "parentReferences", "childCount", "propertyReference"),
    *("necessity", "choices", "brandReference", "description", "brand", "category", "pictures", "index"),
    *("url", "sellers", "isCreator", "isMarketable", "permissions", "attributes", "values"),
    "variantGroupReference",
)
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.text(max_size=8)
    | st.sampled_from(["New", "3", "0Z0102"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(anything)
def test_nothing_breaks_the_reading(raw):
    for kind in (Offer, Product, OfferPackage):
        try:
            found = kind.parse(raw)
        except PayloadError:
            continue
        hash(found)
    for kind in (Category, Property, Brand, OfferResult, SheetReport):
        hash(kind.parse(raw))


def read(text):
    return parse_json(text.encode())


def test_an_offer_is_read_to_the_cent_and_without_what_is_senseless():
    offer = Offer.parse(
        read(
            """{"offerId": "98979_AUC1_New_CDISFR", "sellerExternalReference": " SKU-1 ", "offerState": "Active",
            "updatedAt": "2026-11-01T08:00:00Z", "product": {"gtin": 36000291452, "reference": "AUC1"},
            "condition": "New", "integrationPrice": {"price": 24.90, "originPrice": 0, "currencyCode": "eur"},
            "quantity": "12", "preparationTime": 1.5, "surprise": {"a": 1},
            "deliveryOffers": [{"code": "THD", "cost": 4.99, "additionalCost": null}, {"code": "THD", "cost": 9},
            {}, 3]}"""
        )
    )
    assert (offer.sku, offer.gtin, offer.price, offer.origin_price) == ("SKU-1", "0036000291452", D("24.90"), None)
    assert (offer.currency, offer.quantity, offer.preparation_time, offer.is_active) == ("EUR", 12, None, True)
    assert [(mode.code, mode.cost, mode.additional_cost) for mode in offer.delivery_modes] == [("THD", D("4.99"), None)]
    assert offer.updated_at.isoformat() == "2026-11-01T08:00:00+00:00"


@pytest.mark.parametrize(
    "raw", [None, [], "SKU-1", {}, {"sellerExternalReference": None}, {"sellerExternalReference": " "}]
)
def test_an_offer_nobody_can_name_is_told_as_such(raw):
    with pytest.raises(PayloadError):
        Offer.parse(raw)


def test_a_result_keeps_its_codes_as_texts_and_its_words_in_order():
    line = OfferResult.parse(
        read(
            """{"sellerExternalReference": "SKU-2", "integrationStatus": "Rejected", "results": [
            {"resultCode": 1008, "message": "EcoTax &eacute;&nbsp;: champ obligatoire"}, "bare words", null,
            {"resultCode": "1008", "message": "EcoTax é : champ obligatoire"}]}"""
        )
    )
    assert set(line.results) == {Said("1008", "EcoTax é : champ obligatoire"), Said("", "bare words")}
    assert not line.is_integrated and not line.is_duplicated
    assert OfferResult("A", "duplicated").is_duplicated
    assert OfferResult.parse({"integrationStatus": "Rejected"}) is None


def test_a_category_without_details_claims_nothing():
    assert Category.parse({"categoryReference": "0Z0102"}) == Category("0Z0102", level=3, parent="0Z01")
    full = Category.parse(
        {"categoryReference": "0Z0102", "label": "Lampes", "level": 2, "isActive": False, "isVariant": "true"}
    )
    assert (full.level, full.is_active, full.is_variant, full.detailed, full.takes_products) == (
        2,
        False,
        True,
        True,
        False,
    )
    assert Category.parse({"categoryReference": "0Z0102", "parentReferences": ["0Z", "0Z01", "XX", 4]}).parent == "0Z01"
    assert Category.parse({"label": "?"}) is None


def test_choices_are_kept_exactly_as_they_must_be_sent_back():
    raw = {
        "propertyReference": 37002,
        "necessity": "Mandatory",
        "choices": ["Noir", {"value": "Doré"}, None, "Noir", 42],
    }
    found = Property.parse(raw)
    assert found == Property("37002", necessity="Mandatory", choices=("Noir", "Doré", "42"))
    assert found.is_mandatory and not found.is_recommended


def test_a_product_keeps_its_pictures_in_order_and_its_description_in_lines():
    product = Product.parse(
        {
            "gtin": "3700000000013",
            "reference": "AUC1",
            "label": "Lampe &amp; pied",
            "description": "Une\nlampe",
            "category": {"reference": "0Z0102"},
            "pictures": [
                {"url": "https://a/3"},
                {"index": 2, "url": "https://a/2"},
                {"index": 1, "url": "https://a/1"},
                {"url": "x"},
            ],
            "sellers": [{"reference": 98979, "productReference": "SKU-1", "isCreator": True}],
            "attributes": [{"propertyReference": "37002", "values": ["Noir", None]}],
        }
    )
    assert product.pictures == ("https://a/1", "https://a/2", "https://a/3")
    assert (product.title, product.description, product.category) == ("Lampe & pied", "Une\nlampe", "0Z0102")
    assert product.sellers[0].seller_id == "98979" and product.sellers[0].is_creator
    assert product.attributes == (("37002", ("Noir",)),) and product.is_marketable


def test_a_report_without_a_gtin_is_known_by_its_reference():
    assert SheetReport.parse({"sellerProductReference": "SKU-1", "status": "Refused"}).sku == "SKU-1"
    assert SheetReport.parse({"status": "Refused"}) is None
    assert SheetReport.parse(json.loads('{"gtin": 3700000000013}')).gtin == "3700000000013"
