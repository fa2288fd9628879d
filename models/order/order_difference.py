"""A sale order that no longer comes to what the customer paid: seen on every screen, told to a person.

What the customer paid is the marketplace's; changing a price in Odoo changes the books, not the payment. It is allowed,
and never silent.
"""

from odoo import _, api, fields, models

from ...compat import sale_line_tax_field
from ...services.rules.booked import loads as load_booked
from .order_follow import FOLLOWING

AMOUNTS = {"price_unit", "discount", "product_uom_qty"}


class CdiscountOrderDifference(models.Model):
    _inherit = "cdiscount.order.mapping"

    total_difference = fields.Monetary(
        "Odoo Minus Cdiscount",
        compute="_compute_total_difference",
        store=True,
        help="By how much the sale order's total is off what the customer paid on Cdiscount. Nothing is charged or "
        "refunded by it: correct the sale order, or give the customer the difference on Cdiscount.",
    )
    total_differs = fields.Boolean(compute="_compute_total_differs", search="_search_total_differs")

    @api.depends("booked", "amount_odoo", "accepted_total", "sale_order_id.state", "state")
    def _compute_total_difference(self):
        for order in self:
            booked = load_booked(order.booked) if order.state == "imported" else None
            if not booked or order.sale_order_id.state not in ("sale", "done"):
                order.total_difference = 0
                continue
            gaps = [order.amount_odoo - float(booked.total)]
            if order.accepted_total:
                gaps.append(order.amount_odoo - order.accepted_total)
            gap = min(gaps, key=abs)
            order.total_difference = round(gap, 2) if abs(gap) >= 0.005 else 0

    @api.depends("total_difference")
    def _compute_total_differs(self):
        for order in self:
            order.total_differs = bool(order.total_difference)

    @api.model
    def _search_total_differs(self, operator, value):
        wanted = True in value if operator in ("in", "not in") else bool(value)
        return [("total_difference", "!=" if (operator in ("=", "in")) == wanted else "=", 0)]

    def _tell_difference(self):
        """Tell a person of sale orders changed away from the marketplace's total; take it back when it is mended."""
        for order in self:
            title = _("The total of order %s differs from Cdiscount's", order.reference)
            if not order.total_difference:
                told = order.activity_ids.filtered(lambda activity, title=title: activity.summary == title)
                told.unlink()
                continue
            currency = order.currency_id or order.company_id.currency_id
            order._ask_a_person(
                title,
                _(
                    "%(person)s changed the sale order to %(found)s; the customer paid %(total)s on Cdiscount, and "
                    "that stays. Correct its lines, or give the customer the difference on Cdiscount.",
                    person=self.env.user.name,
                    found=currency.format(order.amount_odoo),
                    total=currency.format(order.amount_odoo - order.total_difference),
                ),
            )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    cdiscount_difference = fields.Monetary(compute="_compute_cdiscount_difference", compute_sudo=True)

    @api.depends("cdiscount_mapping_ids.total_difference")
    def _compute_cdiscount_difference(self):
        for order in self:
            order.cdiscount_difference = order.cdiscount_mapping_ids[:1].total_difference


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._cdiscount_note_amounts()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if AMOUNTS & vals.keys() or sale_line_tax_field(self.env) in vals:
            self._cdiscount_note_amounts()
        return result

    def unlink(self):
        self._cdiscount_note_amounts()
        return super().unlink()

    def _cdiscount_note_amounts(self):
        """Look at these orders once more when everything is written: in the middle of it totals differ all the time."""
        if FOLLOWING in self.env.context:
            return
        changed = self.order_id.filtered(lambda order: order.state == "sale" and order.cdiscount_config_id)
        if not changed:
            return
        hooks = self.env.cr.precommit
        waiting = hooks.data.setdefault("cdiscount_differences", set())
        if not waiting:
            hooks.add(self._cdiscount_look_at_totals)
        waiting.update(changed.ids)

    @api.model
    def _cdiscount_look_at_totals(self):
        ids = self.env.cr.precommit.data.pop("cdiscount_differences", set())
        orders = self.env["sale.order"].browse(ids).exists()
        orders.sudo().cdiscount_mapping_ids._tell_difference()
        self.env.flush_all()
