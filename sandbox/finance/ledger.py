"""The accounts of a shop: every operation with its state at this moment, worked out from the orders.

Nothing is stored but what a test adds: the same orders at the same moment give the same operations to the cent, however
they came about. So the books of a connector can be compared with these.
"""

from datetime import datetime, time, timedelta
from decimal import Decimal

from ..clock import UTC, format_time
from . import booking
from .periods import CUT_OFF, HOLD, invoice_after, months, payout_on

COUNTED = frozenset({"Estimated", "InProcess", "Paid"})  # states whose amount is in a payout
REACH = timedelta(days=90)  # how long before the first day of the sandbox the shop has had its subscription


class Finance:
    """Operations, payouts and invoices of one shop. The marketplace's lock is held around every call."""

    def __init__(self, shop):
        self._shop = shop
        self._since = shop.clock.now()
        self._key = None
        self._rows = []
        self.extras = []  # raw operations a test added, with "_signed"
        self.blocked = {}  # order id -> [from, until or None]
        self._version = 0

    # ------------------------------------------------------------------ what a test does
    def add(self, operation, signed):
        """One more operation, as it is; ``signed`` is what it does to the payout of its ``releasePaymentDate``."""
        self.extras.append({**operation, "_signed": signed, "_number": len(self.extras)})
        self._version += 1
        return operation

    def block(self, order_id, blocked):
        now = self._shop.clock.now()
        if blocked:
            self.blocked[order_id] = [now, None]
        elif order_id in self.blocked:
            self.blocked[order_id][1] = now
        self._version += 1

    # ------------------------------------------------------------------ operations
    def rows(self) -> list:
        """Every operation, oldest first: its document and, with a leading ``_``, what the API does not tell."""
        from ..resources.gestures import gestures_of  # that family imports this package's neighbours

        shop = self._shop
        gestures = [one for one in gestures_of(shop) if one["status"] == "Accepted"]
        refunds = [one for one in shop.cancellations if one["type"] == "Refund" and one["status"] == "Accepted"]
        today = shop.clock.now().date()
        key = (shop.orders.version, len(gestures), len(refunds), today, self._version)
        if key != self._key:
            self._rows = sorted(self._make(gestures, refunds), key=lambda row: (row["_moment"], row["_name"]))
            self._key = key
        return self._rows

    def _make(self, gestures, refunds):
        shop, orders = self._shop, self._shop.orders
        payouts = {}  # payout of the sale of each line: a refund never goes before it
        for entry in orders:
            for one in booking.of_order(entry):
                row = self._row(one)
                payouts.setdefault(one.order_id, row["_payout"])
                yield row
        for request in refunds:
            entry = orders.get(request["orderSellerId"])
            for one in booking.of_refund(entry, request):
                yield self._row(one, payouts.get(one.order_id))
        for gesture in gestures:
            entry = orders.get(gesture["orderId"])
            yield self._row(booking.of_gesture(entry, gesture), payouts.get(entry.order_id))
        for day in months((self._since - REACH).date(), shop.clock.now().date()):
            yield self._row(booking.of_subscription(shop.seller_id, datetime.combine(day, time(), UTC)))
        for extra in self.extras:
            yield self._extra(extra)

    def _row(self, one, not_before=None):
        now = self._shop.clock.now()
        day = one.moment.date()
        payout = payout_on(day + HOLD) if one.kind in ("Sale", "Commission", "LogisticFee") else payout_on(day)
        payout = max(payout, not_before or payout)
        changed = list(one.changed)
        state = None
        since, until = self.blocked.get(one.order_id, (None, None))
        if since and since.date() < payout:
            changed.append(since)
            if until is None:
                state = "Blocked"
            else:
                changed.append(until)
                payout = max(payout, payout_on(until.date()))
        today = now.date()
        if not one.shipped:
            state, payout = "NotPayable", None
        elif state is None:
            state = "Paid" if today >= payout else "InProcess" if today >= payout - CUT_OFF else "Estimated"
            changed += [datetime.combine(on, time(), UTC) for on in (payout - CUT_OFF, payout) if on <= today]
        invoice = None
        if one.kind in booking.INVOICED and one.shipped and one.amount and invoice_after(day) <= today:
            invoice = self.invoice_id(invoice_after(day))
        paid_in = self.payment_reference(payout) if state in COUNTED else None
        updated = max(moment for moment in changed if moment <= now) if changed else one.moment
        return {
            **booking.document(one, state, payout, updated, invoice, paid_in),
            "_name": one.reference,
            "_moment": one.moment,
            "_updated": updated,
            "_order": one.order_id,
            "_kind": one.kind,
            "_signed": one.signed,
            "_payout": payout,
            "_invoice": invoice,
            "_with_vat": one.amount,
            "_vat": one.vat,
        }

    def _extra(self, extra):
        now = self._since
        try:
            payout = datetime.fromisoformat(str(extra.get("releasePaymentDate"))[:10]).date()
        except ValueError:
            payout = None  # null, or no date at all
        return {
            **extra,
            "_name": f"~{extra['_number']:06d}",
            "_moment": now,
            "_updated": now,
            "_order": extra.get("orderReference") or "",
            "_kind": extra.get("eventType"),
            "_payout": payout,
            "_invoice": None,
            "_with_vat": abs(extra["_signed"]),
            "_vat": Decimal(0),
        }

    # ------------------------------------------------------------------ payouts
    def payment_reference(self, payout) -> str:
        return f"PAY-{self._shop.seller_id}-{payout:%Y%m%d}"

    def payments(self) -> list:
        """One row per payout day that has something, oldest first."""
        sums = {}
        for row in self.rows():
            if row["_payout"] and row.get("paymentState") in COUNTED:
                found = sums.setdefault(row["_payout"], [Decimal(0), 0])
                found[0] += row["_signed"]
                found[1] += 1
        today = self._shop.clock.now().date()
        return [
            {
                "paymentReference": self.payment_reference(day),
                "paymentDate": day.isoformat(),
                "paymentState": "Paid" if today >= day else "InProcess" if today >= day - CUT_OFF else "Estimated",
                "amount": amount,
                "currencyCode": "EUR",
                "operationsCount": count,
                "updatedAt": format_time(self._shop.clock.now()),
                "_updated": self._shop.clock.now(),
            }
            for day, (amount, count) in sorted(sums.items())
        ]

    # ------------------------------------------------------------------ invoices of what is charged
    def invoice_id(self, day) -> str:
        return f"FC-{self._shop.seller_id}-{day:%Y%m%d}"

    def invoices(self) -> dict:
        """``{invoice id: its operations}``, oldest first."""
        found = {}
        for row in self.rows():
            if row["_invoice"]:
                found.setdefault(row["_invoice"], []).append(row)
        return dict(sorted(found.items()))

    @staticmethod
    def invoice_date(invoice_id) -> str:
        text = invoice_id.rpartition("-")[2]
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"

    @staticmethod
    def invoice_amounts(rows) -> dict:
        """What the seller pays: commissions that came back count against the others."""
        with_vat = -sum((row["_signed"] for row in rows), Decimal(0))
        vat = sum((row["_vat"] if row["_signed"] < 0 else -row["_vat"] for row in rows), Decimal(0))
        return {"amountWithoutVat": with_vat - vat, "vat": vat, "amountWithVat": with_vat}
