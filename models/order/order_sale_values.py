"""The values of a sale order: what the marketplace counted, in Odoo's fields, to the cent."""

from decimal import Decimal

from odoo import Command, _, api, models
from odoo.tools import float_round

from ...compat import sale_line_tax_field
from .order_build import HoldOrder
from .order_import import naive

HUNDRED = Decimal(100)


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
        currency = self.env["res.currency"].search([("name", "=", order.currency or "EUR")], limit=1)
        if not currency:
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

    @api.model
    def _prepare_sale_lines(self, config, draft, lookups):
        """Return the line commands: one line per live marketplace line, one per rate for shipping, one for fees."""
        country = self._delivery_country(draft.order) or config.company_id.country_id.code or "FR"
        by_id = {line.line_id: line for line in draft.order.lines}
        commands, shipping = [], {}
        for amounts in draft.amounts.lines:
            if not amounts.live:
                continue
            line = by_id[amounts.line_id]
            product = self._product_of(config, line, amounts, lookups)
            tax = self._tax_of(amounts.vat_rate, country, lookups, product, config)
            price = amounts.product_incl / amounts.quantity if amounts.quantity else amounts.product_incl
            commands.append(
                Command.create(
                    dict(
                        self._prepare_line(product, line.title or product.display_name, amounts.quantity, price, tax),
                        cdiscount_line_id=amounts.line_id,
                    )
                )
            )
            if amounts.shipping_incl:
                rate = amounts.shipping_vat_rate if amounts.shipping_vat_rate is not None else amounts.vat_rate
                tax = self._tax_of(rate, country, lookups, product, config)
                key = tax.id if tax else 0
                shipping.setdefault(key, [tax, Decimal(0)])[1] += amounts.shipping_incl
        for tax, amount in shipping.values():
            product = config.shipping_product_id
            commands.append(Command.create(self._prepare_line(product, product.display_name, 1, amount, tax)))
        if draft.amounts.booked_fees:
            product = config.fee_product_id
            tax = self._tax_of(None, country, lookups, product, config)
            commands.append(
                Command.create(self._prepare_line(product, product.display_name, 1, draft.amounts.booked_fees, tax))
            )
        return commands

    @api.model
    def _prepare_line(self, product, name, quantity, price_incl, tax):
        """Return sale order line values for a price that includes VAT, whatever the tax is configured like."""
        price = price_incl
        if tax and not tax.price_include:
            price = price_incl / (1 + Decimal(str(tax.amount)) / HUNDRED)
        digits = self.env["decimal.precision"].precision_get("Product Price")
        return {
            "product_id": product.id,
            "name": name,
            "product_uom_qty": float(quantity),
            "price_unit": float_round(float(price), precision_digits=digits),
            "discount": 0.0,
            sale_line_tax_field(self.env): [Command.set(tax.ids if tax else [])],
        }

    @api.model
    def _tax_of(self, rate, country, lookups, product, config):
        """Return the tax of a rate, an empty recordset for a rate of zero without one; hold when a rate has none."""
        if rate is None:
            # The marketplace did not say: the product's own tax is the best knowledge there is.
            return product.taxes_id.filtered(lambda tax: tax.company_id == config.company_id)[:1]
        tax = lookups["tax"](rate, country)
        if tax:
            return tax
        if not rate:
            return self.env["account.tax"]
        raise HoldOrder(
            "tax_not_mapped",
            _(
                "No sales tax of %(rate)s %% is known for deliveries to %(country)s. Map it (Cdiscount, Configuration, "
                "Taxes), then release the order.",
                rate=f"{float(rate):g}",
                country=country,
            ),
            detail=f"{float(rate):g} % ({country})",
        )

    # ------------------------------------------------------------------ to the cent
    @api.model
    def _close_gaps(self, config, drafts):
        """Where Odoo's arithmetic misses the marketplace's total by cents, add one visible line that closes the gap.

        A larger gap is a wrong tax or a wrong price, not rounding: that order is held and its draft removed.

        :return: the drafts whose total is right now
        """
        right, lines = [], []
        for draft in drafts:
            found = Decimal(str(round(draft.sale_order.amount_total, 2)))
            accepted = draft.mapping._accepted_total(draft.amounts)
            gap = (draft.amounts.booked_total if accepted is None else accepted) - found
            allowed = Decimal(str(config.total_tolerance)) * len(draft.sale_order.order_line)
            if accepted is None and abs(gap) > allowed:
                self._discard_wrong_total(draft, found)
                continue
            right.append(draft)
            if gap:
                product = config.rounding_product_id
                name = product.display_name if accepted is None else draft.mapping._accepted_line_name()
                line = self._prepare_line(product, name, 1, gap, None)
                lines.append(dict(line, order_id=draft.sale_order.id, sequence=999))
        if lines:
            self.env["sale.order.line"].create(lines)
        return right

    @api.model
    def _discard_wrong_total(self, draft, found):
        draft.sale_order.unlink()
        draft.sale_order = None
        draft.mapping._hold(
            HoldOrder(
                "total_differs",
                _(
                    "Cdiscount's total is %(expected)s, Odoo computes %(found)s. Check the taxes of the products and "
                    "the tax mapping, then release the order.",
                    expected=draft.amounts.booked_total,
                    found=found,
                ),
                detail=str(draft.amounts.booked_total - found),
            )
        )
