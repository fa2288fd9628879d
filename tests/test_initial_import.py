"""The first import of a shop: it can be interrupted, repeated, stopped and understood."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..services.errors import ProtocolError
from .common import CdiscountCase


@tagged("post_install", "-at_install")
class TestInitialImport(CdiscountCase):
    def start(self, **values):
        record = self.env["cdiscount.initial.import"].create({"config_id": self.config.id, **values})
        record.action_start_import()
        return record

    def buy(self, count, created_at, **options):
        """Orders bought and created at one moment."""
        options.setdefault("status", "Accepted")
        ids = self.sandbox("orders", count=count, lines=[{"sku": "CSM-0001"}], answer="ids", **options)["ids"]
        start = datetime.fromisoformat(created_at.replace("Z", "+00:00"))
        for number, order_id in enumerate(ids):
            moment = (start + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
            self.sandbox(f"orders/{order_id}", patch={"createdAt": moment, "purchasedAt": moment})
        return ids

    def known(self):
        return self.env["cdiscount.order.mapping"].search([("config_id", "=", self.config.id)])

    def test_a_job_that_dies_in_the_middle_goes_on_where_it_was(self):
        for day, count in ((1, 50), (2, 100), (3, 100)):
            self.buy(count, f"2026-11-0{day}T10:00:00Z")
        original = type(self.env["cdiscount.order.mapping"])._store_page
        pages = []

        def store_page(model, config, items, asked=False):
            pages.append(len(items))
            if len(pages) == 2:
                raise ProtocolError("the worker is gone")
            return original(model, config, items, asked=asked)

        with patch.object(type(self.env["cdiscount.order.mapping"]), "_store_page", store_page):
            record = self.start(date_from="2026-11-01", date_to="2026-11-05")
            self.run_queue()
        self.assertEqual((record.state, record.order_read, record.order_expected), ("running", 50, 250))
        self.assertEqual(str(record.read_until), "2026-11-01 10:00:49")
        self.assertEqual(len(self.known()), 50)
        before = self.calls("/orders")
        self.env["cdiscount.queue"].search([("operation", "=", "initial_import")]).action_retry()
        self.run_queue()
        self.assertEqual((record.state, record.order_read, record.progress), ("done", 250, 100))
        self.assertEqual(len(self.known()), 250)
        self.assertLessEqual(self.calls("/orders") - before, 4, "what was read is not read again")

    def test_a_failed_import_continues_with_the_button(self):
        self.buy(150, "2026-11-02T10:00:00Z")
        self.buy(60, "2026-11-03T10:00:00Z")
        self.fault("answer", path="/orders", after=2, times=None, params={"status": 400})
        record = self.start(date_from="2026-11-01", date_to="2026-11-05")
        self.run_queue()
        self.assertEqual(record.state, "failed")
        self.assertTrue(record.error)
        read, until = record.order_read, record.read_until
        self.assertTrue(read and until)
        self.sandbox("faults", method="DELETE")
        record.action_start_import()
        self.assertEqual((record.state, record.error, record.read_until), ("running", False, until))
        self.run_queue()
        self.assertEqual((record.state, record.order_read), ("done", 210))
        self.assertEqual(len(self.known()), 210)

    def test_only_one_import_of_an_account_runs(self):
        first = self.start()
        with self.assertRaisesRegex(UserError, "running already"):
            self.start()
        self.run_queue()
        self.assertEqual(first.state, "done")
        self.start()

    def test_a_stopped_import_stops_and_goes_on_later(self):
        for day, count in ((1, 50), (2, 100), (3, 100)):
            self.buy(count, f"2026-11-0{day}T10:00:00Z")
        record = self.env["cdiscount.initial.import"].create(
            {"config_id": self.config.id, "date_from": "2026-11-01", "date_to": "2026-11-05"}
        )
        original = type(record)._take

        def take(one, page):
            found = original(one, page)
            one.browse(one.id).write({"state": "stopped"})
            return found

        with patch.object(type(record), "_take", take):
            record.action_start_import()
            self.run_queue()
        self.assertEqual((record.state, len(self.known())), ("stopped", 50))
        record.action_start_import()
        self.run_queue()
        self.assertEqual((record.state, record.order_read, len(self.known())), ("done", 250, 250))

    def test_stopping_before_it_began_leaves_nothing_to_do(self):
        self.buy(3, "2026-11-02T10:00:00Z")
        record = self.start(date_from="2026-11-01", date_to="2026-11-05")
        record.action_stop()
        self.run_queue()
        self.assertEqual(record.state, "stopped")
        self.assertFalse(self.known())

    def test_a_day_is_a_day_in_france(self):
        self.env.user.tz = "Europe/Paris"
        late = self.buy(1, "2026-11-01T22:30:00Z")  # 23:30 on the 1st
        early = self.buy(1, "2026-10-31T23:30:00Z")  # 00:30 on the 1st
        self.buy(1, "2026-10-31T22:30:00Z")  # 23:30 on October 31st
        self.buy(1, "2026-11-01T23:30:00Z")  # 00:30 on the 2nd
        record = self.env["cdiscount.initial.import"].create(
            {"config_id": self.config.id, "date_from": "2026-11-01", "date_to": "2026-11-01"}
        )
        record.action_preview()
        self.assertEqual(record.order_expected, 2)
        record.action_start_import()
        self.run_queue()
        self.assertEqual(sorted(self.known().mapped("external_id")), sorted(late + early))

    def test_orders_without_sale_order_are_explained(self):
        self.config.order_status_filter = "open"
        moment = "2026-11-02T10:00:00Z"
        for count, status in ((1, "InPreparation"), (2, "Accepted"), (4, "Shipped"), (3, "Cancelled")):
            self.buy(count, moment, status=status)
        self.sandbox("orders", lines=[{"sku": "NOT-THERE", "gtin": None}], status="InPreparation")
        record = self.start(date_from="2026-11-01", date_to=fields.Date.today() + timedelta(days=1))
        self.run_queue()
        self.assertEqual(
            [
                record.order_imported,
                record.order_held,
                record.order_followed,
                record.order_cancelled,
                record.order_ignored,
                record.order_waiting,
            ],
            [1, 1, 2, 0, 7, 0],
        )
        record.apply_filter = False
        record.action_start_import()
        self.run_queue()
        self.assertEqual([record.order_imported, record.order_cancelled, record.order_ignored], [5, 3, 0])

    def test_progress_counts_what_the_queue_has_still_to_create(self):
        self.buy(4, "2026-11-02T10:00:00Z", status="InPreparation")
        record = self.start(date_from="2026-11-01", date_to="2026-11-05")
        jobs = self.env["cdiscount.queue"]
        with patch.object(type(self.env["cdiscount.order.mapping"]), "_job_build", lambda model, jobs: 1 / 0):
            self.run_with_errors()
        self.assertEqual((record.state, record.order_read, record.order_waiting), ("done", 4, 4))
        self.assertEqual(record.progress, 0)
        record.resumed_at = fields.Datetime.now() - timedelta(minutes=2)
        jobs.search([("operation", "=", "order_build")]).write({"state": "pending", "eta": False})
        self.run_queue()
        record.invalidate_recordset()
        self.assertEqual((record.progress, record.order_imported, record.time_left), (100, 4, False))

    def run_with_errors(self):
        with self.assertLogs("odoo.addons.cdiscount_store_management.models.queue", "ERROR"):
            self.run_queue()

    def test_the_rate_and_the_time_left_are_of_this_run(self):
        record = self.env["cdiscount.initial.import"].create({"config_id": self.config.id})
        record.write(
            {
                "state": "running",
                "order_expected": 1000,
                "order_read": 400,
                "settled_at_start": 200,
                "resumed_at": fields.Datetime.now() - timedelta(minutes=2),
            }
        )
        self.assertAlmostEqual(record.rate, 100, delta=3)
        self.assertIn("6", record.time_left)
        self.assertEqual(record.progress, 40)

    def test_bent_orders_of_the_period_are_read_again_at_the_end(self):
        ids = self.buy(5, "2026-11-02T10:00:00Z")
        for defect in ("missing_order_id", "lines_null", "status_null"):
            with self.subTest(defect):
                self.known().unlink()
                self.fault("malformed_order", path="/orders", params={"defect": defect, "index": 1})
                record = self.start(date_from="2026-11-01", date_to="2026-11-05")
                self.run_queue()
                self.assertEqual(record.state, "done")
                self.assertEqual(sorted(self.known().mapped("external_id")), sorted(ids))
                self.assertEqual(set(self.known().mapped("state")), {"new"})

    def test_what_cannot_be_imported_is_refused_in_words(self):
        with self.assertRaisesRegex(UserError, "Choose"):
            self.start(import_orders=False)
        with self.assertRaisesRegex(ValidationError, "period"):
            self.start(date_from="2026-11-05", date_to="2026-11-01")
        self.config.action_pause()
        with self.assertRaisesRegex(UserError, "paused"):
            self.start()

    def test_shortly_after_midnight_in_paris_today_is_the_day_it_is_there(self):
        self.env.user.tz = False
        zones = []

        def today(record, timestamp=None):
            zones.append(record.env.context.get("tz"))
            return date(2026, 11, 24)

        with patch.object(fields.Date, "context_today", today):
            fresh = self.env["cdiscount.initial.import"].with_context(tz=False).new({"config_id": self.config.id})
            self.assertEqual((fresh.tz, str(fresh.date_to)), ("Europe/Paris", "2026-11-24"))
        self.assertEqual(set(zones), {"Europe/Paris"})
