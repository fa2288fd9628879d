"""Every call of every worker is counted by day and family, and counting never fails a job."""

from unittest.mock import patch

import psycopg2.errors

from odoo.sql_db import Cursor
from odoo.tests import tagged

from ..models.connection.api_calls import counter_of
from ..models.monitoring import api_day
from .common import CdiscountCase


@tagged("post_install", "-at_install")
class TestApiHealth(CdiscountCase):
    def setUp(self):
        super().setUp()
        counter_of(self.env.cr.dbname).take()

    def rows(self, family=None):
        domain = [("config_id", "=", self.config.id)]
        return self.env["cdiscount.api.day"].search(domain + ([("family", "=", family)] if family else []))

    def made(self, path):
        return sum(
            1 for row in self.sandbox("calls?limit=1000", method="GET")["calls"] if row["route"].startswith(path)
        )

    def test_what_was_called_is_what_was_counted(self):
        self.place_order()
        self.pull()
        self.pull()
        orders = self.rows("orders")
        self.assertEqual(len(orders), 1, "one row a day")
        self.assertEqual(orders.calls, self.made("/orders"))
        self.assertEqual((orders.errors, orders.limited, orders.health), (0, 0, "good"))
        self.assertEqual(self.rows("token").calls, 1)
        self.assertEqual(self.rows("token").quota_left, "499 of 500")

    def test_refusals_and_slow_answers_show(self):
        self.place_order()
        self.fault("rate_limited", path="/orders", times=2)
        self.fault("answer", path="/orders/count", times=1, params={"status": 404})
        self.pull()
        self.pull()
        orders = self.rows("orders")
        self.assertEqual(orders.limited, 2)
        self.assertEqual(orders.errors, 1)
        self.assertGreaterEqual(orders.repeats, 2)
        self.assertEqual(orders.health, "bad")

    def test_the_calls_of_a_job_that_was_undone_are_counted_all_the_same(self):
        model = type(self.env["cdiscount.order.mapping"])

        def broken(*args, **kwargs):
            raise ZeroDivisionError

        self.place_order()
        with patch.object(model, "_store_page", broken), self.assertLogs("odoo", "ERROR"):
            self.pull()
        self.assertGreater(self.rows("orders").calls, 0)

    def test_what_cannot_be_written_now_is_written_later_and_fails_nothing(self):
        self.place_order()
        original = Cursor.execute

        def execute(cursor, query, params=None, log_exceptions=True):
            if query is api_day.ADD:
                raise psycopg2.errors.SerializationFailure("another worker")
            return original(cursor, query, params, log_exceptions)

        with patch.object(Cursor, "execute", execute):
            self.pull()
        self.assertFalse(self.rows())
        job = self.env["cdiscount.queue"].search([("operation", "=", "order_pull")])
        self.assertEqual(set(job.mapped("state")), {"done"})
        self.assertTrue(api_day.write_calls(self.env.cr.dbname))
        self.env.invalidate_all()
        self.assertEqual(self.rows("orders").calls, self.made("/orders"))

    def test_an_account_that_is_gone_stops_no_other(self):
        counter = counter_of(self.env.cr.dbname)
        self.pull()
        before = self.rows("orders").calls
        from ..services.wire import CallTrace

        trace = CallTrace("GET", "/v1/orders", 200, 0.1, 1, 10)
        counter.note(2**31 - 1, trace)
        counter.note(self.config.id, trace)
        self.assertTrue(api_day.write_calls(self.env.cr.dbname))
        self.env.invalidate_all()
        self.assertEqual(self.rows("orders").calls, before + 1)

    def test_nothing_personal_is_kept(self):
        order = self.place_order()
        self.pull()
        self.env["cdiscount.order.mapping"]._fetch_one(self.config, order["orderId"])
        api_day.write_calls(self.env.cr.dbname)
        stored = str(self.rows().read())
        self.assertNotIn(order["orderId"], stored)
        self.assertNotIn("127.0.0.1", stored)
