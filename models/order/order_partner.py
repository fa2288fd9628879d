"""Finding or making the customers of a batch of orders: a fixed number of queries, whatever the size of the batch."""

import contextlib

from odoo import api, models

from ...services.errors import DataError
from ...services.payloads import Order
from ...services.rules.customers import (
    is_relay_email,
    name_key,
    normalise_email,
    normalise_vat_number,
    plausible_vat_number,
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
        if missing:
            partners.update(self._match_existing(config, missing))
            missing = {key: order for key, order in missing.items() if key not in partners}
            partners.update(self._create_customers(config, missing))
        links = self._remember_customers(config, {key: partners[key] for key in first_of})
        return self._find_addresses(config, orders, {oid: links[key] for oid, key in keys.items()})

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
    def _customer_locks(self, config, order):
        """Return all that no other worker may use to make a contact while this one does (a set of texts)."""
        key = self._customer_key(order)
        kind, *rest = self._identity_of(key, order)
        locks = {f"{config.id}:{key}"}
        if kind != "key":
            locks.add(":".join((kind, str(config.company_id.id), *rest)))
        return locks

    @api.model
    def _billing_of(self, order):
        if order.billing_address:
            return order.billing_address
        return next((line.shipping_address for line in order.lines if line.shipping_address), None)

    @api.model
    def _shipping_of(self, order):
        return next((line.shipping_address for line in order.lines if line.shipping_address), None)

    @api.model
    def _vat_of(self, address):
        """Return the VAT number of an address where it can be right, else "": a wrong one costs more than none."""
        vat = normalise_vat_number(address.vat_number, address.country_code) if address else ""
        return vat if plausible_vat_number(vat) else ""

    @api.model
    def _email_of(self, order):
        """Return the customer's own e-mail, never a relay address of the marketplace."""
        for address in (order.billing_address, self._shipping_of(order)):
            if address and address.email and not is_relay_email(address.email):
                return address.email
        return None

    # ------------------------------------------------------------------ who is known
    @api.model
    def _known_customers(self, config, keys):
        links = self.env["cdiscount.customer"].sudo().search([("config_id", "=", config.id), ("reference", "in", keys)])
        found = {link.reference: self._usable(config, link.partner_id.with_env(self.env)) for link in links}
        return {key: partner for key, partner in found.items() if partner}

    @api.model
    def _usable(self, config, partner):
        """Return a contact that may be on the account's orders, brought back when archived; None for other companies'.

        Somebody who orders again is no former customer: a second contact of the same person would be worse.
        """
        # Asked without rights: a contact of another company may not even be read.
        if not partner or partner.sudo().company_id.id not in (False, config.company_id.id):
            return None
        if not partner.active:
            partner.active = True
        return partner

    @api.model
    def _match_existing(self, config, missing):
        """Match new customer keys with contacts in Odoo.

        In this order: the same reference and name on another account, the VAT number, e-mail and name together.
        """
        found = self._match_other_accounts(config, missing)
        for match in (self._match_vat, self._match_email):
            rest = {key: order for key, order in missing.items() if key not in found}
            if rest:
                found.update(match(config, rest))
        return found

    @api.model
    def _match_other_accounts(self, config, missing):
        links = self.env["cdiscount.customer"].sudo()
        found = {}
        domain = [("reference", "in", list(missing)), ("config_id", "!=", config.id)]
        for link in links.search([*domain, ("company_id", "=", config.company_id.id)], order="id"):
            address = self._billing_of(missing[link.reference])
            names = {name_key(address.full_name), name_key(address.company)} - {""} if address else set()
            partner = link.partner_id.with_env(self.env)
            if name_key(link.partner_id.name) in names and self._usable(config, partner):
                found.setdefault(link.reference, partner)
        return found

    @api.model
    def _match_vat(self, config, missing):
        """Match by VAT number, however a person wrote it into Odoo: with blanks, dots, without the country."""
        keys_of = {}
        for key, order in missing.items():
            if vat := self._vat_of(self._billing_of(order)):
                keys_of.setdefault(vat, []).append(key)
        if not keys_of:
            return {}
        bare = {vat for whole in keys_of for vat in (whole, whole[2:])}
        partners = self.env["res.partner"]
        partners.flush_model(["vat", "parent_id", "active"])
        self.env.cr.execute(
            """
            SELECT id FROM res_partner
             WHERE vat IS NOT NULL AND parent_id IS NULL AND active
               AND regexp_replace(upper(vat), '[^A-Z0-9+*]', '', 'g') = ANY(%s)
            """,
            (list(bare | {f"GR{vat[2:]}" for vat in keys_of if vat.startswith("EL")}),),
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        company = ("company_id", "in", (False, config.company_id.id))
        found = {}
        for partner in partners.search([("id", "in", ids), company], order="is_company desc, id"):
            country = partner.country_id.code or ""
            vat = normalise_vat_number(partner.vat, country)
            for written in (vat, f"{country}{vat}", f"EL{vat}" if country == "GR" else vat):
                for key in keys_of.get(written, ()):
                    found.setdefault(key, partner)
        return found

    @api.model
    def _match_email(self, config, missing):
        keys_of = {}
        for key, order in missing.items():
            address = self._billing_of(order)
            email = normalise_email(self._email_of(order))
            if email and address:
                for name in {name_key(address.full_name), name_key(address.company)} - {""}:
                    keys_of.setdefault(email, {}).setdefault(name, []).append(key)
        if not keys_of:
            return {}
        domain = [
            ("email_normalized", "in", list(keys_of)),
            ("parent_id", "=", False),
            ("company_id", "in", (False, config.company_id.id)),
        ]
        found = {}
        for partner in self.env["res.partner"].search(domain, order="id"):
            for key in keys_of[partner.email_normalized].get(name_key(partner.name), ()):
                found.setdefault(key, partner)
        return found

    # ------------------------------------------------------------------ who is new
    @api.model
    def _create_customers(self, config, missing):
        """Create one contact per person or company, also when it comes under several references at once."""
        if not missing:
            return {}
        groups = {}
        for key, order in missing.items():
            groups.setdefault(self._identity_of(key, order), []).append(key)
        values = [self._prepare_customer_values(config, missing[keys[0]]) for keys in groups.values()]
        created = self._partner_model().create(values)
        return {key: partner for keys, partner in zip(groups.values(), created, strict=True) for key in keys}

    @api.model
    def _identity_of(self, key, order):
        """Return what two orders of one customer have in common beyond the reference."""
        address = self._billing_of(order)
        if vat := self._vat_of(address):
            return "vat", vat
        email = normalise_email(self._email_of(order))
        name = name_key(address.full_name, address.company) if address else ""
        return ("email", email, name) if email and name else ("key", key)

    @api.model
    def _partner_model(self):
        # The number is the marketplace's; whether a registry knows it must not decide whether an order comes in.
        return self.env["res.partner"].with_context(no_vat_validation=True, mail_create_nolog=True)

    @api.model
    def _remember_customers(self, config, partners):
        """Keep which contact a reference means; return ``{key: link}``."""
        links = self.env["cdiscount.customer"].sudo()
        domain = [("config_id", "=", config.id), ("reference", "in", list(partners))]
        existing = {link.reference: link for link in links.search(domain)}
        for key, link in existing.items():
            if link.partner_id != partners[key]:
                link.partner_id = partners[key]
        new = [key for key in partners if key not in existing]
        created = links.create(
            [{"config_id": config.id, "reference": key, "partner_id": partners[key].id} for key in new]
        )
        return {**existing, **dict(zip(new, created, strict=True))}
