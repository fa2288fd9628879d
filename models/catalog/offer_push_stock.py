"""Quantities alone: the quick way for stock, through the same packages as everything else."""

from odoo import models

from ...services.rules.offer_memory import recall, remember
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


class CdiscountOfferPackageQuantities(models.Model):
    _inherit = "cdiscount.offer.package"

    def _lower_quantities(self, lines):
        """Have lines that are about to be uploaded offer no more than what is to be published by now.

        Between packing and uploading lie seconds, or hours when Cdiscount did not answer or a worker died, and what was
        sold meanwhile must not be offered again. A larger quantity waits for its turn: the offer keeps its mark.
        """
        offers = lines.mapping_id | lines.channel_offer_id.mapping_id
        # What is remembered of them may be from before the last commit.
        offers.invalidate_recordset(["stock_dirty", "stock_to_publish"])
        for line in lines:
            offer = line.mapping_id or line.channel_offer_id.mapping_id
            request = recall(line.request or "{}") if offer.stock_dirty else {}
            if (request.get("quantity") or 0) > offer.stock_to_publish:
                line.request = remember({**request, "quantity": offer.stock_to_publish})
