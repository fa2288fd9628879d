"""What a caller may ask of a generated order; whatever is left open, chance and the scenario decide."""

from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation

from ..clock import parse_time
from .pricing import VAT_BY_COUNTRY
from .scenarios import SCENARIOS

READINGS = ("line", "unit", "mixed")
LINE_KEYS = frozenset(
    {
        "sku",
        "gtin",
        "title",
        "quantity",
        "unit_price",
        "selling_unit_price",
        "shipping",
        "vat_rate",
        "status",
        "condition",
        "supply_mode",
        "eco_tax",
    }
)


@dataclass
class Wish:
    """``lines`` is a number of lines or a list of dicts with ``LINE_KEYS`` (prices in euros, VAT rate in percent)."""

    scenario: str = "plain"
    status: str = "InPreparation"
    lines: object = None
    country: object = None
    sku: object = None
    quantity: object = None
    business: object = None
    channel: object = None
    supply_mode: object = None
    customer: object = None
    pickup: object = None
    purchased_at: object = None
    updated_at: object = None
    service_fee: object = None
    shipping_reading: object = None
    cancelled_in_header: object = None
    order_id: object = None


WISH_KEYS = frozenset(field.name for field in fields(Wish))


def _cents(value, what):
    try:
        amount = Decimal(str(value))
        cents = int(amount.scaleb(2))
        if cents < 0 or Decimal(cents) != amount.scaleb(2):
            raise ValueError
    except (InvalidOperation, ValueError, OverflowError):
        raise ValueError(f"{what} must be an amount in euros with at most two decimals, not {value!r}.") from None
    return cents


def _tenths(value):
    try:
        tenths = Decimal(str(value)) * 10
        if tenths != tenths.to_integral_value() or not 0 <= tenths <= 1000:
            raise ValueError
    except (InvalidOperation, ValueError):
        raise ValueError(f"vat_rate must be a percentage with at most one decimal, not {value!r}.") from None
    return int(tenths)


def _line(asked) -> dict:
    if not isinstance(asked, dict):
        raise ValueError(f"A line is an object with some of {', '.join(sorted(LINE_KEYS))}.")
    unknown = set(asked) - LINE_KEYS
    if unknown:
        raise ValueError(f"Unknown line key {sorted(unknown)[0]!r}; known are {', '.join(sorted(LINE_KEYS))}.")
    for key, value in asked.items():
        if value is None and key not in ("gtin", "title"):
            raise ValueError(f"{key} of a line cannot be null; leave it out.")
    line = dict(asked)
    for key in ("unit_price", "selling_unit_price", "shipping", "eco_tax"):
        if line.get(key) is not None:
            line[key] = _cents(line[key], key)
    if line.get("vat_rate") is not None:
        line["vat_rate"] = _tenths(line["vat_rate"])
    quantity = line.get("quantity", 1)
    if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
        raise ValueError(f"quantity must be a whole number from 1, not {quantity!r}.")
    return line


def parse_wish(body: dict) -> Wish:
    """Wish of a control body. Raises ``ValueError`` with a sentence that names the key."""
    unknown = set(body) - WISH_KEYS
    if unknown:
        raise ValueError(f"Unknown key {sorted(unknown)[0]!r}; known are {', '.join(sorted(WISH_KEYS))}.")
    wish = Wish(**body)
    if wish.scenario not in SCENARIOS:
        raise ValueError(f"There is no scenario {wish.scenario!r}; known are {', '.join(SCENARIOS)}.")
    if not isinstance(wish.status, str) or not wish.status:
        raise ValueError("status must be a text.")
    if wish.country not in (None, "EU") and wish.country not in VAT_BY_COUNTRY:
        raise ValueError(f"country is one of {', '.join(VAT_BY_COUNTRY)} or EU, not {wish.country!r}.")
    if wish.shipping_reading not in (None, *READINGS):
        raise ValueError(f"shipping_reading is one of {', '.join(READINGS)}, not {wish.shipping_reading!r}.")
    if isinstance(wish.lines, list):
        if not wish.lines:
            raise ValueError("lines must hold at least one line.")
        wish.lines = [_line(line) for line in wish.lines]
    elif wish.lines is not None and (isinstance(wish.lines, bool) or not isinstance(wish.lines, int) or wish.lines < 1):
        raise ValueError(f"lines is a number from 1 or a list of lines, not {wish.lines!r}.")
    if wish.quantity is not None:
        _line({"quantity": wish.quantity})
    if wish.service_fee is not None:
        wish.service_fee = _cents(wish.service_fee, "service_fee")
    for key in ("purchased_at", "updated_at"):
        if getattr(wish, key) is not None:
            setattr(wish, key, parse_time(getattr(wish, key)))
    return wish
