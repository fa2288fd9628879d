"""Everything the marketplace and the line can do wrong while orders are read: the next run repairs it."""

import logging
from decimal import Decimal

from odoo import fields
from odoo.tests import tagged

from ..sandbox.faults.listing import DEFECTS
from ..sandbox.faults.table import FAULTS
from .common import CdiscountCase

ORDERS = 105
"""Two pages: a fault can strike between them."""

LINE_FAULTS = {
    # fault: parameters; each strikes the list of orders, once on the first page and once for three calls running
    "rate_limited": {"retry_after": 1},
    "rate_limited_bare": {},
    "server_error": {},
    "bad_gateway_html": {},
    "unavailable_empty": {},
    "gateway_timeout": {},
    "answer": {"status": 400, "body": "error_list"},
    "unauthorized_once": {},
    "token_revoked": {},
    "forbidden": {},
    "redirect": {},
    "timeout": {"seconds": 0},
    "late_answer": {"seconds": 0},
    "reset": {},
    "lost_answer": {},
    "lost_answer_500": {},
    "lost_answer_502": {},
    "cut_body": {},
    "slow_drip": {"pieces": 3, "pause": 0},
    "huge": {"megabytes": 40},
    "clock_skew": {"skew": 7200},
    "invalid_json": {},
    "html_page": {},
    "empty_body": {},
    "null_body": {},
    "wrong_shape": {},
    "data_wrapper": {},
}
LIST_FAULTS = {"pages_shift": {"count": 3}, "orders_arrive": {"count": 2}, "duplicated_rows": {"count": 2}}
SPOILED_ORDERS = "malformed_order"


class FaultCase(CdiscountCase):
    """A shop of two pages of orders whose sums the marketplace itself tells."""

    def setUp(self):
        super().setUp()
        self.env["product.product"].search([("default_code", "=", "CSM-0001")]).write({"sale_ok": True})
        logging.getLogger("odoo.addons.cdiscount_store_management").setLevel(logging.CRITICAL)
        self.addCleanup(logging.getLogger("odoo.addons.cdiscount_store_management").setLevel, logging.NOTSET)

    def open_shop(self, orders=ORDERS, sold=2):
        """A marketplace full of orders that wait (they need no sale order, so that a fault costs little), and some
        that are sold."""
        self.start_marketplace()
        self.config.write(
            {
                "state": "connected",
                "order_watermark": False,
                "reread_from": False,
                "reread_to": False,
                "reread_tries": 0,
                "state_message": False,
            }
        )
        mappings = self.env["cdiscount.order.mapping"].search([("config_id", "=", self.config.id)])
        mappings.line_ids.unlink()
        mappings.unlink()
        self.env["cdiscount.queue"].search([]).unlink()
        line = [{"sku": "CSM-0001", "quantity": 2}]
        self.sandbox("orders", count=orders - sold, status="Accepted", lines=line, answer="ids")
        self.sold = [self.place_order(lines=line, status=status) for status in ("InPreparation", "Shipped")[:sold]]
        self.slept.clear()

    def recover(self):
        """The fault is over; what a person or the clock does next is one more run."""
        self.sandbox("faults", method="DELETE")
        if self.config.state != "connected":
            self.config.action_test_connection()
        jobs = self.env["cdiscount.queue"].search([("state", "in", ("waiting_retry", "failed", "pending"))])
        jobs.filtered(lambda job: job.state != "pending").action_retry()
        jobs.write({"eta": False})
        return self.pull()

    def assert_everything_right(self):
        """Every order of the marketplace is known once; what must be sold is sold to the cent or held with a reason;
        the watermark is where the newest stored order is."""
        expected = self.expected()
        mappings = self.env["cdiscount.order.mapping"].search([("config_id", "=", self.config.id)])
        self.assertEqual(sorted(mappings.mapped("external_id")), sorted(expected))
        wrong = {}
        for mapping in mappings:
            row = expected[mapping.external_id]
            if row["must_sell"]:
                found = Decimal(f"{mapping.sale_order_id.amount_total:.2f}") if mapping.sale_order_id else None
                if found != Decimal(row["total_offer_live"]) and not (mapping.state == "held" and mapping.hold_reason):
                    wrong[mapping.external_id] = (mapping.state, found, row["total_offer_live"])
            elif mapping.sale_order_id or mapping.state == "held":
                wrong[mapping.external_id] = (mapping.state, mapping.hold_reason, row["status"])
        self.assertFalse(wrong)
        references = mappings.sale_order_id.mapped("client_order_ref")
        self.assertEqual(len(references), len(set(references)))
        newest = max(row["updatedAt"] for row in expected.values())[:19].replace("T", " ")
        self.assertEqual(str(self.config.order_watermark), newest)
        self.assertLessEqual(self.config.order_watermark, fields.Datetime.now())


@tagged("post_install", "-at_install")
class TestOrderFaults(FaultCase):
    def test_every_fault_of_the_sandbox_is_on_a_list(self):
        known = {*LINE_FAULTS, *LIST_FAULTS, SPOILED_ORDERS}
        others = ("offer", "package", "product", "catalogue", "cursor", "report", "result", "message", "stock", "quota")
        # Orders that no list shows are what the completeness is for: test_completeness.
        known.add("orders_hidden")
        self.assertFalse({name for name in set(FAULTS) - known if not any(word in name for word in others)})

    def test_after_any_fault_of_the_line_the_next_run_repairs(self):
        """Two pages are known; something new and something changed lies on each when the fault strikes."""
        self.open_shop()
        self.pull()
        self.assert_everything_right()
        for name, params in LINE_FAULTS.items():
            # Once, which a repetition may heal; or for longer than repetitions last, between two pages of a walk.
            times, after = (1, 0) if name in ("huge", "clock_skew") else (4, 1)
            with self.subTest(name):
                self.stir()
                self.fault(name, path="/orders", times=times, after=after, params=params)
                self.pull()
                self.recover()
                self.assert_everything_right()

    def stir(self):
        """Something happens on the marketplace: a new order, a cancelled one, one that is paid for."""
        expected = self.expected()
        waiting = [order_id for order_id, row in expected.items() if row["status"] == "Accepted"]
        self.place_order(lines=[{"sku": "CSM-0001"}])
        self.sandbox(f"orders/{waiting[0]}/move", to="Cancelled")
        self.sandbox(f"orders/{waiting[-1]}/move", to="InPreparation")

    def test_a_count_that_cannot_be_had_is_had_with_the_next_run(self):
        self.open_shop()
        self.pull()
        for name in ("server_error", "wrong_shape", "data_wrapper", "invalid_json", "null_body", "empty_body"):
            with self.subTest(name):
                self.stir()
                self.fault(name, path="/orders/count", times=4)
                self.pull()
                self.recover()
                self.assert_everything_right()

    def test_a_token_that_cannot_be_had_is_had_with_the_next_run(self):
        self.open_shop(orders=40)
        self.pull()
        for name in ("rate_limited", "server_error", "bad_gateway_html", "reset", "invalid_json", "null_body"):
            with self.subTest(name):
                self.stir()
                self.sandbox("tokens/revoke")
                self.fault(name, path="/token", times=6)
                self.pull()
                self.recover()
                self.assert_everything_right()

    def test_an_account_that_is_shut_out_goes_on_when_it_is_let_in_again(self):
        self.open_shop(orders=40)
        # One call may be forbidden while others are not; without a token nothing works, and the account stops.
        for shut, let_in, state in (
            (("settings", {"delegated": False}), ("settings", {"delegated": True}), "connected"),
            (("accounts/sandbox", {"enabled": False}), ("accounts/sandbox", {"enabled": True}), "error"),
        ):
            with self.subTest(shut):
                self.pull()
                self.stir()
                self.sandbox("tokens/revoke")
                self.sandbox(shut[0], **shut[1])
                self.pull()
                self.assertEqual(self.config.state, state)
                job = self.env["cdiscount.queue"].search([("operation", "=", "order_pull")], order="id desc", limit=1)
                self.assertTrue(job.error)
                self.sandbox(let_in[0], **let_in[1])
                self.recover()
                self.assert_everything_right()

    def test_a_list_that_moves_while_it_is_read_loses_nothing(self):
        for name, params in LIST_FAULTS.items():
            with self.subTest(name):
                self.open_shop(orders=330)
                self.fault(name, path="/orders", times=6, params=params)
                self.pull()
                self.recover()
                self.assert_everything_right()

    def test_a_bent_order_among_a_hundred_stops_none_and_comes_in_whole_with_the_next_run(self):
        for defect in DEFECTS:
            with self.subTest(defect):
                self.open_shop(orders=12)
                self.fault("malformed_order", path="/orders", params={"defect": defect, "index": 2})
                self.pull()
                others = self.env["cdiscount.order.mapping"].search_count([("config_id", "=", self.config.id)])
                self.assertGreaterEqual(others, 11)
                self.recover()
                self.assert_everything_right()

    def test_a_bent_order_of_long_ago_is_read_again_too(self):
        for defect in ("not_an_object", "lines_null", "status_null"):
            with self.subTest(defect):
                self.open_shop(orders=20)
                order = self.sold[0]
                self.sandbox(f"orders/{order['orderId']}", updated_at="2026-10-20T10:00:00Z")
                # Newest first: the oldest is the last of its page.
                self.fault("malformed_order", path="/orders", params={"defect": defect, "index": 19})
                self.pull()
                self.assertGreater(str(self.config.order_watermark), "2026-11-01")
                self.recover()
                self.assert_everything_right()
                self.assertFalse(self.config.reread_from)

    def test_a_poll_that_dies_after_a_bent_page_still_reads_it_again(self):
        self.open_shop(orders=110)
        self.fault("malformed_order", path="/orders", params={"defect": "not_an_object", "index": 3})
        self.fault("server_error", path="/orders", times=4, after=1)
        self.pull()
        self.assertTrue(self.config.reread_from)
        self.config.order_watermark = fields.Datetime.now()
        self.recover()
        self.assertFalse(self.config.reread_from)
        self.assertEqual(
            sorted(self.expected()), sorted(self.env["cdiscount.order.mapping"].search([]).mapped("external_id"))
        )

    def test_an_order_that_stays_bent_is_read_again_three_times_not_for_ever(self):
        self.open_shop(orders=10)
        order = self.sold[0]
        self.sandbox(f"orders/{order['orderId']}", patch={"lines": None}, updated_at="2026-10-20T10:00:00Z")
        for _number in range(4):
            self.pull()
        self.assertFalse(self.config.reread_from)
        self.assert_held(order, "payload_invalid")
        log = self.env["cdiscount.sync.log"].search([("cause_code", "=", "order_incomplete")])
        self.assertEqual(len(log), 1)

    def test_a_bent_copy_of_a_known_order_changes_nothing(self):
        self.open_shop(orders=8)
        self.pull()
        order = self.sold[0]
        before = self.mapping(order).read(["payload", "status", "state", "amount_total"])
        for defect in sorted(DEFECTS):
            with self.subTest(defect):
                rows = self.app.marketplace.shops["98979"].orders.rows("updatedAt")
                place = [entry.order_id for entry in reversed(rows)].index(order["orderId"])
                self.fault("malformed_order", path="/orders", params={"defect": defect, "index": place})
                self.pull()
                mapping = self.mapping(order)
                if defect not in ("total_null", "total_text", "date_garbage", "address_list", "line_null"):
                    self.assertEqual(mapping.read(["payload", "status", "state", "amount_total"]), before)
                self.assertEqual(len(mapping.sale_order_id.order_line), len(mapping.sale_order_id.order_line.exists()))
                self.recover()
                self.assert_everything_right()
                self.assertEqual(self.mapping(order).read(["payload", "status", "state", "amount_total"]), before)

    def test_half_of_all_calls_fail_and_still_everything_arrives(self):
        self.open_shop(orders=250)
        names = ["server_error", "cut_body", "bad_gateway_html", "rate_limited", "invalid_json", "reset"]
        self.sandbox("faults", names=names, rate=0.5, seed=4)
        for _number in range(6):
            self.pull()
            jobs = self.env["cdiscount.queue"].search([("state", "in", ("waiting_retry", "failed"))])
            jobs.action_retry()
        self.recover()
        self.assert_everything_right()
