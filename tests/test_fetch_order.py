"""One order, asked for by hand by the number somebody has in front of them."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CdiscountCase


@tagged("post_install", "-at_install")
class TestFetchOrder(CdiscountCase):
    def fetch(self, reference, user=None):
        wizard = (
            self.env["cdiscount.order.fetch"]
            .with_user(user or self.manager)
            .create({"config_id": self.config.id, "reference": reference})
        )
        wizard.action_fetch()
        return wizard

    def test_an_order_is_found_by_its_number_and_imported_at_once(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        wizard = self.fetch(order["orderId"])
        sale_order = self.assert_imported_once(order)
        self.assertIn(sale_order.name, wizard.message)
        self.assertEqual(wizard.action_open()["res_id"], sale_order.id)

    def test_an_order_is_found_by_its_reference_however_it_is_typed(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.sandbox(f"orders/{order['orderId']}", patch={"reference": "REF-ABC-77"})
        self.fetch("  ref-abc-77 ")
        self.assertEqual(self.mapping(order).reference, "REF-ABC-77")
        self.assert_imported_once(order)

    def test_an_order_older_than_what_was_read_comes_in(self):
        self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        self.assertTrue(self.config.order_watermark)
        old = self.place_order(
            lines=[{"sku": "CSM-0001"}], purchased_at="2020-01-02T10:00:00Z", updated_at="2020-01-03T10:00:00Z"
        )
        self.pull()
        known = self.env["cdiscount.order.mapping"].search_count([("external_id", "=", old["orderId"])])
        self.assertFalse(known, "the poll does not reach back that far")
        watermark = self.config.order_watermark
        self.fetch(old["orderId"])
        self.assert_imported_once(old)
        self.assertEqual(self.config.order_watermark, watermark)

    def test_an_order_the_filter_left_out_is_taken_in_when_asked_for(self):
        self.config.order_status_filter = "open"
        order = self.place_order(lines=[{"sku": "CSM-0001"}], status="Delivered")
        self.pull()
        self.assertEqual(self.mapping(order).state, "ignored")
        self.fetch(order["orderId"])
        self.assert_imported_once(order)
        other = self.place_order(lines=[{"sku": "CSM-0001"}], status="Delivered")
        self.fetch(other["orderId"])
        self.assert_imported_once(other)

    def test_a_known_order_is_said_to_be_known_and_stays_as_it_is(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        sale_order = self.assert_imported_once(order)
        before = sale_order.write_date
        message = self.fetch(order["orderId"]).message
        self.assertIn(sale_order.name, message)
        self.assertIn("nothing has changed", message)
        self.assertEqual((self.assert_imported_once(order), sale_order.write_date), (sale_order, before))

    def test_an_order_not_to_be_shipped_yet_is_followed(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}], status="WaitingAcceptance")
        message = self.fetch(order["orderId"]).message
        self.assertIn("To accept", message)
        self.assertEqual(self.mapping(order).state, "new")
        self.assertFalse(self.mapping(order).sale_order_id)

    def test_a_cancelled_order_is_said_to_be_cancelled(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}], status="Cancelled")
        self.assertIn("cancelled", self.fetch(order["orderId"]).message)
        self.assertEqual(self.mapping(order).state, "cancelled")

    def test_an_order_that_is_held_says_why(self):
        order = self.place_order(lines=[{"sku": "NOT-THERE", "gtin": None}])
        self.assertIn("NOT-THERE", self.fetch(order["orderId"]).message)
        self.assert_held(order, "unknown_product")

    def test_an_unknown_number_says_what_to_check(self):
        wizard = self.fetch("9999999999ABCDE")
        self.assertFalse(wizard.mapping_id)
        self.assertIn("9999999999ABCDE", wizard.message)
        self.assertIn(self.config.seller_id, wizard.message)
        self.assertFalse(self.env["cdiscount.order.mapping"].search_count([]))

    def test_a_service_that_ignores_the_reference_brings_in_no_other_order(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        resource = self.config._get_client().orders

        def page(orders, filters, index, size=100):
            return original(orders, type(filters)(), index, size)

        original = type(resource).page
        self.patch(type(resource), "page", page)
        self.assertFalse(self.fetch("NOT-THAT-ONE").mapping_id)
        self.assertFalse(self.env["cdiscount.order.mapping"].search_count([("external_id", "=", order["orderId"])]))

    def test_an_order_of_another_sales_channel_is_not_taken_into_this_account(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.sandbox(f"orders/{order['orderId']}", patch={"salesChannel": {"id": "OTHERCHANNEL"}})
        wizard = self.fetch(order["orderId"])
        self.assertIn("OTHERCHANNEL", wizard.message)
        self.assertFalse(self.env["cdiscount.order.mapping"].search_count([("external_id", "=", order["orderId"])]))

    def test_a_failure_is_said_in_words(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.fault("server_error", times=None, path="/orders/{order_id}")
        with self.assertRaises(UserError) as failure:
            self.fetch(order["orderId"])
        self.assertIn("Cdiscount", str(failure.exception))
        self.assertNotIn("Traceback", str(failure.exception))
        with self.assertRaises(UserError):
            self.fetch("   ")
        self.config.state = "draft"
        with self.assertRaises(UserError):
            self.fetch(order["orderId"])

    def test_reading_again_takes_over_what_has_changed(self):
        order = self.place_order(
            lines=[
                {"sku": "CSM-0001", "unit_price": "10.00", "shipping": "0"},
                {"sku": "CSM-0001", "unit_price": "5.00", "shipping": "0"},
            ]
        )
        self.pull()
        self.assert_imported_once(order, "15.00")
        self.sandbox(f"orders/{order['orderId']}/move", line=2, to="Cancelled")
        self.mapping(order).with_user(self.manager).action_read_again()
        self.run_queue()
        self.assert_imported_once(order, "10.00")

    def test_a_user_who_is_no_manager_is_told_whom_to_ask(self):
        order = self.place_order(lines=[{"sku": "CSM-0001"}])
        self.pull()
        user = new_test_user(self.env, "inbox", "cdiscount_store_management.group_user")
        with self.assertRaises(AccessError) as refused:
            self.mapping(order).with_user(user).action_read_again()
        self.assertIn(self.config.responsible_id.name, str(refused.exception))
