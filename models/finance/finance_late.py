"""Operations that were read before their order was in Odoo, or before it had its sale order: they find it later.

A shop's accounts are often read while its orders are still being imported. Without this, the commission that was
announced with such an order and the one Cdiscount has charged for it would both be counted.
"""

from odoo import api, fields, models

from ..order.order_bulk import update_many

BATCH = 2000

# What became known since: the order, the line, the commission announced with the line, the sale order.
LATE = """
SELECT operation.id
  FROM cdiscount_finance_operation operation
 WHERE operation.config_id = %(config)s AND operation.id > %(after)s AND (
       (operation.mapping_id IS NULL AND operation.order_reference IS NOT NULL AND (
           EXISTS (SELECT 1 FROM cdiscount_order_mapping mapping
                    WHERE mapping.config_id = operation.config_id
                      AND mapping.external_id = operation.order_reference)
        OR EXISTS (SELECT 1 FROM cdiscount_order_mapping mapping
                    WHERE mapping.config_id = operation.config_id AND mapping.reference = operation.order_reference)))
    OR (operation.order_line_id IS NULL AND operation.line_reference IS NOT NULL AND EXISTS (
           SELECT 1 FROM cdiscount_order_mapping_line line
            WHERE line.mapping_id = operation.mapping_id AND line.external_id = operation.line_reference))
    OR (operation.kind = 'commission' AND operation.order_line_id IS NOT NULL AND EXISTS (
           SELECT 1 FROM cdiscount_fee own
             JOIN cdiscount_fee announced ON announced.order_line_id = operation.order_line_id
            WHERE own.operation_id = operation.id AND own.order_line_id IS NULL
              AND announced.kind = 'commission' AND announced.operation_id IS NULL))
    OR (operation.unexplained AND operation.reason = 'no_sale' AND EXISTS (
           SELECT 1 FROM cdiscount_order_mapping mapping
            WHERE mapping.id = operation.mapping_id AND mapping.sale_order_id IS NOT NULL)))
 ORDER BY operation.id
 LIMIT %(limit)s
"""


class CdiscountFinanceLate(models.Model):
    _inherit = "cdiscount.finance.operation"

    line_reference = fields.Char("Order Line Number", readonly=True, help="In the words of Cdiscount.")

    def _prepare(self, config, one, refs):
        return dict(super()._prepare(config, one, refs), line_reference=one.line_id or False)

    def _find_orders(self):
        result = super()._find_orders()
        self._find_lines()
        return result

    def _find_lines(self):
        """Operations whose order is known get the line they are about."""
        some = self.filtered(lambda one: one.mapping_id and one.line_reference and not one.order_line_id)
        if not some:
            return
        lines = (
            self.env["cdiscount.order.mapping.line"]
            .sudo()
            .search_fetch([("mapping_id", "in", some.mapping_id.ids)], ["mapping_id", "external_id"])
        )
        known = {(line.mapping_id.id, line.external_id): line.id for line in lines}
        places = {one: known.get((one.mapping_id.id, one.line_reference)) for one in some}
        update_many(some, {one.id: {"order_line_id": line} for one, line in places.items() if line})

    @api.model
    def _link_late(self, config):
        """Generator: link what became known since it was read, a batch at a time.

        :return: the ids of the payouts of these operations
        """
        after, touched = 0, set()
        while True:
            self.env.flush_all()
            self.env.cr.execute(LATE, {"config": config.id, "after": after, "limit": BATCH})
            ids = [row[0] for row in self.env.cr.fetchall()]
            if not ids:
                return touched
            after = ids[-1]
            found = self.sudo().browse(ids)
            touched |= set(found._match(find_orders=True).payout_id.ids)
            self.env["cdiscount.fee"].sudo()._book_operations(found)
            yield None
