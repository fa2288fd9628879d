"""Customers, retries, watermarks, fingerprints."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone

import pytest
from order_samples import ADDRESS

from services.errors import CredentialsRefused, InvalidRequest, NetworkError, OutcomeUnknown, RateLimited, ServerError
from services.payloads import Address
from services.rules.customers import (
    civility,
    company_name,
    contact_name,
    display_name,
    is_relay_email,
    name_key,
    normalise_email,
    normalise_phone,
    normalise_vat_number,
    person_name,
    pickup_label,
    place_key,
    plausible_vat_number,
    same_person,
)
from services.rules.fingerprint import fingerprint
from services.rules.retry import is_retryable, next_delay
from services.rules.watermark import next_watermark, poll_from

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def address(**changes):
    return Address.parse({**ADDRESS, **changes})


# ---------------------------------------------------------------- customers


@pytest.mark.parametrize(
    "written", ["Anne DURAND", "durand anne", "Mme Anne Durand", "  ANNE   Dürand ", "Durand-Anne", "M. anne durand"]
)
def test_the_same_name_written_differently_has_one_key(written):
    assert name_key(written) == name_key("Anne", "Durand")


@pytest.mark.parametrize("written", ["Anna Durand", "Anne Durant", "Anne", ""])
def test_another_name_has_another_key(written):
    assert name_key(written) != name_key("Anne", "Durand")


def test_two_people_without_a_name_are_not_the_same_person():
    assert not same_person(address(firstName="", lastName=""), address(firstName="", lastName=""))
    assert same_person(address(), address(firstName="DURAND", lastName="anne"))


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (" Anne.Durand@Orange.FR ", "anne.durand@orange.fr"),
        ("mailto:a@b.fr", "a@b.fr"),
        ("<a@b.fr>", "a@b.fr"),
        ("anne @ orange.fr", "anne@orange.fr"),
        ("été@café.fr", "été@café.fr"),
        ("anne@orange", ""),
        ("anne", ""),
        ("a@b@c.fr", ""),
        ("a..b@c.fr", ""),
        ("x" * 300 + "@b.fr", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_an_email_is_normal_or_nothing(sent, expected):
    assert normalise_email(sent) == expected


@pytest.mark.parametrize(
    ("email", "relay"),
    [
        ("abc123@relay.example", True),
        ("x@ms.cdiscount.com", True),
        ("x@octopia-io.net", True),
        ("1a2b3c4d5e6f7a8b@mail.example", True),
        ("anne@orange.fr", False),
        ("relais.colis@orange.fr", False),
        ("anne@correlay.example", False),
        ("x@notcdiscount.com", False),
        ("", False),
        ("nonsense", False),
    ],
)
def test_relay_addresses_are_told_from_real_ones(email, relay):
    assert is_relay_email(email) is relay


def test_an_account_can_add_relay_domains():
    assert is_relay_email("x@hidden.example", ["hidden.example"])


@pytest.mark.parametrize(
    ("sent", "country", "expected"),
    [
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("06.12.34.56.78", "FR", "+33612345678"),
        ("+33 6 12 34 56 78", "FR", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "FR", "+33612345678"),
        ("+330612345678", "FR", "+33612345678"),
        ("0033612345678", "BE", "+33612345678"),
        ("33612345678", "FR", "+33612345678"),
        ("Tél. : 06 12 34 56 78", "FR", "+33612345678"),
        ("0612345678 / 0712345678", "FR", "+33612345678"),
        ("0692 12 34 56", "FR", "+262692123456"),
        ("0690123456", "FR", "+590690123456"),
        ("0694 12 34 56", "GF", "+594694123456"),
        ("0696123456", "MQ", "+596696123456"),
        ("06 12 34 56 78", "RE", "+33612345678"),
        ("+33 692 12 34 56", "RE", "+262692123456"),
        ("0033 6 92 12 34 56", "FR", "+262692123456"),
        ("87 12 34 56", "PF", "+68987123456"),
        ("76 54 32", "NC", "+687765432"),
        ("0470 12 34 56", "BE", "+32470123456"),
        ("612 345 678", "ES", "+34612345678"),
        ("030 123456", "DE", "030 123456"),
        ("612345678", "FR", "612345678"),
        ("12", "FR", "12"),
        ("+12", "FR", "+12"),
        ("voir avec le gardien", "FR", ""),
        ("", "FR", ""),
        (None, None, ""),
    ],
)
def test_phones_are_international_where_that_is_certain(sent, country, expected):
    assert normalise_phone(sent, country) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [("Mr", "mr"), ("M.", "mr"), ("MRS", "mrs"), ("Mme", "mrs"), ("Mlle", "miss"), ("Dr", ""), ("", ""), (None, "")],
)
def test_civilities_are_mapped(sent, expected):
    assert civility(sent) == expected


@pytest.mark.parametrize(
    ("sent", "country", "normal", "plausible"),
    [
        ("fr 40 303 265 045", "", "FR40303265045", True),
        ("FR40.303.265.045", "", "FR40303265045", True),
        ("FR41303265045", "", "FR41303265045", False),
        ("40303265045", "FR", "FR40303265045", True),
        ("40303265045", "IT", "40303265045", False),
        ("TVA FR40303265045", "", "FR40303265045", True),
        ("BE0123456789", "BE", "BE0123456789", True),
        ("GR123456789", "", "EL123456789", True),
        ("ESB12345678", "", "ESB12345678", True),
        ("DE12345", "", "DE12345", False),
        ("FR00000000000", "", "FR00000000000", False),
        ("N/A", "", "NA", False),
        ("", "", "", False),
        (None, "", "", False),
    ],
)
def test_vat_numbers_are_normal_and_judged(sent, country, normal, plausible):
    assert normalise_vat_number(sent, country) == normal
    assert plausible_vat_number(normal) is plausible


def test_a_place_is_the_same_however_it_is_written_and_whoever_lives_there():
    same = address(firstName="Paul", addressLine1="3, RUE des", addressLine2="lilas", city="BORDEAUX")
    assert place_key(address()) == place_key(same)
    assert place_key(address()) != place_key(address(addressLine1="4 rue des Lilas"))
    assert place_key(address()) != place_key(address(pickupId="12"))


def test_names_for_people_companies_and_pickup_points():
    assert person_name("<b>Anne</b>", "O&#39;Neil") == "Anne O'Neil"
    assert person_name("Durand", "DURAND") == "DURAND"
    assert len(person_name("x" * 200, "y" * 200)) == 128
    assert display_name(address(companyName="Acme SARL")) == "Acme SARL, Anne Durand"
    assert display_name(address()) == "Anne Durand"
    assert company_name(address(companyName="DURAND Anne")) == ""
    assert company_name(address(companyName="-")) == ""
    assert contact_name(address(firstName=None, lastName=None, companyName="Acme")) == "Acme"
    assert contact_name(address(firstName="-", lastName=".")) == "Bordeaux"
    assert pickup_label(address(pickupId="12", pickupName="Tabac")) == "Tabac (12)"
    assert pickup_label(address()) == ""


# ---------------------------------------------------------------- retry


@pytest.mark.parametrize(
    ("error", "retryable"),
    [
        (RateLimited(), True), (ServerError(), True), (NetworkError(), True), (OutcomeUnknown(), True),
        (InvalidRequest(), False), (CredentialsRefused(), False), (ValueError(), False), (None, False),
        ("wait", True), ("read_back", True), ("fix", False), ("stop", False), ("reauth", False),
    ],
)  # fmt: skip
def test_time_helps_only_some_errors(error, retryable):
    assert is_retryable(error) is retryable


def test_delays_double_up_to_the_cap_and_are_spread_over_all_of_it():
    rng = random.Random(1)
    for attempt, ceiling in ((1, 30), (2, 60), (4, 240), (50, 3600), (0, 30)):
        draws = [next_delay(attempt, "wait", rng) for _ in range(300)]
        assert 0 <= min(draws) < ceiling * 0.1
        assert ceiling * 0.9 < max(draws) <= ceiling


def test_what_the_marketplace_asks_for_is_the_least():
    rng = random.Random(1)
    assert all(600 <= next_delay(1, RateLimited(retry_after=600.0), rng) <= 630 for _ in range(100))
    assert next_delay(1, rng=rng, retry_after=7200, cap=3600) >= 7200


# ---------------------------------------------------------------- watermark


def test_a_poll_starts_an_hour_before_the_watermark():
    assert poll_from(NOW) == NOW - timedelta(minutes=60)
    assert poll_from(NOW, earliest=NOW - timedelta(minutes=5)) == NOW - timedelta(minutes=5)
    assert poll_from(None, earliest=NOW) == NOW
    assert poll_from(None) is None


def test_a_watermark_from_a_clock_that_was_ahead_does_not_blind_the_next_poll():
    ahead = NOW + timedelta(days=400)
    assert poll_from(ahead, now=NOW) == NOW - timedelta(minutes=60)
    assert next_watermark(ahead, [NOW - timedelta(hours=1)], now=NOW) == NOW


def test_the_watermark_never_goes_back_and_never_into_the_future():
    later = NOW + timedelta(minutes=1)
    assert next_watermark(NOW, [later, None, NOW - timedelta(days=1)]) == later
    assert next_watermark(NOW, []) == NOW
    assert next_watermark(None, [None]) is None
    assert next_watermark(NOW, [NOW - timedelta(days=1)]) == NOW
    assert next_watermark(NOW, [NOW + timedelta(days=365)], now=later) == later


# ---------------------------------------------------------------- fingerprint


def test_failures_of_one_cause_have_one_fingerprint():
    one = fingerprint(
        "tax_not_mapped", {"rate": "5.5", "country": "FR", "order_id": "A1", "detail": "order 26110217541ABC"}
    )
    same = fingerprint(
        "tax_not_mapped", {"country": "FR", "rate": "5.5", "order_id": "B2", "detail": "Order 9990217541XYZ"}
    )
    assert one == same
    assert len(one) == 16


@pytest.mark.parametrize(
    ("code", "params"),
    [
        ("tax_not_mapped", {"rate": "10", "country": "FR"}),
        ("tax_not_mapped", {"rate": "5.5", "country": "BE"}),
        ("sku_unknown", {"rate": "5.5", "country": "FR"}),
        ("tax_not_mapped", {"rate": "5.5", "country": "FR", "detail": "another story"}),
    ],
)
def test_another_cause_has_another_fingerprint(code, params):
    assert fingerprint(code, params) != fingerprint("tax_not_mapped", {"rate": "5.5", "country": "FR"})


def test_each_missing_thing_is_a_cause_of_its_own_whatever_numbers_it_has():
    rates = {fingerprint("held:tax_not_mapped", {"missing": f"{rate} % (FR)"}) for rate in ("5.5", "10", "20")}
    assert len(rates) == 3
    skus = {fingerprint("held:unknown_product", {"missing": f"CSM-{number}"}) for number in range(100)}
    assert len(skus) == 100


def test_words_of_odoo_are_one_cause_whatever_order_they_name():
    words = "Order {} of {}: the journal is missing"
    first = fingerprint("odoo_refused", {"text": words.format("S00238", "2026-11-23"), "operation": "order_build"})
    again = fingerprint("odoo_refused", {"text": words.format("S00911", "2026-11-24"), "operation": "order_build"})
    other = fingerprint("odoo_refused", {"text": "The fiscal year is closed", "operation": "order_build"})
    assert first == again != other
    assert first != fingerprint("odoo_refused", {"text": words.format("S1", "2026-11-23"), "operation": "order_pull"})


def test_a_fingerprint_is_the_same_in_every_process_and_release():
    assert fingerprint("sku_unknown", {"sku": "CSM-1"}) == "54ac21c04c7b26bb"
