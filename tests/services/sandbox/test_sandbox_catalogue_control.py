from dataclasses import fields
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from catalogue_client import Shop, line

import sandbox
from sandbox.catalogue_settings import CatalogueSettings
from sandbox.faults.catalogue import OFFER_DEFECTS

LAMP, KETTLE = "3760123450010", "3760123450027"


@pytest.fixture
def shop():
    return Shop(offers=150)


def test_expected_tells_what_an_import_must_end_with(shop):
    rows = shop.offers()
    wanted = shop.control("/offers?rows=full")
    assert wanted["count"] == 150 == wanted["active"] + wanted["inactive"]
    assert wanted["quantity_total"] == sum(row["quantity"] for row in rows)
    assert Decimal(wanted["price_total"]) == sum(row["integrationPrice"]["price"] for row in rows)
    lines = [
        f"{row['sellerExternalReference']};{row['product']['gtin']};{row['integrationPrice']['price']:.2f};{row['quantity']}\n"
        for row in rows
    ]
    assert wanted["digest"] == sha256("".join(lines).encode()).hexdigest()
    assert [row["sku"] for row in wanted["rows"]] == [row["sellerExternalReference"] for row in rows]
    page = shop.control("/offers?rows=page&pageIndex=2&pageSize=100")["rows"]
    assert page == wanted["rows"][100:]
    shop.control("/offers?rows=some", status=400)


def test_expected_follows_what_was_published(shop):
    before = shop.control("/offers")
    shop.publish(line("CSM-0001", LAMP, quantity=1))
    after = shop.control("/offers")
    assert after["quantity_total"] == before["quantity_total"] - 99_999 and after["digest"] != before["digest"]
    assert after["stored"] == 1


def test_an_offer_is_placed_changed_and_taken_away_by_hand(shop):
    gtin = shop.market.shop.shelf.products.goods[200].gtin
    placed = shop.control("/offers", {"sku": "MAIN/1", "gtin": gtin, "price": 15.5, "origin_price": 20, "quantity": 4})
    assert placed["offer"]["integrationPrice"] == {"price": Decimal("15.5"), "originPrice": 20, "currencyCode": "EUR"}
    shop.pass_by(60)
    modes = [{"code": "THD", "cost": 2.5}, {"code": "SHD", "cost": 3, "additionalCost": 0}]
    changed = {"price": 14, "origin_price": None, "quantity": 0, "delivery_modes": modes, "comments": "Neuf"}
    shop.control("/offers/MAIN/1", changed)
    (offer,) = shop.offers("&sellerExternalReferences=MAIN/1")
    assert (offer["integrationPrice"]["price"], offer["integrationPrice"]["originPrice"]) == (14, None)
    assert (offer["offerState"], offer["updatedAt"]) == ("Inactive", "2026-11-23T10:01:00Z")
    assert [mode["cost"] for mode in offer["deliveryOffers"]] == [Decimal("2.5"), 3]
    shop.pass_by(60)
    shop.control("/offers/MAIN/1", {"price": 13, "touch": False})
    assert shop.offer("MAIN/1")["updatedAt"] == "2026-11-23T10:01:00Z"
    shop.control("/offers/MAIN/1", {"updated_at": "2026-01-01T00:00:00Z"})
    assert shop.offer("MAIN/1")["updatedAt"] == "2026-01-01T00:00:00Z"
    shop.control("/offers/MAIN/1", method="DELETE")
    assert shop.offer("MAIN/1") is None
    shop.control("/offers/MAIN/1", {"price": 1}, status=404)


@pytest.mark.parametrize(
    "body, status",
    [
        ({"sku": "CSM-0001", "gtin": LAMP}, 409),
        ({"sku": "X", "gtin": "4006381333931"}, 400),
        ({"sku": "X"}, 400),
        ({"gtin": LAMP}, 400),
        ({"sku": "X", "gtin": LAMP, "prize": 1}, 400),
        ({"sku": "X", "gtin": LAMP, "price": "dear"}, 400),
        ({"sku": "X", "gtin": LAMP, "quantity": "many"}, 400),
        ({"sku": "X", "gtin": LAMP, "delivery_modes": [{"code": "THD"}]}, 400),
    ],
)
def test_a_placement_that_cannot_be_is_refused_and_leaves_nothing(shop, body, status):
    shop.control("/offers", body, status=status)
    assert shop.control("/offers")["count"] == 150


def test_packages_are_moved_on_without_waiting(shop):
    package = shop.open()
    shop.upload(package, line("CSM-0001", LAMP, quantity=9))
    shop.control(f"/offer-packages/{package}", {"to": "Integrated"}, status=409)
    shop.control(f"/offer-packages/{package}", {"to": "idle"})
    assert shop.ready(package).status_code == 204
    shop.control(f"/offer-packages/{package}", {})
    assert shop.state(package) == "IntegrationPending"
    shown = shop.control("/offer-packages/all", {"to": "Integrated"})["packages"]
    assert shop.offer("CSM-0001")["quantity"] == 9
    assert (shown[0]["uploads"], shown[0]["lines"]) == ([1], {"Integrated": 1})
    shop.control(f"/offer-packages/{package}", {"to": "Integrated"}, status=409)
    shop.control("/offer-packages/nope", {}, status=404)
    second = shop.open()
    shop.control(f"/offer-packages/{second}", {"to": "expired"})
    assert shop.get(f"/offer-packages/{second}").status_code == 404


def test_a_package_rejected_as_a_whole_changes_nothing_and_has_no_lines(shop):
    package = shop.open()
    shop.upload(package, line("CSM-0001", LAMP, quantity=9))
    shop.pass_by(3)
    shop.ready(package)
    shop.control(f"/offer-packages/{package}", {"to": "Rejected", "code": "42", "message": "Fichier illisible"})
    document = shop.get(f"/offer-packages/{package}").get_json()
    assert (document["state"], document["result"]) == ("Rejected", {"resultCode": "42", "message": "Fichier illisible"})
    assert shop.results(package) == {} and shop.offer("CSM-0001")["quantity"] == 100_000


def test_a_refusal_on_demand_hits_as_often_as_asked(shop):
    shop.control("/refusals", {"sku": "CSM-0001", "code": "1234", "message": "Parce que", "times": 2})
    request = line("CSM-0001", LAMP)
    assert [shop.codes(request) for _ in range(3)] == [["1234"], ["1234"], ["9000"]]
    shop.control("/refusals", {"sku": "CSM-0002", "code": "77", "times": None})
    assert list(shop.control("/refusals")["refusals"]) == ["CSM-0002"]
    assert shop.control("/refusals", method="DELETE") == {"removed": 1}
    assert shop.codes(line("CSM-0002", KETTLE)) == ["9000"]
    shop.control("/refusals", {"sku": "CSM-0002"}, status=400)


def test_uploads_of_each_package_are_told(shop):
    package = shop.open("Update")
    for size in (100, 100, 7):
        shop.upload(package, *({"sellerExternalReference": f"S-{size}-{n}", "quantity": 1} for n in range(size)))
    assert shop.control("/offer-packages")["packages"][0]["uploads"] == [100, 100, 7]
    counters = shop.counters()
    assert (counters["offer_uploads"], counters["offers_uploaded"], counters["offer_packages_created"]) == (3, 207, 1)


def test_stock_is_shown_for_the_first_sixty_and_what_changed_or_for_what_is_asked(shop):
    assert len(shop.control("/stock")["stock"]) == 60
    shop.control("/stock", {"CSG-000100": 3, "NOBODY": 4})
    stock = shop.control("/stock")["stock"]
    assert (len(stock), stock["CSG-000100"], stock["NOBODY"]) == (62, 3, 4)
    assert list(shop.control("/stock?sku=CSM-0003,GHOST")["stock"]) == ["CSM-0003"]


def test_a_reset_brings_the_first_catalogue_back_or_another_one(shop):
    before = shop.offers()
    shop.control("/offers/CSM-0001", {"price": 1})
    shop.open()
    shop.control("/settings", {"upload_delay": 0})
    shop.control("/reset", {})
    shop.token = None
    assert shop.offers() == before and shop.get("/offer-packages").get_json()["items"] == []
    shop.control("/reset", {"offers": 10})
    shop.token = None
    assert len(shop.offers()) == 10
    shop.control("/reset", {"offers": -1}, status=400)


def test_a_cursor_that_comes_back_never_ends(shop):
    shop.fault("cursor_repeats", times=None)
    rows, pages = shop.walk_cursor("/offers?salesChannelId=CDISFR&limit=50")
    # The client of these tests stops at a cursor it has seen; it got the first page again and again
    assert pages < 5 and len({row["offerId"] for row in rows}) == 50


def test_offers_change_and_arrive_while_pages_are_read(shop):
    shop.pass_by(10)
    shop.fault("offers_change", params={"count": 3})
    shop.fault("offers_arrive", params={"count": 2})
    rows = shop.offers(limit=100)
    assert len(rows) == 152
    changed = shop.skus("&updatedAtMin=2026-11-23T10:00:10Z")
    assert len(changed) == 5 and len([sku for sku in changed if sku.startswith("BO-")]) == 2


@pytest.mark.parametrize("defect", list(OFFER_DEFECTS))
def test_one_offer_of_a_page_is_bent_and_whole_at_the_next_reading(shop, defect):
    good = shop.offers()
    shop.fault("malformed_offer", params={"defect": defect, "index": 3})
    bent = shop.offers()
    assert [place for place in range(150) if bent[place] != good[place]] == [3]
    assert shop.offers() == good


def test_faults_of_packages_wait_for_their_own_calls(shop):
    shop.fault("offer_lines_refused", seed=3, params={"share": 0.5, "code": "2128"})
    shop.fault("offer_package_stuck")
    package = shop.open("Update")
    shop.upload(package, *({"sellerExternalReference": f"CSM-{n:04d}", "quantity": 1} for n in range(1, 41)))
    shop.pass_by(3)
    shop.ready(package)
    shop.pass_by(86_400)
    assert shop.state(package) == "Ready"
    shop.control(f"/offer-packages/{package}", {"to": "Integrated"})
    codes = [codes[0] for _, codes in shop.results(package).values()]
    assert 8 < codes.count("2128") < 32 and set(codes) == {"2128", "9000"}
    shop.fault("offer_package_refused", params={"message": "Non"})
    second = shop.open("Update")
    shop.upload(second, {"sellerExternalReference": "CSM-0050", "quantity": 1})
    shop.pass_by(3)
    shop.ready(second)
    shop.pass_by(60)
    assert shop.state(second) == "Rejected" and shop.offer("CSM-0050")["quantity"] == 100_000


def test_a_report_can_stay_empty_for_one_call(shop):
    package = shop.submit(*shop.sheets(2))
    shop.pass_by(200)
    shop.fault("product_report_empty")
    assert [len(shop.report(package)) for _ in range(2)] == [0, 2]
    shop.control("/faults", {"name": "malformed_offer", "params": {"defect": "lines_null"}}, status=400)


def test_the_readme_names_every_switch_and_every_defect():
    text = (Path(sandbox.__file__).parent / "README.md").read_text(encoding="utf-8")
    for name in (*(switch.name for switch in fields(CatalogueSettings)), *OFFER_DEFECTS):
        assert f"`{name}" in text, name
