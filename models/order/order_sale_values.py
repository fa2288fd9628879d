"""The values of a sale order: what the marketplace counted, in Odoo's fields, to the cent."""

from decimal import Decimal

from odoo import Command, _, api, models

from ...compat import sale_line_tax_field
from ...services.rules.customers import normalise_vat_number, plausible_vat_number
from .order_build import HoldOrder
from .order_import import naive


class CdiscountOrderSaleValues(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _check_draft(self, config, draft):
        """Hold an order whose data cannot make a right sale order."""
        order, amounts = draft.order, draft.amounts
        self._check_amounts(amounts, accepted=draft.mapping._accepted_total(amounts) is not None)
        country = self._delivery_country(order)
        if country and not self._country(country):
            raise HoldOrder(
                "country_unknown",
                _(
                    'The country "%s" of the delivery address is not known in Odoo. Correct it, then release the '
                    "order.",
                    country,
                ),
                detail=country,
            )
        wanted, stored = order.currency or "EUR", draft.mapping.currency_id
        if (stored.name, stored.active) != (wanted, True) and not self.env["res.currency"].search_count(
            [("name", "=", wanted)], limit=1
        ):
            raise HoldOrder(
                "currency_unknown",
                _(
                    "The currency %s is not active in Odoo. Activate it (Accounting, Configuration, Currencies), then "
                    "release the order.",
                    order.currency,
                ),
                detail=order.currency,
            )

    @api.model
    def _check_amounts(self, amounts, accepted=False):
        for problem in amounts.blocking_problems:
            if problem.code == "header_total_differs" and accepted:
                continue
            if problem.code == "header_total_differs":
                raise HoldOrder(
                    "total_differs",
                    _(
                        "Cdiscount's total is %(header)s, its lines add up to %(lines)s. Compare the order with the "
                        "seller portal, then accept the difference or wait for a correction.",
                        header=amounts.header_total,
                        lines=amounts.booked_total,
                    ),
                    detail=str(amounts.header_total),
                )
            raise HoldOrder(
                "payload_invalid",
                _(
                    "Cdiscount sent the line %s without its price or quantity, so the order cannot be right. It is "
                    "read again with its next change; if it stays so, tell Cdiscount's support.",
                    problem.params.get("line_id", ""),
                ),
                detail=problem.code,
            )

    @api.model
    def _prepare_sale_values(self, config, draft, places, lookups):
        """Return the header values of the sale order."""
        order = draft.order
        customer, invoice, delivery = places
        company = config.company_id
        values = {
            "partner_id": customer.id,
            "partner_invoice_id": invoice.id,
            "partner_shipping_id": delivery.id,
            "company_id": company.id,
            "warehouse_id": config.warehouse_id.id,
            "client_order_ref": order.reference or order.order_id,
            "origin": f"Cdiscount {order.order_id}",
            "date_order": naive(order.purchased_at or order.created_at) or draft.mapping.create_date,
            "commitment_date": naive(order.ship_by),
            "pricelist_id": self._find_pricelist(config, order.currency or "EUR", lookups["pricelists"]),
            "cdiscount_config_id": config.id,
            # Paid at the marketplace: no term of the customer's, whose early discount would change the total.
            "payment_term_id": False,
            "user_id": False,
            "require_signature": False,
            "require_payment": False,
        }
        if config.team_id:
            values["team_id"] = config.team_id.id
        return values

    @api.model
    def _find_pricelist(self, config, currency_name, cache):
        """Return the id of a pricelist in the order's currency, or False when it is the company's own.

        The prices are the marketplace's; the pricelist only carries the currency.
        """
        if currency_name == config.company_id.currency_id.name:
            return False
        if currency_name not in cache:
            pricelists = self.env["product.pricelist"]
            name = f"Cdiscount {currency_name}"
            domain = [
                ("currency_id.name", "=", currency_name),
                ("name", "=", name),
                ("company_id", "in", (False, config.company_id.id)),
            ]
            pricelist = pricelists.search(domain, limit=1)
            if not pricelist:
                currency = self.env["res.currency"].search([("name", "=", currency_name)], limit=1)
                pricelist = pricelists.create(
                    {"name": name, "currency_id": currency.id, "company_id": config.company_id.id}
                )
            cache[currency_name] = pricelist.id
        return cache[currency_name]

    # ------------------------------------------------------------------ lines
    @api.model
    def _prepare_sale_lines(self, config, draft, lookups):
        """Return the line commands: one line per live marketplace line, one per rate for shipping, one for fees."""
        country = self._delivery_country(draft.order) or config.company_id.country_id.code or "FR"
        business = self._is_business(draft.order)
        shape = lookups["tax"].shape
        by_id = {line.line_id: line for line in draft.order.lines}
        values, shipping, charged = [], {}, []
        for amounts in draft.amounts.lines:
            if not amounts.live:
                continue
            line = by_id[amounts.line_id]
            product = self._product_of(config, line, amounts, lookups)
            taxes = self._line_taxes(amounts, country, lookups, product, config, business)
            charged.append((amounts.product_incl, taxes))
            name = line.title or product.display_name
            values.append(
                dict(
                    self._prepare_line(
                        product, name, amounts.quantity, amounts.product_incl, taxes, self._shape(taxes, shape)
                    ),
                    cdiscount_line_id=amounts.line_id,
                    cdiscount_kind="goods",
                )
            )
            if amounts.shipping_incl:
                rate = amounts.shipping_vat_rate if amounts.shipping_vat_rate is not None else amounts.vat_rate
                vat = self._tax_of(rate, country, lookups, product, config, business)
                vat = vat.filtered(lambda tax: tax.amount_type != "fixed")
                shipping.setdefault(vat, []).append(amounts.shipping_incl)
        for vat, parts in shipping.items():
            product, amount = config.shipping_product_id, sum(parts, Decimal(0))
            line = self._prepare_line(product, product.display_name, 1, amount, vat, self._shape(vat, shape))
            values.append(dict(line, cdiscount_kind="shipping"))
        if draft.amounts.booked_fees:
            product, amount = config.fee_product_id, draft.amounts.booked_fees
            taxes = self._fee_taxes(charged, country, lookups, config, business)
            line = self._prepare_line(product, product.display_name, 1, amount, taxes, self._shape(taxes, shape))
            values.append(dict(line, cdiscount_kind="fee"))
        return [Command.create(line) for line in values]

    @api.model
    def _is_business(self, order):
        """Whether the customer buys under a VAT number that can be right."""
        address = order.billing_address
        if not address or not address.vat_number:
            return False
        return plausible_vat_number(normalise_vat_number(address.vat_number, address.country_code))

    @api.model
    def _shape(self, taxes, shape):
        """Return the TaxShape of a line's taxes; hold the order when one of them is computed by code."""
        found = shape(taxes)
        if found is None:
            raise HoldOrder(
                "tax_not_mapped",
                _(
                    "The tax %s is not a plain percentage or amount, so prices with VAT cannot be computed back. "
                    "Choose another tax (Cdiscount, Configuration, Orders, Taxes): the orders that wait for it are "
                    "then created.",
                    ", ".join(taxes.mapped("name")),
                ),
                detail=", ".join(taxes.mapped("name")),
            )
        return found

    @api.model
    def _prepare_line(self, product, name, quantity, total_incl, taxes, shape):
        """Return sale order line values for a line total that includes VAT, whatever its taxes are configured like.

        :param total_incl: Decimal, of the whole line
        :param shape: the TaxShape of ``taxes``
        """
        places, fixed = self._price_places()
        quantity = Decimal(quantity) or Decimal(1)
        return {
            "product_id": product.id,
            "name": name,
            "product_uom_qty": float(quantity),
            "price_unit": float(shape.rounded_price(total_incl, quantity, places, fixed)),
            "discount": 0.0,
            sale_line_tax_field(self.env): [Command.set(taxes.ids)],
        }

    @api.model
    def _price_places(self):
        """Return (decimals of a unit price, whether it cannot have more)."""
        fixed = [
            digits[1]
            for model in ("sale.order.line", "account.move.line")
            if (digits := self.env[model]._fields["price_unit"].get_digits(self.env))
        ]
        if fixed:
            return min(fixed), True
        return self.env["decimal.precision"].precision_get("Product Price"), False
