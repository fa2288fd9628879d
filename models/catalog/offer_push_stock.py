"""Quantities alone: the quick way for stock, through the same packages as everything else."""

from odoo import models

from ...services.rules.offer_request import delete_request
from .offer_sql import update_rows


class CdiscountOfferQuantities(models.AbstractModel):
    _inherit = "cdiscount.offer.mixin"

    def _push_quantities(self, quantities):
        """Generator: send quantities of offers of one account and channel; use it with ``yield from`` in a queue
        operation whose ``alone_in`` is "sending offers".

        Hand over what was worked out since the last ``yield``, at most about a thousand offers: all of it is written
        into packages, and ``stock_dirty`` taken away, in the transaction that worked it out, so a change that comes
        meanwhile is not lost. What is out of stock goes into the first uploads. An offer that is on its way in another
        package, that the channel does not have, or that is being withdrawn is left as it is, with its mark.

        :param quantities: ``{record.id: whole number}``
        :return: ids of the offers that were put into packages; what becomes of them is stored with the answer
        """
        if not self:
            return set()
        records = self.sudo()
        config, channel = records.config_id, records.sales_channel_id
        records.invalidate_recordset(["package_id", "sent", "offer_state", "push_wish", "stock_dirty"])
        ready = records.filtered(
            lambda one: (
                one.id in quantities
                and not one.package_id
                and one._is_there()
                and one.push_wish not in ("off_sale", "retire")
            )
        )
        packages = self.env["cdiscount.offer.package"]
        entries = []
        for record in ready:
            request = {**delete_request(record._offer_mapping().seller_reference), "quantity": quantities[record.id]}
            entries.append((record, "Update", request, False))
        found = packages._pack(config, channel, entries, purpose="stock")
        clean = "stock_dirty = FALSE" if "stock_dirty" in self._fields else ""
        update_rows(records, {"package_id": "int4"}, list(found.items()), clean)
        yield None
        yield from packages._drive(config)
        return set(found)
