"""Which carrier of the marketplace a delivery method's name means."""

import pytest

from services.rules.carrier_names import propose_carrier, tracking_address

LABELS = ("La Poste", "Colissimo", "Chronopost", "DPD", "GLS", "Mondial Relay", "Colis Privé", "autre")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("GLS France 24h", "GLS"),
        ("Colissimo domicile avec signature", "Colissimo"),
        ("MONDIAL RELAY - point relais", "Mondial Relay"),
        ("Livraison en point relais", "Mondial Relay"),
        ("Colis prive", "Colis Privé"),
        ("Chrono 13", "Chronopost"),
        ("Flexi DPDX", ""),
        ("Retrait magasin", ""),
        ("", ""),
    ],
)
def test_the_longest_name_that_is_in_it(name, label):
    assert propose_carrier(name, LABELS) == label


def test_nothing_is_proposed_that_the_marketplace_does_not_list():
    assert propose_carrier("Chrono 13", ("GLS",)) == ""


def test_the_tracking_number_goes_into_the_address():
    assert tracking_address("https://x.example/{number}", "6A1") == "https://x.example/6A1"
    assert tracking_address("", "6A1") == ""
    assert tracking_address("https://x.example/{number}", "") == ""
