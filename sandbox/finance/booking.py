"""From an order, its refunds and its gestures to the operations they make. Nothing here looks at the clock."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from ..clock import format_time, parse_time
from ..generator.pricing import NOT_SOLD
from ..jsonio import as_object, objects_of

CENT = Decimal("0.01")
VAT = Decimal("0.20")  # of what the marketplace charges
SUBSCRIPTION = Decimal("39.99")  # a month, without VAT (contract §8)
LOGISTIC = (Decimal("2.90"), Decimal("0.60"))  # of a line, and of each piece, without VAT
# event type -> (name of the object with the amounts, what it does to the payout)
KINDS = {
    "Sale": ("sale", 1),
    "Commission": ("commission", -1),
    "Refund": ("refund", -1),
    "CommissionRefund": ("commission", 1),
    "CommercialGesture": ("refund", -1),
    "Subscription": ("subscription", -1),
    "LogisticFee": ("logisticFee", -1),
}
INVOICED = frozenset({"Commission", "CommissionRefund", "Subscription", "LogisticFee"})


@dataclass
class Booking:
    """One operation before its state. ``amount`` with VAT and ``vat`` are positive, as the API shows them."""

    reference: str
    kind: str
    moment: datetime
    amount: Decimal
    vat: Decimal
    shipped: bool = True
    order_id: str = ""
    order_reference: object = None
    line_id: object = None
    channel: object = None
    changed: list = field(default_factory=list)

    @property
    def signed(self) -> Decimal:
        return self.amount * KINDS[self.kind][1]


def _cents(amount) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def _number(value) -> Decimal:
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        return Decimal(0)
    return found if found.is_finite() else Decimal(0)


def _vat_rate(line) -> Decimal:
    for tax in objects_of(as_object(line.get("offerPrice")).get("taxes")):
        if tax.get("code") == "VAT":
            return _number(tax.get("rate"))
    return Decimal(0)


def _inside(amount, rate) -> Decimal:
    return _cents(amount * rate / (100 + rate))


def line_amounts(line):
    """``(whole line, its goods)`` with VAT."""
    block = as_object(line.get("offerPrice"))
    total = _number(as_object(line.get("totalPrice")).get("offerPrice"))
    return _cents(total), _cents(_number(block.get("unitSalesPrice")) * _number(line.get("quantity")))


def _moments(entry) -> dict:
    """``{status: first moment}`` of the order."""
    found = {}
    for event in objects_of(entry.document.get("statusEvents")):
        try:
            found.setdefault(event.get("status"), parse_time(event.get("date")))
        except ValueError:
            continue
    found.setdefault(entry.status, entry.updated_at)
    return found


def of_order(entry):
    """Sale and commission of each line, the service fee, what the warehouse takes; nothing before InPreparation."""
    moments = _moments(entry)
    shipped = moments.get("Shipped") or moments.get("Delivered")
    begun = moments.get("InPreparation") or shipped
    if begun is None:
        return
    common = {
        "moment": shipped or begun,
        "shipped": bool(shipped),
        "order_id": entry.order_id,
        "order_reference": entry.document.get("reference"),
        "channel": entry.channel,
        "changed": [begun, shipped or begun, entry.updated_at],
    }
    alive = False
    for line in entry.lines:
        name, sold = line.get("orderLineId"), line.get("status") not in NOT_SOLD
        alive = alive or sold
        total = line_amounts(line)[0] if sold else Decimal(0)
        yield Booking(f"OP-{name}-S", "Sale", amount=total, vat=_inside(total, _vat_rate(line)), line_id=name, **common)
        commission = as_object(as_object(line.get("offerPrice")).get("commission"))
        kept = _number(commission.get("amountWithVat")) if sold else Decimal(0)
        vat = kept - _number(commission.get("amountWithoutVat")) if sold else Decimal(0)
        if commission:
            yield Booking(f"OP-{name}-C", "Commission", amount=kept, vat=vat, line_id=name, **common)
        if sold and shipped and as_object(line.get("offer")).get("supplyMode") == "Fulfillment":
            without = LOGISTIC[0] + LOGISTIC[1] * _number(line.get("quantity"))
            vat = _cents(without * VAT)
            yield Booking(f"OP-{name}-L", "LogisticFee", amount=without + vat, vat=vat, line_id=name, **common)
    fees = sum((_number(fee.get("amount")) for fee in objects_of(entry.document.get("serviceFees"))), Decimal(0))
    if fees:
        amount = _cents(fees) if alive and entry.status not in NOT_SOLD else Decimal(0)
        yield Booking(f"OP-{entry.order_id}-F", "Sale", amount=amount, vat=_inside(amount, Decimal(20)), **common)


def of_refund(entry, request):
    """What an accepted refund gives back, and the commission that comes back with the goods."""
    moment = parse_time(request["updatedAt"])
    lines = {line.get("orderLineId"): line for line in entry.lines}
    for row in request["lines"]:
        line = as_object(lines.get(row["lineId"]))
        total, goods = line_amounts(line)
        common = {
            "moment": moment,
            "order_id": entry.order_id,
            "order_reference": entry.document.get("reference"),
            "line_id": row["lineId"],
            "channel": entry.channel,
            "changed": [moment],
        }
        amount = total if row["shippingCostRefund"] else goods
        yield Booking(f"OP-{row['lineId']}-R", "Refund", amount=amount, vat=_inside(amount, _vat_rate(line)), **common)
        commission = as_object(as_object(line.get("offerPrice")).get("commission"))
        kept = _number(commission.get("amountWithVat"))
        if kept:
            vat = kept - _number(commission.get("amountWithoutVat"))
            yield Booking(f"OP-{row['lineId']}-CR", "CommissionRefund", amount=kept, vat=vat, **common)


def of_gesture(entry, gesture):
    moment = parse_time(gesture["updatedAt"])
    amount = _cents(_number(gesture["amount"]))
    rate = _vat_rate(entry.lines[0]) if entry.lines else Decimal(0)
    return Booking(
        f"OP-{gesture['requestId']}",
        "CommercialGesture",
        moment,
        amount,
        _inside(amount, rate),
        order_id=entry.order_id,
        order_reference=entry.document.get("reference"),
        channel=entry.channel,
        changed=[moment],
    )


def of_subscription(seller_id, moment):
    vat = _cents(SUBSCRIPTION * VAT)
    return Booking(
        f"OP-{seller_id}-SUB-{moment:%Y%m}", "Subscription", moment, SUBSCRIPTION + vat, vat, changed=[moment]
    )


def document(booking, state, release, updated, invoice_id, payment) -> dict:
    """The operation as the API shows it (contract §8; what is not in its example is this sandbox's guess)."""
    name, _ = KINDS[booking.kind]
    amounts = {"amountWithoutVat": booking.amount - booking.vat, "vat": booking.vat}
    if name in ("sale", "refund"):
        amounts["amountWithVat"] = booking.amount
    return {
        "operationReference": booking.reference,
        "eventType": booking.kind,
        "operationDate": format_time(booking.moment),
        "updatedAt": format_time(updated),
        "orderReference": booking.order_reference,
        "orderLineId": booking.line_id,
        "salesChannelId": booking.channel,
        "currencyCode": "EUR",
        "paymentState": state,
        "releasePaymentDate": release.isoformat() if release else None,
        "paymentReference": payment,
        "invoiceId": invoice_id,
        name: amounts,
    }
