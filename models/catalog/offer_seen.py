"""What a reading notes on offers of either model: that they were seen, or that they are no longer there."""

from odoo import fields, models

LOST = ("draft", "live")
"""States that are over when the offer is not on the channel; the others tell of a publication under way."""


class CdiscountOfferSeen(models.AbstractModel):
    _inherit = "cdiscount.offer.mixin"

    def _mark_seen(self):
        """Note the moment of the reading, and nothing else: for the rest of Odoo these offers have not changed."""
        if not self:
            return
        self.flush_recordset()
        # The table comes from the registry, never from outside.
        self.env.cr.execute(
            f'UPDATE "{self._table}" SET offer_read_at = %s WHERE id = ANY(%s)', [fields.Datetime.now(), self.ids]
        )
        self.invalidate_recordset(["offer_read_at"])

    def _become_absent(self):
        """Note that these offers are not on their channel any more."""
        over = self.filtered(lambda record: record.state in LOST)
        over.write({"offer_state": "absent", "state": "inactive"})
        (self - over).write({"offer_state": "absent"})
