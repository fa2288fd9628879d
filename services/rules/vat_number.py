"""VAT numbers of companies: one way to write them, and whether one can be right at all."""

from __future__ import annotations

import re

from ..text import plain

# Form after the country letters, by the EU's own table of structures.
_FORMS = {
    "AT": r"U\d{8}", "BE": r"[01]?\d{9}", "BG": r"\d{9,10}", "CY": r"\d{8}[A-Z]", "CZ": r"\d{8,10}", "DE": r"\d{9}",
    "DK": r"\d{8}", "EE": r"\d{9}", "EL": r"\d{9}", "ES": r"[A-Z0-9]\d{7}[A-Z0-9]", "FI": r"\d{8}",
    "FR": r"[A-HJ-NP-Z0-9]{2}\d{9}", "HR": r"\d{11}", "HU": r"\d{8}", "IE": r"\d[A-Z0-9+*]\d{5}[A-Z]{1,2}",
    "IT": r"\d{11}", "LT": r"(?:\d{9}|\d{12})", "LU": r"\d{8}", "LV": r"\d{11}", "MT": r"\d{8}",
    "NL": r"[A-Z0-9+*]{12}", "PL": r"\d{10}", "PT": r"\d{9}", "RO": r"\d{2,10}", "SE": r"\d{12}", "SI": r"\d{8}",
    "SK": r"\d{10}", "CH": r"E?\d{9}(?:MWST|TVA|IVA)?",
    "GB": r"(?:\d{9}|\d{12}|GD\d{3}|HA\d{3})", "XI": r"(?:\d{9}|\d{12}|GD\d{3}|HA\d{3})",
}  # fmt: skip


def normalise_vat_number(number: str, country_code: str = "") -> str:
    """Upper case without blanks, dots and dashes; "" when nothing is left.

    A French number without its letters gets them when ``country_code`` says France (Monaco shares them) and its key
    fits: eleven digits alone could be anything.
    """
    found = re.sub(r"[^A-Z0-9+*]", "", plain(number or "").upper())
    if found.startswith("TVA") and len(found) > 10:
        found = found[3:]
    if found.startswith("GR") and found[2:].isdigit():
        found = f"EL{found[2:]}"
    if re.fullmatch(r"\d{11}", found) and country_code.upper() in ("FR", "MC") and _french_key_fits(found):
        found = f"FR{found}"
    return found[:20]


def plausible_vat_number(number: str) -> bool:
    """Whether a number has the form of its country, and for France whether its key fits its SIREN.

    A number of a country without a known form is not plausible: a wrong one on an invoice costs more than a missing
    one.
    """
    found = normalise_vat_number(number)
    form = _FORMS.get(found[:2])
    if not form or not re.fullmatch(form, found[2:]) or not re.search(r"[1-9]", found[2:]):
        return False
    return _french_key_fits(found[2:]) if found.startswith("FR") else True


def _french_key_fits(rest: str) -> bool:
    """Key and SIREN of a French number. Keys with letters are newer and have no public formula: taken as they are."""
    check, siren = rest[:2], rest[2:]
    if not check.isdigit():
        return True
    return int(check) == (12 + 3 * (int(siren) % 97)) % 97
