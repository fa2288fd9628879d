"""Returns to Cdiscount's own warehouses are shown beside ours: once, linked, labelled, whatever words they use."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import CdiscountCase

FULFILLED = {"quantity": 2, "unit_price": "10.00", "shipping": "0.00", "supply_mode": "Fulfillment"}


@tagged("post_install", "-at_install")
class TestReturnPull(CdiscountCase):
    def setUp(self):
        super().setUp()
        self.config.fulfilment_stock = True
        self.order = self.place_order(status="Shipped", lines=[{**FULFILLED, "sku": "CSM-0001"}])

    def send_back(self, **options):
        return self.sandbox("returns", order=self.order["orderId"], **options)["return"]

    def look(self):
        self.config.action_pull_returns()
        self.run_queue()
        return self.env["cdiscount.return"].search([("config_id", "=", self.config.id)])

    def test_a_return_is_shown_with_its_order_lines_and_label(self):
        self.pull()
        made = self.send_back(reason="Damaged")
        one = self.look()
        mapping = self.mapping(self.order)
        self.assertEqual((one.external_id, one.mapping_id, one.supply), (made["returnId"], mapping, "fulfilment"))
        self.assertEqual((one.reason, one.state, one.tracking_number), ("damaged", "expected", made["parcelId"]))
        self.assertEqual((one.line_ids.order_line_id, one.line_ids.quantity), (mapping.line_ids, 2))
        self.assertTrue(one.label_id.raw.startswith(b"%PDF"))
        self.assertFalse(one.picking_ids)

    def test_reading_again_doubles_nothing_and_brings_what_changed(self):
        self.pull()
        number = self.send_back()["returnId"]
        self.look()
        self.sandbox(f"returns/{number}", status="Accepted", warehouseComment="Box open")
        one = self.look()
        self.assertEqual((len(one), len(one.line_ids), one.state), (1, 1, "received"))
        self.assertEqual((one.line_ids.received, one.warehouse_comment), (2, "Box open"))
        self.sandbox(f"returns/{number}", status="Completed")
        self.assertEqual((self.look().state, len(one.label_id)), ("checked", 1))

    def test_words_nobody_knows_and_missing_values_stop_nothing(self):
        self.pull()
        number = self.send_back(reason="Brandnew")["returnId"]
        self.sandbox(f"returns/{number}", status="Teleported", lines=None, parcelId=None, type=None)
        other = self.send_back()
        found = self.look()
        self.assertEqual(len(found), 2)
        odd = found.filtered(lambda one: one.external_id != other["returnId"])
        self.assertEqual((odd.marketplace_status, odd.marketplace_reason), ("Teleported", "Brandnew"))
        self.assertEqual((odd.state, odd.reason), ("expected", "other"))

    def test_an_order_that_comes_later_is_linked_then(self):
        self.send_back()
        one = self.look()
        self.assertEqual((len(one), one.mapping_id.id, one.reference), (1, False, self.order["orderId"]))
        self.pull()
        self.look()
        self.assertEqual(one.mapping_id, self.mapping(self.order))
        self.assertEqual(one.line_ids.order_line_id, one.mapping_id.line_ids)

    def test_what_a_person_has_corrected_stays(self):
        self.pull()
        self.send_back(reason="Retraction")
        one = self.look()
        one.reason = "damaged"
        self.look()
        self.assertEqual(one.reason, "damaged")

    def test_an_interrupted_reading_goes_on(self):
        self.pull()
        for _number in range(3):
            self.send_back()
        self.fault("server_error", path="/returns", times=40)
        self.look()
        self.assertFalse(self.env["cdiscount.return"].search([]))
        self.sandbox("faults", method="DELETE")
        self.env["cdiscount.queue"].search([("state", "=", "waiting_retry")]).write({"eta": False})
        self.assertEqual(len(self.look()), 3)

    def test_a_label_that_is_not_there_yet_is_asked_for_again(self):
        self.pull()
        self.send_back()
        self.fault("answer", path="/returns/{return_id}/labels", times=1, params={"status": 404})
        one = self.look()
        self.assertTrue(one.label_wanted)
        self.look()
        self.assertTrue(one.label_id)

    def test_a_page_costs_the_same_however_many_returns_are_on_it(self):
        self.pull()
        for _number in range(12):
            self.send_back(label=False)
        self.look()
        returns = self.env["cdiscount.return"]
        rows = next(iter(self.config._get_client().returns.pages())).items
        with self.counted() as few:
            returns._store_page(self.config, rows[:2])
        with self.counted() as many:
            returns._store_page(self.config, rows)
        self.assertLess(len(many), len(few) + 6)

    # ------------------------------------------------------------------ by the clock
    def due(self, operation):
        self.config._schedule_due_jobs(fields.Datetime.now())
        return self.env["cdiscount.queue"].search_count([("operation", "=", operation), ("state", "=", "pending")])

    def test_only_shops_with_goods_at_cdiscount_read_returns(self):
        self.assertEqual(self.due("return_pull"), 1)
        self.env["cdiscount.queue"].search([]).unlink()
        self.config.fulfilment_stock = False
        self.assertEqual(self.due("return_pull"), 0)

    def test_a_parcel_that_does_not_come_is_reminded_of_once(self):
        self.pull()
        one = self.env["cdiscount.return"].create(
            {
                "mapping_id": self.mapping(self.order).id,
                "expected_on": fields.Date.today() - timedelta(days=1),
                "state": "expected",
            }
        )
        for _day in range(2):
            self.config.returns_watched_on = False
            self.due("return_watch")
            self.run_queue()
        self.assertEqual(len(one.activity_ids), 1)
        one.expected_on = fields.Date.today() + timedelta(days=3)
        self.assertFalse(one.reminded)
