"""Offers are published once, whatever is lost on the way."""

from __future__ import annotations

import pytest
from catalogue_shop import CatalogueShop, line

from services.errors import Conflict, InvalidRequest, NotFound, OutcomeUnknown
from services.payloads.package_result import OfferPackage
from services.resources.package_id import package_id_of
from services.rules import package_flow as flow
from services.rules.package_plan import Wish, missing, plan
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


# ---------------------------------------------------------------- the whole road, with accidents on it


class Crash(Exception):
    """The process dies here; what is stored stays."""


class Seller:
    """Publishes as the models will: stores its intent before each call, follows ``next_step``; may die anywhere.

    ``crash_at`` numbers the points between a call and the storing of its outcome.
    """

    def __init__(self, shop, requests, package_type="Upsert", lot=2, crash_at=()):
        self.shop = shop
        self.api = shop.client.offer_packages
        self.type = package_type
        self.plans = list(plan([Wish("CDISFR", package_type, request) for request in requests], upload=lot))
        self.crash_at = set(crash_at)
        self.point = 0
        self.results = {}
        self.ids = set()
        self.progress = None
        self.submit_refused = 0

    def die_here(self):
        self.point += 1
        if self.point in self.crash_at:
            raise Crash

    def run(self, steps=200):
        for _ in range(steps):
            if not self.plans:
                return self.results
            if self.progress is None:
                self.progress = flow.Progress(lots=len(self.plans[0].lots))
            try:
                self.step()
            except Crash:
                # A new process finds what was stored.
                if self.progress.posting:
                    self.progress = flow.doubtful(self.progress)
        raise AssertionError(f"no end: {self.progress}")

    def step(self):
        progress, current = self.progress, self.plans[0]
        step = flow.next_step(progress)
        if step == "create":
            self.progress = flow.replace(progress, creating=True)
            try:
                package_id = self.api.create(self.type)
            except (OutcomeUnknown, Conflict):
                return
            self.die_here()
            self.know(flow.created(progress, package_id))
        elif step == "find":
            known = tuple(package.package_id for package in self.api.find_open(self.type))
            self.know(flow.found(progress, known, frozenset(self.ids)))
        elif step == "upload":
            self.progress = flow.replace(progress, posting=True)
            try:
                self.api.upload(progress.package_id, current.lots[progress.sent])
            except OutcomeUnknown:
                self.progress = flow.doubtful(progress)
                return
            self.die_here()
            self.progress = flow.uploaded(progress)
        elif step == "look":
            self.progress = flow.seen(progress, self.api.get(progress.package_id))
            self.shop.clock.pass_by(2)
        elif step == "submit":
            try:
                package = self.api.submit(progress.package_id)
            except InvalidRequest:
                self.submit_refused += 1
                self.progress = flow.not_submittable(progress)
                return
            self.die_here()
            self.progress = flow.seen(progress, package)
        elif step == "wait":
            self.shop.clock.pass_by(30)
            self.progress = flow.seen(progress, self.api.get(progress.package_id))
        elif step == "results":
            lines = [line for page in self.api.results(progress.package_id) for line in page.items]
            self.die_here()
            self.results.update((line.sku, line) for line in lines)
            self.again(missing(current.skus, self.results))
        elif step == "empty":
            package_id = progress.package_id
            self.again(current.skus)
            self.progress = flow.created(flow.Progress(lots=len(self.plans[0].lots)), package_id)
        else:
            raise AssertionError(step)

    def know(self, progress):
        self.ids.add(progress.package_id)
        self.progress = progress

    def again(self, skus):
        """The next package: what of this one has no answer."""
        current = self.plans.pop(0)
        rest = [request for lot in current.lots for request in lot if request["sellerExternalReference"] in set(skus)]
        self.plans[:0] = plan([Wish("CDISFR", self.type, request) for request in rest], upload=2)
        self.progress = None


def five(shop):
    return [line(f"NEW-{number}", gtin) for number, gtin in enumerate(shop.gtins_to_sell(5))]


def assert_published_once(shop, results):
    assert {sku: line.status for sku, line in results.items()} == {f"NEW-{n}": "Integrated" for n in range(5)}
    assert shop.counters.get("offer_duplicates_posted", 0) == 0
    assert shop.counters.get("offers_duplicated", 0) == 0
    assert all(shop.client.offers.get(f"NEW-{n}") for n in range(5))


def test_offers_are_published_when_nothing_goes_wrong(shop):
    seller = Seller(shop, five(shop))
    assert_published_once(shop, seller.run())
    assert shop.counters["offer_packages_created"] == 1
    assert shop.counters["offer_uploads"] == 3
    assert shop.counters.get("offer_ready_too_early", 0) == 0
    assert shop.counters.get("offer_results_asked_early", 0) == 0


@pytest.mark.parametrize("point", range(1, 8))
def test_a_crash_after_any_call_publishes_every_offer_once(shop, point):
    seller = Seller(shop, five(shop), crash_at=[point])
    assert_published_once(shop, seller.run())
    assert seller.point >= min(point, 6)


@pytest.mark.parametrize("fault", ["lost_answer", "lost_answer_500", "lost_answer_502", "cut_body", "reset"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/offer-packages"),
        ("POST", "/offer-packages/*/offer-requests"),
        ("PATCH", "/offer-packages/*"),
        ("GET", "/offer-packages/*"),
    ],
)
def test_an_answer_lost_after_the_effect_publishes_every_offer_once(shop, fault, method, path):
    shop.fault(fault, method=method, path=path)
    assert_published_once(shop, Seller(shop, five(shop)).run())
    assert shop.counters.get("offer_uploads_posted_twice", 0) == 0


def test_an_upload_that_was_lost_without_effect_leaves_a_package_that_is_used(shop):
    shop.fault("reset", method="POST", path="/offer-packages/*/offer-requests")
    seller = Seller(shop, five(shop)[:2])
    results = seller.run()
    assert {line.status for line in results.values()} == {"Integrated"}
    assert seller.submit_refused == 1
    assert shop.counters["offer_packages_created"] == 1


def test_a_package_that_stands_in_the_way_is_submitted_as_it_is(shop, packages):
    requests = five(shop)
    stranger = packages.create("Upsert")
    packages.upload(stranger, requests[:1])
    with pytest.raises(Conflict):
        packages.create("Upsert")
    progress = flow.adopted(stranger)
    for _ in range(20):
        step = flow.next_step(progress)
        if step == "results":
            break
        assert step in ("look", "submit", "wait")
        call = packages.submit if step == "submit" else packages.get
        progress = flow.seen(progress, call(stranger))
        shop.clock.pass_by(10)
    assert [line.sku for page in packages.results(stranger) for line in page.items] == ["NEW-0"]
    assert_published_once(shop, Seller(shop, requests).run())


def test_a_package_that_expired_is_known_to_be_lost(shop, packages):
    package_id = packages.create("Upsert")
    shop.clock.pass_by(7 * 3600)
    with pytest.raises(NotFound):
        packages.get(package_id)
    assert flow.gone(flow.Progress(package_id=package_id)) == "lost"
    assert flow.gone(flow.Progress(package_id=package_id, submitted=True)) == "results"
    assert packages.find_open("Upsert") == ()
