"""The money of a return: credited and given back once, to the cent, and seen wherever it was done."""

from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..compat import price_included_values
from .test_returns import ReturnCase


class ReturnMoneyCase(ReturnCase):
    def sold(self, *lines, **options):
        """An order of these lines, delivered, shipped on the marketplace and invoiced; returns its mapping."""
        self.order = self.place_order(lines=list(lines), **options)
        self.pull()
        self.sale_order = self.mapping(self.order).sale_order_id
        self.assertTrue(self.sale_order, self.mapping(self.order).hold_reason)
        self.delivery = self.deliver()
        self.run_queue()
        self.pull()
        return self.mapping(self.order)

    def goods(self, sku="CSM-0001", quantity=2, price="10.00", shipping="0.00", **more):
        return {"sku": sku, "quantity": quantity, "unit_price": price, "shipping": shipping, **more}

    def invoice(self):
        invoice = self.sale_order.invoice_ids or self.sale_order._create_invoices()
        if invoice.state == "draft":
            invoice.action_post()
        return invoice

    def refund(self, one):
        """Ask for the refund with the first reason Cdiscount allows."""
        action = one.action_refund()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.reason_id = wizard.reason_ids[:1]
        wizard.action_confirm()
        return wizard

    def again(self):
        """Let waiting jobs come at once: what is to be sent, then the look at what has become of it."""
        for _turn in range(2):
            self.env["cdiscount.queue"].search([("state", "in", ("pending", "waiting_retry"))]).write({"eta": False})
            self.run_queue()

    def requests(self):
        return self.app.marketplace.shop.cancellations

    def cents(self, amount):
        return Decimal(str(round(amount, 2)))

    def checked(self, *quantities, **values):
        """A return that came back complete and good."""
        one = self.announce(*quantities, **values)
        self.receive_goods(one)
        one.check_ids.action_good()
        return one


@tagged("post_install", "-at_install")
class TestReturnMoney(ReturnMoneyCase):
    # ------------------------------------------------------------------ credit note
    def test_all_that_was_invoiced_comes_back(self):
        self.sold(self.goods(price="9.99", quantity=3, shipping="4.99"), self.goods("CSM-0002", 1, "7.77"))
        invoice = self.invoice()
        one = self.checked(3, 1)
        one.action_credit_note()
        note = one.credit_note_ids
        self.assertEqual((note.state, note.move_type, note.reversed_entry_id), ("draft", "out_refund", invoice))
        self.assertEqual(self.cents(note.amount_total), self.cents(invoice.amount_total))
        self.assertEqual(self.cents(note.amount_tax), self.cents(invoice.amount_tax))
        self.assertEqual(note.cdiscount_mapping_id, one.mapping_id)

    def test_a_part_is_credited_with_its_quantity_and_tax(self):
        self.sold(self.goods(price="9.99", quantity=3, shipping="4.99"), self.goods("CSM-0002", 1, "7.77"))
        invoice = self.invoice()
        one = self.checked(2)
        one.action_credit_note()
        note = one.credit_note_ids
        goods = note.invoice_line_ids.filtered(lambda line: line.product_id == self.product)
        sold = invoice.invoice_line_ids.filtered(lambda line: line.product_id == self.product)
        self.assertEqual((goods.quantity, goods.tax_ids), (2, sold.tax_ids))
        self.assertEqual(note.invoice_line_ids.filtered(lambda line: line.display_type == "product"), goods)
        self.assertEqual(self.cents(note.amount_total), Decimal("19.98"))
        self.assertEqual(self.cents(one.amount), Decimal("19.98"))

    def test_a_part_is_credited_to_the_cent_with_taxes_on_top_too(self):
        self.env["account.tax"].search([("type_tax_use", "=", "sale")]).active = False
        self.env["account.tax"].create(
            {
                "name": "20 on top",
                "amount": 20,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                **price_included_values(self.env, False),
            }
        )
        for place, (price, quantity, returned) in enumerate((("3.33", 3, 2), ("9.99", 7, 5), ("0.07", 9, 4))):
            self.put(self.product, 20)
            self.sold(
                self.goods(price=price, quantity=quantity, shipping="1.01"), self.goods("CSM-0002", 1, "7.77", "2.22")
            )
            self.invoice()
            one = self.checked(returned)
            one.action_credit_note()
            worth = Decimal(price) * returned
            self.assertEqual(self.cents(one.credit_note_ids.amount_total), worth, f"order {place}")
            self.assertEqual(self.cents(one.amount), worth)

    def test_shipping_of_a_whole_line_is_credited_when_it_is_given_back(self):
        self.sold(self.goods(price="9.99", quantity=1, shipping="3.33"), self.goods("CSM-0002", 1, "7.77", "2.22"))
        self.invoice()
        one = self.checked(1)
        one.action_credit_note()
        self.assertEqual(self.cents(one.credit_note_ids.amount_total), Decimal("13.32"))

    def test_shipping_stays_when_it_is_not_given_back(self):
        self.sold(self.goods(price="9.99", quantity=1, shipping="3.33"))
        self.invoice()
        one = self.checked(1, shipping_refund=False)
        one.action_credit_note()
        self.assertEqual(self.cents(one.credit_note_ids.amount_total), Decimal("9.99"))

    def test_credited_once_however_often_it_is_asked(self):
        self.sold(self.goods())
        self.invoice()
        one = self.checked(1)
        one.action_credit_note()
        one.action_credit_note()
        self.assertEqual(one.credit_note_count, 1)
        self.assertFalse(one.credit_missing)
        second = self.checked(1)
        self.assertTrue(second.credit_missing)
        second.action_credit_note()
        self.assertEqual(self.cents(second.credit_note_ids.filtered("cdiscount_return_id")[:1].amount_total), 10)
        third = self.env["cdiscount.return"].create(
            {"mapping_id": one.mapping_id.id, "line_ids": [(0, 0, {"order_line_id": one.line_ids.order_line_id.id})]}
        )
        self.assertFalse(third.credit_missing, "both pieces are credited")

    def test_what_an_accountant_has_credited_by_hand_is_seen(self):
        self.sold(self.goods())
        invoice = self.invoice()
        one = self.checked(2)
        by_hand = invoice._reverse_moves([{}])
        self.assertEqual(one.credit_note_ids, by_hand)
        one.action_credit_note()
        self.assertEqual(one.credit_note_ids, by_hand)

    def test_nothing_is_credited_that_was_not_invoiced(self):
        self.sold(self.goods())
        one = self.checked(2)
        with self.assertRaises(UserError):
            one.action_credit_note()

    # ------------------------------------------------------------------ refund and gesture
    def test_the_refund_is_asked_once_and_settles_the_return(self):
        self.sold(self.goods(), self.goods("CSM-0002", 1, "7.00"))
        one = self.checked(2)
        self.refund(one)
        self.assertEqual((one.money_state, one.state), ("asked", "checked"))
        with self.assertRaises(UserError):
            one.action_refund()
        self.again()
        self.assertEqual([request["type"] for request in self.requests()], ["Refund"])
        self.assertEqual(self.requests()[0]["_lines"], [one.line_ids.order_line_id.external_id])
        self.assertEqual((one.money_state, one.state), ("done", "settled"))

    def test_an_invoice_that_is_not_credited_keeps_the_return_open(self):
        self.config.credit_note_draft = False
        self.sold(self.goods())
        self.invoice()
        one = self.checked(2)
        self.refund(one)
        self.again()
        self.assertEqual((one.money_state, one.state, one.credit_missing), ("done", "checked", True))
        one.action_credit_note()
        self.assertEqual(one.state, "settled")

    def test_the_draft_of_the_return_is_the_credit_note_of_its_refund(self):
        self.config.credit_note_draft = True
        self.sold(self.goods(), self.goods("CSM-0002", 1, "7.00"))
        self.invoice()
        one = self.checked(2)
        one.action_credit_note()
        note = one.credit_note_ids
        self.refund(one)
        self.again()
        self.assertEqual((one.credit_note_ids, one.refund_ids.credit_note_id, one.state), (note, note, "settled"))
        note.action_post()
        self.again()
        self.assertEqual([request["type"] for request in self.requests()], ["Refund"], "the customer is paid once")
        self.assertFalse(one.gesture_ids)

    def test_a_credit_note_drafted_for_the_refund_closes_the_return(self):
        self.config.credit_note_draft = True
        self.sold(self.goods())
        self.invoice()
        one = self.checked(2)
        self.refund(one)
        self.again()
        self.assertEqual((one.credit_note_count, one.state), (1, "settled"))
        one.action_credit_note()
        self.assertEqual(one.credit_note_count, 1)

    def test_a_refund_of_the_seller_portal_is_seen(self):
        mapping = self.sold(self.goods())
        one = self.checked(2)
        line = self.order["lines"][0]["orderLineId"]
        self.sandbox(
            f"orders/{mapping.external_id}",
            patch={"lines": {"0": {"cancellationDetails": {"type": "Refund", "reason": "x", "date": None}}}},
        )
        self.pull()
        self.assertTrue(line)
        self.assertEqual((one.refunded_there, one.money_state, one.state), (True, "done", "settled"))
        with self.assertRaises(UserError):
            one.action_refund()

    def test_a_part_of_a_line_is_given_back_as_a_gesture_once(self):
        self.sold(self.goods())
        one = self.checked(1)
        with self.assertRaises(UserError):
            one.action_refund()
        action = one.action_gesture()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).browse(action["res_id"])
        self.assertEqual(self.cents(wizard.amount), 10)
        wizard.reason_id = wizard.reason_ids.filtered(lambda reason: not reason.details_needed)[:1]
        wizard.action_confirm()
        self.assertEqual((one.gesture_ids.amount, one.money_state), (10, "asked"))
        with self.assertRaises(UserError):
            one.action_gesture()
        self.again()
        self.assertEqual((one.money_state, one.state), ("done", "settled"))

    def test_a_refused_refund_is_seen_and_can_be_asked_again(self):
        self.sold(self.goods())
        one = self.checked(2)
        self.refund(one)
        one.refund_ids.write({"state": "refused"})
        self.assertEqual((one.money_state, one.can_refund), ("trouble", True))

    def test_lines_cancelled_after_shipping_are_paid_back_already(self):
        mapping = self.sold(self.goods())
        one = self.env["cdiscount.return"]._propose(mapping, mapping.line_ids, "cancelled")
        mapping.line_ids.live = False
        one.action_expect()
        self.receive_goods(one)
        one.check_ids.action_good()
        self.assertEqual((one.money_state, one.state), ("done", "settled"))

    def test_the_customer_keeps_the_goods_and_gets_the_money(self):
        self.sold(self.goods())
        one = self.announce(2)
        one.action_keep_goods()
        self.assertEqual((one.state, one.amount), ("checked", 20))
        self.refund(one)
        self.again()
        self.assertEqual(one.state, "settled")

    def test_somebody_decides_that_nothing_is_given_back(self):
        self.sold(self.goods())
        self.invoice()
        one = self.checked(2)
        one.action_waive()
        self.assertEqual((one.state, one.money_state), ("settled", "none"))
