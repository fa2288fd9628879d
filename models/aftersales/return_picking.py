"""The parcel of a return in Odoo's stock: prepared through Odoo's own return, recognised however it arrives."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_is_zero

from ...compat import return_delivery


class CdiscountReturnPicking(models.Model):
    _inherit = "cdiscount.return"

    move_ids = fields.One2many("stock.move", "cdiscount_return_id", "Stock Moves", readonly=True)
    picking_ids = fields.Many2many(
        "stock.picking", string="Receipts", compute="_compute_picking_ids", compute_sudo=True
    )
    picking_count = fields.Integer("Number of Receipts", compute="_compute_picking_ids", compute_sudo=True)
    has_open_receipt = fields.Boolean(compute="_compute_picking_ids", compute_sudo=True)
    check_ids = fields.One2many("cdiscount.return.check", "return_id", "Goods to Check")
    note = fields.Text("What to Know", readonly=True, copy=False)

    @api.depends("move_ids.state", "move_ids.picking_id")
    def _compute_picking_ids(self):
        for one in self:
            moves = one._receipt_moves()
            one.picking_ids = moves.picking_id
            one.picking_count = len(moves.picking_id)
            one.has_open_receipt = any(move.state not in ("done", "cancel") for move in moves)

    # ------------------------------------------------------------------ what a person does
    def action_expect(self):
        """The goods come back: prepare their receipt in Odoo."""
        for one in self:
            one._check_open(("proposed", "expected"))
            one._prepare_receipt()
            days = one.config_id.return_days
            if not one.expected_on and days > 0:
                one.expected_on = fields.Date.add(fields.Date.context_today(one), days=days)
            one.state = "expected"
        return True

    def action_open_receipts(self):
        """Open the receipts of this return."""
        self.ensure_one()
        return self._open_records(self.picking_ids)

    def action_keep_goods(self):
        """The customer keeps the goods: nothing is received any more, the money is still to be settled."""
        self._check_open(("proposed", "expected"))
        for one in self:
            one._cancel_receipts()
            one.write({"state": "checked", "note": _("The customer keeps the goods.")})
        return True

    def action_refuse(self):
        self._cancel_receipts()
        return super().action_refuse()

    def action_cancel(self):
        self._cancel_receipts()
        return super().action_cancel()

    def _cancel_receipts(self):
        moves = self.sudo()._receipt_moves().filtered(lambda move: move.state not in ("done", "cancel"))
        moves._action_cancel()

    def _receipt_moves(self):
        """Return the moves that bring goods back; one sent out again is a copy of them and no part of the return."""
        return self.move_ids.filtered(lambda move: move.location_id.usage == "customer")

    @api.model
    def _open_records(self, records):
        """Return the action that opens one record, or the list of several."""
        action = {"type": "ir.actions.act_window", "res_model": records._name, "name": _("Returns")}
        if records._name == "stock.picking":
            action["name"] = _("Receipts")
        if len(records) == 1:
            return {**action, "res_id": records.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", records.ids)], "views": [(False, "list"), (False, "form")]}

    # ------------------------------------------------------------------ preparing
    def _prepare_receipt(self):
        """Make the receipts of what was delivered and has not come back yet, by Odoo's own return; once."""
        self.ensure_one()
        if self.supply != "seller":
            raise UserError(_("Return %s goes to Cdiscount's warehouse: there is nothing to receive here.", self.name))
        if not self.line_ids:
            raise UserError(_("Choose what comes back: return %s has no line.", self.name))
        if self.has_open_receipt:
            return self.picking_ids
        # Two people at the same moment: the second one waits here and begins anew.
        self.env.flush_all()
        self.env.cr.execute("UPDATE cdiscount_return SET write_date = write_date WHERE id = %s", [self.id])
        this = self.sudo().with_company(self.company_id)
        adopted = this._adopt_receipts()
        if adopted:
            return adopted
        wanted = {}
        for line in this.line_ids:
            for move, quantity in line._moves_to_return().items():
                wanted[move] = wanted.get(move, 0.0) + quantity
        made = self.env["stock.picking"].sudo()
        delivered = self.env["stock.move"].sudo().union(*wanted).filtered("picking_id")
        for picking, moves in delivered.grouped("picking_id").items():
            location = this._check_location(picking)
            receipt = return_delivery(this.env, picking, {move: wanted[move] for move in moves}, location)
            receipt.move_ids.cdiscount_return_id = this
            made |= receipt
        if made and this.tracking_number and "carrier_tracking_ref" in made._fields:
            made[:1].carrier_tracking_ref = this.tracking_number
        if not made and any(line.order_line_id.sale_line_id for line in this.line_ids):
            this.note = _(
                "Odoo delivered nothing of it, or it has come back already: receive it by hand if it arrives, and "
                "settle the money here."
            )
        return made

    def _adopt_receipts(self):
        """Take over open receipts that somebody has made in Odoo for the same lines of the order."""
        moves = self.line_ids.order_line_id.sale_line_id.move_ids.filtered(
            lambda move: (
                move.location_id.usage == "customer"
                and move.state not in ("done", "cancel")
                and not move.cdiscount_return_id
            )
        )
        moves.cdiscount_return_id = self
        return moves.picking_id

    def _check_location(self, delivery):
        """Return where the goods of a delivery are received to be checked; None where Odoo receives them."""
        place = self.config_id.return_location_id
        # What a supplier has sent goes back to the supplier, as Odoo has it.
        return place if place and delivery.location_id.usage == "internal" else None

    def _stock_location(self):
        """Return where good ones go: the stock of the warehouse the goods were delivered from."""
        self.ensure_one()
        origin = self.move_ids.origin_returned_move_id[:1]
        warehouse = origin.picking_type_id.warehouse_id or origin.warehouse_id or self.config_id.warehouse_id
        return warehouse.lot_stock_id

    # ------------------------------------------------------------------ arriving
    @api.model
    def _note_receipts(self, moves):
        """Goods came back from a customer: tell their return, or write down one that nobody had announced.

        :param moves: done moves from a customer; those of orders that are not the marketplace's are left alone
        """
        # What was received along with it, another product for instance, belongs to the same return.
        moves |= moves.picking_id.move_ids.filtered(
            lambda move: move.state == "done" and move.location_id.usage == "customer"
        )
        returns = moves.cdiscount_return_id
        for picking, received in moves.grouped("picking_id").items():
            known = received.cdiscount_return_id[:1] or self._find_announced(received) or self._write_down(received)
            if not known:
                continue
            received.filtered(lambda move: not move.cdiscount_return_id).cdiscount_return_id = known
            if picking:
                # The rest that Odoo keeps open belongs to it as well, even when somebody had made the receipt by hand.
                rest = picking.backorder_ids.move_ids.filtered(lambda move: not move.cdiscount_return_id)
                rest.cdiscount_return_id = known
            returns |= known
        for one in returns:
            one._list_what_arrived(moves)
        returns._advance()

    @api.model
    def _sale_lines(self, moves):
        return moves.sale_line_id | moves.origin_returned_move_id.sale_line_id

    @api.model
    def _find_announced(self, moves):
        """Return the return that was announced for the lines of these moves."""
        lines = self.env["cdiscount.return.line"].search(
            [
                ("order_line_id.sale_line_id", "in", self._sale_lines(moves).ids),
                ("state", "in", ("proposed", "expected")),
            ]
        )
        return lines.return_id.sorted("id")[:1]

    @api.model
    def _write_down(self, moves):
        """Make the return of goods that arrived without notice; none when they were not sold on the marketplace."""
        mapping = self._sale_lines(moves).order_id.cdiscount_mapping_ids[:1]
        if not mapping:
            return self.browse()
        one = self.create({"mapping_id": mapping.id, "origin": "found", "reason": "other", "state": "expected"})
        mapping._ask_a_person(
            _("A parcel of order %s came back without notice", mapping.reference),
            _("Return %s: check the goods and give the customer the money back if it is due.", one.name),
        )
        return one

    def _list_what_arrived(self, moves):
        """Write down what is to be checked, and what came that nobody had announced."""
        self.ensure_one()
        own = moves.filtered(lambda move: move.cdiscount_return_id == self)
        known = self.check_ids.move_line_id
        arrived = (own.move_line_ids - known).filtered(
            lambda line: not float_is_zero(line.quantity, precision_digits=2)
        )
        self.env["cdiscount.return.check"].create(
            [
                {
                    "return_id": self.id,
                    "move_line_id": line.id,
                    "product_id": line.product_id.id,
                    "uom_id": line.product_uom_id.id,
                    "lot_id": line.lot_id.id,
                    "location_id": line.location_dest_id.id,
                    "quantity": line.quantity,
                }
                for line in arrived
            ]
        )
        self._list_unannounced(own)

    def _list_unannounced(self, moves):
        """Add a line for each line of the order, or product, that nobody had announced."""
        announced = self.line_ids.order_line_id.sale_line_id
        by_line = {line.sale_line_id: line for line in self.mapping_id.line_ids if line.sale_line_id}
        values = []
        for sale_line, same in moves.grouped(lambda move: self._sale_lines(move)[:1]).items():
            if sale_line in announced:
                continue
            if sale_line in by_line:
                values.append({"order_line_id": by_line[sale_line].id, "quantity": 0.0})
                continue
            for product in same.product_id - self.line_ids.filtered(lambda line: not line.order_line_id).product_id:
                values.append({"product_id": product.id, "title": product.display_name, "quantity": 0.0})
        self.write({"line_ids": [fields.Command.create({**value, "return_id": self.id}) for value in values]})
        for line in self.line_ids.filtered(lambda line: not line.quantity):
            line.quantity = line._count_received()

    # ------------------------------------------------------------------ going on
    def _advance(self):
        """Bring the state in line with what arrived, was checked and was paid back."""
        for one in self.sudo():
            for line in one.line_ids:
                line.received = line._count_received()
            open_moves = one._receipt_moves().filtered(lambda move: move.state not in ("done", "cancel"))
            state = one.state
            if any(check.state == "open" for check in one.check_ids):
                state = "received"
            elif open_moves and one.check_ids:
                state = "expected"
            elif one.check_ids and state not in ("settled",):
                state = "checked"
            if state == "checked" and one._money_is_settled():
                state = "settled"
            if state != one.state:
                one.state = state

    def _money_is_settled(self):
        """Tell whether nothing is left to be paid back; filled in by what knows about money."""
        return False
