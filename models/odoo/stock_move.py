"""What Odoo asks for each sale order it confirms need not be asked for each of a batch.

Only while the import confirms orders that it has just created (context key ``cdiscount_new_orders``): there is no
delivery yet that their moves could join, except those of this very confirmation.
"""

from odoo import api, models

NEW_ORDERS = "cdiscount_new_orders"
"""Context key; its value is a tuple: the ids of those products of the batch that have a replenishment rule."""


class StockMove(models.Model):
    _inherit = "stock.move"

    def _search_picking_for_assignation(self):
        order = self.sale_line_id.order_id
        if NEW_ORDERS not in self.env.context or not order:
            return super()._search_picking_for_assignation()
        # Odoo looks through all open deliveries of the shop, for each order anew: with some thousands of them open that
        # is most of the time an import takes. Those of a new order are known without looking.
        candidates = order.order_line.move_ids.picking_id
        if not candidates:
            return candidates
        domain = [("id", "in", candidates.ids), *self._search_picking_for_assignation_domain()]
        return candidates.search(domain, limit=1)

    def _trigger_scheduler(self):
        watched = self.env.context.get(NEW_ORDERS)
        if watched is None:
            return super()._trigger_scheduler()
        # One query for the batch has told which products have a rule; Odoo asks for each move.
        return super(StockMove, self.filtered(lambda move: move.product_id.id in watched))._trigger_scheduler()

    def _update_orderpoints(self):
        # Only a series that has this method calls it.
        watched = self.env.context.get(NEW_ORDERS)
        moves = self if watched is None else self.filtered(lambda move: move.product_id.id in watched)
        return super(StockMove, moves)._update_orderpoints()


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def message_post_with_source(self, source_ref, **kwargs):
        if NEW_ORDERS in self.env.context and source_ref == "mail.message_origin_link":
            # "Created from S00042": the import notes it for all deliveries of the batch at once.
            return self.env["mail.message"]
        return super().message_post_with_source(source_ref, **kwargs)

    @api.model
    def _cdiscount_watched_products(self, products):
        """Return the ids of those products that have a replenishment rule, in one query."""
        rules = self.env["stock.warehouse.orderpoint"].sudo().search([("product_id", "in", products.ids)])
        return tuple(rules.product_id.ids)
