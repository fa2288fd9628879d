"""What changes the quantity of an offer notes it: stock and its reservations, what is to leave, orders that come in.

Nothing is computed here: a set of product ids is kept until the transaction ends.
"""

from odoo import api, models

QUANT_FIELDS = frozenset({"quantity", "reserved_quantity", "location_id", "product_id", "lot_id"})
MOVE_FIELDS = frozenset(
    {"state", "product_uom_qty", "quantity", "location_id", "location_dest_id", "procure_method", "product_id"}
)


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        quants = super().create(vals_list)
        self.env["cdiscount.stock.event"]._mark(quants.product_id.ids)
        return quants

    def write(self, vals):
        result = super().write(vals)
        if not QUANT_FIELDS.isdisjoint(vals):
            self.env["cdiscount.stock.event"]._mark(self.product_id.ids)
        return result

    def unlink(self):
        self.env["cdiscount.stock.event"]._mark(self.product_id.ids)
        return super().unlink()


class StockMove(models.Model):
    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        self.env["cdiscount.stock.event"]._mark(moves.product_id.ids)
        return moves

    def write(self, vals):
        result = super().write(vals)
        if not MOVE_FIELDS.isdisjoint(vals):
            self.env["cdiscount.stock.event"]._mark(self.product_id.ids)
        return result

    def unlink(self):
        self.env["cdiscount.stock.event"]._mark(self.product_id.ids)
        return super().unlink()
