import pytest
from catalogue_client import CHANNEL, Shop, line

LAMP, KETTLE = "3760123450010", "3760123450027"


@pytest.fixture
def shop():
    return Shop()


@pytest.fixture
def others(shop):
    """GTINs of products the shop does not sell yet."""
    goods = shop.market.shop.shelf.products.goods
    return [goods[index].gtin for index in range(60, 260) if goods[index].weight <= 30_000]


@pytest.mark.parametrize("base", ["/v1", "/seller/v2"])
@pytest.mark.parametrize("key", ["packageType", "PackageType"])
def test_a_package_is_created_with_nothing_but_a_header(shop, base, key):
    answer = shop.post("/offer-packages", {key: "Upsert"}, headers=CHANNEL, base=base)
    assert (answer.status_code, answer.data) == (201, b"")
    assert "Location" not in answer.headers and "Content-Type" not in answer.headers
    package = answer.headers["Content-Location"].removeprefix("offers-packages/")
    assert shop.get(f"/offer-packages/{package}").get_json() == {
        "packageId": package,
        "type": "Upsert",
        "state": "WaitingForCompletion",
    }


@pytest.mark.parametrize(
    "how, start",
    [("relative", "offer-packages/"), ("path", "/v1/offer-packages/"), ("url", "http://localhost/v1/offer-")],
)
def test_the_id_can_be_told_in_other_ways(shop, how, start):
    shop.control("/settings", {"package_location": how})
    answer = shop.post("/offer-packages", {"packageType": "Delete"}, headers=CHANNEL)
    location = answer.headers["Content-Location"]
    assert location.startswith(start)
    assert shop.state(location.rsplit("/", 1)[1]) == "WaitingForCompletion"


def test_a_package_needs_a_channel_and_a_type_spelled_right(shop):
    answer = shop.post("/offer-packages", {"packageType": "Upsert"})
    assert answer.status_code == 400 and "SalesChannelId" in answer.get_json()["errors"]
    for body in ({"packageType": "upsert"}, {}, [], {"packageType": None}):
        assert shop.post("/offer-packages", body, headers=CHANNEL).status_code == 400
    elsewhere = shop.post("/offer-packages", {"packageType": "Upsert"}, headers={"SalesChannelId": "SCID77"})
    assert elsewhere.status_code == 400
    assert shop.get("/offer-packages").get_json()["items"] == []


def test_the_whole_life_of_a_package(shop, others):
    package = shop.open()
    assert shop.upload(package, line("NEW-1", others[0]), line("CSM-0001", LAMP, quantity=3)).status_code == 201
    assert shop.state(package) not in ("WaitingForCompletion", "Ready")
    assert shop.ready(package).status_code == 400
    shop.pass_by(2)
    assert shop.state(package) == "WaitingForCompletion"
    assert shop.get(f"/offer-packages/{package}/offer-requests-results").status_code == 400
    answer = shop.ready(package)
    assert (answer.status_code, answer.data) == (204, b"")
    assert shop.state(package) == "Ready"
    shop.pass_by(5)
    assert shop.state(package) == "IntegrationPending"
    early = shop.get(f"/offer-packages/{package}/offer-requests-results")
    assert early.status_code == 400 and "results failed" in early.get_json()["title"]
    assert shop.offer("NEW-1") is None and shop.offer("CSM-0001")["quantity"] == 100_000
    shop.pass_by(20)
    assert shop.state(package) == "Integrated"
    assert shop.results(package) == {"NEW-1": ("Integrated", ["8000"]), "CSM-0001": ("Integrated", ["9000"])}
    assert shop.offer("NEW-1")["offerState"] == "Active" and shop.offer("CSM-0001")["quantity"] == 3
    counters = shop.counters()
    assert (counters["offer_ready_too_early"], counters["offer_results_asked_early"]) == (1, 2)
    assert (counters["offer_uploads"], counters["offers_uploaded"], counters["offers_integrated"]) == (1, 2, 2)


def test_a_quantity_is_shown_once_it_is_integrated_though_nobody_has_called_since(shop):
    shop.control("/settings", {"upload_delay": 0, "ready_delay": 0, "integration_delay": 0})
    package = shop.open("Update")
    shop.upload(package, {"sellerExternalReference": "CSM-0001", "quantity": 3})
    assert shop.control("/stock?sku=CSM-0001")["stock"] == {"CSM-0001": 100_000}, "not set ready yet"
    shop.ready(package)
    assert shop.control("/stock?sku=CSM-0001")["stock"] == {"CSM-0001": 3}


def test_a_package_is_integrated_while_single_lines_are_refused(shop):
    results = shop.publish(
        line("CSM-0001", LAMP), line("GHOST", "4006381333931"), line("CSM-0002", KETTLE, quantity=-1)
    )
    assert results == {
        "CSM-0001": ("Integrated", ["9000"]),
        "GHOST": ("Rejected", ["1324"]),
        "CSM-0002": ("Rejected", ["1705"]),
    }
    (package,) = shop.get("/offer-packages").get_json()["items"]
    assert (package["state"], package["result"]) == ("Integrated", {"resultCode": 0, "message": ""})
    assert shop.offer("CSM-0002")["quantity"] == 100_000


def test_a_reference_twice_in_a_package_refuses_both_even_over_two_uploads(shop):
    package = shop.open()
    shop.upload(package, line("CSM-0001", LAMP, quantity=1), line("CSM-0002", KETTLE, quantity=1))
    shop.upload(package, line("CSM-0001", LAMP, quantity=2))
    shop.pass_by(3)
    shop.ready(package)
    shop.pass_by(60)
    rows = shop.get(f"/offer-packages/{package}/offer-requests-results").get_json()["items"]
    assert [(row["sellerExternalReference"], row["integrationStatus"]) for row in rows] == [
        ("CSM-0001", "Duplicated"),
        ("CSM-0002", "Integrated"),
        ("CSM-0001", "Duplicated"),
    ]
    assert [shop.offer(sku)["quantity"] for sku in ("CSM-0001", "CSM-0002")] == [100_000, 1]
    assert shop.counters()["offer_duplicates_posted"] == 1


@pytest.mark.parametrize(
    "body",
    [
        [],
        [line(f"S-{n}", LAMP) for n in range(101)],
        line("CSM-0001", LAMP),
        [line("CSM-0001", LAMP), None],
        [line("", LAMP)],
        [line(None, LAMP)],
        [{**line("x", LAMP), "sellerExternalReference": 5}],
    ],
)
def test_an_upload_out_of_shape_is_refused_as_a_whole_and_leaves_the_package_open(shop, body):
    package = shop.open()
    assert shop.post(f"/offer-packages/{package}/offer-requests", body).status_code == 400
    assert shop.state(package) == "WaitingForCompletion"
    assert shop.control("/offer-packages")["packages"][0]["offers"] == 0
    assert shop.ready(package).status_code == 400  # nothing in it


def test_a_package_set_ready_takes_no_more_and_is_not_set_ready_twice(shop):
    package = shop.open()
    shop.upload(package, line("CSM-0001", LAMP))
    shop.pass_by(3)
    assert shop.ready(package, "Done").status_code == 400
    assert shop.ready(package).status_code == 204
    assert shop.ready(package).status_code == 409
    assert shop.upload(package, line("CSM-0002", KETTLE)).status_code == 409
    assert shop.counters()["offer_packages_ready_twice"] == 1


def test_one_package_is_open_per_channel_and_type():
    shop = Shop(channels={"SCID01": 0.1})
    first = shop.open("Upsert")
    refused = shop.post("/offer-packages", {"packageType": "Upsert"}, headers=CHANNEL)
    assert refused.status_code == 409 and "Content-Location" not in refused.headers
    shop.open("Update"), shop.open("Upsert", channel="SCID01")
    shop.upload(first, line("CSM-0001", LAMP))
    shop.pass_by(3)
    shop.ready(first)
    shop.open("Upsert")
    shop.control("/settings", {"one_open_package": False})
    shop.open("Upsert")
    assert shop.counters()["offer_packages_open_together"] == 2


def test_a_half_filled_package_stays_in_the_way_until_it_expires(shop):
    package = shop.open()
    shop.upload(package, line("CSM-0001", LAMP, quantity=1))
    shop.fault("answer", method="POST", path="/offer-packages/{package_id}/offer-requests", params={"status": 422})
    assert shop.upload(package, line("CSM-0002", KETTLE)).status_code == 422
    shop.pass_by(6 * 3600 - 1)
    assert shop.state(package) == "WaitingForCompletion"
    shop.pass_by(1)
    assert shop.get(f"/offer-packages/{package}").status_code == 404
    assert shop.counters()["offer_packages_expired"] == 1
    assert shop.offer("CSM-0001")["quantity"] == 100_000
    shop.open()


def test_a_creation_whose_answer_is_lost_has_opened_a_package_that_can_be_found(shop):
    shop.fault("lost_answer_500", method="POST")
    assert shop.post("/offer-packages", {"packageType": "Upsert"}, headers=CHANNEL).status_code == 500
    (found,) = shop.get("/offer-packages?state=WaitingForCompletion&salesChannelId=CDISFR").get_json()["items"]
    assert shop.upload(found["packageId"], line("CSM-0001", LAMP)).status_code == 201


def test_an_upload_whose_answer_is_lost_and_that_is_sent_again_is_counted(shop):
    package = shop.open()
    shop.fault("lost_answer_502", path="/offer-packages/{package_id}/offer-requests")
    assert shop.upload(package, line("CSM-0001", LAMP)).status_code == 502
    assert shop.upload(package, line("CSM-0001", LAMP)).status_code == 201
    shop.pass_by(3)
    shop.ready(package)
    shop.pass_by(60)
    assert shop.results(package) == {"CSM-0001": ("Duplicated", ["2803"])}
    assert shop.counters()["offer_uploads_posted_twice"] == 1


def test_results_are_paged_kept_three_days_and_worded_in_the_language_of_the_reader(shop):
    lines = [line(f"GHOST-{n}", "4006381333931") for n in range(250)]
    assert len(shop.publish(*lines)) == 250
    (package,) = shop.get("/offer-packages").get_json()["items"]
    path = f"/offer-packages/{package['packageId']}/offer-requests-results"
    assert [len(shop.walk_cursor(f"{path}?limit={limit}")[0]) for limit in (100, 249, 250)] == [250] * 3
    assert shop.walk_cursor(f"{path}?limit=100")[1] == 3
    words = [
        shop.get(f"{path}?limit=1", headers={"Accept-Language": tongue}).get_json()["items"][0]["results"][0]["message"]
        for tongue in ("fr-FR", "en-US")
    ]
    assert words == ["Le produit n'existe pas", "The product does not exist"]
    shop.pass_by(3 * 86400)
    assert shop.get(path).status_code == 404
    assert shop.get(f"/offer-packages/{package['packageId']}").get_json()["state"] == "Integrated"


def test_packages_are_listed_the_newest_first_by_state_and_page(shop):
    ids = [shop.open(kind) for kind in ("Upsert", "Update", "Delete")]
    assert [row["packageId"] for row in shop.get("/offer-packages").get_json()["items"]] == ids[::-1]
    assert [row["packageId"] for row in shop.walk_cursor("/offer-packages?limit=1")[0]] == ids[::-1]
    shop.upload(ids[0], line("CSM-0001", LAMP))
    shop.pass_by(3)
    shop.ready(ids[0])
    assert len(shop.get("/offer-packages?state=WaitingForCompletion").get_json()["items"]) == 2
    assert shop.get("/offer-packages?state=Ready").get_json()["items"][0]["packageId"] == ids[0]
    assert shop.get("/offer-packages?salesChannelId=OTHER").get_json()["items"] == []
    assert shop.get("/offer-packages?state=Open").status_code == 400


def test_the_limit_of_a_package_can_be_reached(shop):
    shop.control("/settings", {"offers_per_package": 3})
    package = shop.open()
    assert shop.upload(package, line("A", LAMP), line("B", LAMP)).status_code == 201
    assert shop.upload(package, line("C", LAMP), line("D", LAMP)).status_code == 400
    assert shop.upload(package, line("C", LAMP)).status_code == 201


@pytest.mark.parametrize("path", ["", "/offer-requests-results"])
def test_an_unknown_package_is_a_404(shop, path):
    assert shop.get(f"/offer-packages/6d3f{path}").status_code == 404
    assert shop.upload("6d3f", line("A")).status_code == 404 == shop.ready("6d3f").status_code


def test_two_shops_do_not_see_each_others_packages(shop):
    shop.control("/shops", {"seller_id": "5", "login": "sandbox", "password": "sandbox-pass1"})
    package = shop.open()
    shop.seller_id = "5"
    assert shop.get(f"/offer-packages/{package}").status_code == 404
    shop.open()
