"""Licence keys: what is genuine is read, what was touched is not, and where and until when a key is worth something."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.rules.licence import Licence, LicenceError, normal_domain, public_text, read_key, sign, state_of

PAIR = Ed25519PrivateKey.generate()
PUBLIC = public_text(PAIR)
LICENCE = Licence("A1", "Société Acmé", ("acme.example",), date(2026, 1, 1), date(2026, 12, 31))


def test_a_key_says_what_was_signed_also_after_an_e_mail_broke_its_line():
    key = sign(LICENCE, PAIR)
    assert read_key(key, [PUBLIC]) == LICENCE
    assert read_key(f"  {key[:40]}\r\n {key[40:]}\n", [PUBLIC]) == LICENCE
    assert read_key(key, ["AAAA", PUBLIC]) == LICENCE


def test_a_key_of_somebody_else_is_not_genuine():
    with pytest.raises(LicenceError) as caught:
        read_key(sign(LICENCE, Ed25519PrivateKey.generate()), [PUBLIC])
    assert caught.value.code == "signature"


def test_a_changed_domain_or_date_breaks_the_signature():
    prefix, said, signature = sign(LICENCE, PAIR).split(".")
    text = base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))
    for forged in (text.replace(b"acme.example", b"other.examp.fr"), text.replace(b"2026-12-31", b"2099-12-31")):
        assert forged != text
        said = base64.urlsafe_b64encode(forged).rstrip(b"=").decode()
        with pytest.raises(LicenceError) as caught:
            read_key(f"{prefix}.{said}.{signature}", [PUBLIC])
        assert caught.value.code == "signature"


@pytest.mark.parametrize(
    "text", ["", "x", "CSM1..", "CSM2.e30.AA", "CSM1.e30.AA", "CSM1.W10.AA", "CSM1.é.AA", "CSM1.bnVsbA.AA", "a.b.c.d"]
)
def test_what_is_no_key_is_called_so(text):
    with pytest.raises(LicenceError) as caught:
        read_key(text, [PUBLIC])
    assert caught.value.code == "format"


def test_half_a_key_is_not_a_key():
    key = sign(LICENCE, PAIR)
    for length in range(len(key)):
        with pytest.raises(LicenceError):
            read_key(key[:length], [PUBLIC])


def test_no_published_key_means_that_nothing_is_genuine():
    with pytest.raises(LicenceError):
        read_key(sign(LICENCE, PAIR), [])


@pytest.mark.parametrize(
    ("host", "day", "state"),
    [
        ("https://acme.example", date(2026, 12, 31), "active"),
        ("https://odoo.ACME.example:8443/web", date(2026, 6, 1), "active"),
        ("https://acme.example", date(2027, 1, 1), "expired"),
        ("https://notacme.example", date(2026, 6, 1), "other_domain"),
        ("https://acme.example.evil.fr", date(2026, 6, 1), "other_domain"),
        ("", date(2026, 6, 1), "other_domain"),
        ("http://localhost:8069", date(2026, 6, 1), "active"),
        ("http://127.0.0.1:8069", date(2026, 6, 1), "active"),
        ("http://[::1]:8069", date(2026, 6, 1), "active"),
        ("http://192.168.1.4", date(2026, 6, 1), "other_domain"),
    ],
)
def test_where_and_until_when(host, day, state):
    assert state_of(LICENCE, host, day) == state


def test_no_licence_is_a_state_of_its_own_and_no_end_means_for_good():
    assert state_of(None, "acme.example", date(2026, 1, 1)) == "none"
    assert state_of(replace(LICENCE, expires=None), "acme.example", date(2999, 1, 1)) == "active"


def test_domains_are_written_in_one_way():
    assert normal_domain("HTTPS://Bücher.Example./shop") == "xn--bcher-kva.example"
    licence = replace(LICENCE, domains=("https://Shop.acme.example/", "café.fr", "b.fr"))
    assert read_key(sign(licence, PAIR), [PUBLIC]).domains == ("shop.acme.example", "xn--caf-dma.fr", "b.fr")


@pytest.mark.parametrize(
    "change",
    [{"domains": ()}, {"domains": ("a.fr", "b.fr", "c.fr", "d.fr")}, {"licensee": " "}, {"expires": date(2025, 1, 1)}],
)
def test_a_licence_that_makes_no_sense_is_not_signed(change):
    with pytest.raises(ValueError, match="licence"):
        sign(replace(LICENCE, **change), PAIR)
