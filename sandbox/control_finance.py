"""Control calls about money: what the accounts must come to, odd operations, payouts that are held back."""

from datetime import date
from decimal import Decimal

from .finance.periods import payout_on

_KEYS = frozenset({"eventType", "amount", "orderReference", "paymentState", "releasePaymentDate", "operation"})


def _text(amount) -> str:
    return f"{amount:.2f}"


def get_finance(control):
    """Sums per order, per payout and per invoice, with the sign the seller sees; ``orders=ID,ID`` asks for some."""
    finance = control.shop.finance
    asked = {part for part in (control.query.get("orders") or "").split(",") if part}
    orders, states, unordered = {}, {}, {}
    for row in finance.rows():
        state, kind, signed = str(row.get("paymentState")), str(row["_kind"]), row["_signed"]
        states[state] = states.get(state, Decimal(0)) + signed
        if not row["_order"]:
            unordered[kind] = unordered.get(kind, Decimal(0)) + signed
        elif not asked or row["_order"] in asked:
            sums = orders.setdefault(row["_order"], {})
            for name in (kind, "total"):
                sums[name] = sums.get(name, Decimal(0)) + signed
    invoices = {
        name: {key: _text(value) for key, value in finance.invoice_amounts(rows).items()} | {"operations": len(rows)}
        for name, rows in finance.invoices().items()
    }
    return {
        "operations": len(finance.rows()),
        "orders": {name: {kind: _text(amount) for kind, amount in sums.items()} for name, sums in orders.items()},
        "without_order": {kind: _text(amount) for kind, amount in unordered.items()},
        "states": {state: _text(amount) for state, amount in sorted(states.items())},
        "payouts": {
            row["paymentDate"]: {"amount": _text(row["amount"]), "state": row["paymentState"]}
            for row in finance.payments()
        },
        "invoices": invoices,
    }


def add_operation(control):
    """``{eventType, amount, orderReference, paymentState, releasePaymentDate}``: an operation nobody expects.

    ``amount`` is what it does to the payout (negative: it takes). ``operation`` merges any raw keys into it, null too.
    """
    body = control.dict_body()
    for key in body:
        if key not in _KEYS:
            raise ValueError(f"Unknown key {key!r}; known are {', '.join(sorted(_KEYS))}.")
    finance = control.shop.finance
    amount = Decimal(str(body.get("amount", 0)))
    release = body.get("releasePaymentDate") or payout_on(control.shop.clock.now().date()).isoformat()
    date.fromisoformat(release[:10])
    document = {
        "operationReference": f"OP-X-{len(finance.extras) + 1:04d}",
        "eventType": body.get("eventType", "Adjustment"),
        "orderReference": body.get("orderReference"),
        "currencyCode": "EUR",
        "paymentState": body.get("paymentState", "Estimated"),
        "releasePaymentDate": release,
        "amount": {"amountWithVat": amount},
        **(body.get("operation") or {}),
    }
    return {"operation": finance.add(document, amount)}, 201


def block_order(control, order_id):
    """``{blocked: true}`` keeps the money of an order back, as during a claim; false lets it go."""
    if order_id not in control.shop.orders:
        raise LookupError(f"There is no order {order_id}.")
    control.shop.finance.block(order_id, bool(control.dict_body().get("blocked", True)))
    return {"order": order_id, "blocked": bool(control.dict_body().get("blocked", True))}


ACTIONS = (
    ("GET", "/finance", get_finance),
    ("POST", "/finance/operations", add_operation),
    ("POST", "/finance/orders/<order_id>", block_order),
)
