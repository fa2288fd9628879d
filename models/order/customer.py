"""Which contact stands for a customer of the marketplace."""

from odoo import fields, models

from ...compat import constraints


class CdiscountCustomer(models.Model):
    """A customer's marketplace reference, once per account: two workers cannot make two contacts of one person."""

    _name = "cdiscount.customer"
    _description = "Cdiscount Customer"
    _rec_name = "reference"

    vars().update(constraints(("reference_uniq", "unique(config_id, reference)", "This customer is linked already.")))

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    reference = fields.Char(required=True, help="The customer's reference on the marketplace.")
    partner_id = fields.Many2one("res.partner", "Contact", required=True, ondelete="cascade", index=True)
