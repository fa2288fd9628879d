"""Receipts of returned goods tell the return of the marketplace's order, whoever made them and however."""

from odoo import api, fields, models


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    def _prepare_picking_default_values(self):
        values = super()._prepare_picking_default_values()
        location = self.env.context.get("cdiscount_return_to")
        if location:
            values["location_dest_id"] = location.id
        return values


class StockMove(models.Model):
    _inherit = "stock.move"

    # Kept by the copy that Odoo makes for what is still to come: the rest of a return belongs to the same return.
    cdiscount_return_id = fields.Many2one(
        "cdiscount.return", index="btree_not_null", ondelete="set null", readonly=True
    )

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        # Only what comes back from a customer is looked at: other moves cost nothing here.
        back = moves.filtered(
            lambda move: (
                move.state == "done"
                and move.location_id.usage == "customer"
                and (move.cdiscount_return_id or move.origin_returned_move_id)
            )
        )
        if back:
            self.env["cdiscount.return"].sudo()._note_receipts(back)
        return moves

    def _action_cancel(self):
        returns = self.sudo().cdiscount_return_id
        result = super()._action_cancel()
        if returns:
            returns._advance()
        return result


class StockPicking(models.Model):
    _inherit = "stock.picking"

    cdiscount_return_id = fields.Many2one("cdiscount.return", compute="_compute_cdiscount_return_id", compute_sudo=True)
    cdiscount_return_count = fields.Integer(
        "Cdiscount Returns", compute="_compute_cdiscount_return_count", compute_sudo=True
    )

    @api.depends("move_ids.cdiscount_return_id")
    def _compute_cdiscount_return_id(self):
        for picking in self:
            picking.cdiscount_return_id = picking.move_ids.cdiscount_return_id[:1]

    @api.depends("move_ids.cdiscount_return_id", "sale_id.cdiscount_mapping_ids")
    def _compute_cdiscount_return_count(self):
        for picking in self:
            picking.cdiscount_return_count = len(picking._cdiscount_returns())

    def _cdiscount_returns(self):
        """Return the returns this picking brings, or those of the goods it has delivered."""
        self.ensure_one()
        moves = self.move_ids
        return moves.cdiscount_return_id | moves.returned_move_ids.cdiscount_return_id

    def action_open_cdiscount_returns(self):
        """Open the returns of this delivery or receipt."""
        self.ensure_one()
        return self.env["cdiscount.return"]._open_records(self.sudo()._cdiscount_returns())


class SaleOrder(models.Model):
    _inherit = "sale.order"

    cdiscount_return_count = fields.Integer(
        "Cdiscount Returns", compute="_compute_cdiscount_return_count", compute_sudo=True
    )

    def _compute_cdiscount_return_count(self):
        counts = dict(
            self.env["cdiscount.return"]._read_group(
                [("sale_order_id", "in", self.ids)], ["sale_order_id"], ["__count"]
            )
        )
        for order in self:
            order.cdiscount_return_count = counts.get(order, 0)

    def action_open_cdiscount_returns(self):
        """Open the returns of this order."""
        self.ensure_one()
        returns = self.env["cdiscount.return"].search([("sale_order_id", "=", self.id)])
        return returns._open_records(returns)
