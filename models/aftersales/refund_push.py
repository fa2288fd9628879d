"""Sending a cancellation or a refund once, and following it until the marketplace has carried it out."""

from datetime import timedelta

from odoo import _, api, fields, models

from ...services.payloads import Order
from ...services.rules.cancellation import find_request, is_cancelled, is_refund

LOOK_MINUTES = (2, 10, 30, 60, 180, 360)
"""When it is looked again whether a request has taken effect, in minutes after the look before."""
GIVE_UP = timedelta(days=3)


class CdiscountRefundPush(models.Model):
    _inherit = "cdiscount.refund"

    looks = fields.Integer(readonly=True, copy=False)

    @api.model
    def _job_push(self, jobs):
        """Send a request that waits, or look what has become of one that was sent (queue; the key is its id)."""
        refund = self.sudo().browse(int(jobs.key)).exists()
        if not refund or refund.state not in ("waiting", "asked"):
            return
        if refund.kind == "gesture":
            yield from refund._push_gesture()
            return
        mapping, lines = refund.mapping_id, refund.line_ids.mapped("external_id")
        orders = refund.config_id._get_client().orders
        raw = orders.get(mapping.external_id)
        mapping._store_page(refund.config_id, [raw], asked=True)
        yield
        order = Order.parse(raw)
        known = self.sudo().search([("mapping_id", "=", mapping.id), ("id", "!=", refund.id)]).mapped("external_id")
        own_id = refund.external_id or ""
        request = find_request(orders.cancellation_requests(mapping.external_id), lines, filter(None, known), own_id)
        if request:
            # Ours, or one somebody made in the seller portal meanwhile: it does what was wanted.
            refund._note_asked(request.request_id)
        elif refund.kind == "cancellation" and is_cancelled(order, lines):
            refund._note_done(_("The lines were cancelled on Cdiscount already."))
            return
        elif refund.state == "waiting":
            refund.write({"posting": True, "kind": "refund" if is_refund(order, lines) else refund.kind})
            yield
            refund._note_asked(refund._send(orders, order))
            refund._look_later()
            return
        refund._follow(order, request, lines)

    def _send(self, orders, order):
        """Ask the marketplace; returns the number of the request, "" when it gave none."""
        live = [line for line in order.lines if line.line_id in self.line_ids.mapped("external_id")]
        whole = len(live) == len(order.lines)
        if whole:
            return orders.cancel(order.order_id, self.reason_code, self.shipping_refund)
        return orders.cancel_lines(
            order.order_id,
            [
                {
                    "lineId": line.line_id,
                    **({"offerId": line.offer_id} if line.offer_id else {}),
                    "reason": self.reason_code,
                    "shippingCostRefund": self.shipping_refund,
                }
                for line in live
            ],
        )

    def _follow(self, order, request, lines):
        """See whether the request has taken effect."""
        if request and request.outcome == "refused":
            self.write({"state": "refused", "posting": False, "note": _("Cdiscount refused the request.")})
            self._tell(_("Cdiscount refused the request for order %s", self.mapping_id.reference))
            return
        if (request and request.outcome == "done") or (self.kind == "cancellation" and is_cancelled(order, lines)):
            self._note_done()
            return
        self._look_later()

    def _look_later(self):
        if self.asked_at and fields.Datetime.now() - self.asked_at > GIVE_UP:
            self.note = _("Cdiscount has not carried it out for three days: ask in the seller portal.")
            self._tell(_("A request for order %s has no effect", self.mapping_id.reference))
            return
        minutes = LOOK_MINUTES[min(self.looks, len(LOOK_MINUTES) - 1)]
        self.looks += 1
        self._request_push(eta=fields.Datetime.now() + timedelta(minutes=minutes))

    # ------------------------------------------------------------------ outcomes
    def _note_asked(self, request_id):
        if self.state == "waiting":
            self.write({"state": "asked", "asked_at": fields.Datetime.now(), "posting": False, "note": False})
        if request_id and self.external_id != request_id:
            self.external_id = request_id

    def _note_done(self, note=False):
        self.write({"state": "done", "posting": False, "done_at": fields.Datetime.now(), "note": note})
        text = (
            _("Lines of order %(order)s are refunded on Cdiscount: %(amount)s.")
            if self.kind == "refund"
            else _("Lines of order %(order)s are cancelled on Cdiscount: %(amount)s.")
        )
        amount = self.currency_id.format(self.amount) if self.currency_id else str(self.amount)
        self.env["cdiscount.sync.log"]._add(
            self.config_id,
            "refund_push",
            text % {"order": self.mapping_id.reference, "amount": amount},
            direction="out",
            records=len(self.line_ids),
            record=self.mapping_id,
        )

    def _tell(self, summary):
        self.mapping_id._ask_a_person(summary, _("%s Look at the order in the seller portal.", self.note or ""))

    @api.model
    def _job_push_failed(self, job, cause):
        """Called when a request cannot be sent: it shows why, and a person is told."""
        refund = self.sudo().browse(int(job.key)).exists()
        if refund:
            refund.write({"state": "failed", "posting": False, "note": cause.text})
            refund.mapping_id._ask_a_person(
                _("The request for order %s could not be sent", refund.mapping_id.reference),
                _("%s Correct it and choose Send Again on the request.", cause.text),
            )
