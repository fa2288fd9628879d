"""Everything the marketplace and the line can do wrong while orders are read: the next run repairs it."""

import logging
from decimal import Decimal
from unittest.mock import patch

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


@tagged("post_install", "-at_install")
class TestOddOrders(FaultCase):
    """Orders that are whole, and odd."""

    def patched(self, **patch_values):
        order = self.place_order(lines=[{"sku": "CSM-0001", "gtin": "3760123450010", "quantity": 2}])
        self.sandbox(f"orders/{order['orderId']}", patch=patch_values)
        return order

    def test_ids_as_numbers_null_gtins_and_numeric_gtins_come_in(self):
        orders = [
            self.patched(reference=None),
            self.patched(customer={"reference": 778812}),
            self.patched(lines={"0": {"offer": {"productGtin": None}}}),
            self.patched(lines={"0": {"offer": {"productGtin": 3760123450010, "sellerProductId": "OLD"}}}),
            self.patched(lines={"0": {"orderLineId": 12345}}),
            self.patched(payment=None, serviceFees=None, statusEvents=None),
            self.patched(newField={"deep": [1, 2, {"er": None}]}),
        ]
        number = self.sandbox(
            "orders",
            document={
                **self.place_order(lines=[{"sku": "CSM-0001"}]),
                "orderId": "2611230001",
                "reference": "2611230001",
            },
        )["orders"][0]
        self.pull()
        for order in orders:
            self.assert_imported_once(order)
        self.assert_imported_once(number)

    def test_lines_without_ids_and_with_the_same_id_are_all_sold_once(self):
        lines = [{"sku": "CSM-0001", "unit_price": price, "shipping": "0"} for price in ("10.00", "7.00", "5.00")]
        nameless = self.place_order(lines=lines)
        same = self.place_order(lines=lines)
        self.sandbox(
            f"orders/{nameless['orderId']}", patch={"lines": {str(n): {"orderLineId": None} for n in range(3)}}
        )
        self.sandbox(f"orders/{same['orderId']}", patch={"lines": {str(n): {"orderLineId": "A"} for n in range(3)}})
        self.pull()
        for order in (nameless, same):
            sale_order = self.assert_imported_once(order, "22.00")
            self.assertEqual(len(sale_order.order_line), 3)
            self.assertEqual(len(self.mapping(order).line_ids), 3)
        # The same lines in another order are the same lines.
        document = self.sandbox(f"orders/{nameless['orderId']}", method="GET")["order"]
        self.sandbox(f"orders/{nameless['orderId']}", patch={"lines": document["lines"][::-1]})
        self.pull()
        self.assertEqual(len(self.assert_imported_once(nameless, "22.00").order_line), 3)

    def test_an_older_copy_never_overwrites_a_newer_state(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        newer = self.sandbox(f"orders/{order['orderId']}/move", to="Shipped")["order"]
        self.pull()
        mapping = self.mapping(order)
        self.assertEqual(mapping.status, "Shipped")
        stored = self.env["cdiscount.order.mapping"]._store_page(self.config, [order])
        self.assertEqual((stored.changed, mapping.status), (0, "Shipped"))
        changed = {**newer, "status": "Delivered", "updatedAt": "garbage"}
        self.env["cdiscount.order.mapping"]._store_page(self.config, [changed])
        self.assertEqual(mapping.status, "Delivered")
        self.assertTrue(mapping.marketplace_updated_at)

    def test_orders_whose_dates_are_missing_or_garbage_come_in_and_hold_the_watermark_nowhere(self):
        good = self.place_order(lines=[{"sku": "CSM-0001"}])
        bad = [self.patched(updatedAt=value) for value in (None, "hier soir", "0001-01-01T00:00:00Z", 12)]
        self.pull()
        for order in (good, *bad):
            self.assert_imported_once(order)
        self.assertEqual(str(self.config.order_watermark), good["updatedAt"][:19].replace("T", " "))

    def test_an_order_dated_next_year_does_not_blind_the_polls(self):
        self.config.order_watermark = "2031-01-01 00:00:00"
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        self.assert_imported_once(order)
        self.assertLess(str(self.config.order_watermark), "2031")

    def test_a_first_poll_begins_where_the_account_says(self):
        old, new = (
            self.place_order(lines=[{"sku": "CSM-0001"}], purchased_at="2026-08-01T10:00:00Z", updated_at=moment)
            for moment in ("2026-09-01T10:00:00Z", "2026-10-02T10:00:00Z")
        )
        self.config.order_import_from = "2026-10-01 00:00:00"
        self.pull()
        self.assert_imported_once(new)
        self.assertFalse(self.env["cdiscount.order.mapping"].search([("external_id", "=", old["orderId"])]))


@tagged("post_install", "-at_install")
class TestStoringPages(FaultCase):
    """What storing a page costs, and what one order in it can break."""

    def raws(self, count, **patch_values):
        self.sandbox("orders", count=count, status="Accepted", lines=[{"sku": "CSM-0001"}] * 2, answer="ids")
        rows = self.app.marketplace.shops["98979"].orders.rows("updatedAt")
        return [{**entry.document, **patch_values} for entry in rows[-count:]]

    def queries_of(self, raws):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        stored = self.env["cdiscount.order.mapping"]._store_page(self.config, raws)
        self.env.flush_all()
        return stored.changed, self.env.cr.sql_log_count - before

    def test_the_number_of_queries_does_not_depend_on_the_size_of_the_page(self):
        self.queries_of(self.raws(2))
        few, many = self.raws(5), self.raws(100)
        costs = {}
        for name, changes in (
            ("new", {}),
            ("unchanged", {}),
            ("changed", {"payment": {"method": "PayPal"}, "shippedAtMax": "2026-12-24T23:59:59Z"}),
        ):
            costs[name] = [self.queries_of([{**raw, **changes} for raw in raws]) for raws in (few, many)]
        self.assertEqual([count for count, _queries in costs["new"]], [5, 100])
        self.assertEqual([count for count, _queries in costs["unchanged"]], [0, 0])
        self.assertEqual([count for count, _queries in costs["changed"]], [5, 100])
        for name, ((_few, few_queries), (_many, many_queries)) in costs.items():
            self.assertLessEqual(many_queries, few_queries + 3, f"{name}: {costs}")

    def test_an_order_the_database_refuses_leaves_the_others_in(self):
        raws = self.raws(6)
        poison = raws[3]["orderId"]
        mappings = type(self.env["cdiscount.order.mapping"])
        original = mappings._insert_all

        def insert_all(model, fresh):
            if any(one.external_id == poison and one.lines for one in fresh):
                raise ValueError("refused")
            return original(model, fresh)

        with patch.object(mappings, "_insert_all", insert_all):
            stored = self.env["cdiscount.order.mapping"]._store_page(self.config, raws)
        self.assertEqual(stored.changed, 5)
        self.assert_held(poison, "payload_invalid")
        self.assertEqual(self.env["cdiscount.order.mapping"].search_count([("state", "=", "new")]), 5)

    def test_an_order_that_surprises_the_reader_is_held_alone(self):
        raws = self.raws(6)
        poison = raws[2]["orderId"]
        mappings = type(self.env["cdiscount.order.mapping"])
        original = mappings._prepare_mapping_values

        def prepare(model, config, incoming, refs):
            if incoming.external_id == poison:
                raise ZeroDivisionError
            return original(model, config, incoming, refs)

        with patch.object(mappings, "_prepare_mapping_values", prepare):
            self.env["cdiscount.order.mapping"]._store_page(self.config, raws)
        self.assert_held(poison, "payload_invalid")
        self.env["cdiscount.order.mapping"]._store_page(self.config, raws)
        self.assertEqual(self.mapping(poison).state, "new")
