"""What the tests of prices, dirty marks and the preview share."""

from decimal import Decimal

from ..compat import price_included_values
from .common import CdiscountCase


class PricesCase(CdiscountCase):
    """A product that costs 10 with VAT of 20 %, an offer of it, one delivery mode."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        # A company that keeps its books in another currency needs a rate, as anywhere in Odoo.
        cls.env["res.currency.rate"].search([("currency_id", "=", cls.euro.id)]).unlink()
        cls.env["res.currency.rate"].create(
            {"currency_id": cls.euro.id, "rate": 1.0, "name": "2020-01-01", "company_id": cls.company.id}
        )
        cls.product.write({"list_price": 24.0, "taxes_id": [(6, 0, cls.taxes[20.0].ids)]})

    def setUp(self):
        super().setUp()
        self.config.product_sync_direction = "export"
        self.cost_line = self.env["cdiscount.delivery.cost"].create(
            {"config_id": self.config.id, "mode": "THD", "cost": 4.99, "additional_cost": 1.0}
        )
        self.offer = self.make_offer(self.product)

    def make_offer(self, product, **values):
        return self.env["cdiscount.product.mapping"].create(
            {
                "config_id": self.config.id,
                "product_id": product.id,
                "seller_reference": product.default_code,
                "gtin": product.barcode,
                **values,
            }
        )

    def tax(self, amount, kind="percent", included=False, **values):
        return self.env["account.tax"].create(
            {
                "name": f"T {kind} {amount} {included} {len(self.env['account.tax'].search([]))}",
                "amount": amount,
                "amount_type": kind,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                **price_included_values(self.env, included),
                **values,
            }
        )

    def pricelist(self, *items, currency=None):
        return self.env["product.pricelist"].create(
            {
                "name": "Test prices",
                "currency_id": (currency or self.euro).id,
                "company_id": self.company.id,
                "item_ids": [(0, 0, item) for item in items],
            }
        )

    def terms(self, record=None):
        record = self.offer if record is None else record
        return record._offer_terms()[record.id]

    def price(self, record=None):
        return self.terms(record).price

    def codes(self, record=None, blocking=True):
        """Codes of what keeps the offer from being sent."""
        record = self.offer if record is None else record
        found = record._offer_problems(record._offer_terms())[record.id]
        return [problem.code for problem in (found.blocking if blocking else found.problems)]

    def sold_for(self, product, pricelist):
        """What a customer pays for one piece by a sale order of Odoo."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "A customer"}).id,
                "pricelist_id": pricelist.id,
                "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 1})],
            }
        )
        return Decimal(str(round(order.amount_total, 2)))
