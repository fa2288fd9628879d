"""Goods of an order that the marketplace has cancelled: taken from the shelf already, or on their way."""

from odoo import _, api, models

from ...services.rules.order_status import LINE_CANCEL_REQUEST, canonical


class CdiscountOrderFollowGoods(models.Model):
    _inherit = "cdiscount.order.mapping"

    def _lines_gone(self, sale_lines):
        """Return those sale order lines of which something is with the customer now; what came back is not."""
        return sale_lines.filtered(lambda line: line.cdiscount_line_id and line.qty_delivered > 0)

    def _being_picked(self, sale_lines):
        """Return the moves of goods that somebody has taken from the shelf and that have not left.

        Picked on an open delivery, or brought to the packing or output zone by a step that is done.
        """

        def waits_inside(move):
            if move.state == "done":
                inside = {move.location_id.usage, move.location_dest_id.usage} == {"internal"}
                return inside and not any(after.state == "done" for after in move.move_dest_ids)
            return move.state != "cancel" and move.picked and move.quantity

        return self._with_steps_before(sale_lines.move_ids).filtered(waits_inside)

    @api.model
    def _with_steps_before(self, moves):
        """Return these moves with the picking and packing steps that feed them and nothing else.

        Odoo 17 names the sale order line on the last step only, and joins the steps before of two lines of a product:
        such a step is left out.
        """
        before = moves.move_orig_ids.filtered(
            lambda move: move.location_id.usage == "internal" and move.move_dest_ids <= moves
        )
        before -= moves
        return self._with_steps_before(moves | before) if before else moves

    def _tell_pickers(self, moves):
        """Say on the deliveries, and to a person, that goods which were picked are to be put back."""
        if not moves:
            return
        for picking in moves.picking_id:
            goods = ", ".join((moves & picking.move_ids).product_id.mapped("display_name"))
            picking.message_post(
                body=_("Cancelled on Cdiscount while it was being picked. Do not ship it, put it back: %s", goods)
            )
        self._ask_a_person(
            _("Order %s was cancelled while it was being picked", self.reference),
            _(
                "Nothing of it is to leave any more. Put back what was taken from the shelf: %(goods)s (%(pickings)s).",
                goods=", ".join(moves.product_id.mapped("display_name")),
                pickings=", ".join(moves.picking_id.mapped("name")),
            ),
        )

    def _propose_return(self, sale_lines):
        """Propose the return of lines that were cancelled for good although they had left.

        A line whose customer only asks for it may be delivered all the same, and what left from Cdiscount's warehouse
        goes back there.
        """
        lines = self.line_ids.filtered(
            lambda line: (
                line.sale_line_id in sale_lines
                and line.sale_line_id.cdiscount_outside != "fulfilment"
                and canonical(line.status or "") != LINE_CANCEL_REQUEST
            )
        )
        if lines:
            self.env["cdiscount.return"]._propose(self, lines, "cancelled")
