"""The marketplaces a seller can sell on through Octopia."""

from odoo import fields, models

from ...compat import constraints


class CdiscountSalesChannel(models.Model):
    _name = "cdiscount.sales.channel"
    _description = "Cdiscount Sales Channel"
    _order = "sequence, name"
    _rec_names_search = ["name", "code"]

    vars().update(constraints(("code_uniq", "unique(code)", "This sales channel exists already.")))

    name = fields.Char(required=True)
    code = fields.Char(required=True, help="The channel's id in the API, for example CDISFR.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    multi_parcel = fields.Boolean(
        "Several Parcels", help="The channel takes several parcels for one order. Cdiscount France takes one, complete."
    )

    def _ensure(self, codes):
        """Return the channels with these codes, creating those that are not known yet."""
        codes = {code for code in codes if code}
        channels = self.sudo().with_context(active_test=False)
        known = set(channels.search([("code", "in", list(codes))]).mapped("code"))
        channels.create([{"code": code, "name": code} for code in sorted(codes - known)])
        return self.search([("code", "in", list(codes))])
