"""Global trade item numbers: EAN-8, UPC, EAN-13, GTIN-14 (GS1 General Specifications, check digit: section 7.9)."""

from __future__ import annotations

_SHORTEST = 8


def digits_of(value: object) -> str:
    """The digits of a GTIN as written, without blanks and hyphens; "" when anything else is in it."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value).strip().replace(" ", "").replace("-", "").replace("\u00a0", "")
    return text if text.isascii() and text.isdigit() else ""


def normalise(value: object) -> str:
    """14 digits, "" for what cannot be a GTIN: the same for every way to write one, so that two can be compared.

    Leading zeros do not count: a number lost them, a GTIN-13 in a GTIN-14 field has one more. The check digit is not
    looked at (``defect`` does): what somebody mistyped the same way on both sides still matches.
    """
    digits = digits_of(value).lstrip("0")
    return digits.zfill(14) if 0 < len(digits) <= 14 else ""


def sent(value: object) -> str:
    """As it is sent: 13 digits, or 14 for the GTIN of a case; "" for what is none."""
    digits = normalise(value)
    return digits[1:] if digits.startswith("0") else digits


def check_digit(digits: str) -> str:
    """The check digit that belongs behind ``digits``."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def defect(value: object) -> str:
    """What is wrong with a GTIN: ``missing``, ``not_digits``, ``length`` (8 to 14 digits), ``check_digit``,
    ``internal`` (a number for use inside a shop, which belongs to nobody); "" when nothing is.
    """
    if value is None or value is False or str(value).strip() == "":
        return "missing"
    digits = digits_of(value)
    if not digits:
        return "not_digits"
    number = normalise(value)
    if not number or len(digits) < _SHORTEST or len(digits.lstrip("0")) < _SHORTEST - 1:
        return "length"
    if check_digit(number[:-1]) != number[-1]:
        return "check_digit"
    # GS1 keeps 02, 04 and 20 to 29 (of 13 digits) for numbers that mean something in one shop only.
    if len(digits.lstrip("0")) > _SHORTEST and number[0] == "0" and (number[1] == "2" or number[1:3] in ("02", "04")):
        return "internal"
    return ""
