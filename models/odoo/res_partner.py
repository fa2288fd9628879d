"""What the marketplace tells of a person or an address that Odoo has no field for; a contact's marketplace orders."""

from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    cdiscount_digest = fields.Char(
        index="btree_not_null", copy=False, help="Recognises the same address written a little differently."
    )
    cdiscount_civility = fields.Selection([("mr", "Mr"), ("mrs", "Mrs"), ("miss", "Miss")], "Civility", copy=False)
    cdiscount_pickup_id = fields.Char("Pickup Point", copy=False, help="Number of the pickup point of the carrier.")
    cdiscount_pickup_name = fields.Char("Pickup Point Name", copy=False)
    cdiscount_order_count = fields.Integer("Cdiscount Orders", compute="_compute_cdiscount_order_count")

    def _compute_cdiscount_order_count(self):
        """Count the marketplace orders of each contact, of a company with those of its people."""
        orders = self.env["cdiscount.order.mapping"].sudo()
        domain = [("partner_id", "child_of", self.ids), ("company_id", "in", self.env.companies.ids)]
        counted = orders._read_group(domain, ["partner_id"], ["__count"]) if self.ids else []
        totals = dict.fromkeys(self.ids, 0)
        for partner, count in counted:
            while partner:
                if partner.id in totals:
                    totals[partner.id] += count
                partner = partner.parent_id
        for partner in self:
            partner.cdiscount_order_count = totals.get(partner.id, 0)

    def action_open_cdiscount_orders(self):
        """Show the marketplace orders of this contact."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_order_mapping")
        action.update(domain=[("partner_id", "child_of", self.id)], context={"create": False})
        return action
