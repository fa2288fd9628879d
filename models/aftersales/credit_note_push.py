"""Credit notes that go to the marketplace by themselves: with the account's reasons, or to a person with a word why."""

from odoo import _, api, models
from odoo.exceptions import UserError

from ...services.rules.order_status import LINE_SHIPPED, canonical


class CdiscountRefundFromCreditNote(models.Model):
    _inherit = "cdiscount.refund"

    @api.model
    def _job_credit_note(self, jobs):
        """Ask for what a credit note stands for (queue; the key is the id of the credit note).

        Nothing is sent here: the requests it makes are sent, once each, by jobs of their own.
        """
        move = self.env["account.move"].sudo().browse(int(jobs.key)).exists()
        if not move or move.cdiscount_credit != "asking" or move.state != "posted":
            return
        plan = move._cdiscount_plan()
        mapping = move.cdiscount_mapping_id
        try:
            refund_reason = self._reason_for_refund(mapping) if plan.line_ids else None
            gesture = self._terms_for_gesture(mapping, plan, move) if plan.gesture else None
            if plan.line_ids:
                lines = mapping.line_ids.filtered(lambda line: line.external_id in plan.line_ids)
                kind = "refund" if canonical(mapping.status or "") in LINE_SHIPPED else "cancellation"
                self._ask(mapping, lines, refund_reason, plan.with_shipping, kind, credit_note=move)
            if plan.gesture:
                self._ask_gesture(mapping, float(plan.gesture), *gesture, credit_note=move)
        except UserError as error:
            move._cdiscount_leave_to_person(str(error.args[0]))
            return
        move._cdiscount_after_asking()

    @api.model
    def _job_credit_note_failed(self, job, cause):
        """Called when it is not even known how to ask: a person is told."""
        move = self.env["account.move"].sudo().browse(int(job.key)).exists()
        if move.cdiscount_credit == "asking":
            move._cdiscount_leave_to_person(cause.text)

    @api.model
    def _reason_for_refund(self, mapping):
        config, status = mapping.config_id, canonical(mapping.status or "")
        allowed = self.env["cdiscount.cancellation.reason"]._ask_reasons(
            config, status, mapping.sales_channel_id.code or ""
        )
        reason = allowed.filtered(lambda one: one.code == config.refund_reason_id.code)[:1]
        if not reason:
            raise UserError(
                _(
                    'The account\'s reason for refunds (%(reason)s) is not allowed for an order that is "%(status)s": '
                    "choose Tell Cdiscount on the credit note.",
                    reason=config.refund_reason_id.name or _("none"),
                    status=mapping.status_label or status,
                )
            )
        return reason

    @api.model
    def _terms_for_gesture(self, mapping, plan, move):
        """Return (reason, details, allowable, last seen) as ``_ask_gesture`` takes them."""
        if canonical(mapping.status or "") not in LINE_SHIPPED:
            raise UserError(
                _("Less than whole lines is credited, and a commercial gesture is possible once an order has left.")
            )
        refunds = self.sudo().search([("mapping_id", "=", mapping.id)])
        waiting = refunds.filtered(lambda one: one.state == "waiting" and one.kind in ("gesture", "refund"))
        gestures = mapping.config_id._get_client().gestures
        wanted = (mapping.config_id.gesture_reason_code or "").casefold()
        listed = gestures.reasons(mapping.sales_channel_id.code or "")
        reason = next((one for one in listed if one.code.casefold() == wanted), None)
        if not reason or (reason.maximum and plan.gesture > reason.maximum):
            raise UserError(
                _(
                    "The account's reason for gestures (%s) does not fit: choose Tell Cdiscount on the credit note.",
                    mapping.config_id.gesture_reason_code or _("none"),
                )
            )
        details = move.ref or _("Credit note %s", move.name)
        left = float(gestures.allowable(mapping.external_id)) - sum(waiting.mapped("amount"))
        return {"code": reason.code, "name": reason.label}, details, left, max(refunds.ids, default=0)
