"""A postal address with the person or company behind it, and a pickup point where there is one (contract §3.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from ..text import key, plain
from .read import identifier, text

# What is sent instead of the ISO 3166 two-letter code now and then.
_COUNTRY_ALIASES = {
    "UK": "GB", "EL": "GR", "FX": "FR",
    "FRA": "FR", "BEL": "BE", "LUX": "LU", "DEU": "DE", "ESP": "ES", "ITA": "IT", "PRT": "PT", "NLD": "NL", "AUT": "AT",
    "GBR": "GB", "IRL": "IE", "CHE": "CH", "MCO": "MC", "POL": "PL", "CZE": "CZ", "SVK": "SK", "HUN": "HU", "ROU": "RO",
    "BGR": "BG", "GRC": "GR", "HRV": "HR", "SVN": "SI", "EST": "EE", "LVA": "LV", "LTU": "LT", "FIN": "FI", "SWE": "SE",
    "DNK": "DK", "NOR": "NO", "CYP": "CY", "MLT": "MT", "GLP": "GP", "MTQ": "MQ", "GUF": "GF", "REU": "RE", "MYT": "YT",
    "FRANCE": "FR", "BELGIQUE": "BE", "BELGIUM": "BE", "LUXEMBOURG": "LU", "ALLEMAGNE": "DE", "GERMANY": "DE",
    "ESPAGNE": "ES", "SPAIN": "ES", "ITALIE": "IT", "ITALY": "IT", "PORTUGAL": "PT", "PAYS-BAS": "NL", "MONACO": "MC",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """All fields are clean one-line text, "" when absent. ``country_code`` is upper case, ISO 3166 where recognised."""

    civility: str = ""
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    vat_number: str = ""
    line1: str = ""
    line2: str = ""
    line3: str = ""
    postal_code: str = ""
    city: str = ""
    state: str = ""
    country_code: str = ""
    phone: str = ""
    email: str = ""
    pickup_id: str = ""
    pickup_name: str = ""

    @classmethod
    def parse(cls, raw: Mapping) -> Address:
        country = plain(text(raw, "countryCode", "country", limit=60)).upper()
        return cls(
            civility=_name(raw, "civility", "title"),
            first_name=_name(raw, "firstName"),
            last_name=_name(raw, "lastName"),
            company=_name(raw, "companyName", "company"),
            vat_number=_name(raw, "companyVatNumber", "vatNumber"),
            line1=_name(raw, "addressLine1", "address1", "street"),
            line2=_name(raw, "addressLine2", "address2"),
            line3=_name(raw, "addressLine3", "address3"),
            postal_code=_name(raw, "postalCode", "zipCode"),
            city=_name(raw, "city"),
            state=_name(raw, "stateOrRegion", "state"),
            country_code=_COUNTRY_ALIASES.get(country, country),
            phone=_name(raw, "phone", "mobilePhone", "phoneNumber"),
            email=_name(raw, "email").replace(" ", ""),
            pickup_id=identifier(raw, "pickupId"),
            pickup_name=_name(raw, "pickupName"),
        )

    @property
    def full_name(self) -> str:
        """First and last name in one line, "" when the address has none."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_empty(self) -> bool:
        """True when no parcel could be sent here and nobody is named."""
        return not any((self.full_name, self.company, self.line1, self.line2, self.line3, self.city, self.postal_code))

    def digest(self) -> str:
        """Stable key of who receives where: the same for other case, accents, punctuation, spaces, order of names and
        split over the three lines. Civility, phone, e-mail and region do not count: they change without a move.
        """
        who = " ".join(sorted(key(f"{self.full_name} {self.company}").split()))
        where = key(f"{self.line1} {self.line2} {self.line3}").replace(" ", "")
        parts = (
            who,
            where,
            key(self.postal_code).replace(" ", ""),
            key(self.city).replace(" ", ""),
            self.country_code.strip().upper(),
            key(self.pickup_id).replace(" ", ""),
        )
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def _name(raw: Mapping, *names: str) -> str:
    """Typed by people, sent through several shops: entities and tags are taken out."""
    return plain(text(raw, *names))
