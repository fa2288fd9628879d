"""Several accounts in several companies do not touch one another."""

from odoo.tests import tagged

from ..compat import price_included_values
from .common import CdiscountCase


@tagged("post_install", "-at_install")
class TestCompanies(CdiscountCase):
    def setUp(self):
        super().setUp()
        self.other = self.env["res.company"].create(
            {"name": "Second company", "country_id": self.env.ref("base.fr").id}
        )
        self.manager.company_ids += self.other
        self.env["account.tax"].with_company(self.other).create(
            {
                "name": "Second VAT 20",
                "amount": 20.0,
                "type_tax_use": "sale",
                "company_id": self.other.id,
                "country_id": self.env.ref("base.fr").id,
                "tax_group_id": self.env["account.tax.group"]
                .with_company(self.other)
                .create({"name": "VAT", "company_id": self.other.id, "country_id": self.env.ref("base.fr").id})
                .id,
                **price_included_values(self.env, True),
            }
        )
        self.second = self.make_account(name="Second shop", company_id=self.other.id)

    def test_each_company_gets_its_own_sale_orders_taxes_and_warehouse(self):
        order = self.place_order(lines=[{"sku": "CSM-0001", "vat_rate": 20}])
        self.pull(self.config)
        self.pull(self.second)
        mappings = self.env["cdiscount.order.mapping"].search([("external_id", "=", order["orderId"])])
        self.assertEqual(mappings.company_id, self.company | self.other)
        for mapping in mappings:
            sale_order = mapping.sale_order_id
            self.assertEqual(mapping.state, "imported", mapping.hold_reason)
            self.assertEqual(sale_order.company_id, mapping.company_id)
            self.assertEqual(sale_order.warehouse_id.company_id, mapping.company_id)
            field = "tax_ids" if "tax_ids" in sale_order.order_line._fields else "tax_id"
            self.assertEqual(sale_order.order_line.mapped(field).company_id, mapping.company_id)
            self.assertAlmostEqual(sale_order.amount_total, mapping.amount_total, 2)

    def test_one_account_in_error_does_not_stop_the_other(self):
        self.second.api_password = "wrong-pass-1"
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        (self.config | self.second).action_pull_orders()
        self.run_queue(self.config | self.second)
        self.assertEqual(self.second.state, "error")
        self.assertEqual(self.config.state, "connected")
        self.assert_imported_once(order)
