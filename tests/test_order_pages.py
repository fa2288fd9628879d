"""Orders that are whole and odd, and what storing a page of them costs and survives."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from .test_order_faults import FaultCase


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
        before = f"{self.now() - timedelta(minutes=10):%Y-%m-%dT%H:%M:%SZ}"
        order = self.place_order(lines=[{"sku": "CSM-0001"}], updated_at=before)
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
