"""From an order on the marketplace to a sale order in Odoo."""

from odoo.tests import tagged

from .common import CdiscountCase


@tagged("post_install", "-at_install")
class TestStraightRoad(CdiscountCase):
    def test_an_order_in_preparation_becomes_a_confirmed_sale_order(self):
        order = self.place_order(
            lines=[{"sku": "CSM-0001", "quantity": 2, "unit_price": "24.99", "shipping": "5.00", "vat_rate": 20}]
        )
        self.pull()
        sale_order = self.assert_imported_once(order, "54.98")
        self.assertEqual(sale_order.state, "sale")
        self.assertTrue(sale_order.picking_ids, "there is a delivery to prepare")
        goods = sale_order.order_line.filtered(lambda line: line.product_id == self.product)
        self.assertEqual((goods.product_uom_qty, goods.price_unit), (2, 24.99))
        shipping = sale_order.order_line - goods
        self.assertEqual(shipping.product_id, self.config.shipping_product_id)
        self.assertEqual(shipping.price_total, 5.0)
        self.assertEqual(sale_order.warehouse_id, self.config.warehouse_id)

    def test_a_second_run_creates_and_changes_nothing(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        first = self.assert_imported_once(order)
        before = first.write_date
        self.pull()
        self.assertEqual(self.assert_imported_once(order), first)
        self.assertEqual(first.write_date, before)
        self.assertEqual(self.env["cdiscount.order.mapping"].search_count([]), 1)
        changes = self.env["cdiscount.sync.log"].search([("operation", "=", "order_pull")])
        self.assertEqual(sum(changes.mapped("records")), 1, "an order that did not change is not written again")

    def test_the_commission_is_booked_once_per_line(self):
        order = self.place_order(lines=[{"sku": "CSM-0001", "quantity": 3}, {"sku": "CSM-0001", "quantity": 1}])
        self.pull()
        mapping = self.mapping(order)
        fees = self.env["cdiscount.fee"].search([("mapping_id", "=", mapping.id)])
        self.assertEqual(len(fees), 2)
        self.assertAlmostEqual(sum(fees.mapped("amount_with_vat")), mapping.commission_total, 2)
        self.assertTrue(mapping.commission_total)
        self.env["cdiscount.fee"]._book_commissions([mapping])
        self.assertEqual(self.env["cdiscount.fee"].search_count([("mapping_id", "=", mapping.id)]), 2)

    def test_each_vat_rate_finds_its_tax(self):
        order = self.place_order(
            lines=[
                {"sku": "CSM-0001", "unit_price": "10.00", "shipping": "0", "vat_rate": rate}
                for rate in (20, 10, 5.5, 2.1)
            ]
        )
        self.pull()
        sale_order = self.assert_imported_once(order, "40.00")
        field = "tax_ids" if "tax_ids" in sale_order.order_line._fields else "tax_id"
        self.assertEqual(sale_order.order_line.mapped(field).mapped("amount"), [20.0, 10.0, 5.5, 2.1])

    def test_price_excluded_taxes_come_to_the_same_total(self):
        from ..compat import price_included_values

        for tax in self.taxes.values():
            tax.write(price_included_values(self.env, False))
        orders = [
            self.place_order(lines=[{"sku": "CSM-0001", "quantity": 7, "unit_price": "13.37", "shipping": "4.99"}]),
            self.place_order(lines=[{"sku": "CSM-0001", "quantity": 3, "unit_price": "0.99", "shipping": "0"}] * 3),
        ]
        self.pull()
        for order in orders:
            self.assert_imported_once(order)

    def test_history_is_booked_without_a_delivery_to_prepare(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}], status="Delivered")
        self.pull()
        sale_order = self.assert_imported_once(order)
        self.assertEqual(sale_order.state, "sale")
        self.assertFalse(sale_order.picking_ids)

    def test_the_date_of_the_sale_is_the_marketplace_s(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}], purchased_at="2026-10-01T10:00:00Z")
        self.pull()
        sale_order = self.assert_imported_once(order)
        self.assertEqual(str(sale_order.date_order), "2026-10-01 10:00:00")

    def test_orders_not_to_be_prepared_are_followed_without_sale_order(self):
        waiting = self.place_order(lines=[{"sku": "CSM-0001"}], status="WaitingAcceptance")
        cancelled = self.place_order(lines=[{"sku": "CSM-0001"}], status="Cancelled")
        self.pull()
        self.assertEqual(self.mapping(waiting).state, "new")
        self.assertEqual(self.mapping(cancelled).state, "cancelled")
        self.assertFalse(self.env["sale.order"].search([("cdiscount_config_id", "=", self.config.id)]))
        self.sandbox(f"orders/{waiting['orderId']}/move", to="Accepted")
        self.sandbox(f"orders/{waiting['orderId']}/move", to="InPreparation")
        self.pull()
        self.assert_imported_once(waiting)

    def test_a_cancelled_line_is_not_sold_and_the_total_is_that_of_the_others(self):
        order = self.place_order(
            lines=[
                {"sku": "CSM-0001", "unit_price": "10.00", "shipping": "0"},
                {"sku": "CSM-0001", "unit_price": "99.00", "shipping": "0", "status": "Cancelled"},
            ]
        )
        self.pull()
        sale_order = self.assert_imported_once(order, "10.00")
        self.assertEqual(len(sale_order.order_line), 1)

    def test_an_unknown_product_holds_the_order_until_it_exists(self):
        order = self.place_order(lines=[{"sku": "NOT-THERE", "gtin": None}])
        self.pull()
        mapping = self.assert_held(order, "unknown_product")
        self.assertIn("NOT-THERE", mapping.hold_reason)
        self.make_product("NOT-THERE")
        mapping.action_release()
        self.run_queue()
        self.assert_imported_once(order)

    def test_a_product_is_found_by_gtin_when_the_sku_was_renamed(self):
        order = self.place_order(lines=[{"sku": "OLD-NAME", "gtin": "3760123450010"}])
        self.pull()
        self.assertEqual(self.assert_imported_once(order).order_line[:1].product_id, self.product)

    def test_an_unmapped_rate_holds_the_order_and_names_the_rate(self):
        order = self.place_order(lines=[{"sku": "CSM-0001", "vat_rate": 21}], country="BE")
        self.pull()
        mapping = self.assert_held(order, "tax_not_mapped")
        self.assertIn("21", mapping.hold_detail)

    def test_one_bad_order_among_many_stops_none_of_the_others(self):
        good = [self.place_order(lines=[{"sku": "CSM-0001"}]) for _number in range(6)]
        bad = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.sandbox(f"orders/{bad['orderId']}", patch={"lines": {"0": {"quantity": None}}})
        poison = good.pop()
        original = type(self.env["sale.order"]).create

        def create(model, vals_list):
            if any(vals.get("client_order_ref") == poison["reference"] for vals in vals_list):
                raise ValueError("poisoned")
            return original(model, vals_list)

        self.patch(type(self.env["sale.order"]), "create", create)
        with self.assertLogs("odoo.addons.cdiscount_store_management.models.queue", "ERROR"):
            self.pull()
        for order in good:
            self.assert_imported_once(order)
        self.assert_held(bad, "payload_invalid")
        job = self.env["cdiscount.queue"].search([("key", "=", poison["orderId"])])
        self.assertEqual(job.state, "waiting_retry")
        self.assertNotIn("poisoned", job.error)

    def test_the_same_customer_is_one_contact(self):
        first = self.place_order(lines=[{"sku": "CSM-0001"}], customer="C-1")
        second = self.place_order(lines=[{"sku": "CSM-0001"}], customer="C-1")
        other = self.place_order(lines=[{"sku": "CSM-0001"}], customer="C-2")
        self.pull()
        partner = self.mapping(first).partner_id
        self.assertEqual(self.mapping(second).partner_id, partner)
        self.assertNotEqual(self.mapping(other).partner_id, partner)

    def test_a_history_of_hundreds_comes_in_right_to_the_cent(self):
        self.start_marketplace(orders=150, seed=3)
        self.make_catalogue(self.app)
        for rate in (3.0, 4.0, 6.0, 7.0, 8.0, 12.0, 13.0, 17.0, 19.0, 21.0, 22.0, 23.0, 25.0):
            self.taxes[20.0].copy({"name": f"OSS {rate}", "amount": rate})
        self.pull()
        wrong = {}
        for external_id, row in self.expected().items():
            mapping = self.mapping(external_id)
            if row["must_sell"] and (row["sku_known"] or row["gtin_known"]):
                found = f"{mapping.sale_order_id.amount_total:.2f}" if mapping.sale_order_id else mapping.hold_reason
                if found != row["total_offer_live"]:
                    wrong[external_id] = (found, row["total_offer_live"])
            elif not row["must_sell"]:
                self.assertFalse(mapping.sale_order_id, row["status"])
        self.assertFalse(wrong)
        self.assertEqual(self.env["cdiscount.order.mapping"].search_count([]), len(self.expected()))

    def test_the_watermark_only_follows_what_was_stored(self):
        for _number in range(3):
            self.place_order(lines=[{"sku": "CSM-0001"}])
        self.fault("server_error", times=None, path="/orders")
        self.pull()
        self.assertFalse(self.config.order_watermark)
        job = self.env["cdiscount.queue"].search([("operation", "=", "order_pull")])
        self.assertEqual(job.state, "waiting_retry")
        self.assertIn("Nothing to do", job.error)
        self.sandbox("faults", method="DELETE")
        job.action_retry()
        self.run_queue()
        self.assertTrue(self.config.order_watermark)
        self.assertEqual(self.env["cdiscount.order.mapping"].search_count([("state", "=", "imported")]), 3)

    def test_initial_import_brings_the_period_and_repeats_without_doubles(self):
        self.start_marketplace(orders=120, seed=5)
        self.make_catalogue(self.app)
        record = self.env["cdiscount.initial.import"].create({"config_id": self.config.id})
        record.action_preview()
        self.assertEqual(record.order_expected, 120)
        record.action_start_import()
        self.assertEqual(record.state, "running")
        self.run_queue()
        self.assertEqual((record.state, record.order_read, record.progress), ("done", 120, 100))
        orders = self.env["sale.order"].search_count([("cdiscount_config_id", "=", self.config.id)])
        self.assertTrue(orders)
        record.action_start_import()
        self.run_queue()
        self.assertEqual(self.env["sale.order"].search_count([("cdiscount_config_id", "=", self.config.id)]), orders)
        self.assertEqual(self.env["cdiscount.order.mapping"].search_count([]), 120)

    def test_calls_for_n_orders_are_one_count_and_a_page_per_hundred(self):
        self.start_marketplace(orders=250, seed=2)
        self.config.order_import_from = "2020-01-01 00:00:00"
        self.pull()
        self.assertEqual(self.calls("/orders") + self.calls("/orders/count"), 3 + 1)

    def test_customers_alone_makes_contacts_and_no_orders(self):
        self.start_marketplace(orders=60, seed=8)
        before = self.env["res.partner"].search_count([])
        record = self.env["cdiscount.initial.import"].create(
            {"config_id": self.config.id, "import_orders": False, "import_customers": True}
        )
        record.action_start_import()
        self.run_queue()
        self.assertEqual((record.state, record.order_read), ("done", 60))
        customers = self.env["cdiscount.customer"].search_count([("config_id", "=", self.config.id)])
        self.assertTrue(customers)
        self.assertGreaterEqual(self.env["res.partner"].search_count([]) - before, customers)
        self.assertFalse(self.env["cdiscount.order.mapping"].search_count([]))
        record.action_start_import()
        self.run_queue()
        self.assertEqual(self.env["cdiscount.customer"].search_count([("config_id", "=", self.config.id)]), customers)

    def test_an_incomplete_order_comes_in_once_the_marketplace_sends_it_whole(self):
        order = self.place_order(lines=[{"sku": "CSM-0001", "quantity": 2}])
        self.sandbox(f"orders/{order['orderId']}", patch={"lines": {"0": {"quantity": None}}})
        self.pull()
        self.assert_held(order, "payload_invalid")
        self.sandbox(f"orders/{order['orderId']}", patch={"lines": {"0": {"quantity": 2}}})
        self.pull()
        self.assert_imported_once(order)
