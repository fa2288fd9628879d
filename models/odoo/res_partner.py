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
        totals = self._count_cdiscount("cdiscount.order.mapping")
        for partner in self:
            partner.cdiscount_order_count = totals.get(partner.id, 0)

    def _count_cdiscount(self, model):
        """Return how many records of a model each contact has, a company with those of its people, by its id."""
        domain = [("partner_id", "child_of", self.ids), ("company_id", "in", self.env.companies.ids)]
        counted = self.env[model].sudo()._read_group(domain, ["partner_id"], ["__count"]) if self.ids else []
        totals = dict.fromkeys(self.ids, 0)
        for partner, count in counted:
            while partner:
                if partner.id in totals:
                    totals[partner.id] += count
                partner = partner.parent_id
        return totals

    def action_open_cdiscount_orders(self):
        """Show the marketplace orders of this contact."""
        return self._open_cdiscount("action_order_mapping")

    def _open_cdiscount(self, name):
        """Return one of our window actions for this contact and the people of it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"cdiscount_store_management.{name}")
        action.update(domain=[("partner_id", "child_of", self.id)], context={"create": False})
        return action
