"""What the marketplace tells of an address that Odoo has no field for."""

from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    cdiscount_digest = fields.Char(
        index="btree_not_null", copy=False, help="Recognises the same address written a little differently."
    )
    cdiscount_civility = fields.Char("Civility", copy=False)
    cdiscount_pickup_id = fields.Char("Pickup Point", copy=False, help="Number of the pickup point of the carrier.")
    cdiscount_pickup_name = fields.Char("Pickup Point Name", copy=False)
