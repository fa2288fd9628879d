"""Whatever the marketplace sends, parsing it never fails, and what is there arrives exact."""

from __future__ import annotations

import copy
import json
from datetime import datetime, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from order_samples import ADDRESS, contract_example, line, order

from services.payloads import Address, Carrier, Order, OrderLine, PayloadError, Seller, Subscription
from services.payloads.read import decimal, gtin, to_moment
from services.payloads.storage import digest, dumps, loads
from services.rules.order_status import decide
from services.rules.totals import order_amounts

D = Decimal


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


def test_the_contracts_example_arrives_whole():
    raw = contract_example()
    raw["lines"][0]["offer"].update(
        productGtin="3700000000017", productTitle="Lampe", productId="AUC1", condition="New"
    )
    raw["lines"][0]["parcels"] = [
        {"parcelNumber": "6A1", "carrierName": "Colissimo", "trackingUrl": "https://t.example/6A1"}
    ]
    found = Order.parse(raw)
    assert (found.order_id, found.status, found.sales_channel_id) == ("ORDER", "InPreparation", "CDISFR")
    assert found.customer_reference == "C-778812"
    assert found.purchased_at == utc(2026, 11, 2, 17, 54, 10)
    assert found.total_offer == D("54.98")
    assert found.billing_address.full_name == "Anne Durand"
    (only,) = found.lines
    assert (only.sku, only.gtin, only.title, only.quantity) == ("SKU-1", "3700000000017", "Lampe", 2)
    assert only.offer_price.unit_price == D("24.99")
    assert only.offer_price.commission.amount_with_vat == D("9.00")
    assert only.shipping_address.email == "abc123@relay.example"
    assert found.shipping_address == only.shipping_address
    assert only.parcels[0].number == "6A1"


@pytest.mark.parametrize(
    "raw", [None, [], "x", 3, {}, {"orderId": None}, {"orderId": "  "}, {"orderId": {}}, {"orderId": True}]
)
def test_only_an_order_without_an_id_cannot_be_used(raw):
    with pytest.raises(PayloadError) as caught:
        Order.parse(raw)
    assert caught.value.kind == "fix"
    assert caught.value.code == "invalid_payload"
    assert set(caught.value.params) >= {"path", "problem"}


def everywhere(value, path=()):
    """Paths to every value inside a payload."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield from everywhere(inner, (*path, name))


FULL = contract_example()
PATHS = [path for path in everywhere(FULL) if path and path != ("orderId",)]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_a_null_or_nonsense_anywhere_does_no_harm(path):
    for nonsense in (
        None,
        "",
        "nonsense",
        -1,
        0,
        True,
        [],
        {},
        [None],
        [[1]],
        {"a": {"b": 1}},
        10**30,
        D("1E+300"),
        "\x00",
    ):
        raw = copy.deepcopy(FULL)
        target = raw
        for name in path[:-1]:
            target = target[name]
        target[path[-1]] = nonsense
        found = Order.parse(raw)
        assert found.order_id == "ORDER"
        decide(found)
        order_amounts(found)
        order_amounts(found, "selling")
        for address in (found.billing_address, found.shipping_address):
            assert address is None or address.digest()
        if nonsense != D("1E+300"):  # a fraction is stored as text, and three hundred digits are no text anyone sent
            assert Order.parse(loads(dumps(raw))) == found


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted({p[-1] for p in PATHS if isinstance(p[-1], str)})), inner, max_size=6)
    ),
    max_leaves=25,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(list(FULL)), json_values))
def test_any_json_with_an_id_is_an_order(raw):
    found = Order.parse({**raw, "orderId": "X"})
    decide(found)
    order_amounts(found)
    dumps({**raw, "orderId": "X"})


def test_ids_that_come_as_numbers_are_text():
    raw = contract_example()
    raw.update(orderId=2310171354, customer={"reference": 778812}, seller={"id": 98979})
    raw["lines"][0]["orderLineId"] = 17
    found = Order.parse(raw)
    assert (found.order_id, found.customer_reference, found.lines[0].line_id) == ("2310171354", "778812", "17")


def test_unknown_fields_and_statuses_are_no_problem():
    found = Order.parse({**contract_example(), "status": "Brandnew", "surprise": {"deep": [1]}})
    assert found.status == "Brandnew"


def test_every_line_has_an_id_of_its_own():
    lines = [line(1), line(1), {**line(3), "orderLineId": None}]
    ids = [entry.line_id for entry in Order.parse(order(*lines)).lines]
    assert len(set(ids)) == 3
    assert ids[2] == "ORDER?SKU-3#1"


def test_a_line_without_id_keeps_its_name_when_others_move_and_takes_nobody_else_s():
    nameless = {**line(7), "orderLineId": None}
    named = Order.parse(order(line(1), nameless, line(2))).lines
    moved = Order.parse(order(line(2), line(1), nameless)).lines
    assert {entry.sku: entry.line_id for entry in named} == {entry.sku: entry.line_id for entry in moved}
    twice = Order.parse(order(nameless, nameless, {**line(1), "orderLineId": named[1].line_id})).lines
    assert len({entry.line_id for entry in twice}) == 3
    assert twice[2].line_id == named[1].line_id


def test_an_order_without_a_delivery_address_yet_has_none():
    raw = line()
    raw["shippingAddress"] = dict.fromkeys(ADDRESS)
    found = Order.parse(order(raw, status="WaitingAcceptance"))
    assert found.lines[0].shipping_address is None
    assert found.shipping_address is None


def test_a_pickup_point_keeps_its_id_and_name():
    raw = line()
    raw["shippingAddress"].update(pickupId=12345, pickupName="Tabac  de la gare")
    address = Order.parse(order(raw)).shipping_address
    assert (address.pickup_id, address.pickup_name) == ("12345", "Tabac de la gare")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("24.99", "24.99"), ("24,99", "24.99"), (" 24.99 ", "24.99"), ("1 234,50", "1234.50"), (24, "24"),
        (24.99, "24.99"), (D("0.1"), "0.1"), ("-3", "-3"), ("1e2", "1E+2"), (0, "0"),
        (None, None), ("", None), ("abc", None), (True, None), ("NaN", None), (float("inf"), None), (D("1E+400"), None),
        ("1" * 50, None), (10**15, None), ([], None), ("12.5.1", None),
    ],
)  # fmt: skip
def test_numbers_are_exact_or_absent(sent, expected):
    assert decimal(sent) == (None if expected is None else D(expected))


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2026-11-02T17:54:10Z", utc(2026, 11, 2, 17, 54, 10)),
        ("2026-11-02T17:54:10", utc(2026, 11, 2, 17, 54, 10)),
        ("2026-11-02T18:54:10+01:00", utc(2026, 11, 2, 17, 54, 10)),
        ("2026-11-02T17:54:10.1234567Z", utc(2026, 11, 2, 17, 54, 10, 123456)),
        ("2026-11-02 17:54:10", utc(2026, 11, 2, 17, 54, 10)),
        ("2026-11-02", utc(2026, 11, 2)),
        ("20261102T175410Z", utc(2026, 11, 2, 17, 54, 10)),
        ("0001-01-01T00:00:00", None),
        ("9999-12-31T23:59:59Z", None),
        ("2026-13-45T00:00:00Z", None),
        ("12", None),
        ("tomorrow", None),
        ("", None),
        (None, None),
        (1762106050, None),
    ],
)
def test_moments_are_aware_utc_or_absent(sent, expected):
    assert to_moment(sent) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("3700000000017", "3700000000017"), (3700000000017, "3700000000017"), (17, "0000000000017"),
        (D("3700000000017"), "3700000000017"), ("0012345678905", "0012345678905"), ("12345678905", "0012345678905"),
        ("13700000000014", "13700000000014"), (" 370 0000000017", "3700000000017"), ("ABC-1", "ABC1"),
        (None, ""), ("", ""), ("0", ""), ("0000000000000", ""), ({}, ""),
    ],
)  # fmt: skip
def test_a_gtin_is_text_of_at_least_thirteen_digits(sent, expected):
    assert gtin(sent) == expected


def test_text_that_would_break_the_database_is_cleaned():
    raw = order(line(), billingAddress={**ADDRESS, "firstName": "An\x00ne\u200b", "lastName": "O&#39;Neil <b>\ud800"})
    found = Order.parse(raw)
    assert found.billing_address.full_name == "Anne O'Neil"
    assert "\x00" not in dumps(raw)
    dumps(raw).encode("utf-8")


def test_names_keep_their_accents_and_emoji():
    raw = order(line(), billingAddress={**ADDRESS, "firstName": "Zoe\u0308", "lastName": "Müller 🎄 & Fils"})
    assert Order.parse(raw).billing_address.full_name == "Zoë Müller 🎄 & Fils"


def test_endless_text_is_cut():
    raw = order(line(), billingAddress={**ADDRESS, "lastName": "x" * 100_000})
    assert len(Order.parse(raw).billing_address.last_name) <= 500


# ---------------------------------------------------------------- addresses


def address(**changes):
    return Address.parse({**ADDRESS, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"addressLine1": "3, RUE DES LILAS"},
        {"addressLine1": "3 rue", "addressLine2": "des Lilas"},
        {"firstName": "ANNE", "lastName": "DURAND"},
        {"firstName": "Durand", "lastName": "Anne"},
        {"city": "BORDEAUX"},
        {"postalCode": "33 000"},
        {"countryCode": "fr"},
        {"countryCode": "FRA"},
        {"civility": "Mr"},
        {"phone": "+33611111111"},
        {"stateOrRegion": "Gironde"},
        {"lastName": "Durand&nbsp;"},
    ],
)
def test_the_same_place_written_differently_has_the_same_digest(changes):
    assert address(**changes).digest() == address().digest()


@pytest.mark.parametrize(
    "changes",
    [
        {"addressLine1": "5 rue des Lilas"},
        {"addressLine2": "Bât B"},
        {"postalCode": "33100"},
        {"city": "Pessac"},
        {"countryCode": "BE"},
        {"lastName": "Dupont"},
        {"companyName": "Acme"},
        {"pickupId": "12345"},
    ],
)
def test_another_place_or_person_has_another_digest(changes):
    assert address(**changes).digest() != address().digest()


def test_accents_do_not_make_another_place():
    one, other = address(city="Besançon", lastName="Léger"), address(city="BESANCON", lastName="LEGER")
    assert one.digest() == other.digest()


def test_names_in_other_scripts_are_not_all_the_same():
    assert address(lastName="Παπαδόπουλος").digest() != address(lastName="Иванов").digest()


# ---------------------------------------------------------------- sellers and storage


def test_a_seller_is_read_in_snake_case_and_camel_case():
    snake = Seller.parse(
        {"seller_id": 98979, "shop_name": "Acme", "seller_state": "Activated", "auto_accept_order": True}
    )
    camel = Seller.parse(
        {"sellerId": "98979", "shopName": "Acme", "sellerState": "Activated", "autoAcceptOrder": "true"}
    )
    assert snake == camel
    assert (snake.seller_id, snake.state, snake.auto_accept) == ("98979", "Activated", True)


def test_lists_survive_entries_that_are_none():
    assert Subscription.parse_all([None, 3, {"sales_channel_id": "CDISFR"}])[0].sales_channel_id == "CDISFR"
    carriers = Carrier.parse_all(
        [{"code": "pcc", "label": "La Poste"}, {"code": "pcc", "label": "Colissimo"}, {"code": "x"}, 7]
    )
    assert carriers == (Carrier("pcc", "La Poste"), Carrier("pcc", "Colissimo"))


def test_a_stored_payload_is_canonical_and_free_of_floats():
    one = dumps({"b": D("24.90"), "a": [1.5, D("0E-8"), D("1E+2")], "c": {"z": None, "y": True}})
    assert one == '{"a":["1.5","0","100"],"b":"24.9","c":{"y":true,"z":null}}'
    assert json.loads(one) == loads(one)


def test_the_digest_ignores_the_order_of_keys_and_notices_every_change():
    raw = contract_example()
    assert digest(raw) == digest(dict(reversed(raw.items())))
    assert digest(raw) == digest(loads(dumps(raw)))
    for path in PATHS:
        changed = copy.deepcopy(raw)
        target = changed
        for name in path[:-1]:
            target = target[name]
        target[path[-1]] = "changed"
        assert digest(changed) != digest(raw), path


@pytest.mark.parametrize("stored", ["[]", "3", "null", "{", ""])
def test_something_else_than_a_stored_payload_is_refused(stored):
    with pytest.raises(ValueError):
        loads(stored)


def test_payloads_cannot_be_changed_by_accident():
    found = OrderLine.parse({})
    with pytest.raises(AttributeError):
        found.sku = "other"
