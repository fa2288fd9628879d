"""The addresses of a customer: found again by what the marketplace wrote, made once, never overwritten."""

from odoo import api, models

from ...services.payloads.address import Address
from ...services.rules.customers import name_key, place_key


class CdiscountOrderAddress(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _find_addresses(self, config, orders, link_of):
        """Return ``{order_id: (customer, invoice address, delivery address)}``; contacts that are missing are created.

        :param link_of: ``{order_id: cdiscount.customer}``
        """
        wanted = {}
        for order in orders:
            for use, address in self._addresses_of(order):
                wanted.setdefault(
                    (link_of[order.order_id].id, use, address.digest()), (address, link_of[order.order_id])
                )
        found = self._remembered_addresses(config, wanted)
        missing = {key: value for key, value in wanted.items() if key not in found}
        if missing:
            new = self._match_addresses(config, missing)
            new.update(self._create_addresses({key: value for key, value in missing.items() if key not in new}))
            self._remember_addresses(new)
            found.update(new)
        result = {}
        for order in orders:
            link = link_of[order.order_id]
            customer = link.partner_id.with_env(self.env)
            places = {use: found[link.id, use, address.digest()] for use, address in self._addresses_of(order)}
            result[order.order_id] = (customer, places.get("invoice", customer), places.get("delivery", customer))
        return result

    @api.model
    def _addresses_of(self, order):
        places = (("invoice", order.billing_address), ("delivery", self._shipping_of(order)))
        return [(use, address) for use, address in places if address]

    # ------------------------------------------------------------------ found again
    @api.model
    def _remembered_addresses(self, config, wanted):
        """Return the contacts that stood for these addresses before, wherever people have put them since."""
        rows = self.env["cdiscount.address"].sudo()
        domain = [
            ("customer_id", "in", list({key[0] for key in wanted})),
            ("digest", "in", list({key[2] for key in wanted})),
        ]
        found = {}
        for row in rows.search(domain) if wanted else ():
            key = (row.customer_id.id, row.use, row.digest)
            if key not in wanted:
                continue
            partner = self._usable(config, row.partner_id.with_env(self.env))
            if partner:
                found[key] = partner
            else:
                row.unlink()
        return found

    @api.model
    def _remember_addresses(self, new):
        self.env["cdiscount.address"].sudo().create(
            [
                {"customer_id": link_id, "use": use, "digest": digest, "partner_id": partner.id}
                for (link_id, use, digest), partner in new.items()
            ]
        )

    @api.model
    def _match_addresses(self, config, missing):
        """Find addresses among what the customer's contact and its children say, for customers Odoo had before."""
        customers = {link.partner_id.id for _address, link in missing.values()}
        children_of = {}
        for child in self.env["res.partner"].search([("parent_id", "in", list(customers))], order="id"):
            if child.company_id in (self.env["res.company"], config.company_id):
                children_of.setdefault(child.parent_id.id, []).append(child)
        found = {}
        for key, (address, link) in missing.items():
            customer = link.partner_id.with_env(self.env)
            children = children_of.get(customer.id, [])
            partner = self._own_place(customer, children, address, key[1]) or next(
                (child for child in children if self._is_address_of(child, address)), None
            )
            if partner:
                found[key] = partner
        return found

    @api.model
    def _is_address_of(self, partner, address):
        """Whether a contact is an address: marked so when it was made, or by what it says now."""
        return partner.cdiscount_digest == address.digest() or (
            partner.type != "contact" and self._address_from(partner).digest() == address.digest()
        )

    @api.model
    def _own_place(self, customer, children, address, use):
        """Return the customer's own contact where the address is the customer's; for a parcel to a company its person.

        A company has one address and several people: the parcel names who ordered, the invoice the company.
        """
        if not customer.is_company:
            own = customer.cdiscount_digest == address.digest()
            return customer if own or self._address_from(customer).digest() == address.digest() else None
        if customer.cdiscount_digest != address.digest() and place_key(self._address_from(customer)) != place_key(
            address
        ):
            return None
        if use == "invoice" or not address.full_name:
            return customer
        return self._person_of(children, address)

    @api.model
    def _person_of(self, children, address):
        """Return the contact of a company that has the name of an address, or None."""
        wanted = name_key(address.full_name)
        return next((child for child in children if child.type == "contact" and name_key(child.name) == wanted), None)

    @api.model
    def _address_from(self, partner):
        """Return the Address a contact of Odoo amounts to."""
        street2 = "" if partner.cdiscount_pickup_id else partner.street2
        return Address(
            first_name=partner.name or "",
            line1=partner.street or "",
            line2=street2 or "",
            postal_code=partner.zip or "",
            city=partner.city or "",
            country_code=partner.country_id.code or "",
            pickup_id=partner.cdiscount_pickup_id or "",
        )

    # ------------------------------------------------------------------ new ones
    @api.model
    def _create_addresses(self, missing):
        """Create the children that are missing: one per customer and address, whatever it is used for."""
        values = {}
        for (_link, use, digest), (address, link) in missing.items():
            customer = link.partner_id.with_env(self.env)
            place = (customer.id, digest)
            if place not in values or use == "delivery":
                values[place] = self._prepare_child_values(customer, address, use)
        created = dict(zip(values, self._partner_model().create(list(values.values())), strict=True))
        return {key: created[link.partner_id.id, key[2]] for key, (_address, link) in missing.items()}

    @api.model
    def _prepare_child_values(self, customer, address, use):
        """Return the values of a child contact: a person at a company's own address, or an address of its own."""
        common = {"parent_id": customer.id, "company_id": customer.company_id.id}
        values = self._prepare_address_values(address)
        at_home = customer.cdiscount_digest == address.digest() or (
            place_key(self._address_from(customer)) == place_key(address)
        )
        if customer.is_company and at_home and use == "delivery":
            person = ("name", "phone", "email", "lang", "cdiscount_civility")
            return dict({name: values[name] for name in person}, type="contact", **common)
        return dict(values, type=use, **common)
