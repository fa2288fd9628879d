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

    def charged(self, mapping):
        """What all fees of the order come to, and how many of its commissions are on the account."""
        fees = self.env["cdiscount.fee"].search([("mapping_id", "=", mapping.id), ("kind", "=", "commission")])
        return sum(fees.mapped("amount_without_vat")), len(fees.filtered("charged")), len(fees)

    def test_accounts_that_are_read_before_the_orders_count_each_commission_once(self):
        order = self.place_order(status="Shipped", lines=LINES * 2, scenario="plain")
        self.read_accounts()
        self.assertTrue(self.operations(kind="commission"))
        self.assertFalse(self.operations().mapping_id)
        self.pull()
        mapping = self.mapping(order)
        self.fill()
        lines = mapping.line_ids
        announced = sum(lines.mapped("commission_without_vat"))
        self.assertAlmostEqual(sum(self.row(mapping).mapped("commission")), announced)
        self.assertEqual(self.operations(kind="commission").order_line_id, lines)
        total, on_account, fees = self.charged(mapping)
        self.assertAlmostEqual(total, announced)
        self.assertEqual((on_account, fees), (2, 2))
        self.assertFalse(self.operations(mapping, unexplained=True))
        # A second run changes nothing.
        before = self.env["cdiscount.fee"].search([]).ids
        self.read_accounts()
        self.fill()
        self.assertEqual(self.env["cdiscount.fee"].search([]).ids, before)
        self.assertAlmostEqual(sum(self.row(mapping).mapped("commission")), announced)

    def test_an_order_that_was_held_when_the_accounts_were_read_counts_its_commission_once(self):
        order = self.place_order(
            status="Shipped", lines=[{**LINES[0], "sku": "NOT-THERE", "gtin": None}], scenario="plain"
        )
        self.pull()
        mapping = self.assert_held(order, "unknown_product")
        self.read_accounts()
        self.make_product("NOT-THERE")
        mapping.action_release()
        self.run_queue()
        self.assertEqual(mapping.state, "imported")
        self.fill()
        self.assertAlmostEqual(self.row(mapping).commission, mapping.line_ids.commission_without_vat)
        self.assertEqual(self.charged(mapping)[1:], (1, 1))
        self.assertFalse(self.operations(mapping, unexplained=True))

    def test_a_commission_charged_for_the_order_as_a_whole_replaces_what_was_announced(self):
        mapping = self.sell(lines=LINES * 2)
        self.read_accounts()
        some = self.operations(mapping, kind="commission")
        fees = self.env["cdiscount.fee"].search([("operation_id", "in", some.ids)])
        fees.write({"operation_id": False, "charged": False})
        some[1:].unlink()
        some[0].write({"order_line_id": False, "line_reference": False, "amount": -6.0, "amount_without_vat": -5.0})
        self.env["cdiscount.fee"]._book_operations(some[0])
        self.fill()
        self.assertAlmostEqual(sum(self.row(mapping).mapped("commission")), 5.0)

    def test_a_commission_charged_in_two_parts_is_counted_with_both(self):
        mapping = self.sell()
        self.read_accounts()
        first = self.operations(mapping, kind="commission")
        second = first.create(
            {
                "reference": "second part",
                "amount": -1.2,
                "amount_without_vat": -1.0,
                **{name: first[name] for name in ("event_type", "kind", "state", "release_date")},
                **{name: first[name].id for name in ("config_id", "mapping_id", "order_line_id", "currency_id")},
            }
        )
        for one in (second, first + second):
            self.env["cdiscount.fee"]._book_operations(one)
        self.fill()
        self.assertAlmostEqual(self.row(mapping).commission, mapping.line_ids.commission_without_vat + 1.0)

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
