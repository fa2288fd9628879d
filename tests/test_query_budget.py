"""How many statements the database gets: time depends on the machine, this does not."""

import re
from collections import Counter

from odoo import Command
from odoo.tests import tagged

from ..compat import sale_line_tax_field
from ..services.resources.orders import OrderFilter
from .common import CdiscountCase


@tagged("post_install", "-at_install")
class TestQueryBudget(CdiscountCase):
    PER_ORDER = 62
    """Orders of two lines, confirmed and reserved: 32 on Odoo 19, 40 on 18, 52 on 17 when this was written. Almost all
    of it is Odoo's own confirmation, which asks for each order and each line."""

    def looked_up(self, statements):
        """How often which of the tables that only this addon asks during a build was read."""
        texts = (str(getattr(query, "code", query)) for query in statements)
        found = (
            re.match(r'\s*SELECT .*? FROM "(cdiscount_\w+|res_currency|res_country)"', text, re.S) for text in texts
        )
        return Counter(match[1] for match in found if match)

    def place(self, count):
        lines = [{"sku": "CSM-0001", "quantity": 2}, {"sku": "CSM-0002"}]
        for _number in range(count):
            self.place_order(lines=lines)

    def raw_page(self):
        filters = OrderFilter(sales_channel_id=self.config.sales_channel_id.code)
        return self.config._get_client().orders.page(filters, 1, 100).items

    def build(self, count):
        """Return (statements that create the sale orders of ``count`` new orders, the sale orders)."""
        known = self.env["cdiscount.order.mapping"].search([])
        self.place(count)
        self.env["cdiscount.order.mapping"]._store_page(self.config, self.raw_page())
        self.env.flush_all()
        keys = (self.env["cdiscount.order.mapping"].search([]) - known).mapped("external_id")
        jobs = self.env["cdiscount.queue"].search([("operation", "=", "order_build"), ("key", "in", keys)])
        self.assertEqual(len(jobs), count)
        self.env.invalidate_all()
        with self.counted() as statements:
            self.env["cdiscount.order.mapping"]._job_build(jobs)
            self.env.flush_all()
        built = self.env["cdiscount.order.mapping"].search([("external_id", "in", keys), ("state", "=", "imported")])
        self.assertEqual(len(built.sale_order_id.picking_ids), count)
        return statements, built.sale_order_id

    def enter(self, imported):
        """Return the number of statements that Odoo takes for the same orders of the same customers, in one batch."""
        tax = sale_line_tax_field(self.env)
        values = [
            {
                "partner_id": order.partner_id.id,
                "warehouse_id": order.warehouse_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "product_uom_qty": line.product_uom_qty,
                            "price_unit": line.price_unit,
                            tax: [Command.set(line[tax].ids)],
                        }
                    )
                    for line in order.order_line
                ],
            }
            for order in imported
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        with self.counted() as statements:
            self.env["sale.order"].create(values).action_confirm()
            self.env.flush_all()
        return len(statements)

    def test_one_more_order_in_a_batch_costs_a_fixed_number_of_statements(self):
        second = self.make_product("CSM-0002", "3760123450027")
        for product in (self.product, second):
            self.env["stock.quant"]._update_available_quantity(product, self.config.warehouse_id.lot_stock_id, 500)
        self.build(2)
        (few, ten), (many, forty) = self.build(10), self.build(40)
        imported = (len(many) - len(few)) / 30
        entered = (self.enter(forty) - self.enter(ten)) / 30
        told = f"{imported:.1f} statements to import one more order, {entered:.1f} for one more by Odoo alone"
        self.assertLessEqual(imported, self.PER_ORDER, told)
        self.assertLessEqual(imported, entered, told)
        self.assertEqual(self.looked_up(many), self.looked_up(few), "what the addon looks up, it looks up per batch")

    def test_an_unchanged_page_is_read_at_the_same_cost_whatever_its_size(self):
        costs = {}
        for size in (5, 45):
            self.place(size - len(costs) * 5)
            page = self.raw_page()
            self.assertEqual(len(page), size)
            self.env["cdiscount.order.mapping"]._store_page(self.config, page)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.counted() as statements:
                self.assertEqual(self.env["cdiscount.order.mapping"]._store_page(self.config, page).changed, 0)
                self.env.flush_all()
            costs[size] = len(statements)
        self.assertEqual(costs[5], costs[45])
        self.assertLess(costs[45], 10)
