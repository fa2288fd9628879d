"""Promotions: what a price becomes, what the law and the marketplace refuse, and which price was the lowest."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from stub_app import Stub
from test_client import client

from services.errors import OutcomeUnknown
from services.payloads.xml_package import XmlReport
from services.rules.offer_terms import DeliveryTerm, OfferTerms
from services.rules.price_history import PricePoint, lowest_price
from services.rules.promotion import (
    Proposal,
    check_discount,
    check_period,
    check_proposal,
    discount_percent,
    price_in_effect,
    promotional_price,
)
from services.rules.promotion_package import PIVOT, Discount, build_package
from services.rules.refusals import explain_offer

NOW = datetime(2026, 11, 23, 10)
D = Decimal


def points(*rows):
    return [PricePoint(NOW + timedelta(days=days), D(price)) for days, price in rows]


def codes(found):
    return [problem.code for problem in found]


# ------------------------------------------------------------------ lowest price
def test_the_price_in_effect_when_the_window_opened_counts():
    assert lowest_price(points((-90, 15), (-40, 20), (-10, 30)), NOW).price == 20


def test_an_earlier_promotion_within_the_window_is_the_reference():
    assert lowest_price(points((-90, 30), (-20, 24), (-15, 30)), NOW).price == 24
    assert lowest_price(points((-90, 30), (-40, 24), (-31, 30)), NOW).price == 30, "it was over before"
    assert lowest_price(points((-90, 30), (-40, 24), (-30, 30)), NOW).price == 30, "it ended when the window opened"
    assert lowest_price(points((-90, 30), (-40, 24), (-29, 30)), NOW).price == 24


def test_of_several_prices_within_the_window_each_counts():
    assert lowest_price(points((-90, 30), (-20, 24), (-15, 22), (-10, 26), (-5, 30)), NOW).price == 22


def test_the_price_of_the_reduction_itself_does_not_count():
    assert lowest_price(points((-90, 30), (0, 20)), NOW).price == 30


def test_a_price_that_nobody_could_pay_does_not_count():
    assert lowest_price(points((-90, 30), (-10, 1), (-10, 29)), NOW).price == 29


def test_a_short_history_says_so():
    assert lowest_price(points((-5, 20)), NOW) == lowest_price(points((-5, 20), (-3, 25)), NOW)
    assert not lowest_price(points((-5, 20)), NOW).complete
    assert lowest_price(points((-31, 20)), NOW).complete
    assert lowest_price([], NOW).price is None


# ------------------------------------------------------------------ prices
@pytest.mark.parametrize(
    ("price", "basis", "value", "ending", "promo"),
    [
        ("24.99", "percentage", 20, None, "19.99"),
        ("24.99", "percentage", "12.5", None, "21.87"),
        ("24.99", "percentage", 20, "0.99", "19.99"),
        ("30.00", "percentage", 20, "0.99", "23.99"),
        ("1.10", "percentage", 20, "0.99", "0.88"),
        ("24.99", "fixed", "17.50", "0.99", "17.50"),
        ("24.99", "fixed", "17.505", None, "17.51"),
        ("1.98", "percentage", 50, "0.99", "0.99"),
    ],
)
def test_the_promotional_price(price, basis, value, ending, promo):
    found = promotional_price(D(price), basis, D(value), ending and D(ending))
    assert found == D(promo)
    if basis == "percentage":
        assert found <= D(price) * (100 - D(value)) / 100 + D("0.005"), "never less of a discount than promised"


def test_a_discount_is_never_rounded_up():
    assert discount_percent(D(100), D("95.004")) == D("4.99")
    assert discount_percent(D(0), D(1)) == 0


def test_nobody_pays_more_because_of_a_promotion():
    assert price_in_effect(D(30), D(24), D(30)) == (D(24), D(30))
    assert price_in_effect(D(20), D(24), D(30)) == (D(20), D(30))
    assert price_in_effect(D(30), D(24), D(24)) == (D(24), None)
    assert price_in_effect(D(30), D(24), None) == (D(24), None)


# ------------------------------------------------------------------ checks
@pytest.mark.parametrize(
    ("kind", "start", "end", "code"),
    [
        ("strike", 24, 48, []),
        ("strike", -1, 48, ["begins_at_once"]),
        ("flash", 71, 200, ["notice_flash"]),
        ("flash", 72, 200, []),
        ("seasonal", 71, 200, ["notice_seasonal"]),
        ("seasonal", 72, 200, []),
        ("percentage", 48, 48, ["end_before_start"]),
        ("percentage", 48, 24, ["end_before_start"]),
        ("percentage", -48, -24, ["end_passed"]),
        ("percentage", -48, 0, ["end_passed"]),
        ("strike", 0, 48, []),
        ("strike", None, 48, ["dates_missing"]),
        ("flash", 100, None, ["dates_missing"]),
    ],
)
def test_the_dates(kind, start, end, code):
    hours = [None if hour is None else NOW + timedelta(hours=hour) for hour in (start, end)]
    found = list(check_period(kind, *hours, NOW))
    assert codes(found) == code
    assert all(one.blocking == (one.code != "begins_at_once") for one in found)


@pytest.mark.parametrize("kind", ["strike", "seasonal", "flash"])
def test_what_the_marketplace_has_already_is_not_late(kind):
    hours = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
    assert not codes(check_period(kind, *hours, NOW, announced=True))


def test_the_notice_is_told_in_hours():
    (found,) = check_period("flash", NOW, NOW + timedelta(days=9), NOW)
    assert found.params == {"hours": 72}


@pytest.mark.parametrize(
    ("kind", "basis", "value", "code"),
    [
        ("percentage", "percentage", 20, []),
        ("percentage", "percentage", "12.5", []),
        ("percentage", "percentage", 0, ["percent_out_of_range"]),
        ("flash", "percentage", 100, ["percent_out_of_range"]),
        ("percentage", "percentage", 1, []),
        ("percentage", "percentage", 99, []),
        ("percentage", "percentage", "99.5", ["percent_out_of_range"]),
        ("flash", "percentage", 20, []),
        ("strike", "fixed", "12.99", []),
        ("strike", "fixed", "-0.01", ["price_not_positive"]),
        ("flash", "percentage", "12.5", ["percent_not_whole"]),
        ("seasonal", "fixed", 12, ["package_needs_percent"]),
    ],
)
def test_the_discount(kind, basis, value, code):
    assert codes(check_discount(kind, basis, D(value))) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, []),
        ({"promo": D("95.00")}, []),
        ({"promo": D("95.01")}, ["discount_too_small"]),
        ({"reference": D(82)}, ["discount_too_small"]),
        ({"reference": D(80)}, ["promo_not_below_reference"]),
        ({"promo": D(100)}, ["promo_not_lower"]),
        ({"promo": D(0)}, ["promo_missing"]),
        ({"floor": D("80.01")}, ["promo_below_floor"]),
        ({"contributions": D(80)}, ["promo_below_taxes"]),
        ({"price": None}, ["offer_without_price"]),
        ({"linked": False}, ["offer_not_linked"]),
        ({"published": False}, ["offer_not_published"]),
        ({"published": False, "kind": "flash"}, []),
        ({"known_there": False, "kind": "flash"}, ["offer_not_there"]),
        ({"overlaps": "Black Friday"}, ["overlap"]),
        ({"complete": False}, ["history_short"]),
        ({"quantity": 0}, ["nothing_to_sell"]),
        ({"quantity": 1}, []),
        ({"price": D(0), "promo": D(0)}, ["offer_without_price"]),
        ({"price": D("0.99"), "promo": D("0.50"), "reference": D("0.99")}, []),
        ({"promo": None}, ["promo_missing"]),
        ({"reference": None}, []),
        ({"reference": None, "promo": D("95.01")}, ["discount_too_small"]),
        ({"floor": D(80)}, []),
        ({"contributions": D("79.99")}, []),
        ({"known_there": False}, []),
        ({"currency": "USD"}, ["offer_not_in_euros"]),
    ],
)
def test_one_offer_of_a_promotion(changes, code):
    values = {"kind": "strike", "price": D(100), "promo": D(80), "reference": D(100), **changes}
    assert codes(check_proposal(Proposal(**values))) == code


def test_a_short_history_and_an_empty_shelf_keep_nothing_out():
    problems = check_proposal(Proposal("strike", D(100), D(80), D(100), complete=False, quantity=0))
    assert not any(one.blocking for one in problems)


def test_a_loss_is_allowed_in_the_legal_sales_only():
    for kind, blocking in (("seasonal", False), ("flash", True), ("strike", True)):
        (found,) = check_proposal(Proposal(kind, D(100), D(80), D(100), floor=D(90)))
        assert (found.code, found.blocking) == ("promo_below_floor", blocking)


# ------------------------------------------------------------------ the package
def terms(sku="A-1", **changes):
    values = {
        "gtin": "3760123450010",
        "price": D("24.9"),
        "vat_rate": D(20),
        "quantity": 3,
        "preparation_time": 1,
        "delivery_modes": (DeliveryTerm("THD", D("4.99")), DeliveryTerm("PPMR", D(3))),
        "comments": 'Fin de série <& "neuf">\x07',
    }
    return OfferTerms(sku, **{**values, **changes})


SALE = Discount("seasonal", 30, datetime(2027, 1, 13, 7), datetime(2027, 2, 9, 22, 59), D("24.90"))


def test_the_zip_holds_what_the_marketplace_reads():
    data = build_package('Soldes "d\'hiver" & <co>', "CDISFR", [(terms(), SALE), (terms("B & <2>"), None)])
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.namelist() == ["[Content_Types].xml", "_rels/.rels", "Content/Offers.xml"]
    for name in archive.namelist():
        ElementTree.fromstring(archive.read(name))
    root = ElementTree.fromstring(archive.read("Content/Offers.xml"))
    assert root.attrib == {"Name": 'Soldes "d\'hiver" & <co>', "PackageType": "Full", "PurgeAndReplace": "false"}
    first, second = root.iter(f"{{{PIVOT}}}Offer")
    assert first.attrib["Comment"] == 'Fin de série <& "neuf">' and second.attrib["SellerProductId"] == "B & <2>"
    assert (first.attrib["Price"], first.attrib["Vat"], first.attrib["Stock"], first.attrib["EcoPart"]) == (
        "24.90",
        "20",
        "3",
        "0.00",
    )
    assert [mode.attrib["DeliveryMode"] for mode in first.iter(f"{{{PIVOT}}}ShippingInformation")] == ["Tracked"]
    (component,) = root.iter(f"{{{PIVOT}}}DiscountComponent")
    assert component.attrib == {
        "Type": "3",
        "DiscountUnit": "1",
        "DiscountValue": "30",
        "StartDate": "2027-01-13T07:00:00Z",
        "EndDate": "2027-02-09T22:59:00Z",
        "SalesReferencePrice": "24.90",
    }
    assert [pool.attrib for pool in root.iter(f"{{{PIVOT}}}PublicationPool")] == [{"SalesChannelId": "CDISFR"}]


def test_a_package_is_not_empty_and_names_no_offer_twice():
    for offers in ([], [(terms(), None), (terms(), SALE)]):
        with pytest.raises(ValueError, match=r"offers|twice"):
            build_package("x", "CDISFR", offers)


# ------------------------------------------------------------------ the call and its report
def test_the_address_is_sent_bare_and_never_twice(clock):
    app = Stub((201, {"packageId": 17}))
    assert client(app, clock).xml_packages.submit("https://odoo.example/x.zip") == "17"
    assert app.seen[0]["body"] == b'"https://odoo.example/x.zip"'
    for answer in ((502, b"<html>"), (201, {})):
        app = Stub(answer)
        with pytest.raises(OutcomeUnknown):
            client(app, clock).xml_packages.submit("https://odoo.example/x.zip")
        assert len(app.seen) == 1


def row(sku, *errors, status="Integrated"):
    listed = [{"propertyError": error, "propertyCode": prop, "logMessage": "x"} for error, prop in errors]
    return {"sellerProductId": sku, "offerIntegrationStatus": status, "propertyList": listed}


def test_a_report_is_read_page_by_page(clock):
    pages = [
        (200, {"integrationState": "Integrated", "offerLogPagedList": [row("A"), row("B")], "totalLogsCount": 3}),
        (200, {"integrationState": "Integrated", "offerLogPagedList": [row("C", ("26", "20"), status="Rejected")]}),
    ]
    app = Stub(*pages)
    lines = [line for page in client(app, clock).xml_packages.pages("17", 2) for line in page.lines]
    assert [(line.sku, line.integrated) for line in lines] == [("A", True), ("B", True), ("C", False)]
    (reason,) = map(explain_offer, lines[2].reasons)
    assert (reason.code, reason.cause, reason.field) == ("2620", "end_before_start", "promotion")
    assert "limit=2" in app.seen[1]["QUERY_STRING"] and "page=2" in app.seen[1]["QUERY_STRING"]


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Integrated", "integrated"),
        ("IntegrationPending", "waiting"),
        ("Submitted", "waiting"),
        ("Rejected", "refused"),
        ("NotIntegrated", "refused"),
        ("Ausstehend", "waiting"),
        ("", "waiting"),
        (None, "waiting"),
    ],
)
def test_the_state_of_a_report(word, state):
    assert XmlReport.parse({"packageId": 1, "integrationState": word}).state == state


def test_bent_reports_have_no_lines():
    for raw in (None, [], {"offerLogPagedList": None}, {"offerLogPagedList": [None, 5, {}, {"sellerProductId": ""}]}):
        assert XmlReport.parse(raw).lines == ()
