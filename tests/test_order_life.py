"""The life of an order, one test for each row of the table in docs/order-life.md.

Each test says the situation in its name, then what Odoo shows, then what the marketplace has. That no row lacks its
test, and no test its row, is looked at by tests/services/test_order_life_table.py.
"""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..compat import sale_line_tax_field
from .test_credit_notes import CreditNoteCase

APPROVAL = "/orders/{order_id}/approval-status"
SHIPMENTS = "/orders/{order_id}/shipments"
CANCEL = "/order-cancellation-requests"
CANCEL_LINES = "/order-partial-cancellation-requests"
GESTURES = "/order-commercial-gesture-requests"


class OrderLifeCase(CreditNoteCase):
    def waiting(self):
        """An order that waits for acceptance."""
        self.order = self.place_order(
            status="WaitingAcceptance", lines=[{"sku": "CSM-0001", "quantity": 2, "unit_price": "10.00"}]
        )
        self.pull()
        return self.mapping(self.order)

    def stock(self, quantity, product=None):
        location = self.config.warehouse_id.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(product or self.product, location, quantity)

    def move_there(self, to, **options):
        """The marketplace moves the order, and Odoo reads it."""
        self.sandbox(f"orders/{self.order['orderId']}/move", to=to, force=True, **options)
        self.pull()

    def odoo(self):
        """(state of the sale order, states of its deliveries) as a person sees them."""
        return self.sale_order.state, sorted(self.sale_order.picking_ids.mapped("state"))

    def told(self):
        return self.mapping(self.order).activity_ids.mapped("summary")

    def there(self):
        """(status of the order, statuses of its lines) as the marketplace has them."""
        document = self.document()
        return document["status"], [line["status"] for line in document["lines"]]

    def returns(self):
        return self.env["cdiscount.return"].search([("mapping_id", "=", self.mapping(self.order).id)])

    def sent(self):
        """How many times something was asked of the marketplace: shipments, cancellations and refunds, gestures."""
        return self.posts(SHIPMENTS), self.posts(CANCEL, CANCEL_LINES), self.posts(GESTURES)


@tagged("post_install", "-at_install")
class TestAcceptance(OrderLifeCase):
    def test_everything_is_there_and_it_is_accepted_by_itself(self):
        self.config.acceptance_mode = "available"
        self.stock(2)
        order = self.waiting()
        self.assertEqual((order.answer_state, order.accept_left, self.told()), ("given", False, []))
        self.assertEqual((self.there()[0], self.posts(APPROVAL)), ("Accepted", 1))

    def test_something_is_missing_and_a_person_is_asked_in_time(self):
        self.config.acceptance_mode = "available"
        order = self.waiting()
        self.assertIn("CSM-0001", order.answer_note)
        self.assertTrue(order.accept_left)
        self.assertEqual(len(self.told()), 1)
        self.assertEqual((self.there()[0], self.posts(APPROVAL)), ("WaitingAcceptance", 0))

    def test_refused_by_hand(self):
        order = self.waiting()
        order.action_refuse()
        self.run_queue()
        self.assertEqual((order.state, order.sale_order_id.id, self.told()), ("cancelled", False, []))
        self.assertEqual(self.there()[0], "Refused")

    def test_nobody_answers_in_time(self):
        order = self.waiting()
        self.move_there("Refused")
        self.assertEqual((order.state, order.accept_left, self.told()), ("cancelled", False, []))
        self.assertEqual((self.there()[0], self.posts(APPROVAL)), ("Refused", 0))


@tagged("post_install", "-at_install")
class TestShipping(OrderLifeCase):
    def test_shipped_in_one_parcel(self):
        self.order_of("CSM-0001", "CSM-0002")
        picking = self.deliver(number="6A1")
        self.run_queue()
        self.pull()
        self.assertEqual((self.odoo(), picking.cdiscount_shipment_state), (("sale", ["done"]), "sent"))
        self.assertEqual((self.there()[0], self.parcels()), ("Shipped", [["6A1"], ["6A1"]]))

    def test_partial_delivery_with_backorder(self):
        self.order_of("CSM-0001", "CSM-0002")
        first = self.deliver(self.product, number="6A1")
        self.run_queue()
        self.assertEqual((self.odoo()[1], first.cdiscount_shipment_state), (["confirmed", "done"], "waiting"))
        self.assertIn("complete parcel", first.cdiscount_shipment_note)
        self.assertEqual((self.there()[0], self.sent()), ("InPreparation", (0, 0, 0)))
        self.deliver(number="6A2")
        self.run_queue()
        self.assertEqual(first.cdiscount_shipment_state, "sent")
        self.assertEqual((self.there()[0], self.parcels(), self.sent()[0]), ("Shipped", [["6A2"], ["6A2"]], 1))

    def test_partial_delivery_where_several_parcels_are_taken(self):
        self.config.channel_ids = self.env["cdiscount.sales.channel"]._ensure(["OTHER"])
        self.order_of("CSM-0001", "CSM-0002", channel="OTHER")
        first = self.deliver(self.product, number="6A1")
        self.run_queue()
        self.assertEqual((first.cdiscount_shipment_state, self.parcels()), ("sent", [["6A1"], []]))
        self.deliver(number="6A2")
        self.run_queue()
        self.assertEqual(self.shipment(first).parcel_number, "6A1")
        self.assertEqual((self.there()[0], self.parcels()), ("Shipped", [["6A1"], ["6A2"]]))

    def test_shipped_twice(self):
        self.order_of()
        picking = self.deliver(number="6A1")
        self.fault("lost_answer", path=SHIPMENTS)
        self.run_queue()
        self.settle()
        self.env["cdiscount.shipment"]._request_push(self.mapping(self.order))
        self.settle()
        self.assertEqual((picking.cdiscount_shipment_state, self.told()), ("sent", []))
        self.assertEqual((self.parcels(), self.sent()[0]), ([["6A1"]], 1))

    def test_the_tracking_number_is_missing(self):
        self.order_of()
        picking = self.deliver(number=False)
        self.run_queue()
        self.assertEqual((picking.cdiscount_shipment_state, self.told()), ("waiting", []))
        self.shipment().left_at = fields.Datetime.now() - timedelta(hours=5)
        self.settle()
        self.assertEqual(len(self.told()), 1)
        self.assertEqual((self.there()[0], self.sent()[0]), ("InPreparation", 0))
        picking.carrier_tracking_ref = "6A1"
        self.run_queue()
        self.assertEqual((picking.cdiscount_shipment_state, self.there()[0]), ("sent", "Shipped"))

    def test_shipped_in_the_seller_portal(self):
        self.order_of()
        self.move_there("Shipped")
        self.assertEqual(self.odoo()[0], "sale")
        self.assertIn("its delivery is not done", self.told()[0])
        self.assertEqual((self.there()[0], self.sent()[0]), ("Shipped", 0))


@tagged("post_install", "-at_install")
class TestCancellation(OrderLifeCase):
    def test_cancelled_by_the_customer_before_picking(self):
        self.stock(5)
        self.order_of()
        free = self.product.with_context(location=self.config.warehouse_id.lot_stock_id.id)
        self.assertEqual(free.free_qty, 3)
        self.move_there("Cancelled")
        free.invalidate_recordset(["free_qty"])
        self.assertEqual((self.odoo(), free.free_qty, self.told()), (("cancel", ["cancel"]), 5, []))
        self.assertEqual((self.there()[0], self.sent()), ("Cancelled", (0, 0, 0)))

    def test_cancelled_while_being_picked(self):
        self.stock(5)
        self.order_of()
        picking = self.open_picking()
        picking.move_ids.write({"quantity": 2, "picked": True})
        self.move_there("Cancelled")
        self.assertEqual(self.odoo(), ("cancel", ["cancel"]))
        self.assertIn("while it was being picked", self.told()[0])
        self.assertIn("put it back", " ".join(picking.message_ids.mapped("body")))
        self.assertEqual((self.there()[0], self.sent()), ("Cancelled", (0, 0, 0)))

    def test_cancelled_after_the_picking_step_of_two(self):
        self.config.warehouse_id.delivery_steps = "pick_ship"
        self.stock(5)
        self.order_of()
        pick = self.sale_order.picking_ids.filtered(lambda picking: picking.location_dest_id.usage == "internal")
        pick.move_ids.write({"quantity": 2, "picked": True})
        pick.with_context(skip_backorder=True).button_validate()
        self.move_there("Cancelled")
        self.assertEqual(self.sale_order.state, "cancel")
        self.assertEqual(set(self.sale_order.picking_ids.mapped("state")), {"done", "cancel"})
        self.assertIn("while it was being picked", self.told()[0])
        self.assertFalse(self.returns(), "nothing has left")
        self.assertEqual(self.there()[0], "Cancelled")

    def test_a_line_cancelled_before_picking(self):
        self.order_of("CSM-0001", "CSM-0002")
        self.move_there("Cancelled", line=2)
        self.assertEqual((self.sale_order.amount_total, self.told()), (20.0, []))
        self.deliver(number="6A1")
        self.run_queue()
        self.assertEqual((self.there()[1], self.parcels()), (["Shipped", "Cancelled"], [["6A1"], []]))

    def test_the_customer_asks_to_cancel_and_it_leaves_all_the_same(self):
        self.order_of("CSM-0001", "CSM-0002")
        self.deliver(number="6A1")
        self.sandbox(f"orders/{self.order['orderId']}/move", to="CancelRequest", line=2)
        self.run_queue()
        self.pull()
        self.assertEqual((self.sale_order.amount_total, len(self.returns())), (40.0, 0))
        self.assertEqual((self.there()[1], self.sent()[0]), (["Shipped", "Shipped"], 1))

    def test_cancelled_after_the_goods_have_left(self):
        self.order_of()
        self.deliver(number="6A1")
        self.sandbox(f"orders/{self.order['orderId']}/move", to="Cancelled", force=True)
        self.pull()
        self.assertEqual(self.odoo(), ("sale", ["done"]))
        self.assertIn("after goods had left", self.told()[0])
        self.assertEqual(self.returns().line_ids.mapped("sku"), ["CSM-0001"])
        self.assertEqual((self.there()[0], self.sent()), ("Cancelled", (0, 0, 0)))

    def test_a_line_cancelled_after_the_goods_have_left(self):
        self.order_of("CSM-0001", "CSM-0002")
        self.deliver(self.second, number="6A1")
        self.sandbox(f"orders/{self.order['orderId']}/move", to="Cancelled", line=2, force=True)
        self.pull()
        self.assertEqual((self.returns().line_ids.mapped("sku"), len(self.told())), (["CSM-0002"], 1))
        self.deliver(number="6A2")
        self.run_queue()
        self.assertEqual((self.there()[1], self.parcels()), (["Shipped", "Cancelled"], [["6A2"], []]))

    def test_the_seller_cancels_a_line_that_is_out_of_stock(self):
        self.order_of("CSM-0001", "CSM-0002")
        action = self.sale_order.action_cancel()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.line_ids = wizard.line_ids.filtered(lambda line: line.sku == "CSM-0002")
        wizard.reason_id = wizard.reason_ids.filtered(lambda reason: reason.code == "seller-out-of-stock")
        wizard.action_confirm()
        self.settle()
        self.pull()
        self.assertEqual((self.sale_order.state, self.sale_order.amount_total), ("sale", 20.0))
        self.assertEqual(self.open_picking().move_ids.filtered(lambda m: m.state != "cancel").product_id, self.product)
        self.assertEqual((self.there()[1], self.sent()[1]), (["InPreparation", "Cancelled"], 1))

    def test_cancelled_in_odoo_after_it_has_left(self):
        self.order_of()
        self.deliver(number="6A1")
        self.run_queue()
        self.pull()
        action = self.sale_order.action_cancel()
        self.assertEqual((action["res_model"], self.sale_order.state), ("cdiscount.order.cancel", "sale"))
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((wizard.kind, self.there()[0]), ("refund", "Shipped"))


@tagged("post_install", "-at_install")
class TestMoney(OrderLifeCase):
    def test_the_whole_order_is_credited(self):
        self.config.credit_note_policy = "auto"
        move = self.credit(self.shipped())
        self.settle()
        self.assertEqual((move.cdiscount_refund_state, self.refunds().amount), ("done", 20.0))
        self.assertEqual(
            (self.document()["lines"][0]["cancellationDetails"]["type"], self.sent()), ("Refund", (1, 1, 0))
        )

    def test_a_part_of_a_line_is_credited(self):
        self.config.credit_note_policy = "auto"
        move = self.credit(self.shipped(), amounts={"CSM-0001": 2.0})
        self.settle()
        self.assertEqual((move.cdiscount_refund_state, self.refunds().kind), ("done", "gesture"))
        self.assertEqual(self.sent(), (1, 0, 1))

    def test_refund_after_the_answer_was_lost(self):
        self.config.credit_note_policy = "auto"
        self.fault("lost_answer", path=CANCEL, method="POST")
        move = self.credit(self.shipped())
        self.settle()
        self.settle()
        self.assertEqual((move.cdiscount_refund_state, len(self.refunds())), ("done", 1))
        self.assertTrue(move.cdiscount_refund_number)
        self.assertEqual((self.sent()[1], self.counters().get("cancellations_posted_twice", 0)), (1, 0))

    def test_a_refund_asked_on_the_order(self):
        self.shipped()
        mapping = self.mapping(self.order)
        reason = self.config.refund_reason_id
        self.env["cdiscount.refund"]._ask(mapping, mapping.line_ids, reason, kind="refund")
        self.settle()
        credit_note = self.refunds().credit_note_id
        self.assertEqual((credit_note.state, credit_note.amount_total), ("draft", 20.0))
        credit_note.action_post()
        self.settle()
        self.assertEqual(self.sent()[1], 1)

    def test_price_changed_in_odoo_after_import(self):
        self.order_of()
        self.env.cr.flush()
        line = self.sale_order.order_line.filtered("cdiscount_line_id")
        line.price_unit = 8.0
        self.env.cr.flush()
        mapping = self.mapping(self.order)
        self.assertEqual((mapping.total_difference, self.sale_order.cdiscount_difference), (-4.0, -4.0))
        self.assertIn(mapping, mapping.search([("total_differs", "=", True)]))
        self.assertIn("differs", self.told()[0])
        self.assertEqual(mapping.amount_total, 20.0, "what the customer paid stays")
        line.price_unit = 10.0
        self.env.cr.flush()
        self.assertEqual((mapping.total_difference, self.told()), (0.0, []))
        self.assertEqual(self.document()["totalPrice"]["offerPrice"], 20.0)

    def test_invoice_cancelled_and_redone(self):
        self.config.credit_note_policy = "auto"
        invoice = self.shipped()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Wrong address"})
        )
        wizard.reverse_moves(is_modify=True)
        moves = self.sale_order.invoice_ids
        moves.filtered(lambda move: move.state == "draft").action_post()
        self.settle()
        signed = [(move.move_type, move.amount_total) for move in moves.sorted("id")]
        self.assertEqual(signed, [("out_invoice", 20.0), ("out_refund", 20.0), ("out_invoice", 20.0)])
        self.assertEqual([move.cdiscount_mapping_id for move in moves], [self.mapping(self.order)] * 3)
        self.assertEqual((len(self.refunds()), self.sent()[1:]), (0, (0, 0)))


@tagged("post_install", "-at_install")
class TestBusinessCustomers(OrderLifeCase):
    def business(self, **billing):
        address = {
            "companyName": "Acme SA",
            "companyVatNumber": "BE 0428.759.497",
            "countryCode": "BE",
            "postalCode": "1000",
            "city": "Bruxelles",
            **billing,
        }
        self.order = self.place_order(
            lines=[{"sku": "CSM-0001", "quantity": 2, "unit_price": "10.00", "shipping": "0.00"}],
            patch={"businessOrder": True, "billingAddress": address},
        )
        self.pull()
        self.sale_order = self.mapping(self.order).sale_order_id
        return self.sale_order

    def test_a_company_is_invoiced_in_one_country_and_delivered_in_another(self):
        order = self.business()
        self.assertTrue(self.mapping(self.order).business)
        self.assertEqual(order.partner_id.commercial_partner_id.vat, "BE0428759497")
        self.assertTrue(order.partner_id.commercial_partner_id.is_company)
        countries = (order.partner_invoice_id.country_id.code, order.partner_shipping_id.country_id.code)
        self.assertEqual(countries, ("BE", "FR"))
        goods = order.order_line.filtered("cdiscount_line_id")
        self.assertEqual(goods[sale_line_tax_field(self.env)], self.taxes[20.0], "the VAT of where it is delivered")
        self.assertEqual((order.amount_total, self.document()["businessOrder"]), (20.0, True))
