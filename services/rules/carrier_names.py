"""Which carrier of the marketplace an Odoo delivery method means, by its name."""

from __future__ import annotations

from collections.abc import Iterable

from ..text import key

# Offers of La Poste and others that carry their own names; each begins with what the marketplace calls them.
_MEANS = {
    "colissimo": "Colissimo",
    "chronopost": "Chronopost",
    "chrono 13": "Chronopost",
    "chrono 10": "Chronopost",
    "lettre suivie": "La Poste",
    "lettre max": "La Poste",
    "laposte": "La Poste",
    "point relais": "Mondial Relay",
    "mondial relais": "Mondial Relay",
    "colis prive": "Colis Privé",
    "dhl express": "DHL",
    "fedex": "FedEx",
}


def propose_carrier(name: str, labels: Iterable[str]) -> str:
    """The label that a delivery method's name contains, the longest of several; "" when there is none.

    Whole words only, without case and accents: "GLS France 24h" means GLS, "Flexidelivery" is not "Fle".
    """
    labels = tuple(dict.fromkeys(label for label in labels if label.strip()))
    words = f" {key(name)} "
    found = [label for label in labels if key(label) and f" {key(label)} " in words]
    if found:
        return max(found, key=lambda label: (len(key(label)), label))
    for begin, label in _MEANS.items():
        if f" {begin} " in words and label in labels:
            return label
    return ""


def tracking_address(pattern: str, number: str) -> str:
    """The tracking address of a parcel: ``{number}`` in the pattern is replaced; "" without pattern or number."""
    if not pattern or not number:
        return ""
    return pattern.replace("{number}", number)
