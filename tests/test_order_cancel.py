"""Lines cancelled or refunded on Cdiscount from Odoo: once, with Cdiscount's reasons, and the sale order follows."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_shipments import ShipmentCase

WHOLE = "/order-cancellation-requests"
PARTIAL = "/order-partial-cancellation-requests"


@tagged("post_install", "-at_install")
class TestOrderCancel(ShipmentCase):
    def wizard(self, mapping=None, user=None):
        mapping = mapping or self.mapping(self.order)
        action = (mapping.with_user(user) if user else mapping).action_cancel_on_cdiscount()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        return wizard.with_user(user) if user else wizard

    def ask(self, *skus, code="customer-request", **values):
        """Ask to cancel lines (all without SKUs); returns the request."""
        wizard = self.wizard()
        if skus:
            wizard.line_ids = wizard.line_ids.filtered(lambda line: line.sku in skus)
        wizard.reason_id = wizard.reason_ids.filtered(lambda reason: reason.code == code)
        wizard.write(values)
        wizard.action_confirm()
        return self.mapping(self.order).refund_ids[:1]

    def line_states(self):
        return [line["status"] for line in self.document()["lines"]]

    def again(self):
        """Let waiting jobs come at once."""
        self.env["cdiscount.queue"].search([("state", "in", ("pending", "waiting_retry"))]).write({"eta": False})
        self.run_queue()

    def posted(self):
        return self.calls(WHOLE) + self.calls(PARTIAL)

    def posts(self):
        rows = self.sandbox("calls?limit=1000", method="GET")["calls"]
        return sum(1 for row in rows if row["route"] in (WHOLE, PARTIAL) and row["method"] == "POST")

    def test_the_reasons_are_those_cdiscount_allows_now(self):
        self.order_of()
        codes = self.wizard().reason_ids.mapped("code")
        self.assertIn("seller-out-of-stock", codes)
        self.assertNotIn("damaged-product", codes)
        self.deliver()
        self.run_queue()
        self.pull()
        codes = self.wizard().reason_ids.mapped("code")
        self.assertIn("damaged-product", codes)
        self.assertNotIn("seller-out-of-stock", codes)

    def test_a_whole_order_is_cancelled_and_the_sale_order_with_it(self):
        self.order_of()
        refund = self.ask()
        self.run_queue()
        self.again()
        self.assertEqual((refund.state, refund.kind), ("done", "cancellation"))
        self.assertEqual(self.document()["status"], "Cancelled")
        self.pull()
        self.assertEqual(self.sale_order.state, "cancel")
        self.assertEqual(self.sale_order.picking_ids.mapped("state"), ["cancel"])
        self.assertEqual(self.posts(), 1)

    def test_one_line_is_cancelled_and_the_other_is_delivered(self):
        self.order_of("CSM-0001", "CSM-0002")
        self.ask("CSM-0002")
        self.run_queue()
        self.again()
        self.pull()
        self.assertEqual(self.line_states(), ["InPreparation", "Cancelled"])
        self.assertEqual(self.sale_order.amount_total, 20.0)
        self.deliver(self.product)
        self.run_queue()
        self.assertEqual(self.line_states(), ["Shipped", "Cancelled"])

    def test_odoo_s_cancel_asks_cdiscount_first(self):
        self.order_of()
        action = self.sale_order.action_cancel()
        self.assertEqual(action["res_model"], "cdiscount.order.cancel")
        self.assertEqual(self.sale_order.state, "sale")
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.reason_id = wizard.reason_ids[:1]
        wizard.action_confirm()
        with self.assertRaises(UserError):
            self.sale_order.action_cancel()

    def test_what_was_cancelled_in_the_portal_can_be_cancelled_here_alone(self):
        self.order_of()
        wizard = self.wizard()
        wizard.with_context(disable_cancel_warning=True).action_cancel_in_odoo()
        self.assertEqual((self.sale_order.state, self.posts()), ("cancel", 0))

    def test_after_it_has_left_it_is_a_refund(self):
        self.order_of()
        self.deliver()
        self.run_queue()
        self.pull()
        refund = self.ask(code="damaged-product")
        self.assertEqual((refund.kind, refund.amount), ("refund", 20.0))
        self.run_queue()
        self.again()
        self.assertEqual(refund.state, "done")
        self.assertEqual(self.document()["lines"][0]["cancellationDetails"]["type"], "Refund")
        self.assertEqual(self.document()["status"], "Shipped", "goods that have left are not called back")

    def test_an_answer_lost_after_the_effect_is_not_repeated(self):
        self.order_of()
        refund = self.ask()
        self.sandbox("settings", cancellation_delay=600)
        self.fault("lost_answer", path=WHOLE, method="POST")
        self.run_queue()
        self.again()
        self.assertEqual(refund.state, "asked")
        self.assertTrue(refund.external_id)
        self.assertEqual(self.posts(), 1)
        self.assertEqual(self.counters().get("cancellations_posted_twice", 0), 0)

    def test_a_failing_marketplace_is_waited_for(self):
        self.order_of()
        refund = self.ask()
        self.fault("rate_limited", path=WHOLE, method="POST", times=1)
        self.run_queue()
        self.again()
        self.assertEqual(refund.state, "done")

    def test_a_line_is_asked_for_once(self):
        self.order_of("CSM-0001", "CSM-0002")
        wizard = self.wizard()
        wizard.reason_id = wizard.reason_ids[:1]
        self.ask("CSM-0001")
        with self.assertRaises(UserError):
            wizard.action_confirm()
        self.assertEqual(self.wizard().open_line_ids.mapped("sku"), ["CSM-0002"])

    def test_a_reason_that_is_no_longer_allowed_is_told(self):
        self.order_of()
        refund = self.ask(code="seller-out-of-stock")
        self.sandbox(f"orders/{self.order['orderId']}/move", to="Shipped", force=True)
        self.run_queue()
        self.assertEqual(refund.state, "failed")
        self.assertIn("seller-out-of-stock", refund.note)
        self.assertTrue(self.mapping(self.order).activity_ids)

    def test_cancelled_in_the_portal_meanwhile_nothing_is_asked(self):
        self.order_of()
        refund = self.ask()
        self.sandbox(f"orders/{self.order['orderId']}/move", to="Cancelled", force=True)
        self.run_queue()
        self.assertEqual((refund.state, self.posts()), ("done", 0))

    def test_customer_care_may_refund_and_not_write(self):
        self.order_of()
        user = new_test_user(self.env, "care", "cdiscount_store_management.group_user")
        wizard = self.wizard(user=user)
        wizard.reason_id = wizard.reason_ids[:1]
        wizard.action_confirm()
        refund = self.mapping(self.order).refund_ids
        self.assertEqual((refund.state, len(refund)), ("waiting", 1))
        with self.assertRaises(AccessError):
            refund.with_user(user).state = "done"

    def test_a_salesperson_is_told_whom_to_ask(self):
        self.order_of()
        user = new_test_user(self.env, "sales", "sales_team.group_sale_manager")
        with self.assertRaises(UserError):
            self.sale_order.with_user(user).action_cancel()

    def test_other_sale_orders_are_cancelled_as_ever(self):
        customer = self.env["res.partner"].create({"name": "Somebody"})
        order = self.env["sale.order"].create({"partner_id": customer.id})
        order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertEqual(order.state, "cancel")
