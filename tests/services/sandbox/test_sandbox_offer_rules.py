import pytest
from catalogue_client import MODES, TAXES, Shop, line

LAMP, KETTLE = "3760123450010", "3760123450027"


@pytest.fixture(scope="module")
def shop():
    """One shop for all: every test sends its own package and looks at that line's codes."""
    return Shop()


@pytest.fixture
def fresh():
    return Shop()


def priced(price=24.99, taxes=TAXES, **more):
    block = {"price": price, "currencyCode": "EUR", "taxes": taxes, **more}
    return {"price": {key: value for key, value in block.items() if value is not None}}


def taxed(vat=20, eco=0, dea=0):
    rows = [("VAT", vat), ("Ecotax", eco), ("Deatax", dea)]
    return [{"code": code, "value": value} for code, value in rows if value is not None]


def typed(vat=0.2):
    return [
        {"code": "vat", "type": "Rate", "value": vat},
        {"code": "ecoTax", "type": "Amount", "value": 0},
        {"code": "deaTax", "type": "Amount", "value": 0},
    ]


@pytest.mark.parametrize(
    "change, codes",
    [
        ({}, ["9000"]),
        (priced(taxes=taxed(eco=None)), ["1008"]),
        (priced(taxes=taxed(dea=None)), ["1031"]),
        (priced(taxes=taxed(vat=None)), ["1007"]),
        (priced(taxes=None), ["1007", "1008", "1031"]),
        (priced(taxes=taxed(eco="0")), ["1108"]),
        (priced(taxes=taxed(vat=-5)), ["1107"]),
        (priced(price=5, taxes=taxed(eco=4, dea=1)), ["2906"]),
        (priced(price=5.01, taxes=taxed(eco=4, dea=1)), ["9000"]),
        (priced(price=0), ["1906"]),
        (priced(price=None), ["1006"]),
        (priced(price="24.99"), ["1106"]),
        (priced(price=24.999), ["1106"]),
        (priced(originPrice=24.99), ["2318"]),
        (priced(originPrice=25), ["9000"]),
        (priced(currencyCode="USD"), ["1306"]),
        (priced(currencyCode=None), ["9000"]),
        ({"price": None}, ["1006"]),
        ({"quantity": None}, ["1005"]),
        ({"quantity": -1}, ["1705"]),
        ({"quantity": 1.5}, ["1105"]),
        ({"quantity": "3"}, ["1105"]),
        ({"quantity": True}, ["1105"]),
        ({"preparationTime": None}, ["1009"]),
        ({"preparationTime": "1 jour"}, ["1109"]),
        ({"preparationTime": 61}, ["1709"]),
        ({"condition": None}, ["1002"]),
        ({"condition": "Neuf"}, ["1302"]),
        ({"product": None}, ["1001"]),
        ({"product": {"gtin": "376012345001"}}, ["1601"]),
        ({"product": {"gtin": "37O0000000017"}}, ["1101"]),
        ({"product": {"gtin": int(LAMP)}}, ["9000"]),
        ({"product": {"gtin": LAMP, "reference": "CSM-0001"}}, ["9000"]),
        ({"product": {"reference": f"AUC{LAMP}"}}, ["9000"]),
        ({"product": {"gtin": "4006381333931"}}, ["1324"]),
        ({"product": {"gtin": KETTLE}}, ["2503"]),
        ({"condition": "LikeNew"}, ["2503"]),
        ({"deliveryModes": None}, ["1012"]),
        ({"deliveryModes": []}, ["1012"]),
        ({"deliveryModes": [{"code": "SHD", "cost": 5}]}, ["1012"]),
        ({"deliveryModes": [{"code": "TRK", "cost": 5}]}, ["1312", "1012"]),
        ({"deliveryModes": [{"code": "THD", "cost": 0}]}, ["9000"]),
        ({"deliveryModes": [{"code": "THD"}]}, ["1111", "1012"]),
        ({"deliveryModes": [*MODES, {"code": "PPMR", "cost": 1}]}, ["4012"]),
        ({"deliveryModes": [*MODES, {"code": "FDHD", "cost": 9}]}, ["4824"]),
        ({"deliveryModes": MODES * 2}, ["1312"]),
    ],
)
def test_what_an_upsert_must_be(shop, change, codes):
    assert shop.codes(line("CSM-0001", **{"product": {"gtin": LAMP}, **change})) == codes


@pytest.mark.parametrize("sku", ["A" * 51, "A<B", "A;B", " A"])
def test_a_reference_of_the_wrong_length_or_with_odd_characters_is_refused(shop, sku):
    assert "1203" in shop.codes(line(sku, "3760123450010"))


def test_several_defects_are_all_told(shop):
    codes = shop.codes(line("CSM-0001", LAMP, quantity=-1, preparationTime=None, **priced(taxes=taxed(eco=None))))
    assert codes == ["1008", "1705", "1009"]


@pytest.mark.parametrize(
    "mode, right, wrong",
    [
        ("value", taxed(), [typed(), taxed(vat=0.2), [{**row, "code": row["code"].lower()} for row in taxed()]]),
        ("typed", typed(), [taxed(), typed(vat=20), taxed(vat=0.2)]),
    ],
)
def test_strict_modes_take_one_shape_of_taxes(fresh, mode, right, wrong):
    for taxes in (right, *wrong[:1]):
        assert fresh.codes(line("CSM-0001", LAMP, **priced(taxes=taxes))) == ["9000"]
    fresh.control("/settings", {"offer_taxes": mode})
    assert fresh.codes(line("CSM-0001", LAMP, **priced(taxes=right))) == ["9000"]
    for taxes in wrong:
        assert fresh.codes(line("CSM-0001", LAMP, **priced(taxes=taxes)))[0] in ("1007", "1107")


def test_the_vat_means_the_same_in_both_shapes(fresh):
    fresh.codes(line("CSM-0001", LAMP, **priced(taxes=taxed(vat=5.5))))
    assert fresh.control("/offers/CSM-0001")["offers"][0]["vat_rate"] == 5.5
    fresh.codes(line("CSM-0001", LAMP, **priced(taxes=typed(vat=0.1))))
    assert fresh.control("/offers/CSM-0001")["offers"][0]["vat_rate"] == 10


def test_legacy_delivery_codes_are_taken_only_when_the_switch_says_so(fresh):
    request = line("CSM-0001", LAMP, deliveryModes=[{"code": "TRK", "cost": 5}, {"code": "REG", "cost": 7}])
    assert "1312" in fresh.codes(request)
    fresh.control("/settings", {"delivery_codes": "any"})
    assert fresh.codes(request) == ["9000"]
    assert [row["code"] for row in fresh.offer("CSM-0001")["deliveryOffers"]] == ["THD", "SHD"]


def test_big_parcels_go_by_their_own_modes(fresh):
    fresh.control("/products/3760123450218", {"weight": 31_000})
    assert fresh.codes(line("CSM-0021", "3760123450218")) == ["4824"]
    big = [{"code": "FDHD", "cost": 49.9}]
    assert fresh.codes(line("CSM-0021", "3760123450218", deliveryModes=big)) == ["9000"]


def test_an_update_changes_what_it_names_and_nothing_else(fresh):
    before = fresh.offer("CSM-0016")
    assert fresh.codes(
        line("CSM-0016", condition=None, price=None, deliveryModes=None, preparationTime=None), "Update"
    ) == ["9000"]
    after = fresh.offer("CSM-0016")
    assert after["quantity"] == 12
    assert {**after, "quantity": before["quantity"], "updatedAt": before["updatedAt"]} == before
    price = {"sellerExternalReference": "CSM-0016", **priced(price=19.99, originPrice=29.99)}
    assert fresh.codes(price, "Update") == ["9000"]
    assert str(fresh.offer("CSM-0016")["integrationPrice"]["originPrice"]) == "29.99"
    assert fresh.codes({"sellerExternalReference": "CSM-0016", **priced(price=18)}, "Update") == ["9000"]
    block = fresh.offer("CSM-0016")["integrationPrice"]
    assert (block["price"], block["originPrice"]) == (18, None)
    # Each publishing takes 63 seconds here, and the last was integrated 25 seconds after it was set Ready
    assert fresh.offer("CSM-0016")["updatedAt"] == "2026-11-23T10:02:34Z"


def test_an_update_before_the_offer_exists_is_refused_and_after_it_is_taken(fresh):
    (sheet,) = fresh.sheets()
    stock = {"sellerExternalReference": "NEW-1", "quantity": 4}
    assert fresh.codes(stock, "Update") == ["3628"]
    assert fresh.codes(line("NEW-1", sheet["gtin"])) == ["1324"]
    fresh.submit(sheet)
    fresh.pass_by(61)
    assert fresh.codes(line("NEW-1", sheet["gtin"])) == ["1324"]  # Validated is not live
    fresh.pass_by(121)
    assert fresh.codes(line("NEW-1", sheet["gtin"])) == ["8000"]
    assert fresh.codes(stock, "Update") == ["9000"]
    assert fresh.offer("NEW-1")["quantity"] == 4


def test_a_price_alone_is_refused_unless_the_switch_allows_it(fresh):
    bare = {"sellerExternalReference": "CSM-0001", "price": {"price": 22.5}}
    assert fresh.codes(bare, "Update") == ["1007", "1008", "1031"]
    fresh.control("/settings", {"bare_price_accepted": True})
    assert fresh.codes(bare, "Update") == ["9000"]
    # The eco-tax it has already still counts: 0.12 on the lamp
    cheap = {"sellerExternalReference": "CSM-0001", "price": {"price": 0.12}}
    assert fresh.codes(cheap, "Update") == ["2906"]
    assert fresh.offer("CSM-0001")["integrationPrice"]["price"] == fresh.offer("CSM-0001")["facialPrice"]["price"]


def test_an_update_does_not_move_an_offer_to_another_product(fresh):
    request = {"sellerExternalReference": "CSM-0001", "product": {"gtin": KETTLE}, "quantity": 1}
    assert fresh.codes(request, "Update") == ["2503"]
    assert fresh.codes({**request, "product": {"gtin": LAMP}}, "Update") == ["9000"]


def test_a_second_reference_on_one_product_is_refused_unless_the_condition_differs(fresh):
    assert fresh.codes(line("LAMP-B", LAMP)) == ["2403"]
    assert fresh.codes(line("LAMP-USED", LAMP, condition="LikeNew")) == ["8000"]
    assert fresh.codes(line("LAMP-USED-2", LAMP, condition="LikeNew")) == ["2403"]
    assert fresh.skus(f"&gtins={LAMP}") == ["CSM-0001", "LAMP-USED"]


def test_delete_takes_the_offer_away_and_upsert_brings_it_back(fresh):
    assert fresh.codes({"sellerExternalReference": "CSM-0001"}, "Delete") == ["9028"]
    assert fresh.offer("CSM-0001") is None and len(fresh.offers()) == 59
    assert fresh.control("/state")["sellers"][0]["offers"] == 59
    assert fresh.codes({"sellerExternalReference": "CSM-0001"}, "Delete") == ["3628"]
    assert fresh.codes({"sellerExternalReference": "CSM-0001", "quantity": 1}, "Update") == ["3628"]
    assert fresh.codes(line("LAMP-2", LAMP)) == ["8000"]
    assert fresh.codes(line("CSM-0001", LAMP)) == ["2403"]
    assert fresh.codes({"sellerExternalReference": "LAMP-2"}, "Delete") == ["9028"]
    assert fresh.codes(line("CSM-0001", LAMP, quantity=2)) == ["8000"]
    assert fresh.offer("CSM-0001")["quantity"] == 2 and len(fresh.offers()) == 60
    assert fresh.control("/state")["sellers"][0]["offers"] == 60


def test_stock_is_common_to_all_channels_and_the_price_is_not():
    shop = Shop(channels={"SCID01": 0.1})
    assert shop.codes(line("CSM-0001", LAMP, quantity=7, **priced(price=30)), channel="SCID01") == ["8000"]
    here, there = shop.offer("CSM-0001"), shop.offer("CSM-0001", channel="SCID01")
    assert (here["quantity"], there["quantity"]) == (7, 7)
    assert (float(here["integrationPrice"]["price"]), there["integrationPrice"]["price"]) == (24.99, 30)
    assert "isBestOffer" in there and "isBestOffer" not in here
    assert shop.skus(channel="SCID01") == ["CSM-0001"]
    shop.codes({"sellerExternalReference": "CSM-0001", "quantity": 3}, "Update")
    assert shop.offer("CSM-0001", channel="SCID01")["quantity"] == 3
    assert shop.control("/stock?sku=CSM-0001") == {"stock": {"CSM-0001": 3}}


def test_what_changes_nothing_keeps_its_date_and_is_counted(fresh):
    request = {"sellerExternalReference": "CSM-0001", "quantity": 5}
    fresh.codes(request, "Update")
    before = fresh.offer("CSM-0001")
    fresh.pass_by(3600)
    assert fresh.codes(request, "Update") == ["9000"]
    assert fresh.offer("CSM-0001") == before
    assert fresh.counters()["offers_unchanged"] == 1


def test_a_product_closed_to_the_marketplace_takes_no_new_offer_and_shows_none(fresh):
    fresh.control(f"/products/{LAMP}", {"marketable": False})
    assert fresh.offer("CSM-0001")["offerState"] == "Inactive"
    assert fresh.codes(line("LAMP-USED", LAMP, condition="LikeNew")) == ["3424"]


@pytest.mark.parametrize("kind, good, bad", [("text", LAMP, int(LAMP)), ("number", int(LAMP), LAMP)])
def test_the_type_of_a_gtin_can_be_prescribed(fresh, kind, good, bad):
    fresh.control("/settings", {"offer_gtin": kind})
    package = fresh.open()
    assert fresh.upload(package, line("CSM-0001", product={"gtin": bad})).status_code == 400
    assert fresh.upload(package, line("CSM-0001", product={"gtin": good})).status_code == 201
