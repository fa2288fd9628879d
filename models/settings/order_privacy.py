"""Orders keep a copy of what the marketplace sent. Of finished ones, the person in it is forgotten after some time."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ...services.payloads.storage import dumps, loads
from ...services.rules.personal_data import without_person

BATCH = 500
LIMIT = 20_000
"""Orders one night works on; the first nights after the setting is switched on do the past."""


class CdiscountOrderPrivacy(models.Model):
    _inherit = "cdiscount.order.mapping"

    personal_data_removed_at = fields.Datetime(
        "Personal Data Removed On",
        readonly=True,
        copy=False,
        help="Since then the stored copy of the order names nobody. Customer, sale order and invoice are as they were.",
    )

    @api.autovacuum
    def _gc_personal_data(self):
        """Remove names, addresses, e-mails and phone numbers from the copies of old orders, as set in Settings.

        Orders that wait or are held keep them: their sale order has yet to be made.
        """
        months = self.env["cdiscount.sync.log"]._kept("personal_months")
        if not months:
            return
        before = fields.Datetime.now() - relativedelta(months=months)
        for _number in range(LIMIT // BATCH):
            if self._forget_persons(before) < BATCH:
                return

    @api.model
    def _forget_persons(self, before):
        """Clean one batch of orders bought before a moment; return how many."""
        cr = self.env.cr
        # An order that changes afterwards comes with its addresses again.
        cr.execute(
            """
            SELECT id, payload FROM cdiscount_order_mapping
             WHERE purchased_at < %s AND state IN ('imported', 'cancelled', 'ignored')
               AND (personal_data_removed_at IS NULL OR personal_data_removed_at < marketplace_updated_at)
             ORDER BY purchased_at LIMIT %s
               FOR UPDATE SKIP LOCKED
            """,
            (before, BATCH),
        )
        rows = cr.fetchall()
        cleaned = [(row, self._cleaned(payload)) for row, payload in rows]
        if cleaned:
            cr.execute(
                """
                UPDATE cdiscount_order_mapping AS mapping
                   SET payload = cleaned.payload, personal_data_removed_at = now() AT TIME ZONE 'UTC'
                  FROM unnest(%s, %s) AS cleaned(id, payload)
                 WHERE mapping.id = cleaned.id
                """,
                ([row for row, _payload in cleaned], [payload for _row, payload in cleaned]),
            )
            self.browse(row for row, _payload in cleaned).invalidate_recordset(["payload", "personal_data_removed_at"])
        return len(rows)

    @api.model
    def _cleaned(self, payload):
        try:
            return dumps(without_person(loads(payload or "{}")))
        except ValueError:
            return "{}"
