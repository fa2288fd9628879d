"""Amounts of a line and of an order, in whole cents until the last moment."""

from decimal import Decimal, InvalidOperation
from functools import lru_cache

from ..jsonio import as_object, objects_of

# VAT of each country by the French rate of the product, in tenths of a percent: rates that a French seller under the
# one-stop shop finds in Odoo's l10n_eu_oss; any other can be asked for with the vat_rate of a line
VAT_BY_COUNTRY = {
    "FR": {200: 200, 100: 100, 55: 55, 21: 21},
    "BE": {200: 210, 100: 60, 55: 60, 21: 60},
    "DE": {200: 190, 100: 70, 55: 70, 21: 70},
    "ES": {200: 210, 100: 100, 55: 40, 21: 40},
    "IT": {200: 220, 100: 100, 55: 40, 21: 40},
    "LU": {200: 170, 100: 80, 55: 80, 21: 80},
    "NL": {200: 210, 100: 90, 55: 90, 21: 90},
    "PT": {200: 230, 100: 60, 55: 60, 21: 60},
}
DEAD = frozenset({"Cancelled", "Refused", "Rejected"})
# A customer who asked to cancel a line is not to be sent it (design, status table); the marketplace still counts it
NOT_SOLD = DEAD | {"CancelRequest"}


@lru_cache(maxsize=65536)  # the same few thousand amounts over and over
def euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


@lru_cache(maxsize=1024)
def rate(tenths: int) -> Decimal:
    return Decimal(tenths).scaleb(-1)


def vat_inside(cents: int, tenths: int) -> int:
    """VAT contained in ``cents`` at ``tenths`` of a percent, rounded half up (refunds do not occur here)."""
    base = 1000 + tenths
    return (2 * cents * tenths + base) // (2 * base)


def vat_rate(country, french_tenths) -> int:
    return VAT_BY_COUNTRY.get(country, VAT_BY_COUNTRY["FR"]).get(french_tenths, french_tenths)


def price_block(unit, shipping, shipping_field, quantity, tenths, eco, commission=None) -> dict:
    """``offerPrice`` or ``sellingPrice`` of a line.

    ``unit`` is cents per piece, ``shipping`` cents of the whole line, ``shipping_field`` the figure shown (contract §13
    no. 8: by line or by piece). Tax amounts are those of the whole line, as in the example of contract §3.2.
    """
    product = unit * quantity
    taxes = [{"code": "VAT", "target": "Product", "amount": euros(vat_inside(product, tenths)), "rate": rate(tenths)}]
    if shipping:
        taxes.append(
            {"code": "VAT", "target": "Shipping", "amount": euros(vat_inside(shipping, tenths)), "rate": rate(tenths)}
        )
    if eco:
        taxes.append({"code": "Ecotax", "target": "Product", "amount": euros(eco * quantity), "rate": None})
    block = {"unitSalesPrice": euros(unit), "shippingCost": euros(shipping_field)}
    if commission is not None:
        without = (product * commission + 500) // 1000
        block["commission"] = {
            "amountWithVat": euros((without * 12 + 5) // 10),
            "amountWithoutVat": euros(without),
            "rate": rate(commission),
        }
    block["taxes"] = taxes
    return block


def _amount(value) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)
    return amount if amount.is_finite() else Decimal(0)


def live_totals(document):
    """``(offer, selling, live lines)``: sum of the lines that are to be sold, plus the service fees when any is live.

    Survives documents a test has bent out of shape: what is not a number counts as nothing.
    """
    offer = selling = Decimal(0)
    live = 0
    for line in objects_of(document.get("lines")):
        if line.get("status") in NOT_SOLD:
            continue
        live += 1
        total = as_object(line.get("totalPrice"))
        offer += _amount(total.get("offerPrice"))
        selling += _amount(total.get("sellingPrice"))
    if live and document.get("status") not in DEAD:
        fees = sum((_amount(fee.get("amount")) for fee in objects_of(document.get("serviceFees"))), Decimal(0))
        return offer + fees, selling + fees, live
    return Decimal(0), Decimal(0), 0


def header_total(document, with_dead: bool) -> dict:
    """``totalPrice`` of the header: every line or the live ones, plus service fees."""
    sums = {}
    everything_dead = all(line["status"] in DEAD for line in document["lines"])
    for side in ("offerPrice", "sellingPrice"):
        total = sum(
            (
                Decimal(line["totalPrice"][side])
                for line in document["lines"]
                if with_dead or everything_dead or line["status"] not in DEAD
            ),
            Decimal(0),
        )
        total += sum((Decimal(fee["amount"]) for fee in document["serviceFees"] or ()), Decimal(0))
        sums[side] = total
    return sums
