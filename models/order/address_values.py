"""What a marketplace address is in the fields of a contact."""

from markupsafe import escape

from odoo import _, api, models, tools

from ...services.rules.customers import (
    NAME_LIMIT,
    STREET_LIMIT,
    civility,
    company_name,
    contact_name,
    normalise_phone,
    pickup_label,
)
from ...services.text import key, shorten


class CdiscountAddressValues(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _prepare_customer_values(self, config, order):
        """Return the values of a new customer from its billing address."""
        address = self._billing_of(order)
        values = {"company_id": config.company_id.id if self._partners_per_company() else False, "customer_rank": 1}
        if not address:
            return dict(values, name=order.customer_reference or order.order_id)
        values.update(self._prepare_address_values(address))
        values["name"] = values["name"] or order.customer_reference or order.order_id
        if company_name(address):
            values.update(name=company_name(address), is_company=True, company_name=False, cdiscount_civility=False)
        values["vat"] = self._vat_of(address) or False
        if address.vat_number and not values["vat"]:
            values["comment"] = escape(_("VAT number on Cdiscount, which cannot be right: %s", address.vat_number))
        values["email"] = self._email_of(order) or False
        return values

    @api.model
    def _partners_per_company(self):
        """Whether new contacts belong to the account's company only. Extend to keep customers of companies apart."""
        return False

    @api.model
    def _prepare_address_values(self, address):
        """Return partner values of one marketplace address."""
        country = self._country(address.country_code)
        street2 = ", ".join(filter(None, [pickup_label(address), address.line2, address.line3]))
        values = {
            "name": contact_name(address, NAME_LIMIT) or False,
            "street": shorten(address.line1, STREET_LIMIT) or False,
            "street2": shorten(street2, STREET_LIMIT) or False,
            "zip": address.postal_code[:24] or False,
            "city": shorten(address.city, NAME_LIMIT) or False,
            "country_id": country.id if country else False,
            "state_id": self._state(country, address.state).id if country and address.state else False,
            "phone": normalise_phone(address.phone, address.country_code or "FR") or False,
            "email": address.email or False,
            "lang": self._customer_language(address.country_code),
            "cdiscount_digest": address.digest(),
            "cdiscount_civility": civility(address.civility) or False,
        }
        if address.pickup_id:
            values["cdiscount_pickup_id"] = address.pickup_id
            values["cdiscount_pickup_name"] = address.pickup_name or False
        if company_name(address):
            values["company_name"] = company_name(address)
        return values

    @api.model
    def _country(self, code):
        """Return the country of an ISO code, or None."""
        if not code:
            return None
        # Greece and the United Kingdom have two codes each in European data.
        code = {"EL": "GR", "UK": "GB"}.get(code.upper(), code.upper())
        countries = self.env["res.country"]
        if found := self._country_ids().get(code):
            return countries.browse(found)
        # One that was added a moment ago, so that the order that waited for it comes in.
        return countries.search([("code", "=", code)], limit=1) or None

    @api.model
    @tools.ormcache()
    def _country_ids(self):
        """Return ``{code: id}``, kept in memory: every address asks."""
        return {country.code: country.id for country in self.env["res.country"].sudo().search([])}

    @api.model
    def _state(self, country, written):
        """Return the state or region of a country by its code or name, or an empty one: Odoo knows only some."""
        wanted = key(written)
        for state in country.state_ids:
            if wanted in (key(state.code or ""), key(state.name or "")):
                return state
        return country.state_ids.browse()

    @api.model
    def _customer_language(self, country_code):
        """French for customers in France when installed, otherwise Odoo's default."""
        languages = dict(self.env["res.lang"].get_installed())
        return "fr_FR" if (country_code or "FR") == "FR" and "fr_FR" in languages else self.env.lang or "en_US"
