"""How much of a line was delivered, how much has come back: counted from Odoo's own moves."""

from odoo import api, fields, models
from odoo.tools import float_compare, float_round


class CdiscountReturnLinePicking(models.Model):
    _inherit = "cdiscount.return.line"

    received = fields.Float(readonly=True, digits=(16, 2), help="What has come back so far.")
    differs = fields.Boolean(compute="_compute_differs")

    @api.depends("received", "quantity", "state")
    def _compute_differs(self):
        for line in self:
            unequal = float_compare(line.received, line.quantity, precision_digits=2) != 0
            line.differs = unequal and line.state in ("received", "checked", "settled")

    def _kit_needs(self):
        """Return ``{product id: units}`` of one unit of what was sold: the product itself, or its components."""
        product = self.order_line_id.sale_line_id.product_id
        needs = self.env["cdiscount.stock.mapping"]._kit_needs(self.config_id, product)
        return needs.get(product.id) or {product.id: 1.0}

    def _moves_to_return(self):
        """Return ``{delivered move: quantity in its unit}`` that makes up this line: delivered and not yet back.

        What Odoo returns already, done or prepared, is left out. Of several deliveries the oldest goes first.
        """
        self.ensure_one()
        sale_line = self.order_line_id.sale_line_id
        delivered = sale_line.move_ids.filtered(
            lambda move: move.state == "done" and move.location_dest_id.usage == "customer"
        )
        found = {}
        for product_id, each in self._kit_needs().items():
            wanted = self.quantity * each
            for move in delivered.filtered(lambda move, own=product_id: move.product_id.id == own).sorted("id"):
                unit = move.product_id.uom_id
                back = sum(
                    other.product_uom._compute_quantity(
                        other.quantity if other.state == "done" else other.product_uom_qty, unit
                    )
                    for other in move.returned_move_ids
                    if other.state != "cancel"
                )
                left = move.product_uom._compute_quantity(move.quantity, unit) - back
                taken = float_round(min(wanted, left), precision_rounding=unit.rounding)
                if float_compare(taken, 0.0, precision_rounding=unit.rounding) <= 0:
                    continue
                found[move] = unit._compute_quantity(taken, move.product_uom)
                wanted -= taken
        return found

    def _count_received(self):
        """Return how many units of this line have come back; of a kit, how many complete ones."""
        self.ensure_one()
        sale_line = self.order_line_id.sale_line_id
        moves = self.return_id.move_ids.filtered(
            lambda move: move.state == "done" and move.location_id.usage == "customer"
        )
        if not sale_line:
            if self.order_line_id:
                return self.received
            moves = moves.filtered(
                lambda move: move.product_id == self.product_id and not self.return_id._sale_lines(move)
            )
            return sum(move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id) for move in moves)
        moves = moves.filtered(lambda move: self.return_id._sale_lines(move)[:1] == sale_line)
        units = []
        for product_id, each in self._kit_needs().items():
            same = moves.filtered(lambda move, own=product_id: move.product_id.id == own)
            total = sum(move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id) for move in same)
            units.append(total / each if each else 0.0)
        return float_round(min(units, default=0.0), precision_digits=2)
