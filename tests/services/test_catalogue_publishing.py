"""The whole road of a package with accidents on it: every offer is published, and once."""

from __future__ import annotations

import pytest
from catalogue_shop import CatalogueShop, line

from services.errors import CdiscountError, Conflict, InvalidRequest, NotFound, OutcomeUnknown
from services.rules import package_flow as flow
from services.rules.package_plan import Wish, missing, plan


@pytest.fixture
def shop(clock):
    return CatalogueShop(clock)


@pytest.fixture
def packages(shop):
    return shop.client.offer_packages


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
            before = self.progress
            try:
                self.step()
            except CdiscountError as error:
                # As the queue does: the step is tried again later. An unsafe call that ends so was not made.
                assert error.kind in ("wait", "reauth"), error
                self.shop.clock.pass_by(30)
                if flow.next_step(before) in ("create", "upload"):
                    self.progress = flow.not_sent(self.progress)
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
                self.shop.clock.pass_by(1)
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


STORM = [
    *("server_error", "bad_gateway_html", "rate_limited", "unavailable_empty", "reset", "token_revoked"),
    *("cut_body", "lost_answer", "lost_answer_500", "lost_answer_502", "invalid_json"),
]


@pytest.mark.parametrize("seed", range(6))
def test_a_storm_of_faults_publishes_every_offer_once(shop, seed):
    requests = [line(f"NEW-{number}", gtin) for number, gtin in enumerate(shop.gtins_to_sell(25))]
    shop.control("faults", {"names": STORM, "rate": 0.25, "seed": seed, "times": None})
    results = Seller(shop, requests, lot=5, crash_at=[3, 5, 8, 13]).run(1000)
    shop.control("faults", method="DELETE")
    assert {sku: line.status for sku, line in results.items()} == {f"NEW-{n}": "Integrated" for n in range(25)}
    assert shop.counters.get("offers_duplicated", 0) == shop.counters.get("offer_duplicates_posted", 0) == 0
    assert all(shop.client.offers.get(f"NEW-{n}") for n in range(25))
    assert sum(shop.counters["faults"].values()) > 5


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
