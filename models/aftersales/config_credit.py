"""What becomes of credit notes and refunds of an account's orders."""

from odoo import _, fields, models

from ...compat import check_access
from ...services.errors import CdiscountError
from ..connection.messages import describe_failure


class CdiscountConfigCredit(models.Model):
    _inherit = "cdiscount.config"

    credit_note_policy = fields.Selection(
        [
            ("ask", "Asks a person how"),
            ("auto", "Goes by itself"),
            ("off", "Is not told to Cdiscount"),
        ],
        "A Posted Credit Note",
        default="ask",
        required=True,
        help="Whole lines of an order are refunded on Cdiscount, with or without their shipping; anything smaller is a "
        "commercial gesture within the amount Cdiscount allows. By itself: with the reasons below; what they do not "
        "fit is left to a person.",
    )
    refund_reason_id = fields.Many2one(
        "cdiscount.cancellation.reason",
        "Reason for Refunds",
        domain="[('config_id', '=', id)]",
        ondelete="set null",
        help="Named to Cdiscount for credit notes that go by themselves, when it allows this reason for the order.",
    )
    gesture_reason_code = fields.Char(
        "Reason for Gestures",
        default="Other",
        help="Code of the reason named to Cdiscount for commercial gestures that go by themselves; the credit note's "
        "reference explains it.",
    )
    credit_note_draft = fields.Boolean(
        "Prepare Credit Notes",
        default=True,
        help="A refund or gesture that was asked on the order gets a draft credit note once Cdiscount has carried it "
        "out, if the order was invoiced.",
    )

    def action_fetch_refund_reasons(self):
        """Read the reasons for refunds that Cdiscount allows, while the person waits."""
        check_access(self, "write")
        self.ensure_one()
        self._require_connection()
        reasons = self.env["cdiscount.cancellation.reason"]
        try:
            for status in ("Shipped", "Delivered"):
                reasons |= reasons._ask_reasons(self, status, self.sales_channel_id.code or "")
        except CdiscountError as error:
            return self._notify(describe_failure(self.env, error, self).text)
        return self._notify(_("Reasons for refunds that are known: %s.", len(set(reasons.mapped("code")))))
