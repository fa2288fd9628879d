"""The discussions of an order and of a customer."""

from odoo import _, api, fields, models


class CdiscountOrderDiscussions(models.Model):
    _inherit = "cdiscount.order.mapping"

    discussion_ids = fields.One2many("cdiscount.discussion", "mapping_id", "Discussions", readonly=True)
    discussion_count = fields.Integer("Number of Discussions", compute="_compute_discussion_count")

    def _compute_discussion_count(self):
        groups = self.env["cdiscount.discussion"]._read_group(
            [("mapping_id", "in", self.ids)], ["mapping_id"], ["__count"]
        )
        counts = {order.id: count for order, count in groups}
        for order in self:
            order.discussion_count = counts.get(order.id, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """A claim may be read before the order it is about."""
        orders = super().create(vals_list)
        self.env["cdiscount.discussion"]._link_to_orders(orders)
        return orders

    def action_open_discussions(self):
        """Open the discussions about this order."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_discussion")
        action.update(domain=[("mapping_id", "=", self.id)], context={"create": False})
        if len(self.discussion_ids) == 1:
            action.update(views=[(False, "form")], res_id=self.discussion_ids.id)
        return action

    def action_write_to_customer(self):
        """Write to the customer of this order: in the discussion that is open, else in a new one."""
        self.ensure_one()
        self.config_id._require_connection()
        current = self.discussion_ids.filtered("is_open")[:1]
        if current:
            return current._open_answer()
        return {
            "type": "ir.actions.act_window",
            "name": _("Write to the Customer"),
            "res_model": "cdiscount.discussion.answer",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_mapping_id": self.id},
        }


class SaleOrder(models.Model):
    _inherit = "sale.order"

    cdiscount_discussion_count = fields.Integer(compute="_compute_cdiscount_discussion_count", compute_sudo=True)

    def _compute_cdiscount_discussion_count(self):
        groups = self.env["cdiscount.discussion"]._read_group(
            [("sale_order_id", "in", self.ids)], ["sale_order_id"], ["__count"]
        )
        counts = {order.id: count for order, count in groups}
        for order in self:
            order.cdiscount_discussion_count = counts.get(order.id, 0)

    def action_open_cdiscount_discussions(self):
        """Open the marketplace discussions about this sale."""
        self.ensure_one()
        return self.cdiscount_mapping_id.action_open_discussions()


class ResPartner(models.Model):
    _inherit = "res.partner"

    cdiscount_discussion_count = fields.Integer(compute="_compute_cdiscount_discussion_count")

    def _compute_cdiscount_discussion_count(self):
        totals = self._count_cdiscount("cdiscount.discussion")
        for partner in self:
            partner.cdiscount_discussion_count = totals.get(partner.id, 0)

    def action_open_cdiscount_discussions(self):
        """Show the marketplace discussions of this contact."""
        return self._open_cdiscount("action_discussion")
