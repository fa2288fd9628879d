"""Commercial gestures: a part of the money for the customer, asked of the marketplace once and followed to its end."""

import json
from datetime import timedelta, timezone
from decimal import Decimal

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access
from ...services.errors import AuthError, CircuitOpen, DataError, NotFound, RateLimited
from ...services.rules.gesture import find_gesture, gesture_outcome
from ...services.rules.money import ZERO, from_cents
from .refund_push import GIVE_UP

NOTHING_DONE = (RateLimited, CircuitOpen, AuthError, DataError)
"""Failures after which it is certain that the marketplace did nothing."""
QUIET = timedelta(minutes=2)
"""How long after a lost answer nothing is sent again: until then the marketplace's list may not show it yet."""
CENT = Decimal("0.01")


class CdiscountGesture(models.Model):
    _inherit = "cdiscount.refund"

    kind = fields.Selection(selection_add=[("gesture", "Commercial Gesture")], ondelete={"gesture": "cascade"})
    gesture_amount = fields.Monetary("Amount Given", readonly=True, help="VAT included.")
    reason_details = fields.Text("Explanation", readonly=True, copy=False)
    posted_at = fields.Datetime(readonly=True, copy=False)
    listed_before = fields.Text(
        readonly=True, copy=False, help="Technical: what the marketplace knew when it was sent."
    )

    @api.depends("kind", "gesture_amount")
    def _compute_amount(self):
        gestures = self.filtered(lambda one: one.kind == "gesture")
        for gesture in gestures:
            gesture.amount = gesture.gesture_amount
        return super(CdiscountGesture, self - gestures)._compute_amount()

    # ------------------------------------------------------------------ asking
    @api.model
    def _ask_gesture(self, mapping, amount, reason, details, allowable, last_seen, credit_note=None):
        """Ask the marketplace to give a part of the money back; the queue sends it.

        :param amount: in the currency of the order, VAT included
        :param reason: ``{"code", "name"}``
        :param allowable: what could still be given when it was read, without what waited in Odoo
        :param last_seen: id of the newest request of the order at that moment
        :param credit_note: the credit note in Odoo this is asked for, if there is one
        :raises UserError: more than what may be given is asked for, or nothing
        """
        check_access(mapping, "read")
        currency = mapping.currency_id or mapping.company_id.currency_id
        amount = currency.round(amount)
        # Two people at the same moment: the second one waits for the first, starts anew and then sees what it asked
        # for. A mere lock would not do: it would go on with what it saw before.
        self.env.flush_all()
        self.env.cr.execute("UPDATE cdiscount_order_mapping SET write_date = write_date WHERE id = %s", [mapping.id])
        since = self.sudo().search(
            [
                ("mapping_id", "=", mapping.id),
                ("kind", "in", ("gesture", "refund")),
                ("state", "in", ("waiting", "asked", "done")),
                ("id", ">", last_seen),
            ]
        )
        left = currency.round(allowable - sum(since.mapped("amount")))
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(_("Enter the amount that the customer shall get."))
        if currency.compare_amounts(amount, left) > 0:
            raise UserError(
                _(
                    "At most %(left)s can be given for order %(order)s, not %(amount)s.",
                    left=currency.format(max(left, 0)),
                    order=mapping.reference,
                    amount=currency.format(amount),
                )
            )
        gesture = self.sudo().create(
            {
                "mapping_id": mapping.id,
                "kind": "gesture",
                "gesture_amount": amount,
                "reason_code": reason["code"],
                "reason": reason["name"],
                "reason_details": details,
                "shipping_refund": False,
                "credit_note_id": credit_note and credit_note.id,
            }
        )
        gesture._request_push()
        return gesture

    # ------------------------------------------------------------------ sending
    def _push_gesture(self):
        """Send the gesture, or look what has become of it: a generator, each step is committed."""
        self.ensure_one()
        gestures = self.config_id._get_client().gestures
        if self.state == "waiting" and not self.posting:
            yield from self._send_gesture(gestures)
            return
        listed = gestures.of_order(self.mapping_id.external_id)
        found = self._find_own(gestures, listed)
        if found:
            self._note_asked(found.request_id)
            self._follow_gesture(found)
        elif self.state == "asked":
            self._look_later()
        elif self._is_unclear(gestures):
            self._look_unclear()
        else:
            # Neither the list nor the amount left knows of it, and some time has passed: it never arrived.
            yield from self._send_gesture(gestures, listed)

    def _send_gesture(self, gestures, listed=None):
        """Write down what will be done and what was there before, then do it."""
        mapping, amount = self.mapping_id, self._exact_amount()
        allowable = gestures.allowable(mapping.external_id)
        if amount > allowable:
            self._refuse_to_send(allowable)
            return
        if listed is None:
            listed = gestures.of_order(mapping.external_id)
        before = {"requests": [one.request_id for one in listed], "allowable": str(allowable)}
        self.write({"posting": True, "posted_at": fields.Datetime.now(), "listed_before": json.dumps(before)})
        yield
        try:
            number = gestures.give(mapping.external_id, self.reason_code, amount, self.reason_details or "")
        except NOTHING_DONE:
            self.posting = False
            yield
            raise
        self._note_asked(number)
        self._look_later()

    def _refuse_to_send(self, allowable):
        currency = self.currency_id or self.company_id.currency_id
        note = _(
            "At most %(left)s can still be given, not %(amount)s: nothing was sent.",
            left=currency.format(float(allowable)),
            amount=currency.format(self.gesture_amount),
        )
        self.write({"state": "failed", "posting": False, "note": note})
        self._tell(_("The commercial gesture for order %s was not sent", self.mapping_id.reference))

    def _find_own(self, gestures, listed):
        """Return the marketplace's request that is this one, None when it is not (yet) to be seen."""
        if self.external_id:
            own = next((one for one in listed if one.request_id == self.external_id), None)
            if own:
                return own
            try:
                return gestures.get(self.external_id)
            except NotFound:
                return None
        others = self.sudo().search([("mapping_id", "=", self.mapping_id.id), ("id", "!=", self.id)])
        seen = {*self._before().get("requests", ()), *filter(None, others.mapped("external_id"))}
        since = self.posted_at and self.posted_at.replace(tzinfo=timezone.utc)
        return find_gesture(listed, self._exact_amount(), self.reason_code, seen, since or None)

    def _is_unclear(self, gestures):
        """Whether the marketplace may have taken it although its list does not show it."""
        if self.posted_at and fields.Datetime.now() - self.posted_at < QUIET:
            return True
        before = Decimal(self._before().get("allowable") or 0)
        return gestures.allowable(self.mapping_id.external_id) < before

    def _look_unclear(self):
        if fields.Datetime.now() - self.posted_at > GIVE_UP:
            note = _("It is not known whether Cdiscount took it: something was given for this order meanwhile.")
            self.write({"state": "failed", "note": note})
            self._tell(_("A commercial gesture for order %s is unclear", self.mapping_id.reference))
            return
        self._look_later()

    def _follow_gesture(self, found):
        outcome = gesture_outcome(found)
        if outcome == "done":
            self._note_done()
        elif outcome == "refused":
            self.write({"state": "refused", "posting": False, "note": _("Cdiscount refused the commercial gesture.")})
            self._tell(_("Cdiscount refused the commercial gesture for order %s", self.mapping_id.reference))
        else:
            self._look_later()

    # ------------------------------------------------------------------ helpers
    def _exact_amount(self):
        return from_cents(round(self.gesture_amount * 100)) if self.gesture_amount else ZERO

    def _before(self):
        return json.loads(self.listed_before or "{}")

    def _note_done(self, note=False):
        if self.kind != "gesture":
            return super()._note_done(note)
        self.write({"state": "done", "posting": False, "done_at": fields.Datetime.now(), "note": note})
        currency = self.currency_id or self.company_id.currency_id
        self.env["cdiscount.sync.log"]._add(
            self.config_id,
            "refund_push",
            _(
                "The customer of order %(order)s gets %(amount)s as a commercial gesture.",
                order=self.mapping_id.reference,
                amount=currency.format(self.gesture_amount),
            ),
            direction="out",
            records=1,
            record=self.mapping_id,
        )

    @api.model
    def _job_push_failed(self, job, cause):
        """Called when a request cannot be sent; of a gesture it stays known that it may have arrived."""
        refund = self.sudo().browse(int(job.key)).exists()
        posting = refund.kind == "gesture" and refund.posting
        result = super()._job_push_failed(job, cause)
        if posting:
            refund.posting = True
        return result
