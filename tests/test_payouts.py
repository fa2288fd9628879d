"""Operations, payouts and what of them cannot be explained."""

from decimal import Decimal

from odoo.tests import tagged

from .common import CdiscountCase


@tagged("post_install", "-at_install")
class TestPayouts(CdiscountCase):
    def read(self):
        self.config.action_pull_finance()
        self.run_queue()

    def test_smoke(self):
        order = self.place_order(status="Shipped", lines=[{"sku": "CSM-0001", "quantity": 2, "unit_price": "10.00"}])
        self.pull()
        self.read()
        self.assert_imported_once(order)
        failed = self.env["cdiscount.queue"].search([("config_id", "=", self.config.id), ("state", "!=", "done")])
        self.assertFalse(failed, failed.mapped("error"))
        operations = self.env["cdiscount.finance.operation"].search([("config_id", "=", self.config.id)])
        self.config.action_fill_margins()
        self.run_queue()
