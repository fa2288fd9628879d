"""What an offer request must be (contract §4.2). ``read_request`` gives the changes it asks for, or its defects."""

import re
from decimal import Decimal

from ..generator.numbers import gtin13
from ..tables import words
from .offer import HEAVY, HEAVY_MODES

# New, the names of the older interface and the one seen in JSON: the spelling of used conditions is open (§13 no. 2)
CONDITIONS = frozenset(
    words("New|Refurbished|LikeNew|VeryGoodState|GoodState|AverageState|UsedLikeNew|UsedVeryGood|UsedGood")
)
LEGACY_CODES = {"STD": "NTHD", "TRK": "THD", "REG": "SHD", "EXP": "EHD", "LV1": "FDHD", "LV2": "SRHD", "LV3": "WSHD"}
LEGACY_CODES.update(RIM="ImmediateVendorPickup", REL="PPMR")
CODES = frozenset(LEGACY_CODES.values())
_REFERENCE = re.compile(r"[^\s<>&\"|;,*%]([^<>&\"|;,*%\n\t]{0,48}[^\s<>&\"|;,*%])?\Z")
TAXES = {"vat": "1007", "ecotax": "1008", "deatax": "1031"}
_TAX_FORMATS = {"vat": "1107", "ecotax": "1108", "deatax": "1131"}
_STRICT_NAMES = {"value": ("VAT", "Ecotax", "Deatax"), "typed": ("vat", "ecoTax", "deaTax")}


def cents(value):
    """Whole cents of a JSON number, ``None`` when it is none or finer than a cent."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    amount = Decimal(value) * 100
    return int(amount) if amount == amount.to_integral_value() and abs(amount) < 10**10 else None


def normal_gtin(value):
    """Thirteen digits (or fourteen), ``None`` when the value is no GTIN. Its check digit is not looked at."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    text = str(value).strip()
    if not text.isascii() or not text.isdigit() or len(text) > 14:
        return None
    text = text.lstrip("0")
    return text.zfill(13) if text else None


def good_check_digit(gtin) -> bool:
    return len(gtin) == 14 or gtin13(gtin[:12]) == gtin


class Changes(dict):
    """Fields to write on the offer (``pieces`` among them), and the defects found on the way."""

    def __init__(self):
        super().__init__()
        self.defects = []

    def refuse(self, code):
        if code not in self.defects:
            self.defects.append(code)


def read_request(request, kind, settings) -> Changes:
    """``kind`` is Upsert or Update; what an Update does not name is not among the changes."""
    changes = Changes()
    full = kind == "Upsert"
    if not _REFERENCE.match(request["sellerExternalReference"]):
        changes.refuse("1203")
    _product(changes, request, full)
    _condition(changes, request, full)
    _price(changes, request, full, settings)
    _quantity(changes, request, full)
    _preparation(changes, request, full)
    _modes(changes, request, full, settings)
    if "comments" in request or "comment" in request:
        changes["comments"] = request.get("comments", request.get("comment"))
    return changes


def _product(changes, request, full):
    product = request.get("product")
    if not isinstance(product, dict):
        if full or product is not None:
            changes.refuse("1001")
        return
    gtin = product.get("gtin")
    if gtin not in (None, ""):
        known = normal_gtin(gtin)
        if known is None:
            changes.refuse("1101")
        elif not good_check_digit(known):
            changes.refuse("1601")
        else:
            changes["gtin"] = known
    elif product.get("reference"):
        changes["product_reference"] = str(product["reference"])
    elif full:
        changes.refuse("1001")


def _condition(changes, request, full):
    value = request.get("condition")
    if value is None:
        if full:
            changes.refuse("1002")
    elif value not in CONDITIONS:
        changes.refuse("1302")
    else:
        changes["condition"] = value


def _price(changes, request, full, settings):
    price = request.get("price")
    if price is None and not full:
        return
    if not isinstance(price, dict) or price.get("price") is None:
        changes.refuse("1006")
        return
    amount = cents(price["price"])
    if amount is None:
        changes.refuse("1106")
    elif amount <= 0:
        changes.refuse("1906")
    else:
        changes["price"] = amount
    if price.get("currencyCode", "EUR") != "EUR":
        changes.refuse("1306")
    _origin(changes, price, amount)
    if price.get("taxes") is None and not full and settings.bare_price_accepted:
        return
    _taxes(changes, price.get("taxes"), settings)


def _origin(changes, price, amount):
    # A price without a strike price ends the strike price: the price block is replaced as a whole
    changes["origin"] = None
    if price.get("originPrice") is None:
        return
    origin = cents(price["originPrice"])
    if origin is None:
        changes.refuse("1118")
    elif amount is not None and origin <= amount:
        changes.refuse("2318")
    else:
        changes["origin"] = origin


def _taxes(changes, taxes, settings):
    rows = [row for row in taxes if isinstance(row, dict)] if isinstance(taxes, list) else []
    found = {str(row.get("code", "")).lower(): row for row in rows}
    strict = _STRICT_NAMES.get(settings.offer_taxes)
    for place, (name, missing) in enumerate(TAXES.items()):
        row = found.get(name)
        if row is None or row.get("value") is None or (strict and row.get("code") != strict[place]):
            changes.refuse(missing)
            continue
        value = _tax_value(name, row, settings.offer_taxes)
        if value is None:
            changes.refuse(_TAX_FORMATS[name])
        else:
            changes[{"vat": "vat", "ecotax": "eco", "deatax": "dea"}[name]] = value


def _tax_value(name, row, mode):
    """Cents of an amount, tenths of a percent of a VAT rate; ``None`` when it cannot be told."""
    value, kind = row["value"], row.get("type")
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or value < 0:
        return None
    if mode == "typed" and kind != ("Rate" if name == "vat" else "Amount"):
        return None
    if name != "vat":
        return cents(value)
    fraction = kind is not None and str(kind).lower() == "rate" and value < 1
    # 0.2 without a type is a fifth of a percent; with the strict mode it is taken for the mistake it is
    if (mode == "typed" and value >= 1) or (mode == "value" and 0 < value < 1):
        return None
    tenths = Decimal(value) * (1000 if fraction or mode == "typed" else 10)
    return int(tenths) if tenths == tenths.to_integral_value() and tenths <= 1000 else None


def _whole(changes, request, key, full, codes, low, high):
    """A whole number from ``low`` to ``high``; ``codes``: required, format, out of range."""
    value = request.get(key)
    if value is None:
        if full:
            changes.refuse(codes[0])
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        changes.refuse(codes[1])
        return None
    if not low <= value <= high:
        changes.refuse(codes[2])
        return None
    return value


def _quantity(changes, request, full):
    value = _whole(changes, request, "quantity", full, ("1005", "1105", "1705"), 0, 9_999_999)
    if value is not None:
        changes["pieces"] = value


def _preparation(changes, request, full):
    value = _whole(changes, request, "preparationTime", full, ("1009", "1109", "1709"), 0, 60)
    if value is not None:
        changes["preparation"] = value


def _modes(changes, request, full, settings):
    rows = request.get("deliveryModes")
    if rows is None and not full:
        return
    if not isinstance(rows, list) or not rows:
        changes.refuse("1012")
        return
    modes = []
    for row in rows:
        row = row if isinstance(row, dict) else {}
        code = row.get("code")
        if settings.delivery_codes == "any":
            code = LEGACY_CODES.get(code, code)
        cost, extra = cents(row.get("cost")), row.get("additionalCost")
        added = None if extra is None else cents(extra)
        if code not in CODES or code in [mode[0] for mode in modes]:
            changes.refuse("1312")
        elif code not in settings.enabled_delivery_modes:
            changes.refuse("4012")
        elif cost is None or cost < 0 or (extra is not None and (added is None or added < 0)):
            changes.refuse("1111")
        else:
            modes.append((code, cost, added))
    changes["modes"] = modes


def modes_fit(modes, weight):
    """``None``, or the code of what is wrong with the modes for a product of that weight."""
    codes = {mode[0] for mode in modes}
    if weight > HEAVY:
        return None if codes and codes <= HEAVY_MODES else "4824"
    if "THD" not in codes:
        return "1012"
    return "4824" if codes & HEAVY_MODES else None
