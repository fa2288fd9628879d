"""Product sheets and their report: nothing is lost, nothing is taken for refused that is only late."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from catalogue_shop import CatalogueShop

from services.errors import InvalidRequest, OutcomeUnknown
from services.payloads.package_result import Said, SheetReport
from services.rules.product_preflight import check_product
from services.rules.product_report import judge, newest_rows, verdict_of
from services.rules.product_sheet import Picture, Sheet, sheet_request
from services.rules.quota import room

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


@pytest.fixture
def shop(clock):
    return CatalogueShop(clock)


@pytest.fixture
def packages(shop):
    return shop.client.product_packages


def judged(shop, sheets, package_id, sent_at):
    rows = shop.client.product_packages.report(package_id)
    return judge([sheet["gtin"] for sheet in sheets], rows, package_id, sent_at, shop.clock.now())


def test_a_sheet_goes_from_silence_over_progress_to_a_product(shop, packages):
    sheets = shop.new_sheets(3)
    sent_at = shop.clock.now()
    package_id = packages.submit(sheets)
    assert packages.report(package_id) == ()
    view = judged(shop, sheets, package_id, sent_at)
    assert len(view.silent) == 3 and not view.expired and not view.is_over
    shop.clock.pass_by(61)
    view = judged(shop, sheets, package_id, sent_at)
    assert {one.verdict for one in view.sheets.values()} == {"in_progress"} and not view.is_over
    shop.clock.pass_by(130)
    view = judged(shop, sheets, package_id, sent_at)
    assert view.is_over and {one.verdict for one in view.sheets.values()} == {"live"}
    for sheet in sheets:
        assert shop.client.products.find(sheet["gtin"]).reference == view.sheets[sheet["gtin"]].product_reference


def test_a_report_that_is_no_longer_kept_is_over_but_says_nothing(shop, packages):
    sheets, sent_at = shop.new_sheets(1), shop.clock.now()
    package_id = packages.submit(sheets)
    shop.clock.pass_by(4 * 24 * 3600)
    view = judged(shop, sheets, package_id, sent_at)
    assert view.silent and view.expired and view.is_over


@pytest.mark.parametrize("mode", ["no_page_size", "pages", "capped"])
def test_a_report_is_read_whole_as_far_as_the_service_lets_us(shop, packages, mode):
    shop.settings(report_paging=mode, product_quota=1000)
    package_id = packages.submit(shop.new_sheets(60))
    shop.clock.pass_by(61)
    calls = len(shop.traces)
    rows = packages.report(package_id)
    assert len(rows) == len({row.gtin for row in rows}) == (25 if mode == "capped" else 60)
    assert len(shop.traces) - calls <= 4


def test_an_empty_report_is_no_refusal(shop, packages):
    sheets, sent_at = shop.new_sheets(1), shop.clock.now()
    package_id = packages.submit(sheets)
    shop.clock.pass_by(61)
    shop.fault("product_report_empty")
    assert judged(shop, sheets, package_id, sent_at).silent
    assert not judged(shop, sheets, package_id, sent_at).silent


def test_refusals_of_a_sheet_are_told_with_their_field(shop, packages):
    (sheet,) = shop.new_sheets(1)
    sheet["attributes"] = []
    package_id = packages.submit([{**sheet, "brand": "Nobody Knows It"}])
    shop.clock.pass_by(61)
    (row,) = packages.report(package_id)
    assert row.status == "Refused" and verdict_of(row).verdict == "refused"
    assert {"IncorrectValue", "ER400-6067"} <= {said.code for said in row.errors}
    assert all(said.field and said.message for said in row.errors)


def test_more_new_sheets_than_the_quota_are_sent_again_when_there_is_room(shop, packages):
    sheets, sent_at = shop.new_sheets(30), shop.clock.now()
    package_id = packages.submit(sheets)
    shop.clock.pass_by(61)
    view = judged(shop, sheets, package_id, sent_at)
    late = [sheet for sheet in sheets if view.sheets[sheet["gtin"]].verdict == "quota"]
    assert len(late) == 5
    left = room([(sent_at, 30)], shop.clock.now(), exceeded_at=sent_at)
    assert left.now == 0 and left.wait_seconds(shop.clock.now()) > 3000
    shop.clock.pass_by(left.wait_seconds(shop.clock.now()))
    assert room([(sent_at, 30)], shop.clock.now(), exceeded_at=sent_at).now == 25
    again, at = packages.submit(late), shop.clock.now()
    shop.clock.pass_by(61)
    assert {one.verdict for one in judged(shop, late, again, at).sheets.values()} == {"in_progress"}


@pytest.mark.parametrize("answer", ["body", "header"])
def test_the_id_of_a_package_is_found_wherever_it_is(shop, packages, answer):
    shop.settings(product_answer=answer)
    package_id = packages.submit(shop.new_sheets(1))
    shop.clock.pass_by(61)
    assert packages.report(package_id)[0].package_id == package_id


@pytest.mark.parametrize("fault", ["lost_answer", "lost_answer_500", "cut_body"])
def test_an_answer_lost_after_the_effect_is_found_in_the_report(shop, packages, fault):
    shop.fault(fault, method="POST", path="/products-integration")
    sheets, sent_at = shop.new_sheets(2), shop.clock.now()
    gtins = [sheet["gtin"] for sheet in sheets]
    with pytest.raises(OutcomeUnknown):
        packages.submit(sheets)
    assert packages.find_package(gtins, sent_at) == ""
    shop.clock.pass_by(61)
    package_id = packages.find_package(gtins, sent_at)
    assert len(packages.report(package_id)) == 2
    assert packages.find_package(gtins, sent_at + timedelta(hours=1)) == ""
    assert shop.counters.get("product_sheets_posted_twice", 0) == 0


def test_sheets_that_make_no_package_are_not_sent(shop, packages):
    (sheet,) = shop.new_sheets(1)
    for wrong in ([], [sheet, {**sheet, "gtin": int(sheet["gtin"])}], [{"gtin": sheet["gtin"]}]):
        with pytest.raises(InvalidRequest):
            packages.submit(wrong)
    assert shop.counters.get("product_sheets_posted", 0) == 0


@pytest.mark.parametrize("gtin_as", ["text", "number"])
def test_what_passes_the_preflight_is_taken_as_it_is_sent(shop, packages, gtin_as):
    shop.settings(product_gtin=gtin_as, product_quota=1000)
    brands = {brand.label.casefold() for page in shop.client.categories.brand_pages() for brand in page}
    made = {}
    for raw in shop.new_sheets(12):
        category = shop.client.categories.get(raw["categoryCode"])
        properties = shop.client.categories.properties(raw["categoryCode"])
        sheet = sheet_of(raw)
        found = check_product(sheet, category, properties, lambda one: one.casefold() in brands, local_pictures=True)
        assert found.ready, found.problems
        body = sheet_request(sheet, properties, gtin_as)
        assert {name: value for name, value in body.items() if name != "gtin"} == {
            name: value for name, value in raw.items() if name != "gtin"
        }
        made[body["sellerProductReference"]] = body
    package_id = packages.submit(list(made.values()))
    shop.clock.pass_by(61)
    assert {row.status for row in packages.report(package_id)} == {"Validated"}


BENT = {
    "gtin_check_digit": lambda sheet: replace(sheet, gtin=sheet.gtin[:-1] + str((int(sheet.gtin[-1]) + 1) % 10)),
    "gtin_missing": lambda sheet: replace(sheet, gtin=""),
    "title_too_long": lambda sheet: replace(sheet, title="Lampe " * 22 + "!"),
    "description_too_long": lambda sheet: replace(sheet, description="x" * 2001),
    "description_markup": lambda sheet: replace(sheet, description="Une <b>lampe</b>."),
    "description_missing": lambda sheet: replace(sheet, description=" "),
    "rich_description_too_long": lambda sheet: replace(sheet, rich_description="x" * 5001),
    "brand_unknown": lambda sheet: replace(sheet, brand="Nobody Knows It"),
    "category_missing": lambda sheet: replace(sheet, category=""),
    "category_unknown": lambda sheet: replace(sheet, category="ZZZZZZ"),
    "picture_missing": lambda sheet: replace(sheet, pictures=()),
    "picture_address": lambda sheet: replace(sheet, pictures=(Picture("lamp.png"),)),
    "attribute_missing": lambda sheet: replace(sheet, attributes=()),
    "attribute_value": lambda sheet: replace(sheet, attributes=(("37002", ("Invisible",)), *sheet.attributes[1:])),
    "variant_group_missing": lambda sheet: replace(sheet, variant_group=""),
}


def test_what_blocks_in_the_preflight_is_what_the_marketplace_refuses(shop, packages):
    brands = {brand.label.casefold() for page in shop.client.categories.brand_pages() for brand in page}
    raws = shop.new_sheets(len(BENT), "&variant=true")
    bodies = {}
    for raw, (code, bend) in zip(raws, BENT.items(), strict=True):
        properties = shop.client.categories.properties(raw["categoryCode"])
        category = shop.client.categories.get(raw["categoryCode"])
        bent = bend(sheet_of(raw))
        known = category if bent.category == category.reference else None
        found = check_product(bent, known, properties, lambda one: one.casefold() in brands, local_pictures=True)
        assert code in {problem.code for problem in found.blocking}
        assert not found.ready and found.score < 100
        bodies[code] = sheet_request(bent, properties)
    for code, body in bodies.items():
        package_id = packages.submit([body])
        shop.clock.pass_by(61)
        (row,) = packages.report(package_id) or [None]
        assert row and row.status == "Refused", code


def sheet_of(raw):
    return Sheet(
        sku=raw["sellerProductReference"],
        gtin=raw["gtin"],
        title=raw["title"],
        description=raw["description"],
        rich_description=raw.get("richMarketingDescription", ""),
        brand=raw["brand"],
        category=raw["categoryCode"],
        variant_group=raw.get("variantGroupReference", ""),
        pictures=tuple(Picture(row["url"]) for row in raw["sellerPictureUrls"]),
        attributes=tuple((row["propertyReference"], tuple(row["values"])) for row in raw["attributes"]),
    )


# ---------------------------------------------------------------- judging rows


def row(gtin="3760123450010", package="P1", status="Integrated", at=NOON, **more):
    return SheetReport(gtin=gtin, package_id=package, status=status, submitted_at=at, **more)


def test_rows_of_older_packages_do_not_count():
    old = row(package="P0", status="Refused", at=NOON - timedelta(days=1))
    new = row(package="P1", status="Validated")
    assert newest_rows([new, old]) == newest_rows([old, new]) == {"03760123450010": new}
    view = judge(["3760123450010"], [old], "P1", NOON, NOON)
    assert view.silent == ("3760123450010",)


def test_the_asked_package_counts_even_when_a_later_one_exists():
    asked, later = row(package="P1", status="Refused"), row(package="P2", at=NOON + timedelta(hours=1))
    assert newest_rows([asked, later], "P1")["03760123450010"] is asked
    assert newest_rows([asked, later])["03760123450010"] is later


def test_a_gtin_that_lost_its_zeros_is_still_the_same_product():
    raw = {"gtin": 12345678905, "status": "Integrated", "packageId": "P1"}
    view = judge(["0012345678905"], [SheetReport.parse(raw)], "P1", NOON, NOON)
    assert view.sheets["0012345678905"].verdict == "live" and view.is_over


@pytest.mark.parametrize(
    ("status", "codes", "verdict"),
    [
        ("Integrated", (), "live"),
        ("Validated", (), "in_progress"),
        ("Pondering", (), "in_progress"),
        ("", (), "in_progress"),
        ("Refused", ("MissingField",), "refused"),
        ("refused", (), "refused"),
        ("Refused", ("QuotaExceeded",), "quota"),
    ],
)
def test_a_status_means_what_a_seller_needs_to_know(status, codes, verdict):
    assert verdict_of(row(status=status, errors=tuple(map(Said, codes)))).verdict == verdict


def test_the_room_for_new_sheets_counts_the_last_hour():
    assert room([], NOON).now == 25 and room([], NOON).wait_seconds(NOON) == 0
    used = [(NOON - timedelta(minutes=50), 20), (NOON - timedelta(minutes=10), 5), (NOON - timedelta(hours=2), 25)]
    left = room(used, NOON)
    assert left.now == 0 and left.wait_seconds(NOON) == 11 * 60
    assert room(used, NOON + timedelta(minutes=11)).now == 20
    assert room(used[1:], NOON).now == 20
    told = room([(NOON - timedelta(minutes=30), 3)], NOON, exceeded_at=NOON - timedelta(minutes=30))
    assert told.now == 0 and told.wait_seconds(NOON) == 31 * 60
