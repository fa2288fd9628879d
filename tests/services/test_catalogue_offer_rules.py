"""What is sent as an offer is exactly what was meant, and what would be refused is known before."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal as D

import pytest
from catalogue_shop import CatalogueShop
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules.catalogue_codes import OFFER_PROBLEMS
from services.rules.delivery_modes import MODES, is_legacy, offer_code
from services.rules.gtin import check_digit, defect, normalise, sent
from services.rules.offer_preflight import check_link, check_offer
from services.rules.offer_request import (
    GROUPS,
    changed_groups,
    delete_request,
    needs_upsert,
    tax_block,
    update_request,
    upsert_request,
)
from services.rules.offer_terms import DeliveryTerm, OfferTerms
from services.rules.refusals import explain_line
from services.wire import json_bytes

THD = DeliveryTerm("THD", D("4.99"), D("1"))
GOOD = OfferTerms(
    sku="SKU-1",
    gtin="3700000000013",
    price=D("24.99"),
    origin_price=D("29.99"),
    vat_rate=D(20),
    quantity=12,
    preparation_time=1,
    delivery_modes=(THD, DeliveryTerm("SHD", D("6.99"))),
)


def assert_told(found, table):
    """Every code is in the table sentences are written from, with exactly its values."""
    assert {problem.code: set(problem.params) for problem in found.problems} == {
        problem.code: set(table[problem.code]) for problem in found.problems
    }


def codes(terms, **known):
    return [problem.code for problem in check_offer(terms, **known).problems]


# ---------------------------------------------------------------- the request


def test_an_offer_is_sent_in_exactly_this_shape():
    assert json.loads(json_bytes(upsert_request(GOOD))) == {
        "sellerExternalReference": "SKU-1",
        "product": {"gtin": "3700000000013"},
        "condition": "New",
        "price": {
            "price": 24.99,
            "originPrice": 29.99,
            "currencyCode": "EUR",
            "taxes": [{"code": "VAT", "value": 20}, {"code": "Ecotax", "value": 0}, {"code": "Deatax", "value": 0}],
        },
        "quantity": 12,
        "preparationTime": 1,
        "deliveryModes": [{"code": "THD", "cost": 4.99, "additionalCost": 1.0}, {"code": "SHD", "cost": 6.99}],
    }
    assert upsert_request(replace(GOOD, price=D("24.985")))["price"]["price"] == D("24.99")
    assert b'"price":24.99,' in json_bytes(upsert_request(replace(GOOD, price=D("24.990"))))
    assert delete_request("SKU-1") == {"sellerExternalReference": "SKU-1"}


@pytest.mark.parametrize(
    ("shape", "blocks"),
    [
        ("value", [("VAT", None, D("5.5")), ("Ecotax", None, D("1.2")), ("Deatax", None, D(0))]),
        ("typed", [("vat", "Rate", D("0.055")), ("ecoTax", "Amount", D("1.2")), ("deaTax", "Amount", D(0))]),
    ],
)
def test_all_three_taxes_are_sent_every_time_in_the_unit_asked_for(shape, blocks):
    found = tax_block(D("5.50"), D("1.20"), D("0.00"), shape)
    assert [(row["code"], row.get("type"), row["value"]) for row in found] == blocks


def test_an_update_holds_the_reference_and_what_changed_whole():
    cheaper = replace(GOOD, price=D("22.50"))
    assert changed_groups(cheaper, GOOD) == ("price",)
    request = update_request(cheaper, changed_groups(cheaper, GOOD))
    assert set(request) == {"sellerExternalReference", "price"}
    assert (
        set(request["price"]) == {"price", "originPrice", "currencyCode", "taxes"}
        and len(request["price"]["taxes"]) == 3
    )
    assert update_request(replace(GOOD, quantity=0), ["quantity"]) == {
        "sellerExternalReference": "SKU-1",
        "quantity": 0,
    }
    assert update_request(GOOD, ["comments"])["comments"] == ""


@pytest.mark.parametrize(
    ("changes", "groups"),
    [
        ({}, ()),
        ({"price": D("24.990")}, ()),
        ({"delivery_modes": (DeliveryTerm("TRK", D("4.99"), D("1.00")), DeliveryTerm("REG", D("6.99")))}, ()),
        ({"origin_price": None}, ("price",)),
        ({"eco_tax": D("0.5")}, ("price",)),
        ({"quantity": 0, "preparation_time": 2}, ("quantity", "preparation")),
        ({"delivery_modes": (THD,)}, ("delivery",)),
        ({"comments": "Neuf"}, ("comments",)),
    ],
)
def test_only_what_differs_is_published(changes, groups):
    assert changed_groups(replace(GOOD, **changes), GOOD) == groups


def test_product_and_condition_need_the_whole_offer_again():
    assert needs_upsert(GOOD, None)
    assert needs_upsert(replace(GOOD, condition="Refurbished"), GOOD)
    assert needs_upsert(replace(GOOD, gtin="3700000000020"), GOOD)
    assert not needs_upsert(replace(GOOD, gtin="03700000000013", price=D(1)), GOOD)


# ---------------------------------------------------------------- the preflight


def test_a_right_offer_has_a_full_score():
    found = check_offer(GOOD, weight=1200, enabled_modes=["TRK", "SHD"], floor=D(20))
    assert found.ready and found.problems == () and found.score == 100


@pytest.mark.parametrize(
    ("changes", "known", "code"),
    [
        ({"sku": " "}, {}, "sku_missing"),
        ({"sku": "S" * 51}, {}, "sku_too_long"),
        ({"sku": "A;B"}, {}, "sku_characters"),
        ({"sku": "A "}, {}, "sku_blanks"),
        ({"gtin": ""}, {}, "gtin_missing"),
        ({"gtin": "3700000000014"}, {}, "gtin_check_digit"),
        ({"condition": "Brand new"}, {}, "condition_unknown"),
        ({"price": None}, {}, "price_missing"),
        ({"price": D(0), "origin_price": None}, {}, "price_not_positive"),
        ({"price": D("NaN"), "origin_price": None}, {}, "price_not_positive"),
        ({"price": D("9.999")}, {}, "price_decimals"),
        ({"price": D(10) ** 9, "origin_price": None}, {}, "price_too_high"),
        ({}, {"floor": D("25.00")}, "price_below_floor"),
        ({"eco_tax": D(20), "dea": D("4.99")}, {}, "price_below_taxes"),
        ({"origin_price": D("24.99")}, {}, "origin_price_too_low"),
        ({"origin_price": D("29.999")}, {}, "origin_price_decimals"),
        ({"currency": "USD"}, {}, "currency_unknown"),
        ({"vat_rate": None}, {}, "vat_missing"),
        ({"vat_rate": D(-1)}, {}, "vat_senseless"),
        ({"vat_rate": D("0.2")}, {}, "vat_unusual"),
        ({"eco_tax": None}, {}, "eco_tax_missing"),
        ({"dea": None}, {}, "dea_missing"),
        ({"dea": D(-1)}, {}, "dea_negative"),
        ({"eco_tax": D("0.123")}, {}, "eco_tax_decimals"),
        ({"quantity": None}, {}, "quantity_missing"),
        ({"quantity": -1}, {}, "quantity_senseless"),
        ({"quantity": D("1.5")}, {}, "quantity_senseless"),
        ({"quantity": 10**8}, {}, "quantity_too_large"),
        ({"preparation_time": None}, {}, "preparation_missing"),
        ({"preparation_time": 61}, {}, "preparation_senseless"),
        ({"preparation_time": "2 days"}, {}, "preparation_senseless"),
        ({"delivery_modes": ()}, {}, "modes_missing"),
        ({"delivery_modes": (DeliveryTerm("SHD", D(1)),)}, {}, "mode_tracked_missing"),
        ({"delivery_modes": (THD, DeliveryTerm("DRONE", D(1)))}, {}, "mode_unknown"),
        ({"delivery_modes": (DeliveryTerm("TRK", D(1)),)}, {}, "mode_legacy"),
        ({"delivery_modes": (THD, DeliveryTerm("TRK", D(1)))}, {}, "mode_twice"),
        ({"delivery_modes": (THD, DeliveryTerm("EHD", D(-1)))}, {}, "mode_cost"),
        ({"delivery_modes": (THD, DeliveryTerm("EHD", D(1), D("0.001")))}, {}, "mode_cost"),
        ({}, {"enabled_modes": ["TRK"]}, "mode_disabled"),
        ({}, {"weight": 30_001}, "mode_not_for_heavy"),
        ({"delivery_modes": (THD, DeliveryTerm("FDHD", D(1)))}, {"weight": 30_000}, "mode_heavy_only"),
    ],
)
def test_each_defect_has_a_line_of_its_own(changes, known, code):
    found = check_offer(replace(GOOD, **changes), **known)
    assert_told(found, OFFER_PROBLEMS)
    assert code in [problem.code for problem in found.problems]
    assert found.score < 100
    assert found.ready is (code in ("vat_unusual", "mode_legacy"))


def test_a_heavy_product_needs_no_tracked_delivery():
    heavy = replace(GOOD, delivery_modes=(DeliveryTerm("FDHD", D(49)),))
    assert codes(heavy, weight=45_000) == []
    assert codes(heavy) == []


def test_a_product_reference_does_without_a_gtin():
    assert codes(replace(GOOD, gtin="", product_reference="AUC1")) == []


BENT = {
    "gtin": {"gtin": "3700000000014"},
    "condition": {"condition": "Brand new"},
    "price": {"price": D(0), "origin_price": None},
    "strike price": {"origin_price": D("24.99")},
    "taxes": {"eco_tax": D(25)},
    "no eco-tax": {"eco_tax": None},
    "no DEA": {"dea": None},
    "no VAT": {"vat_rate": None},
    "quantity": {"quantity": -1},
    "no quantity": {"quantity": None},
    "preparation": {"preparation_time": 61},
    "no tracked mode": {"delivery_modes": (DeliveryTerm("SHD", D(1)),)},
    "no mode": {"delivery_modes": ()},
    "unknown mode": {"delivery_modes": (THD, DeliveryTerm("DRONE", D(1)))},
    "disabled mode": {"delivery_modes": (THD, DeliveryTerm("PPMR", D(1)))},
    "big-parcel mode": {"delivery_modes": (THD, DeliveryTerm("FDHD", D(1)))},
    "cost": {"delivery_modes": (THD, DeliveryTerm("EHD", D(-1)))},
    "currency": {"currency": "USD"},
    "reference": {"sku": "A;B"},
}


@pytest.mark.parametrize("shape", ["value", "typed"])
def test_the_preflight_and_the_marketplace_agree(clock, shape):
    shop = CatalogueShop(clock)
    shop.settings(offer_taxes=shape)
    enabled = ["NTHD", "TRK", "SHD", "EHD", "FDHD"]
    gtins = shop.gtins_to_sell(len(BENT) + 2)
    offers = {"right": replace(GOOD, sku="RIGHT", gtin=gtins[0])}
    offers["legacy"] = replace(GOOD, sku="LEGACY", gtin=gtins[1], delivery_modes=(DeliveryTerm("TRK", D(4)),))
    for number, (name, changes) in enumerate(BENT.items()):
        offers[name] = replace(GOOD, **{"sku": f"BAD-{number}", "gtin": gtins[number + 2], **changes})
    results = shop.publish([upsert_request(terms, shape) for terms in offers.values()])
    for name, terms in offers.items():
        ready = check_offer(terms, weight=1000, enabled_modes=enabled).ready
        assert ready is results[terms.sku].is_integrated is (name in ("right", "legacy")), name
        if not ready:
            refusals = explain_line(results[terms.sku])
            assert refusals and all(refusal.cause != "unknown" for refusal in refusals), name


def test_legacy_codes_are_replaced_by_those_offers_take():
    assert {offer_code(mode.legacy) for mode in MODES.values()} == set(MODES)
    assert offer_code("TrackedHomeDelivery") == offer_code(" trk ") == "THD"
    assert offer_code("COL") == "" and is_legacy("TRK") and not is_legacy("THD") and not is_legacy("COL")


prices = st.decimals(min_value="0.01", max_value="99999", places=2)


@settings(max_examples=60, deadline=None)
@given(price=prices, eco=st.decimals(0, 500, places=2), dea=st.decimals(0, 500, places=2))
def test_a_price_is_published_only_above_its_taxes_and_to_the_cent(price, eco, dea):
    terms = replace(GOOD, price=price, origin_price=None, eco_tax=eco, dea=dea)
    found = codes(terms)
    assert ("price_below_taxes" in found) is (eco + dea > 0 and price <= eco + dea)
    body = json.loads(json_bytes(upsert_request(terms)), parse_float=D)
    assert D(body["price"]["price"]) == price
    assert [D(row["value"]) for row in body["price"]["taxes"]] == [D(20), eco, dea]


@settings(max_examples=60, deadline=None)
@given(
    price=st.none() | prices,
    quantity=st.none() | st.integers(-5, 200),
    modes=st.lists(st.sampled_from(["THD", "TRK", "SHD", "FDHD", "XX", ""]), max_size=4),
    sku=st.text(max_size=60),
    weight=st.none() | st.integers(0, 60_000),
)
def test_the_preflight_never_fails_and_its_score_says_what_it_found(price, quantity, modes, sku, weight):
    terms = OfferTerms(
        sku=sku, price=price, quantity=quantity, delivery_modes=tuple(DeliveryTerm(code, D(1)) for code in modes)
    )
    found = check_offer(terms, weight=weight)
    assert_told(found, OFFER_PROBLEMS)
    assert 0 <= found.score <= 100 and (found.score == 100) is (found.problems == ())
    assert found.ready is not any(problem.blocking for problem in found.problems)
    json_bytes(upsert_request(terms))
    for group in GROUPS:
        json_bytes(update_request(terms, [group]))


# ---------------------------------------------------------------- GTINs


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("3700000000013", ""),
        ("370 0000 000013", ""),
        (3700000000013, ""),
        ("96385074", ""),
        ("036000291452", ""),
        ("00036000291452", ""),
        ("36000291452", ""),
        ("", "missing"),
        (None, "missing"),
        (False, "missing"),
        ("37000000000AB", "not_digits"),
        ("３７００００００００１３", "not_digits"),
        ("370000000001", "check_digit"),
        ("3700000000031", "check_digit"),
        ("123", "length"),
        ("00000000", "length"),
        ("123456789012345", "length"),
        ("2000000000008", "internal"),
        ("0200000000004", "internal"),
    ],
)
def test_a_gtin_is_judged_as_gs1_does(value, found):
    assert defect(value) == found


@given(st.integers(10**11, 10**12 - 1))
def test_every_digit_of_a_gtin_is_checked(number):
    digits = f"{number}{check_digit(str(number))}"
    assert defect(digits) in ("", "internal")
    for place in range(13):
        wrong = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
        assert defect(wrong) in ("check_digit", "length")
    for spelling in (digits, "0" + digits, int(digits), f" {digits[:7]}-{digits[7:]}"):
        assert normalise(spelling) == "0" + digits and sent(spelling) == digits


def test_a_number_that_lost_its_zeros_is_the_same_product():
    assert normalise(36000291452) == normalise("0036000291452") == "00036000291452"
    assert sent(36000291452) == "0036000291452" and sent("12345678901231") == "12345678901231"
    assert normalise("no") == normalise(True) == normalise("0") == sent(None) == ""


# ---------------------------------------------------------------- the product behind the offer


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ({"linked": False, "archived": True, "here": "1", "there": "2"}, ["product_missing"]),
        ({"linked": True}, []),
        ({"linked": True, "archived": True}, ["product_archived"]),
        ({"linked": True, "here": "4006381333931", "there": "5901234123457"}, ["product_other_gtin"]),
        ({"linked": True, "here": "4006381333931", "there": "04006381333931"}, []),
        ({"linked": True, "here": "", "there": "5901234123457"}, []),
        ({"linked": True, "here": "4006381333930", "there": "5901234123457"}, []),
    ],
)
def test_the_link_is_about_the_product_that_is_sold(known, found):
    problems = check_link(**known)
    assert [problem.code for problem in problems] == found
    for problem in problems:
        assert set(problem.params) == set(OFFER_PROBLEMS[problem.code])
        assert problem.blocking is (problem.code == "product_missing")
