"""Confirming the sale orders of a batch together."""

from markupsafe import Markup

from odoo import _, api, models

from ..odoo.stock_move import NEW_ORDERS


class CdiscountOrderConfirm(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _confirm_sale_orders(self, drafts):
        """Confirm the new sale orders of drafts: with deliveries to prepare, or for the books only."""
        orders = self.env["sale.order"].browse([draft.sale_order.id for draft in drafts])
        to_prepare = orders.browse([draft.sale_order.id for draft in drafts if draft.decision.action == "build"])
        history = orders - to_prepare
        if to_prepare:
            watched = self.env["stock.picking"]._cdiscount_watched_products(to_prepare.order_line.product_id)
            to_prepare.with_context(**{NEW_ORDERS: watched}).action_confirm()
            self._note_origin(to_prepare)
        if history:
            # What the marketplace says was shipped has left already: there is nothing to prepare.
            history.with_context(skip_procurement=True).action_confirm()
        # Confirming has set the date of today: the books want the day of the sale.
        for draft in drafts:
            draft.sale_order.date_order = draft.values["date_order"]

    @api.model
    def _note_origin(self, orders):
        """Note on each delivery which sale order it comes from, as Odoo does, in one insert."""
        created_from = _("Created from")  # outside of the comprehension, where the language is known
        bodies = {
            picking.id: Markup("%s <a href='#' data-oe-model='sale.order' data-oe-id='%s'>%s</a>")
            % (created_from, order.id, order.name)
            for order in orders
            for picking in order.picking_ids
        }
        if bodies:
            self.env["stock.picking"].browse(bodies)._message_log_batch(bodies)
