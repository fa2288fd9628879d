"""Who bought: keys to match people by, and names, phones and VAT numbers in the form Odoo wants them.

Nothing here decides that two customers are one; it only makes two ways of writing the same thing equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..payloads.address import Address
from ..text import key, plain, shorten
from .vat_number import normalise_vat_number, plausible_vat_number

__all__ = [
    "CIVILITIES",
    "civility",
    "company_name",
    "contact_name",
    "display_name",
    "is_relay_email",
    "name_key",
    "normalise_email",
    "normalise_phone",
    "normalise_vat_number",
    "person_name",
    "pickup_label",
    "place_key",
    "plausible_vat_number",
    "same_person",
]

NAME_LIMIT = 128
STREET_LIMIT = 128

# The marketplace's own hosts, and words that marketplaces put into the domain of an address that only forwards.
_RELAY_DOMAINS = ("cdiscount.com", "octopia.com", "octopia-io.net", "clemarche.com")
_RELAY_WORDS = re.compile(r"(?:^|[.-])(?:relay|relais|marketplace|anonym\w*|proxy-?mail|noreply|no-reply)(?:[.-]|$)")
_GENERATED = re.compile(r"(?:[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.I)
_EMAIL = re.compile(r"[^@\s<>()\[\],;:\"]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}")

# For Odoo's own titles: mr, mrs (Madame), miss (kept apart because old orders have it).
CIVILITIES = {
    "mr": "mr", "m": "mr", "mister": "mr", "monsieur": "mr", "sir": "mr", "herr": "mr", "sr": "mr", "senor": "mr",
    "mrs": "mrs", "ms": "mrs", "mme": "mrs", "madame": "mrs", "madam": "mrs", "frau": "mrs", "sra": "mrs",
    "senora": "mrs",
    "miss": "miss", "mlle": "miss", "mademoiselle": "miss", "melle": "miss",
}  # fmt: skip
_TITLES = frozenset({"m", "mr", "mme", "mlle", "melle", "mrs", "ms", "monsieur", "madame", "mademoiselle"})

# French numbers that belong to another country code: overseas departments, fixed and mobile.
_OVERSEAS = {
    "0262": "262", "0263": "262", "0269": "262", "0639": "262", "0692": "262", "0693": "262",
    "0590": "590", "0690": "590", "0691": "590",
    "0594": "594", "0694": "594",
    "0596": "596", "0696": "596", "0697": "596",
}  # fmt: skip
# Where people dial ten digits as in France, so that the digits tell whether the number is of the island or of Paris.
_DIALS_FRENCH = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT", "BL", "MF"})
_SEVERAL = re.compile(r"[/;,|]|\bou\b|\bor\b")
_LABEL = re.compile(r"^(?:t[eé]l(?:[eé]phone)?|mob(?:ile)?|portable|fixe|gsm|phone)\b[\s.:]*", re.I)
# National prefix that is dropped in the international form ("" where there is none), and length without it.
_NATIONAL = {
    "FR": ("33", "0", (9,)), "MC": ("377", "", (8, 9)), "BE": ("32", "0", (8, 9)), "LU": ("352", "", (8, 9)),
    "ES": ("34", "", (9,)), "PT": ("351", "", (9,)), "GP": ("590", "0", (9,)), "MQ": ("596", "0", (9,)),
    "GF": ("594", "0", (9,)), "RE": ("262", "0", (9,)), "YT": ("262", "0", (9,)), "BL": ("590", "0", (9,)),
    "MF": ("590", "0", (9,)), "NC": ("687", "", (6,)), "PF": ("689", "", (8,)), "PM": ("508", "", (6,)),
}  # fmt: skip


def name_key(*parts: str) -> str:
    """Key of a person or company: case, accents, punctuation, order of the words and titles do not matter."""
    words = [word for word in key(" ".join(part or "" for part in parts)).split() if word not in _TITLES]
    return " ".join(sorted(words))


def same_person(one: Address, other: Address) -> bool:
    """Whether two addresses name the same person: equal keys that are not empty."""
    first = name_key(one.full_name)
    return bool(first) and first == name_key(other.full_name)


def place_key(address: Address) -> str:
    """Key of a place, whoever lives there: case, accents, punctuation and the split over lines do not matter."""
    parts = (
        f"{address.line1} {address.line2} {address.line3}",
        address.postal_code,
        address.city,
        address.country_code,
        address.pickup_id,
    )
    return "|".join(key(part).replace(" ", "") for part in parts)


def normalise_email(email: str) -> str:
    """Lower case, without ``mailto:`` and blanks; "" when it is no e-mail address."""
    found = plain(email or "").replace(" ", "").strip("<>.,;").lower().removeprefix("mailto:")
    return found if len(found) <= 254 and _EMAIL.fullmatch(found) and ".." not in found else ""


def is_relay_email(email: str, more_domains: Iterable[str] = ()) -> bool:
    """Whether an address only forwards for the marketplace, so that two people may share it and one may have many.

    The marketplace's domains are not documented: besides its own hosts, domains with a telling word and generated local
    parts count. ``more_domains`` adds what an account has learnt.
    """
    local, _at, domain = normalise_email(email).partition("@")
    if not domain:
        return False
    if any(domain == relay or domain.endswith(f".{relay}") for relay in (*_RELAY_DOMAINS, *more_domains)):
        return True
    return bool(_RELAY_WORDS.search(domain) or _GENERATED.fullmatch(local))


def normalise_phone(phone: str, country_code: str = "FR") -> str:
    """E.164 (``+33612345678``) where it is unambiguous, otherwise the number as it was, cleaned; "" without digits.

    A number with ``+`` or ``00`` is international whatever the country; a national one is completed for France and
    neighbours whose rules are plain. Of two numbers in one field the first that is complete wins.
    """
    whole = plain(phone or "")[:60]
    for part in (whole, *_SEVERAL.split(whole)):
        found = _one_phone(_LABEL.sub("", part.strip()), (country_code or "").upper())
        if found.startswith("+"):
            return found
    return whole if re.search(r"\d", whole) else ""


def _one_phone(shown: str, country: str) -> str:
    # "+33 (0)6 12 ...": the zero in brackets is for people who call from inside the country.
    compact = re.sub(r"[^\d+]", "", re.sub(r"\(\s*0\s*\)", "", shown))
    if compact.startswith("00"):
        compact = "+" + compact[2:]
    if compact.startswith("+"):
        digits = compact[1:].replace("+", "")
        if digits.startswith("330") and len(digits) == 12:
            digits = "33" + digits[3:]
        if len(digits) == 11 and digits.startswith("33") and (overseas := _OVERSEAS.get(f"0{digits[2:5]}")):
            # "+33 692 12 34 56" is how a number of Reunion ends up when a form puts France before it.
            digits = overseas + digits[2:]
        return f"+{digits}" if 8 <= len(digits) <= 15 and not digits.startswith("0") else shown.lstrip("+")
    if "+" in compact or re.search(r"[^\W\d_]", shown):
        return shown
    if country == "FR" and len(compact) == 11 and compact.startswith("33"):
        return f"+{compact}"
    rule = _NATIONAL.get(country)
    if not rule:
        return shown
    code, trunk, lengths = rule
    if trunk and not compact.startswith(trunk):
        return shown
    rest = compact.removeprefix(trunk)
    if len(rest) not in lengths or rest.startswith("0"):
        return shown
    if country in _DIALS_FRENCH:
        code = _OVERSEAS.get(compact[:4], "33")
    return f"+{code}{rest}"


def civility(value: str) -> str:
    """``mr``, ``mrs``, ``miss`` or "" for what the marketplace sends (Mr, Mrs, MME, "M.", Madame, ...)."""
    return CIVILITIES.get(key(value or "").replace(" ", ""), "")


def person_name(first_name: str, last_name: str, limit: int = NAME_LIMIT) -> str:
    """First and last name in one line without HTML; a last name that repeats the first is written once."""
    first, last = plain(first_name or ""), plain(last_name or "")
    if key(first) and key(first) == key(last):
        first = ""
    return shorten(f"{first} {last}".strip(), limit)


def company_name(address: Address, limit: int = NAME_LIMIT) -> str:
    """The company of an address, "" when there is none or it only repeats the person."""
    name = plain(address.company)
    person = name_key(address.full_name)
    return "" if not key(name) or (person and name_key(name) == person) else shorten(name, limit)


def contact_name(address: Address, limit: int = NAME_LIMIT) -> str:
    """The person of an address, or its company, or its pickup point, or its city: a contact needs some name."""
    for name in (
        person_name(address.first_name, address.last_name),
        address.company,
        address.pickup_name,
        address.city,
    ):
        if key(name):
            return shorten(plain(name), limit)
    return ""


def display_name(address: Address, limit: int = NAME_LIMIT) -> str:
    """``Company, Person`` as on a parcel; one of them when there is only one."""
    person, company = person_name(address.first_name, address.last_name), company_name(address)
    return shorten(", ".join(part for part in (company, person) if part), limit) or contact_name(address, limit)


def pickup_label(address: Address, limit: int = NAME_LIMIT) -> str:
    """``Name (id)`` of a pickup point, "" when it is none."""
    if not address.pickup_id:
        return shorten(address.pickup_name, limit)
    return shorten(f"{address.pickup_name or 'Point relais'} ({address.pickup_id})", limit)
