"""However long the past of a shop is, a look at the dashboard is the same handful of statements, from indexes."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import CdiscountCase

PERIODS = ("today", "7d", "30d", "90d", "year")


@tagged("post_install", "-at_install")
class TestDashboardSize(CdiscountCase):
    def setUp(self):
        super().setUp()
        self.env.user.tz = "Europe/Paris"
        self.noon = fields.Datetime.now().replace(hour=11, minute=0, second=0, microsecond=0)

    def add_orders(self, first, count):
        """Orders of the last weeks with a line each, a job and a line of the log for each."""
        numbers = range(first, first + count)
        orders = self.env["cdiscount.order.mapping"].create(
            [
                {
                    "config_id": self.config.id,
                    "external_id": f"S{number}",
                    "status": ("Shipped", "InPreparation", "Cancelled")[number % 3],
                    "state": "cancelled" if number % 3 == 2 else "imported",
                    "currency_id": self.company.currency_id.id,
                    "amount_total": 10.0,
                    "purchased_at": self.noon - timedelta(days=number % 70),
                }
                for number in numbers
            ]
        )
        self.env["cdiscount.order.mapping.line"].create(
            [{"mapping_id": order.id, "sku": f"SKU-{order.id}", "live": True} for order in orders]
        )
        self.env["cdiscount.queue"].create(
            [
                {"config_id": self.config.id, "operation": "order_pull", "lane": "orders", "key": f"S{number}"}
                for number in numbers
            ]
        ).write({"state": "done", "finished_at": self.noon})
        self.env["cdiscount.sync.log"].create(
            [{"config_id": self.config.id, "message": f"Line {number}"} for number in numbers]
        )
        self.env.flush_all()

    def statements(self, period):
        self.env.invalidate_all()
        with self.counted() as statements:
            self.env["cdiscount.dashboard"].get_data(period)
        return len(statements)

    def test_more_orders_are_no_more_statements(self):
        self.add_orders(0, 15)
        for period in PERIODS:
            self.statements(period)
        few = {period: self.statements(period) for period in PERIODS}
        self.add_orders(15, 60)
        self.assertEqual({period: self.statements(period) for period in PERIODS}, few)
        self.assertLess(max(few.values()), 60)

    def test_what_the_dashboard_counts_has_an_index(self):
        """Created with the addon and with each update of it; the database is free to read a small table as a whole."""
        self.env.cr.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'cdiscount%'")
        found = dict(self.env.cr.fetchall())
        for name in (
            "cdiscount_order_mapping_sales",
            "cdiscount_order_mapping_unsold",
            "cdiscount_order_mapping_line_sold",
            "cdiscount_queue_over",
            "cdiscount_product_mapping_online",
            "cdiscount_product_mapping_sold_out",
        ):
            self.assertIn("(config_id", found.get(name, ""), name)

    def test_an_order_at_the_edge_of_two_steps_is_in_one_of_them(self):
        self.add_orders(0, 3)
        orders = {order.external_id: order for order in self.env["cdiscount.order.mapping"].search([])}
        # A day begins here in Paris, and so does its step.
        begin = self.env["cdiscount.dashboard"]._scope("7d").period.slots[4].begin
        orders["S0"].purchased_at = begin
        orders["S1"].purchased_at = begin - timedelta(seconds=1)
        self.env.flush_all()
        trend = self.env["cdiscount.dashboard"].get_data("7d")["trend"]
        self.assertEqual(trend["orders"], [0, 0, 0, 1, 1, 0, 0])
