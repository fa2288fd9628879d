"""Finding or making the contacts of a batch of orders: a fixed number of queries, whatever the size of the batch."""

import contextlib

from odoo import api, models

from ...services.errors import DataError
from ...services.payloads import Order
from ...services.rules.customers import (
    civility,
    company_name,
    contact_name,
    is_relay_email,
    name_key,
    normalise_email,
    normalise_phone,
    normalise_vat_number,
    pickup_label,
)


class CdiscountOrderPartner(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _find_partners(self, config, orders):
        """Return ``{order_id: (customer, invoice address, delivery address)}`` for payload Orders.

        A customer is found by the marketplace's reference, then by VAT number, then by e-mail together with the name.
        The marketplace's relay addresses stand for many persons over time, so they never identify one.
        """
        keys = {order.order_id: self._customer_key(order) for order in orders}
        first_of = {}
        for order in orders:
            first_of.setdefault(keys[order.order_id], order)
        partners = self._known_customers(config, list(first_of))
        missing = {key: order for key, order in first_of.items() if key not in partners}
        partners.update(self._match_existing(config, missing))
        missing = {key: order for key, order in missing.items() if key not in partners}
        partners.update(self._create_customers(config, missing))
        self._remember_customers(config, {key: partners[key] for key in first_of})
        return self._find_addresses(config, orders, {oid: partners[key] for oid, key in keys.items()})

    @api.model
    def _import_customers(self, config, items):
        """Make the contacts of raw orders without keeping the orders; an order that cannot be read names nobody."""
        orders = []
        for raw in items:
            with contextlib.suppress(DataError):
                order = Order.parse(raw)
                if self._billing_of(order):
                    orders.append(order)
        self._find_partners(config, orders)

    @api.model
    def _customer_key(self, order):
        """Return what identifies the customer: the marketplace's reference, else the billing address itself."""
        if order.customer_reference:
            return order.customer_reference
        address = self._billing_of(order)
        return f"address:{address.digest()}" if address else f"order:{order.order_id}"

    @api.model
    def _billing_of(self, order):
        if order.billing_address:
            return order.billing_address
        return next((line.shipping_address for line in order.lines if line.shipping_address), None)

    @api.model
    def _shipping_of(self, order):
        return next((line.shipping_address for line in order.lines if line.shipping_address), None)

    # ------------------------------------------------------------------ the customer
    @api.model
    def _known_customers(self, config, keys):
        links = self.env["cdiscount.customer"].sudo().search([("config_id", "=", config.id), ("reference", "in", keys)])
        return {link.reference: link.partner_id.with_env(self.env) for link in links if link.partner_id.active}

    @api.model
    def _match_existing(self, config, missing):
        """Match new customer keys with contacts that exist in Odoo: VAT number, then e-mail and name."""
        found = {}
        vats, emails = {}, {}
        for key, order in missing.items():
            address = self._billing_of(order)
            if not address:
                continue
            vat = normalise_vat_number(address.vat_number or "")
            if vat:
                vats[vat] = key
            email = normalise_email(self._email_of(order))
            if email:
                emails.setdefault(email, []).append((key, name_key(address.full_name)))
        partners = self.env["res.partner"]
        company = ("company_id", "in", (False, config.company_id.id))
        if vats:
            for partner in partners.search([("vat", "in", list(vats)), ("parent_id", "=", False), company]):
                found.setdefault(vats[normalise_vat_number(partner.vat)], partner)
        if emails:
            domain = [("email_normalized", "in", list(emails)), ("parent_id", "=", False), company]
            for partner in partners.search(domain, order="id"):
                for key, key_of_name in emails[partner.email_normalized]:
                    if key_of_name and key_of_name == name_key(partner.name):
                        found.setdefault(key, partner)
        return found

    @api.model
    def _create_customers(self, config, missing):
        if not missing:
            return {}
        values = [self._prepare_customer_values(config, order) for order in missing.values()]
        created = self._partner_model().create(values)
        return dict(zip(missing, created, strict=True))

    @api.model
    def _partner_model(self):
        # The number is the marketplace's; whether a registry knows it must not decide whether an order comes in.
        return self.env["res.partner"].with_context(no_vat_validation=True, mail_create_nolog=True)

    @api.model
    def _remember_customers(self, config, partners):
        links = self.env["cdiscount.customer"].sudo()
        existing = {
            link.reference: link
            for link in links.search([("config_id", "=", config.id), ("reference", "in", list(partners))])
        }
        links.create(
            [
                {"config_id": config.id, "reference": key, "partner_id": partner.id}
                for key, partner in partners.items()
                if key not in existing
            ]
        )
        for key, link in existing.items():
            if link.partner_id != partners[key]:
                link.partner_id = partners[key]

    @api.model
    def _prepare_customer_values(self, config, order):
        """Return the values of a new customer from its billing address."""
        address = self._billing_of(order)
        values = {"company_id": config.company_id.id if self._partners_per_company() else False, "customer_rank": 1}
        if not address:
            return dict(values, name=order.customer_reference or order.order_id)
        values.update(self._prepare_address_values(address))
        if address.company:
            values.update(
                name=company_name(address) or contact_name(address),
                is_company=True,
                company_name=False,
                vat=normalise_vat_number(address.vat_number or "") or False,
            )
        values["email"] = self._email_of(order) or False
        return values

    @api.model
    def _partners_per_company(self):
        """Whether new contacts belong to the account's company only. Extend to keep customers of companies apart."""
        return False

    @api.model
    def _email_of(self, order):
        """Return the customer's own e-mail, never a relay address of the marketplace."""
        for address in (order.billing_address, self._shipping_of(order)):
            if address and address.email and not is_relay_email(address.email):
                return address.email
        return None

    # ------------------------------------------------------------------ the addresses
    @api.model
    def _find_addresses(self, config, orders, customer_of):
        """Find each order's invoice and delivery address among the customer's, by content; create what is missing."""
        wanted = {}
        for order in orders:
            customer = customer_of[order.order_id]
            for kind, address in (("invoice", order.billing_address), ("delivery", self._shipping_of(order))):
                if address and not self._is_own_address(customer, address):
                    wanted.setdefault((customer.id, address.digest()), (kind, address))
        known = {}
        if wanted:
            children = self.env["res.partner"].search(
                [
                    ("parent_id", "in", list({customer_id for customer_id, _digest in wanted})),
                    ("cdiscount_digest", "in", list({digest for _customer_id, digest in wanted})),
                ],
                order="id desc",
            )
            known = {(child.parent_id.id, child.cdiscount_digest): child for child in children}
        missing = {key: value for key, value in wanted.items() if key not in known}
        created = self._partner_model().create(
            [
                dict(
                    self._prepare_address_values(address),
                    parent_id=customer_id,
                    type=kind,
                    company_id=self.env["res.partner"].browse(customer_id).company_id.id,
                )
                for (customer_id, _digest), (kind, address) in missing.items()
            ]
        )
        known.update(zip(missing, created, strict=True))
        result = {}
        for order in orders:
            customer = customer_of[order.order_id]

            def place(address, customer=customer):
                return known.get((customer.id, address.digest()), customer) if address else customer

            result[order.order_id] = (customer, place(order.billing_address), place(self._shipping_of(order)))
        return result

    @api.model
    def _is_own_address(self, customer, address):
        return customer.cdiscount_digest == address.digest()

    @api.model
    def _prepare_address_values(self, address):
        """Return partner values of one marketplace address."""
        country = self._country(address.country_code)
        street2 = ", ".join(filter(None, [pickup_label(address), address.line2, address.line3]))
        values = {
            "name": contact_name(address) or False,
            "street": address.line1 or False,
            "street2": street2 or False,
            "zip": address.postal_code or False,
            "city": address.city or False,
            "country_id": country.id if country else False,
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
        return self.env["res.country"].search([("code", "=", code)], limit=1) or None

    @api.model
    def _customer_language(self, country_code):
        """French for customers in France when installed, otherwise Odoo's default."""
        languages = dict(self.env["res.lang"].get_installed())
        return "fr_FR" if (country_code or "FR") == "FR" and "fr_FR" in languages else self.env.lang or "en_US"
