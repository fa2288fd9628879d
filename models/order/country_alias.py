"""What a marketplace country code means that no country of Odoo has."""

from odoo import _, api, fields, models, tools
from odoo.exceptions import ValidationError

from ...compat import constraints


class CdiscountCountryAlias(models.Model):
    _name = "cdiscount.country.alias"
    _description = "Cdiscount Country"
    _order = "code"
    _rec_name = "code"

    vars().update(
        constraints(
            ("code_uniq", "unique(company_id, code)", "This country code has a country already: change that line.")
        )
    )

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    code = fields.Char("On Cdiscount", required=True, help="The country as it stands in the orders.")
    country_id = fields.Many2one("res.country", required=True)

    @api.constrains("code")
    def _check_code(self):
        if any(not (alias.code or "").strip() for alias in self):
            raise ValidationError(_("Enter the code as it stands in the orders."))

    @api.model
    @tools.ormcache("company_id")
    def _codes(self, company_id):
        """Return ``{code on Cdiscount: ISO code}`` of a company. Asked for each address, so it is kept in memory."""
        aliases = self.sudo().search([("company_id", "=", company_id)])
        return {alias.code: alias.country_id.code for alias in aliases}

    @api.model
    def _remember(self, company, code, country):
        """Give a code its country; saying it twice does no harm."""
        aliases = self.sudo()
        alias = aliases.search([("company_id", "=", company.id), ("code", "=", code.strip().upper())], limit=1)
        if not alias:
            aliases.create({"company_id": company.id, "code": code, "country_id": country.id})
        elif alias.country_id != country:
            alias.country_id = country

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["code"] = (vals.get("code") or "").strip().upper()
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if "code" in vals:
            vals = dict(vals, code=(vals["code"] or "").strip().upper())
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()


class CdiscountOrderCountry(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _iso_country(self, code):
        """Return the ISO code of a country as the marketplace writes it; what nobody knows stays as it came."""
        code = (code or "").strip().upper()
        return self.env["cdiscount.country.alias"]._codes(self.env.company.id).get(code, code)

    @api.model
    def _delivery_country(self, order):
        """Return the code of the country an order is delivered to, or False before it has an address.

        Not cut to two letters: "AUSTRIA" would become Australia and "IRLANDE" Iran.
        """
        addresses = [line.shipping_address for line in order.lines] + [order.billing_address]
        code = next((address.country_code for address in addresses if address and address.country_code), False)
        return self._iso_country(code) if code else False

    @api.model
    def _country(self, code):
        code = self._iso_country(code)
        # Odoo cuts what it compares with a code to two letters, too.
        return super()._country(code) if len(code) == 2 else None
