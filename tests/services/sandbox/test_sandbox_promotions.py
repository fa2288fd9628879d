"""Sales by packages in XML: what is fetched, what is refused, what customers pay meanwhile."""

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from sandbox.catalogue.xml_packages import desk_of
from sandbox.fetching import FetchFailed, fetch_loopback
from services.rules.offer_terms import DeliveryTerm, OfferTerms
from services.rules.promotion_package import Discount, build_package

PACKAGES = "/offer-integration-packages"
SKU = "CSM-0001"
START, END = datetime(2026, 11, 27, tzinfo=timezone.utc), datetime(2026, 12, 1, tzinfo=timezone.utc)


def terms(price, sku=SKU):
    modes = (DeliveryTerm("THD", Decimal("4.99"), Decimal(1)),)
    return OfferTerms(
        sku,
        gtin="3760123450010",
        price=price,
        vat_rate=Decimal(20),
        quantity=7,
        preparation_time=1,
        delivery_modes=modes,
    )


def price_of(api, sku=SKU):
    return Decimal(api.control(f"/discounts?sku={sku}")["price"])


def announce(api, discount, sku=SKU, price=None, name="Soldes"):
    """Hand a package in and return the number and the lines of its report."""
    data = build_package(name, "CDISFR", [(terms(price or price_of(api), sku), discount)])
    desk_of(api.market.shop).fetch = lambda url: data
    answer = api.post(PACKAGES, "https://odoo.example/cdiscount/package/1/token.zip")
    assert answer.status_code == 201
    number = answer.get_json()["packageId"]
    api.control("/clock", {"advance": 31})
    report = api.get(f"{PACKAGES}/{number}?$limit=10&$page=1").get_json()
    return report["integrationState"], [
        (line["sellerProductId"], [(one["propertyError"], one["propertyCode"]) for one in line["propertyList"]])
        for line in report["offerLogPagedList"]
    ]


def sale(**changes):
    values = {"kind": "seasonal", "percent": 20, "start": START, "end": END, "reference": Decimal("1000"), **changes}
    return Discount(**values)


def test_a_sale_begins_and_ends_by_itself(empty):
    before = price_of(empty)
    assert announce(empty, sale(reference=before)) == ("Integrated", [(SKU, [])])
    assert price_of(empty) == before
    empty.control("/clock", {"now": "2026-11-27T00:00:00Z"})
    assert price_of(empty) == (before * Decimal("0.8")).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    empty.token = None
    row = empty.get(f"/offers?salesChannelId=CDISFR&sellerExternalReferences={SKU}").get_json()["items"][0]
    assert (Decimal(str(row["facialPrice"]["price"])), Decimal(str(row["integrationPrice"]["price"]))) == (
        price_of(empty),
        before,
    )
    empty.control("/clock", {"now": "2026-12-01T00:00:00Z"})
    assert price_of(empty) == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"start": datetime(2026, 11, 26, 9, tzinfo=timezone.utc)}, ("17", "19")),
        ({"start": END, "end": START}, ("26", "20")),
        ({"percent": 0}, ("11", "26")),
        ({"percent": 4, "reference": None}, ("17", "26")),
        ({"reference": Decimal("0.5")}, ("23", "27")),
    ],
)
def test_what_is_refused_changes_nothing(empty, changes, code):
    before = price_of(empty)
    changes.setdefault("reference", before)
    if changes["reference"] is None:
        changes["reference"] = before
    assert announce(empty, sale(**changes)) == ("Integrated", [(SKU, [code])])
    assert not empty.control("/discounts")["discounts"]


def test_an_unknown_reference_is_refused_alone(empty):
    assert announce(empty, sale(), sku="NOT-THERE", price=Decimal(20)) == (
        "Integrated",
        [("NOT-THERE", [("30", "03")])],
    )


def test_the_offer_without_its_discount_takes_a_sale_back(empty):
    announce(empty, sale(reference=price_of(empty)))
    announce(empty, None)
    assert not empty.control("/discounts")["discounts"]


def test_a_file_that_is_no_package_is_rejected_as_a_whole(empty):
    for data in (b"", b"PK not a zip"):
        desk_of(empty.market.shop).fetch = lambda url, data=data: data
        number = empty.post(PACKAGES, "https://odoo.example/x.zip").get_json()["packageId"]
        empty.control("/clock", {"advance": 31})
        assert empty.get(f"{PACKAGES}/{number}").get_json()["integrationState"] == "Rejected"


def test_only_this_machine_is_called(empty):
    for url in ("http://198.51.100.7/x.zip", "https://127.0.0.1/x.zip", "ftp://localhost/x", "http://[::1"):
        with pytest.raises(FetchFailed):
            fetch_loopback(url)
    assert empty.post(PACKAGES, {"url": "x"}).status_code == 400
    assert empty.get(f"{PACKAGES}/99").status_code == 404


def test_the_same_address_twice_is_counted(empty):
    for expected in (0, 1):
        empty.post(PACKAGES, "https://odoo.example/x.zip")
        assert empty.counters()["xml_packages_posted_twice"] == expected
