"""A credit note of a marketplace order becomes a refund or a gesture there, once; and the other way round."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_shipments import ShipmentCase

WHOLE = "/order-cancellation-requests"
PARTIAL = "/order-partial-cancellation-requests"
GESTURES = "/order-commercial-gesture-requests"


class CreditNoteCase(ShipmentCase):
    def setUp(self):
        super().setUp()
        self.config.action_fetch_refund_reasons()
        reasons = self.env["cdiscount.cancellation.reason"].search([("config_id", "=", self.config.id)])
        self.config.refund_reason_id = reasons.filtered(lambda reason: reason.code == "damaged-product")[:1]

    def shipped(self, *skus, **options):
        """An order that has left and is invoiced; returns the posted invoice."""
        self.order_of(*skus, **options)
        self.deliver()
        self.run_queue()
        self.pull()
        return self.invoice()

    def invoice(self):
        if not self.sale_order.invoice_ids:
            self.sale_order._create_invoices()
        invoice = self.sale_order.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")
        if invoice.state == "draft":
            invoice.action_post()
        return invoice

    def credit(self, invoice, amounts=None, quantities=None, post=True):
        """A credit note over the invoice; ``{sku: price or quantity}`` keeps these lines only, changed."""
        move = invoice._reverse_moves([{"ref": "Arrived broken"}])
        for line in move.invoice_line_ids:
            sku = line.product_id.default_code
            if amounts is None and quantities is None:
                continue
            if sku in (amounts or {}):
                line.write({"price_unit": amounts[sku], "quantity": 1})
            elif sku in (quantities or {}):
                line.quantity = quantities[sku]
            else:
                line.unlink()
        if post:
            move.action_post()
        return move

    def settle(self):
        """Let everything happen, also what is looked at again later."""
        self.run_queue()
        self.env["cdiscount.queue"].search([("state", "in", ("pending", "waiting_retry"))]).write({"eta": False})
        self.run_queue()

    def posts(self, *routes):
        rows = self.sandbox("calls?limit=1000", method="GET")["calls"]
        return sum(1 for row in rows if row["route"] in routes and row["method"] == "POST")

    def confirm(self, move, **values):
        """Go through the window that Tell Cdiscount opens; returns it."""
        action = move.action_cdiscount_tell()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        if not wizard.reason_id:
            codes = ("damaged-product", "Other")
            wizard.reason_id = wizard.reason_ids.filtered(lambda reason: reason.code in codes)[:1]
        wizard.write(values)
        wizard.action_confirm()
        return wizard

    def refunds(self):
        return self.mapping(self.order).refund_ids


@tagged("post_install", "-at_install")
class TestCreditNotes(CreditNoteCase):
    def test_the_whole_order_goes_by_itself_as_one_refund(self):
        self.config.credit_note_policy = "auto"
        move = self.credit(self.shipped("CSM-0001", "CSM-0002"))
        self.settle()
        refund = self.refunds()
        self.assertEqual((refund.kind, refund.state, refund.amount), ("refund", "done", 40.0))
        self.assertEqual((move.cdiscount_credit, move.cdiscount_refund_state), ("asked", "done"))
        self.assertEqual(move.cdiscount_refund_number, refund.external_id)
        self.assertTrue(refund.external_id)
        self.assertEqual(self.posts(WHOLE, PARTIAL, GESTURES), 1)

    def test_one_line_is_refunded_and_the_other_is_not(self):
        self.config.credit_note_policy = "auto"
        self.credit(self.shipped("CSM-0001", "CSM-0002"), quantities={"CSM-0002": 2})
        self.settle()
        self.assertEqual((self.refunds().line_ids.mapped("sku"), self.refunds().amount), (["CSM-0002"], 20.0))
        self.assertEqual(self.posts(PARTIAL), 1)

    def test_a_part_of_a_line_is_a_gesture(self):
        self.config.credit_note_policy = "auto"
        move = self.credit(self.shipped(), amounts={"CSM-0001": 3.5})
        self.settle()
        self.assertEqual((self.refunds().kind, self.refunds().amount, self.refunds().state), ("gesture", 3.5, "done"))
        self.assertEqual(self.refunds().reason_details, "Arrived broken")
        self.assertEqual((move.cdiscount_credit, self.posts(WHOLE, PARTIAL)), ("asked", 0))

    def test_a_line_and_a_part_of_another_are_a_refund_and_a_gesture(self):
        self.config.credit_note_policy = "auto"
        invoice = self.shipped("CSM-0001", "CSM-0002")
        self.credit(invoice, quantities={"CSM-0002": 2}, amounts={"CSM-0001": 1.25})
        self.settle()
        self.assertEqual({one.kind: one.amount for one in self.refunds()}, {"refund": 20.0, "gesture": 1.25})

    def test_a_person_is_asked_by_default_and_answers_in_one_window(self):
        move = self.credit(self.shipped())
        self.settle()
        self.assertEqual((move.cdiscount_credit, len(self.refunds())), ("open", 0))
        self.assertTrue(self.mapping(self.order).activity_ids)
        self.confirm(move)
        self.settle()
        self.assertEqual((self.refunds().state, move.cdiscount_credit), ("done", "asked"))
        with self.assertRaises(UserError):
            move.action_cdiscount_tell()

    def test_a_person_is_asked_for_the_refund_first_and_then_for_the_rest(self):
        invoice = self.shipped("CSM-0001", "CSM-0002")
        move = self.credit(invoice, quantities={"CSM-0002": 2}, amounts={"CSM-0001": 1.25})
        self.assertEqual(self.confirm(move)._name, "cdiscount.order.cancel")
        self.assertEqual(move.cdiscount_credit, "open")
        self.assertEqual(self.confirm(move)._name, "cdiscount.order.gesture")
        self.assertEqual(move.cdiscount_credit, "asked")
        self.settle()
        self.assertEqual({one.kind: one.amount for one in self.refunds()}, {"refund": 20.0, "gesture": 1.25})

    def test_it_is_not_sent_twice_however_often_it_is_posted(self):
        self.config.credit_note_policy = "auto"
        move = self.credit(self.shipped())
        self.settle()
        for _time in range(2):
            move.button_draft()
            move.action_post()
            self.settle()
        self.assertEqual((len(self.refunds()), self.posts(WHOLE, PARTIAL, GESTURES)), (1, 1))
        self.assertEqual(move.cdiscount_credit, "asked")

    def test_taken_back_before_it_was_sent_nothing_is_sent(self):
        self.config.credit_note_policy = "auto"
        move = self.credit(self.shipped())
        move.button_draft()
        self.settle()
        self.assertEqual((len(self.refunds()), move.cdiscount_credit), (0, False))

    def test_a_second_credit_note_over_the_same_line_asks_for_nothing(self):
        self.config.credit_note_policy = "auto"
        invoice = self.shipped()
        self.credit(invoice)
        self.settle()
        again = self.credit(invoice)
        self.settle()
        self.assertEqual((again.cdiscount_credit, self.posts(WHOLE, PARTIAL, GESTURES)), ("none", 1))

    def test_an_answer_lost_after_the_effect_refunds_once(self):
        self.config.credit_note_policy = "auto"
        self.fault("lost_answer", path=WHOLE, method="POST")
        move = self.credit(self.shipped())
        self.settle()
        self.settle()
        self.assertEqual((self.refunds().state, self.posts(WHOLE)), ("done", 1))
        self.assertTrue(move.cdiscount_refund_number)

    def test_more_than_cdiscount_allows_is_left_to_a_person(self):
        self.config.credit_note_policy = "auto"
        invoice = self.shipped()
        move = self.credit(invoice, amounts={"CSM-0001": 25.0})
        self.settle()
        self.assertEqual((move.cdiscount_credit, self.posts(GESTURES)), ("open", 0))
        self.assertIn("25.00", move.cdiscount_credit_note)

    def test_a_reason_cdiscount_does_not_allow_is_left_to_a_person(self):
        self.config.credit_note_policy = "auto"
        self.config.refund_reason_id = False
        move = self.credit(self.shipped())
        self.settle()
        self.assertEqual((move.cdiscount_credit, len(self.refunds())), ("open", 0))
        self.assertIn("Tell Cdiscount", move.cdiscount_credit_note)

    def test_an_invoice_taken_back_and_written_anew_refunds_nobody(self):
        self.config.credit_note_policy = "auto"
        invoice = self.shipped()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Wrong address"})
        )
        wizard.reverse_moves(is_modify=True)
        self.settle()
        credit_note = self.sale_order.invoice_ids.filtered(lambda move: move.move_type == "out_refund")
        self.assertEqual((credit_note.state, credit_note.cdiscount_credit), ("posted", "none"))
        self.assertEqual((len(self.refunds()), self.posts(WHOLE, PARTIAL, GESTURES)), (0, 0))

    def test_a_switched_off_account_tells_nothing(self):
        self.config.credit_note_policy = "off"
        move = self.credit(self.shipped())
        self.settle()
        self.assertEqual((move.cdiscount_credit, len(self.refunds())), ("dropped", 0))

    def test_credit_notes_of_other_customers_are_none_of_our_business(self):
        partner = self.env["res.partner"].create({"name": "Somebody"})
        move = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": partner.id,
                "invoice_line_ids": [Command.create({"name": "Thing", "price_unit": 5, "tax_ids": False})],
            }
        )
        move.action_post()
        self.assertFalse(move.cdiscount_credit)


@tagged("post_install", "-at_install")
class TestDrafts(CreditNoteCase):
    def ask(self, *skus, shipping=True):
        mapping = self.mapping(self.order)
        lines = mapping.line_ids.filtered(lambda line: not skus or line.sku in skus)
        return self.env["cdiscount.refund"]._ask(
            mapping, lines, self.config.refund_reason_id, shipping_refund=shipping, kind="refund"
        )

    def give(self, amount):
        action = self.mapping(self.order).action_commercial_gesture()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.write({"amount": amount, "reason_details": "Scratched"})
        wizard.reason_id = wizard.reason_ids.filtered(lambda reason: reason.code == "Other")
        wizard.action_confirm()
        return self.refunds()[:1]

    def test_a_refund_of_the_order_drafts_the_whole_credit_note_once(self):
        invoice = self.shipped("CSM-0001", "CSM-0002")
        refund = self.ask()
        self.settle()
        move = refund.credit_note_id
        self.assertEqual((move.state, move.amount_total, move.reversed_entry_id), ("draft", 40.0, invoice))
        self.assertIn(refund.external_id, move.ref)
        move.action_post()
        self.settle()
        self.assertEqual((move.cdiscount_credit, len(self.refunds())), ("asked", 1))
        self.assertEqual(self.posts(WHOLE, PARTIAL, GESTURES), 1)

    def test_a_refunded_line_drafts_its_part_with_its_shipping(self):
        self.order = self.place_order(
            lines=[
                {"sku": "CSM-0001", "quantity": 3, "unit_price": "9.99", "shipping": "4.90"},
                {"sku": "CSM-0002", "quantity": 1, "unit_price": "17.01", "shipping": "2.35"},
            ]
        )
        self.pull()
        self.sale_order = self.mapping(self.order).sale_order_id
        self.deliver()
        self.run_queue()
        self.pull()
        self.invoice()
        refund = self.ask("CSM-0001")
        self.settle()
        move = refund.credit_note_id
        self.assertEqual((refund.state, move.amount_total), ("done", 34.87))
        self.assertEqual(move.invoice_line_ids.sale_line_ids.mapped("cdiscount_kind"), ["goods", "shipping"])
        move.action_post()
        self.settle()
        self.assertEqual((len(self.refunds()), move.cdiscount_credit), (1, "asked"))

    def test_a_gesture_drafts_its_amount_with_the_vat_of_the_goods(self):
        self.shipped("CSM-0001", "CSM-0002")
        gesture = self.give(3.33)
        self.settle()
        move = gesture.credit_note_id
        self.assertEqual((gesture.state, move.state, move.amount_total), ("done", "draft", 3.33))
        self.assertTrue(move.amount_tax)
        move.action_post()
        self.settle()
        self.assertEqual((len(self.refunds()), move.cdiscount_credit), (1, "asked"))

    def test_without_vat_in_the_price_the_credit_note_comes_to_the_cent_too(self):
        for tax in self.taxes.values():
            tax.active = False
        self.make_excluded_tax()
        self.shipped()
        for amount in (0.07, 1.99, 3.33):
            gesture = self.give(amount)
            self.settle()
            self.assertEqual(gesture.credit_note_id.amount_total, amount)

    def make_excluded_tax(self):
        from ..compat import price_included_values

        return self.env["account.tax"].create(
            {
                "name": "Test VAT 20 besides",
                "amount": 20,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                **price_included_values(self.env, False),
            }
        )

    def test_what_was_refunded_before_the_invoice_is_credited_when_it_is_written(self):
        self.order_of()
        self.deliver()
        self.run_queue()
        self.pull()
        refund = self.ask()
        self.settle()
        self.assertFalse(refund.credit_note_id)
        self.invoice()
        self.assertEqual((refund.credit_note_id.state, refund.credit_note_id.amount_total), ("draft", 20.0))

    def test_a_credit_note_somebody_drafted_meanwhile_is_taken(self):
        invoice = self.shipped()
        refund = self.ask()
        move = self.credit(invoice, post=False)
        self.settle()
        self.assertEqual(refund.credit_note_id, move)
        self.assertEqual(len(self.sale_order.invoice_ids), 2)

    def test_an_account_may_do_without_drafts(self):
        self.config.credit_note_draft = False
        self.shipped()
        refund = self.ask()
        self.settle()
        self.assertEqual((refund.state, refund.credit_note_id.id), ("done", False))
