"""What the marketplace charges becomes one vendor bill per commission invoice, to the cent and with the right VAT."""

from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .finance_case import LINES, FinanceCase


@tagged("post_install", "-at_install")
class TestFinanceBills(FinanceCase):
    def setUp(self):
        super().setUp()
        self.set_up_books()
        self.company.account_purchase_tax_id = False
        self.vat = self.purchase_tax(20.0)

    def invoiced(self, orders=1, refund=False, **more):
        """Commission invoice of shipped orders whose period is over."""
        mappings = [self.sell(**more) for _ in range(orders)]
        if refund:
            self.move_clock(15)
            self.refund(mappings[0])
        self.move_clock(15)
        self.read_accounts()
        fees = self.env["cdiscount.fee"].search([("mapping_id", "=", mappings[0].id)], order="id")
        return fees[-1 if refund else 0].fee_invoice_id

    def bill(self, invoice):
        invoice.action_draft_bill()
        return invoice.move_id

    def assert_like_invoice(self, invoice):
        """The bill comes to the marketplace's invoice, total and VAT."""
        bill, row = invoice.move_id, self.accounts()["invoices"][invoice.reference]
        sign = 1 if bill.move_type == "in_invoice" else -1
        found = [sign * Decimal(str(round(amount, 2))) for amount in (bill.amount_total, bill.amount_tax)]
        self.assertEqual(found, [Decimal(row["amountWithVat"]), Decimal(row["vat"])])

    def charged(self, *fees, reference="F-2026-11"):
        """A commission invoice of these fees: (kind, with VAT, without VAT)."""
        euro = self.env.ref("base.EUR")
        values = {"config_id": self.config.id, "currency_id": euro.id, "date": "2026-11-12"}
        invoice = self.env["cdiscount.fee.invoice"].create(
            {
                **values,
                "reference": reference,
                "announced": True,
                "announced_amount": sum(fee[1] for fee in fees),
                "date": "2026-11-19",
                "date_from": "2026-11-09",
                "date_to": "2026-11-18",
            }
        )
        charged = {"charged": True, "due": True, "fee_invoice_id": invoice.id}
        self.env["cdiscount.fee"].create(
            [
                {**values, **charged, "kind": kind, "charged_with_vat": with_vat, "charged_without_vat": without}
                for kind, with_vat, without in fees
            ]
        )
        return invoice

    def assert_bill(self, bill, kind, untaxed, tax, *lines):
        """To the cent, with these lines and no others."""
        found = [bill.amount_untaxed, bill.amount_tax, *bill.invoice_line_ids.sorted("id").mapped("price_subtotal")]
        self.assertEqual(bill.move_type, kind)
        self.assertEqual([f"{amount:.2f}" for amount in found], [untaxed, tax, *lines])

    # ------------------------------------------------------------------ to the cent
    def test_what_comes_back_in_all_is_a_credit_note_of_the_vendor(self):
        bill = self.bill(self.charged(("commission_refund", -9.00, -7.50), ("commission", 1.20, 1.00)))
        self.assert_bill(bill, "in_refund", "6.50", "1.30", "-1.00", "7.50")
        self.assertEqual(bill.invoice_date, fields.Date.to_date("2026-11-19"))

    def test_what_comes_back_in_part_lessens_the_bill(self):
        bill = self.bill(self.charged(("commission", 12.00, 10.00), ("commission_refund", -3.60, -3.00)))
        self.assert_bill(bill, "in_invoice", "7.00", "1.40", "10.00", "-3.00")

    def test_fees_with_and_without_vat_are_lines_of_their_own(self):
        self.config.fee_tax_id = self.purchase_tax(0.0)
        bill = self.bill(self.charged(("commission", 12.00, 10.00), ("commission", 5.00, 5.00)))
        self.assert_bill(bill, "in_invoice", "15.00", "2.00", "5.00", "10.00")

    def test_a_cent_of_vat_is_in_the_vat_and_not_in_a_line(self):
        # Each has 0.28 of VAT; 20 % of their sum are 0.83.
        bill = self.bill(self.charged(*[("commission", 1.66, 1.38)] * 3))
        self.assert_bill(bill, "in_invoice", "4.14", "0.84", "4.14")
        bill = self.bill(self.charged(("commission_refund", -1.66, -1.38), reference="F-NEXT"))
        self.assert_bill(bill, "in_refund", "1.38", "0.28", "1.38")

    def test_a_bill_that_would_be_more_than_a_rounding_off_is_held(self):
        invoice = self.charged(("commission", 12.00, 10.00))
        with patch.object(
            type(invoice), "_prepare_bill_line", lambda this, *_a: {"name": "x", "quantity": 2.0, "price_unit": 10.0}
        ):
            invoice._draft_bills()
        self.assertEqual((invoice.state, bool(invoice.move_id)), ("held", False))
        self.assertIn("12.00", invoice.hold_reason.replace(",", "."))

    def test_a_commission_invoice_becomes_one_draft_bill_with_its_document(self):
        invoice = self.invoiced(3)
        self.assertEqual((invoice.state, invoice.difference), ("to_bill", 0.0))
        bill = self.bill(invoice)
        self.assertEqual((bill.state, bill.move_type, bill.partner_id), ("draft", "in_invoice", self.vendor))
        self.assertEqual((bill.ref, bill.invoice_date), (invoice.reference, invoice.date))
        self.assert_like_invoice(invoice)
        self.assertEqual(bill.invoice_line_ids.tax_ids, self.vat)
        documents = self.env["ir.attachment"].search([("res_model", "=", "account.move"), ("res_id", "=", bill.id)])
        self.assertTrue(documents and documents.raw.startswith(b"%PDF"))
        with self.assertRaises(UserError):
            invoice.action_draft_bill()
        self.assertEqual(self.env["account.move"].search_count([("ref", "=", invoice.reference)]), 1)

    def test_the_vat_is_that_of_amounts_rounded_one_by_one(self):
        # 0.28 of VAT each: three of them are not 20 % of their sum.
        lines = [
            {**LINES[0], "quantity": 1, "unit_price": price, "shipping": "0.00"} for price in ("7.93", "8.07", "9.11")
        ]
        invoice = self.invoiced(3, lines=lines)
        self.bill(invoice)
        self.assert_like_invoice(invoice)

    def test_a_commission_that_comes_back_lessens_the_bill_or_makes_a_credit_note(self):
        invoice = self.invoiced(refund=True)
        bill = self.bill(invoice)
        self.assert_like_invoice(invoice)
        kinds = invoice.fee_ids.mapped("kind")
        self.assertIn("commission_refund", kinds)
        self.assertEqual(bill.move_type, "in_invoice" if invoice.amount_with_vat > 0 else "in_refund")

    def test_a_bill_that_was_cancelled_can_be_made_again(self):
        invoice = self.invoiced()
        first = self.bill(invoice)
        first.button_cancel()
        self.assertEqual(invoice.state, "to_bill")
        self.assertNotEqual(self.bill(invoice), first)

    def test_without_a_fitting_tax_it_is_held_with_what_to_do_and_goes_on_afterwards(self):
        self.vat.amount = 10.0
        invoice = self.invoiced()
        with self.assertRaises(UserError):
            invoice.action_draft_bill()
        invoice._draft_bills()
        self.assertEqual(invoice.state, "held")
        self.assertIn("20", invoice.hold_reason)
        self.assertFalse(invoice.move_id)
        self.vat.amount = 20.0
        self.bill(invoice)
        self.assertEqual((invoice.state, invoice.hold_reason), ("billed", False))

    def test_without_a_vendor_it_is_held(self):
        self.config.vendor_id = False
        invoice = self.invoiced()
        invoice._draft_bills()
        self.assertEqual(invoice.state, "held")

    def test_without_vat_no_tax_is_guessed_and_the_reverse_charge_is_taken_when_chosen(self):
        self.purchase_tax(0.0)
        invoice = self.invoiced()
        for fee in invoice.fee_ids:
            fee.charged_with_vat = fee.charged_without_vat
        invoice._draft_bills()
        self.assertEqual(invoice.state, "held")
        reverse = self.reverse_charge()
        self.config.fee_tax_id = reverse
        bill = self.bill(invoice)
        self.assertEqual(bill.invoice_line_ids.tax_ids, reverse)
        self.assertAlmostEqual(bill.amount_total, sum(invoice.fee_ids.mapped("charged_without_vat")))
        self.assertTrue(bill.line_ids.filtered("tax_line_id"), "VAT is owed and deducted")

    def test_the_account_may_draft_bills_by_itself_once(self):
        self.config.fee_bill_policy = "draft"
        invoice = self.invoiced()
        self.assertEqual(invoice.move_id.state, "draft")
        bill = invoice.move_id
        self.read_accounts()
        self.assertEqual(invoice.move_id, bill)
        self.assertFalse(
            self.env["cdiscount.fee.invoice"].search([("config_id", "=", self.config.id), ("state", "=", "held")])
        )

    def test_a_posted_bill_is_settled_against_what_cdiscount_owes(self):
        invoice = self.invoiced()
        bill = self.bill(invoice)
        bill.action_post()
        self.run_queue()
        self.assertIn(bill.payment_state, ("paid", "in_payment"))
        owed = self.env["account.move.line"].search(
            [("account_id", "=", self.marketplace_account.id), ("parent_state", "=", "posted")]
        )
        self.assertAlmostEqual(sum(owed.mapped("amount_currency")), -bill.amount_total)

    def test_a_fee_of_a_period_that_is_not_over_is_not_billed(self):
        mapping = self.sell()
        self.read_accounts()
        invoice = mapping.fee_ids.fee_invoice_id
        self.assertEqual(invoice.state, "open")
        self.assertGreater(invoice.date, fields.Date.today())
        with self.assertRaises(UserError):
            invoice.action_draft_bill()
