"""Tests that look at what becomes of an order: stored as the marketplace sent it, built by the queue, without HTTP."""

import copy
from decimal import Decimal

from ..compat import price_included_values, sale_line_tax_field
from .common import CdiscountCase
from .services.order_samples import line, order


class OrdersCase(CdiscountCase):
    """Verbs to sell something and to look at the sale order."""

    def setUp(self):
        super().setUp()
        self.number = 0
        self.tax_field = sale_line_tax_field(self.env)

    def raw_order(self, *lines, country="FR", billing=None, shipping=None, **more):
        """A raw order with an id and a customer of its own; the addresses take the changes given."""
        self.number += 1
        name = f"T{self.number:05d}"
        raw = order(*(copy.deepcopy(entry) for entry in lines), **more)
        raw.update(orderId=name, reference=name, **({} if "customer" in more else {"customer": {"reference": name}}))
        raw["billingAddress"].update({"countryCode": country, **(billing or {})})
        for place, entry in enumerate(raw["lines"], start=1):
            entry["orderLineId"] = f"{name}-{place}"
            entry["offer"].setdefault("productTitle", "Article")
            entry["shippingAddress"] = {**entry["shippingAddress"], "countryCode": country, **(shipping or {})}
        return raw

    def goods(self, unit="10.00", quantity=1, rate="20", sku="CSM-0001", **more):
        """A raw line of a known product; ``rate`` None leaves the marketplace silent about VAT."""
        taxes = [] if rate is None else [{"code": "VAT", "target": "Product", "amount": None, "rate": Decimal(rate)}]
        made = line(quantity=quantity, unit=unit, **{"taxes": taxes, **more})
        made["offer"]["sellerProductId"] = sku
        return made

    def receive(self, *raws, config=None):
        """Store raw orders and build what is to be built; returns their mappings in the same order."""
        config = config or self.config
        mappings = self.env["cdiscount.order.mapping"].with_user(config.user_id)
        mappings._store_page(config.with_user(config.user_id), list(raws))
        self.run_queue(config)
        found = {mapping.external_id: mapping for mapping in self.stored(config)}
        return [found[raw["orderId"]] for raw in raws]

    def stored(self, config):
        return self.env["cdiscount.order.mapping"].search([("config_id", "=", config.id)])

    def sell(self, *lines, config=None, **more):
        """Receive one order and return its sale order; the test fails when there is none."""
        mapping = self.receive(self.raw_order(*lines, **more), config=config)[0]
        self.assertEqual(mapping.state, "imported", mapping.hold_reason)
        return mapping.sale_order_id

    def make_tax(self, amount, included=True, **values):
        """A sales tax of the company."""
        values = {
            "name": f"{amount:g} % {'with' if included else 'without'} {self.env['account.tax'].search_count([])}",
            "amount": amount,
            "type_tax_use": "sale",
            "company_id": self.company.id,
            "tax_group_id": self.tax_group().id,
            **values,
        }
        return self.env["account.tax"].create({**values, **price_included_values(self.env, included)})

    def tax_group(self):
        """A tax group of the company's present country: only taxes of that country go into it."""
        country = self.company.account_fiscal_country_id
        groups = self.env["account.tax.group"]
        return groups.search([("company_id", "=", self.company.id), ("country_id", "=", country.id)], limit=1) or (
            groups.create({"name": "VAT", "company_id": self.company.id, "country_id": country.id})
        )

    def forget_taxes(self):
        """Make the company one without sales taxes."""
        self.env["account.tax"].search([("type_tax_use", "=", "sale")]).active = False
        self.config.fee_product_id.taxes_id = False

    # ------------------------------------------------------------------ looking
    def taxes_of(self, sale_line):
        return sale_line[self.tax_field]

    def goods_lines(self, sale_order):
        return sale_order.order_line.filtered("cdiscount_line_id")

    def rounding_lines(self, sale_order):
        return sale_order.order_line.filtered(lambda line: line.product_id == self.config.rounding_product_id)

    def cents(self, amount):
        return Decimal(str(amount)).quantize(Decimal("0.01"))

    def assert_right(self, sale_order, total):
        """The total is right to the cent, adds up, and has at most one rounding line."""
        self.assertEqual(self.cents(sale_order.amount_total), Decimal(total))
        self.assertEqual(self.cents(sale_order.amount_untaxed + sale_order.amount_tax), Decimal(total))
        self.assertLessEqual(len(self.rounding_lines(sale_order)), 1)

    def assert_invoiced_alike(self, sale_order):
        """The posted invoice of a sale order comes to the same total."""
        invoice = sale_order._create_invoices(final=True)
        invoice.action_post()
        sign = -1 if invoice.move_type == "out_refund" else 1
        self.assertEqual(self.cents(invoice.amount_total) * sign, self.cents(sale_order.amount_total))
        return invoice
