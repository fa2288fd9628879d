"""Offers are published once, whatever is lost on the way."""

from __future__ import annotations

import pytest
from catalogue_shop import CatalogueShop, line

from services.errors import Conflict, InvalidRequest, NotFound, OutcomeUnknown
from services.payloads.package_result import OfferPackage
from services.resources.package_id import package_id_of
from services.wire import Response


@pytest.fixture
def shop(clock):
    return CatalogueShop(clock)


@pytest.fixture
def packages(shop):
    return shop.client.offer_packages


def test_offers_are_created_changed_and_deleted(shop):
    first, second = shop.gtins_to_sell(2)
    results = shop.publish([line("NEW-1", first), line("NEW-2", second)])
    assert all(result.is_integrated for result in results.values())
    assert shop.client.offers.get("NEW-1").quantity == 12
    shop.publish([{"sellerExternalReference": "NEW-1", "quantity": 3}], "Update")
    assert shop.client.offers.get("NEW-1").quantity == 3
    shop.publish([{"sellerExternalReference": "NEW-2"}], "Delete")
    assert shop.client.offers.get("NEW-2") is None


@pytest.mark.parametrize("how", ["plural", "relative", "path", "url"])
def test_the_id_of_a_package_is_found_however_it_is_told(shop, packages, how):
    shop.settings(package_location=how)
    package_id = packages.create("Upsert")
    assert packages.get(package_id).phase == "open"
    assert [package.package_id for package in packages.find_open("Upsert")] == [package_id]


@pytest.mark.parametrize(
    ("headers", "body", "found"),
    [
        ({"Content-Location": "offers-packages/7f0c"}, b"", "7f0c"),
        ({"Content-Location": "/v1/offer-packages/7f0c/"}, b"", "7f0c"),
        ({"Content-Location": "https://h/seller/v2/offer-packages/7f0c?x=1"}, b"", "7f0c"),
        ({"Content-Location": "7f0c"}, b"", "7f0c"),
        ({"Content-Location": "https://h/seller/v2"}, b"", ""),
        ({"Content-Location": "/offer-packages"}, b'{"packageId": "9a"}', "9a"),
        ({"Location": "offer-packages/8d"}, b"", "8d"),
        ({}, b'{"data": {"id": 77}}', "77"),
        ({}, b'"6d3f-1"', "6d3f-1"),
        ({}, b'{"packageId": "Accepted"}', ""),
        ({}, b"Accepted", ""),
        ({}, b"", ""),
        ({"Content-Location": "http://[/1"}, b"null", ""),
    ],
)
def test_an_id_is_told_from_a_word(headers, body, found):
    assert package_id_of(Response(201, headers, body), "Content-Location", "Location") == found


def test_one_package_of_a_channel_and_type_is_open_at_a_time(packages):
    first = packages.create("Upsert")
    with pytest.raises(Conflict):
        packages.create("Upsert")
    other = packages.create("Update")
    assert [package.package_id for package in packages.find_open("Upsert")] == [first]
    assert [package.package_id for package in packages.find_open("Update")] == [other]
    assert packages.find_open("Delete") == ()
    with pytest.raises(InvalidRequest):
        packages.create("upsert")


def test_a_package_that_takes_in_an_upload_is_found_as_open(shop, packages):
    package_id = packages.create("Upsert")
    packages.upload(package_id, [line("NEW-1", *shop.gtins_to_sell(1))])
    assert packages.get(package_id).phase == "busy"
    assert [package.package_id for package in packages.find_open("Upsert")] == [package_id]
    assert packages.submit(package_id).phase == "busy"
    shop.clock.pass_by(3)
    assert packages.submit(package_id).is_submitted
    assert packages.find_open("Upsert") == ()
    assert shop.counters["offer_ready_too_early"] == 1


@pytest.mark.parametrize("fault", ["lost_answer", "lost_answer_500", "cut_body"])
def test_a_package_whose_answer_was_lost_is_not_asked_for_twice(shop, packages, fault):
    shop.settings(one_open_package=False)
    shop.fault(fault, method="POST", path="/offer-packages")
    with pytest.raises(OutcomeUnknown):
        packages.create("Upsert")
    assert shop.counters["offer_packages_created"] == len(packages.find_open("Upsert")) == 1


def test_an_upload_that_would_be_refused_is_not_sent(shop, packages):
    package_id = packages.create("Upsert")
    for wrong in (
        [],
        [line(f"S{number}") for number in range(101)],
        [line("S1"), line("S2"), line("S1")],
        [{"quantity": 1}],
    ):
        with pytest.raises(InvalidRequest):
            packages.upload(package_id, wrong)
    assert "offer_uploads" not in shop.counters or shop.counters["offer_uploads"] == 0


def test_results_that_are_asked_for_too_early_are_no_error(shop, packages):
    package_id = packages.create("Upsert")
    assert packages.results(package_id) is None
    packages.upload(package_id, [line("NEW-1", *shop.gtins_to_sell(1))])
    shop.clock.pass_by(3)
    packages.submit(package_id)
    assert packages.results(package_id) is None and packages.result_page(package_id) is None
    shop.clock.pass_by(60)
    assert packages.get(package_id).phase == "integrated"
    assert [result.sku for page in packages.results(package_id) for result in page.items] == ["NEW-1"]
    assert packages.result_page(package_id).items[0].is_integrated
    with pytest.raises(InvalidRequest):
        packages.results(package_id, cursor="nonsense")
    shop.clock.pass_by(4 * 24 * 3600)
    with pytest.raises(NotFound):
        packages.results(package_id)


def test_refused_lines_in_an_integrated_package_are_told_apart(shop):
    good, bad = shop.gtins_to_sell(2)
    results = shop.publish(
        [line("GOOD", good), line("BAD", bad, preparationTime="2 days"), line("NO", "3700000000013")]
    )
    assert [results[sku].status for sku in ("GOOD", "BAD", "NO")] == ["Integrated", "Rejected", "Rejected"]
    assert [said.code for said in results["BAD"].results] == ["1109"]
    assert results["NO"].results[0].message == "Le produit n'existe pas"


def test_a_package_refused_as_a_whole_says_why(shop, packages):
    shop.fault("offer_package_refused", params={"code": "21", "message": "Erreur d'intégration"})
    package_id = packages.create("Upsert")
    packages.upload(package_id, [line("NEW-1", *shop.gtins_to_sell(1))])
    shop.clock.pass_by(3)
    packages.submit(package_id)
    shop.clock.pass_by(60)
    package = packages.get(package_id)
    assert (package.phase, package.code, package.message) == ("rejected", "21", "Erreur d'intégration")
    assert [line for page in packages.results(package_id) for line in page.items] == []


def test_submitting_twice_and_losing_the_answer_does_no_harm(shop, packages):
    package_id = packages.create("Upsert")
    packages.upload(package_id, [line("NEW-1", *shop.gtins_to_sell(1))])
    shop.clock.pass_by(3)
    shop.fault("lost_answer_500", method="PATCH", path="/offer-packages/*")
    assert packages.submit(package_id).phase == "moving"
    assert packages.submit(package_id).phase == "moving"
    with pytest.raises(InvalidRequest):
        packages.submit(packages.create("Upsert"))


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        ("WaitingForCompletion", "open"),
        ("waiting_for_completion", "open"),
        ("UploadInProgress", "busy"),
        ("", "busy"),
        ("Ready", "moving"),
        ("IntegrationPending", "moving"),
        ("Integrated", "integrated"),
        ("Rejected", "rejected"),
    ],
)
def test_a_state_nobody_documented_is_waited_for(state, phase):
    assert OfferPackage.parse({"packageId": "1", "state": state}).phase == phase


def test_the_channel_of_a_package_goes_into_its_header(clock):
    shop = CatalogueShop(clock, channels={"DARTY": 0.1})
    packages = shop.client.offer_packages
    here, there = packages.create("Upsert"), packages.create("Upsert", "DARTY")
    assert [package.package_id for package in packages.find_open("Upsert", "DARTY")] == [there]
    assert [package.package_id for package in packages.find_open("Upsert")] == [here]
