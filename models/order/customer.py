"""Which contacts stand for a customer of the marketplace and for the customer's addresses."""

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
    address_ids = fields.One2many("cdiscount.address", "customer_id", "Addresses")


class CdiscountAddress(models.Model):
    """The contact that stands for an address as the marketplace writes it.

    A row of its own, not a mark on the contact: people correct a contact's street, move it to another company, archive
    it or merge it with another one, and the next order must still find it. Odoo's merge moves this row along.
    """

    _name = "cdiscount.address"
    _description = "Cdiscount Address"
    _rec_name = "digest"

    vars().update(
        constraints(("digest_uniq", "unique(customer_id, use, digest)", "This address has a contact already."))
    )

    customer_id = fields.Many2one("cdiscount.customer", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="customer_id.company_id", store=True, index=True)
    use = fields.Selection([("invoice", "Invoice"), ("delivery", "Delivery")], required=True)
    digest = fields.Char(required=True, help="The same for an address that is written a little differently.")
    partner_id = fields.Many2one("res.partner", "Contact", required=True, ondelete="cascade", index=True)
