"""Numbers with a check digit: GTIN-13, SIREN and the VAT numbers of the countries whose check is simple."""


def gtin13(twelve: str) -> str:
    """The twelve digits with their GTIN-13 check digit."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return twelve + str(-total % 10)


def luhn_digit(digits: str) -> int:
    """The digit that makes ``digits`` + it pass the Luhn check."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def _digits(rng, count) -> str:
    return "".join(rng.choices("0123456789", k=count))


def siren(rng) -> str:
    body = rng.choice("345789") + _digits(rng, 7)
    return body + str(luhn_digit(body))


def french_vat(siren_number: str) -> str:
    """FR + key + SIREN, key = (12 + 3 * (SIREN mod 97)) mod 97."""
    return f"FR{(12 + 3 * (int(siren_number) % 97)) % 97:02d}{siren_number}"


def _belgian(rng):
    body = "0" + rng.choice("4567") + _digits(rng, 6)
    return f"BE{body}{97 - int(body) % 97:02d}"


def _german(rng):
    # ISO 7064 mod 11,10
    body = rng.choice("123456789") + _digits(rng, 7)
    product = 10
    for char in body:
        total = (int(char) + product) % 10 or 10
        product = total * 2 % 11
    return f"DE{body}{(11 - product) % 10}"


def _italian(rng):
    body = f"{rng.randrange(1, 9_999_999):07d}{rng.randrange(1, 101):03d}"
    return f"IT{body}{luhn_digit(body)}"


def _spanish(rng):
    # A company (letter B) ends in a digit
    body = f"{rng.randrange(1, 53):02d}{_digits(rng, 5)}"
    return f"ESB{body}{luhn_digit(body)}"


def _luxembourgish(rng):
    body = rng.choice("12") + _digits(rng, 5)
    return f"LU{body}{int(body) % 89:02d}"


VAT_MAKERS = {
    "FR": lambda rng: french_vat(siren(rng)),
    "BE": _belgian,
    "DE": _german,
    "IT": _italian,
    "ES": _spanish,
    "LU": _luxembourgish,
}


def vat_number(rng, country):
    """A VAT number that passes its country's check, or ``None`` where the check is not simple."""
    maker = VAT_MAKERS.get(country)
    return maker(rng) if maker else None
