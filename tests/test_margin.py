"""Margins: what is left of each order line, for many orders at once, and never a cent beside it."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .finance_case import LINES, FinanceCase

FIGURES = ("goods", "shipping", "service", "refund", "commission", "fees", "cost")


@tagged("post_install", "-at_install")
class TestMargin(FinanceCase):
    def setUp(self):
        super().setUp()
        self.config.finance_from = fields.Date.today() - timedelta(days=120)
        # The figures of these tests are in the order's currency.
        self.env.cr.execute(
            "UPDATE res_company SET currency_id = %s WHERE id = %s", [self.env.ref("base.EUR").id, self.company.id]
        )
        self.env.invalidate_all()
        self.product.standard_price = 4.0

    def fill(self):
        self.env.flush_all()
        self.config.margin_until = False
        self.config.action_fill_margins()
        self.run_queue()

    def row(self, mapping):
        return self.env["cdiscount.margin"].search([("mapping_id", "=", mapping.id)])

    def assert_adds_up(self, rows):
        for row in rows:
            self.assertAlmostEqual(row.revenue, row.goods + row.shipping + row.service - row.refund)
            self.assertAlmostEqual(row.margin, row.revenue - row.commission - row.fees - row.cost)

    def test_a_line_shows_price_shipping_commission_and_cost_without_vat(self):
        mapping = self.sell("InPreparation")
        self.fill()
        row = self.row(mapping)
        self.assertEqual((row.goods, row.shipping), (16.67, 2.5))
        self.assertEqual(row.commission, mapping.line_ids.commission_without_vat)
        self.assertEqual((row.unit_cost, row.cost), (4.0, 8.0))
        self.assert_adds_up(row)
        self.assertEqual((row.product_id, row.sales_channel_id), (self.product, mapping.sales_channel_id))

    def test_the_cost_stays_that_of_the_sale_and_a_missing_one_is_taken_later(self):
        self.product.standard_price = 0.0
        mapping = self.sell("InPreparation")
        self.fill()
        self.assertEqual(self.row(mapping).cost, 0.0)
        self.product.standard_price = 5.0
        self.fill()
        self.assertEqual(self.row(mapping).cost, 10.0)
        self.product.standard_price = 7.0
        self.fill()
        self.assertEqual(self.row(mapping).cost, 10.0)

    def test_a_refund_and_its_commission_are_taken_off_once_although_told_twice(self):
        mapping = self.sell()
        self.refund(mapping)
        self.env["cdiscount.refund"].create(
            {
                "mapping_id": mapping.id,
                "kind": "refund",
                "reason_code": "x",
                "state": "done",
                "line_ids": [(6, 0, mapping.line_ids.ids)],
            }
        )
        self.fill()
        self.assertEqual(self.row(mapping).refund, 19.17)
        self.read_accounts()
        self.fill()
        row = self.row(mapping)
        self.assertEqual((row.refund, row.revenue, row.commission), (19.17, 0.0, 0.0))
        self.assert_adds_up(row)

    def test_what_is_known_of_the_order_only_is_shared_out_to_the_cent(self):
        lines = [
            {**LINES[0], "quantity": 1, "unit_price": price, "shipping": "0.00", "vat_rate": 0}
            for price in ("10.00", "10.00", "9.99")
        ]
        mapping = self.sell(lines=lines, service_fee=1.0)
        self.env["cdiscount.refund"].create(
            {"mapping_id": mapping.id, "kind": "gesture", "gesture_amount": 1.0, "reason_code": "x", "state": "done"}
        )
        self.fill()
        rows = self.row(mapping)
        self.assertEqual(len(rows), 3)
        self.assertAlmostEqual(sum(rows.mapped("refund")), 1.0)
        self.assertAlmostEqual(sum(rows.mapped("service")), sum(mapping.mapped("amount_total")) - 29.99)
        self.assertTrue(all(row.refund > 0.3 for row in rows))
        self.assert_adds_up(rows)

    def test_a_cancelled_order_has_no_margin(self):
        mapping = self.sell("InPreparation")
        self.fill()
        self.assertTrue(self.row(mapping))
        self.sandbox(f"orders/{mapping.external_id}/move", to="Cancelled")
        self.pull()
        self.fill()
        self.assertFalse(self.row(mapping))

    def test_goods_that_left_cost_what_the_stock_was_worth(self):
        category = self.env["product.category"].create({"name": "Average", "property_cost_method": "average"})
        self.product.categ_id = category
        self.product.standard_price = 3.0
        self.env["stock.quant"]._update_available_quantity(self.product, self.config.warehouse_id.lot_stock_id, 10)
        mapping = self.sell("InPreparation")
        picking = mapping.sale_order_id.picking_ids
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        picking.with_context(skip_sms=True, skip_backorder=True).button_validate()
        self.product.standard_price = 9.0
        self.sandbox(f"orders/{mapping.external_id}/move", to="Shipped")
        self.pull()
        self.fill()
        self.assertEqual(self.row(mapping).cost, 6.0)

    def test_only_what_changed_is_worked_out_and_the_queries_do_not_grow(self):
        mappings = [self.sell("InPreparation") for _ in range(2)]
        self.fill()
        margins = self.env["cdiscount.margin"]

        def statements(some):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.counted() as sent:
                margins._fill(self.config, [mapping.id for mapping in some])
            return len(sent)

        few = statements(mappings[:1])
        mappings += [self.sell("InPreparation") for _ in range(4)]
        self.assertLessEqual(statements(mappings), few + 1)
        changed = margins._changed_orders(
            self.config, {"since": (fields.Datetime.now() + timedelta(hours=1)).isoformat(), "after": 0}
        )
        self.assertFalse(changed)
