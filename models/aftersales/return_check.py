"""What came back, piece by piece: back on the shelf, or thrown away."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare, float_is_zero

from ...compat import check_access, constraints, is_storable, move_name_values


class CdiscountReturnCheck(models.Model):
    _name = "cdiscount.return.check"
    _description = "Cdiscount Return: Goods to Check"
    _order = "return_id, id"
    _rec_name = "product_id"

    vars().update(
        constraints(("move_line_uniq", "unique(move_line_id)", "These goods are on the list of what to check already."))
    )

    return_id = fields.Many2one("cdiscount.return", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="return_id.company_id", store=True, index=True)
    move_line_id = fields.Many2one("stock.move.line", "Receipt", readonly=True, ondelete="set null")
    picking_id = fields.Many2one(related="move_line_id.picking_id", string="Transfer", help="How it was received.")
    product_id = fields.Many2one("product.product", required=True, readonly=True, index=True)
    uom_id = fields.Many2one("uom.uom", "Unit", readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True)
    lot_name = fields.Char("Lot/Serial Number", related="lot_id.name", help="Which one came back.")
    location_id = fields.Many2one("stock.location", readonly=True)
    location_name = fields.Char("Lies In", related="location_id.complete_name")
    quantity = fields.Float("Arrived", readonly=True, digits=(16, 2))
    good = fields.Float("To Stock", digits=(16, 2), help="As good as new: goes back to the shelf and is sold again.")
    bad = fields.Float("To Scrap", digits=(16, 2), help="Cannot be sold any more: leaves the stock.")
    state = fields.Selection(
        [("open", "To check"), ("done", "Checked")], "Status", default="open", required=True, readonly=True, index=True
    )
    note = fields.Text("What Was Found")
    picture_ids = fields.Many2many(
        "ir.attachment", "cdiscount_return_check_picture_rel", "check_id", "attachment_id", "Photos"
    )
    scrap_id = fields.Many2one("stock.scrap", "Scrap Order", readonly=True, ondelete="set null")
    checked_by = fields.Many2one("res.users", readonly=True)
    checked_at = fields.Datetime("Checked On", readonly=True)

    @api.constrains("good", "bad", "quantity")
    def _check_quantities(self):
        for check in self:
            if check.good < 0 or check.bad < 0:
                raise ValidationError(_("Quantities to stock and to scrap cannot be negative."))
            if float_compare(check.good + check.bad, check.quantity, precision_digits=2) > 0:
                raise ValidationError(
                    _(
                        "%(quantity)g of %(product)s arrived: not more can go to stock and to scrap.",
                        quantity=check.quantity,
                        product=check.product_id.display_name,
                    )
                )

    def write(self, vals):
        if {"good", "bad"} & set(vals) and any(check.state == "done" for check in self):
            raise UserError(_("These goods were checked already: move them in Inventory if that was a mistake."))
        return super().write(vals)

    # ------------------------------------------------------------------ what a person decides
    def action_good(self):
        """What is not decided yet goes to stock."""
        for check in self.filtered(lambda one: one.state == "open"):
            check.good = check.quantity - check.bad
        self.filtered(lambda one: one.state == "open")._carry_out()
        return True

    def action_bad(self):
        """What is not decided yet goes to scrap."""
        for check in self.filtered(lambda one: one.state == "open"):
            check.bad = check.quantity - check.good
        self.filtered(lambda one: one.state == "open")._carry_out()
        return True

    def action_open(self):
        """Open the goods: quantities for both ways, note, photos."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.product_id.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_decide(self):
        """Carry out what was entered."""
        self.ensure_one()
        if float_compare(self.good + self.bad, self.quantity, precision_digits=2) < 0:
            raise UserError(
                _(
                    "Say for all %(quantity)g of %(product)s whether they go to stock or to scrap.",
                    quantity=self.quantity,
                    product=self.product_id.display_name,
                )
            )
        self._carry_out()
        return True

    def action_elsewhere(self):
        """The goods were put away in Inventory already: only note that they are checked."""
        self.ensure_one()
        if self.state == "open":
            self.write({"good": 0.0, "bad": 0.0})
            self._carry_out()
        return True

    # ------------------------------------------------------------------ carrying it out
    def _carry_out(self):
        """Move the goods as decided, once; the return goes on when nothing is left to decide."""
        check_access(self, "write")
        # The warehouse may work on Cdiscount's returns without being allowed to use Inventory.
        checks = self.sudo()
        if not checks:
            return
        # Two people at the same moment: the second one waits here, begins anew and finds them checked.
        self.env.flush_all()
        self.env.cr.execute("SELECT id FROM cdiscount_return_check WHERE id IN %s FOR UPDATE", [tuple(self.ids)])
        for check in checks:
            if check.state == "done":
                continue
            if not float_is_zero(check.good, precision_digits=2):
                check._restock()
            if not float_is_zero(check.bad, precision_digits=2):
                check._scrap()
            check.write({"state": "done", "checked_by": self.env.uid, "checked_at": fields.Datetime.now()})
        checks.return_id._advance()

    def _restock(self):
        """Bring the good ones from where returns are checked to where sales are taken from."""
        source, goal = self.location_id, self.return_id._stock_location()
        if not source or not is_storable(self.product_id) or source._child_of_any(goal):
            return
        self._require_there(self.good)
        goal = goal._get_putaway_strategy(self.product_id, quantity=self.good) or goal
        move = self.env["stock.move"].create(
            {
                **move_name_values(self.env, self.return_id.name),
                "origin": self.return_id.name,
                "company_id": self.company_id.id,
                "product_id": self.product_id.id,
                "product_uom": self.uom_id.id,
                "product_uom_qty": self.good,
                "location_id": source.id,
                "location_dest_id": goal.id,
                "move_line_ids": [
                    fields.Command.create(
                        {
                            "product_id": self.product_id.id,
                            "product_uom_id": self.uom_id.id,
                            "quantity": self.good,
                            "location_id": source.id,
                            "location_dest_id": goal.id,
                            "lot_id": self.lot_id.id,
                            "owner_id": self.move_line_id.owner_id.id,
                            "package_id": self.move_line_id.result_package_id.id,
                        }
                    )
                ],
                "picked": True,
            }
        )
        move._action_done()

    def _scrap(self):
        if not is_storable(self.product_id) or self.location_id.usage != "internal":
            return
        self._require_there(self.bad)
        self.scrap_id = self.env["stock.scrap"].create(
            {
                "company_id": self.company_id.id,
                "origin": self.return_id.name,
                "product_id": self.product_id.id,
                "product_uom_id": self.uom_id.id,
                "scrap_qty": self.bad,
                "lot_id": self.lot_id.id,
                "owner_id": self.move_line_id.owner_id.id,
                "package_id": self.move_line_id.result_package_id.id,
                "location_id": self.location_id.id,
            }
        )
        self.scrap_id.do_scrap()

    def _require_there(self, quantity):
        """Refuse to move goods that are no longer where they were received."""
        there = sum(
            self.env["stock.quant"]
            ._gather(self.product_id, self.location_id, lot_id=self.lot_id, strict=False)
            .mapped("quantity")
        )
        wanted = self.uom_id._compute_quantity(quantity, self.product_id.uom_id)
        if float_compare(there, wanted, precision_rounding=self.product_id.uom_id.rounding) < 0:
            raise UserError(
                _(
                    "%(product)s is no longer in %(location)s: somebody moved it in Inventory. Move it back, or choose "
                    "Moved by Hand.",
                    product=self.product_id.display_name,
                    location=self.location_id.display_name,
                )
            )


class StockLocation(models.Model):
    _inherit = "stock.location"

    def _child_of_any(self, locations):
        """Tell whether this location is one of these, or inside of one."""
        self.ensure_one()
        return any((self.parent_path or "").startswith(one.parent_path or "?") for one in locations)
