"""Held orders and the cause that many of them share."""

from odoo import api, models

from ..queue.cause_note import SHARED
from ..queue.failure_cause import LooseMany2one

TELLING_REASONS = {"unknown_product", "ambiguous_product", "tax_not_mapped", "country_unknown", "currency_unknown"}
"""Reasons whose detail is the missing thing itself. The detail of the others (an amount) differs with every order."""
WORDED_REASONS = {"odoo_refused"}
"""Reasons told apart by Odoo's own words."""


class CdiscountOrderCause(models.Model):
    _inherit = "cdiscount.order.mapping"

    cause_id = LooseMany2one(
        "cdiscount.failure.cause", "Failure Cause", readonly=True, copy=False, index="btree_not_null"
    )

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._note_hold_cause()
        return orders

    def write(self, vals):
        """Keep the cause in step with the hold, whoever writes it: an order that is not held has none."""
        if vals.get("state", "held") != "held" or ("hold_code" in vals and not vals["hold_code"]):
            vals = dict(vals, cause_id=False)
        written = super().write(vals)
        if vals.get("hold_code") and "cause_id" not in vals:
            self._note_hold_cause()
        return written

    def _note_hold_cause(self):
        """Put held orders under their cause. Never raises; other orders are left alone."""
        held = self.filtered(lambda order: order.state == "held" and order.hold_code)
        for (config, code, what), orders in held.grouped(lambda order: order._hold_cause_key()).items():
            worded = code in WORDED_REASONS
            cause_id = self.env["cdiscount.failure.cause"]._note(
                config,
                f"held:{code}",
                "fix",
                {"text" if worded else "missing": what},
                detail=SHARED if worded else what,
                params={"text": what} if worded else None,
                operation="order_build",
            )
            if cause_id:
                orders.filtered(lambda order, cause_id=cause_id: order.cause_id.id != cause_id).write(
                    {"cause_id": cause_id}
                )

    def _hold_cause_key(self):
        """Return (account, hold code, what tells its cause from others of the code)."""
        self.ensure_one()
        code = self.hold_code
        if code in WORDED_REASONS:
            return self.config_id, code, self.hold_reason or ""
        known = dict(self._fields["hold_code"].selection)
        # A reason added by an extension is told by its detail as well.
        telling = code in TELLING_REASONS or code not in known
        return self.config_id, code, (self.hold_detail or "") if telling else ""
