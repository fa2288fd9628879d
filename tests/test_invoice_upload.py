"""Invoices sent to the marketplace: once per version, replaced on correction, refusals kept in words."""

from unittest.mock import patch

from odoo.exceptions import UserError

from .test_invoices import InvoicesCase

UBL = b'<?xml version="1.0"?><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'
PATH = "/orders/{order_id}/invoice-documents"


class TestInvoiceUpload(InvoicesCase):
    def setUp(self):
        super().setUp()
        self.config.invoice_upload = "pdf"
        self.printed = []
        self.patch(type(self.env["ir.actions.report"]), "_render_qweb_pdf", self.print_pdf)

    def print_pdf(self, report_ref, res_ids=None, data=None):
        """What wkhtmltopdf would have made: the only thing that is played on Odoo's side."""
        moves = self.env["account.move"].browse(res_ids)
        self.printed.append(moves)
        text = "; ".join(f"{move.name} {move.amount_total:.2f}" for move in moves)
        return f"%PDF-1.4 {text} ({len(self.printed)})".encode(), "pdf"

    def sold(self, **more):
        """An order bought and shipped at the marketplace, imported and invoiced."""
        raw = self.place_order(status="Shipped", scenario="plain", lines=[{"sku": "CSM-0001", "unit_price": "10.00"}])
        self.pull()
        return self.mapping(raw)

    def received(self, mapping):
        """What the marketplace got for an order, oldest first."""
        return self.sandbox(f"invoices?order={mapping.external_id}", method="GET")["invoices"]

    def content(self, row):
        return self.control.get(f"/_sandbox/invoices/{row['documentId']}").data.decode()

    def retry(self):
        self.env["cdiscount.queue"].search([("state", "=", "waiting_retry")]).action_retry()
        self.run_queue()

    # ------------------------------------------------------------------ the straight road
    def test_a_posted_invoice_is_sent_and_its_status_is_seen(self):
        mapping = self.sold()
        (row,) = self.received(mapping)
        invoice = mapping.invoice_ids
        self.assertIn(invoice.name, self.content(row))
        self.assertEqual((invoice.cdiscount_sent, mapping.invoice_sent), ("sent", "sent"))
        document = mapping.invoice_document_ids
        self.assertEqual((document.external_id, document.file_name), (row["documentId"], row["fileName"]))

    def test_the_same_invoice_is_not_sent_twice(self):
        mapping = self.sold()
        mapping._request_invoice_push()
        self.run_queue()
        self.assertEqual(len(self.received(mapping)), 1)
        self.assertEqual(len(mapping.invoice_document_ids), 1)

    def test_nothing_is_sent_when_the_account_does_not_want_it(self):
        self.config.invoice_upload = "no"
        mapping = self.sold()
        self.assertFalse(self.received(mapping))
        mapping.action_send_invoice()
        self.run_queue()
        self.assertEqual(len(self.received(mapping)), 1, "a person may")

    def test_a_correction_replaces_what_was_there(self):
        mapping = self.sold()
        invoice = mapping.invoice_ids
        invoice.button_draft()
        invoice.invoice_line_ids[0].name = "Another name"
        invoice.action_post()
        self.run_queue()
        rows = self.received(mapping)
        self.assertEqual([row["current"] for row in rows], [False, True])
        self.assertNotEqual(rows[0]["fileName"], rows[1]["fileName"])
        self.assertEqual(mapping.invoice_document_ids.mapped("state"), ["sent", "replaced"])

    def test_a_credit_note_and_a_new_invoice_replace_it(self):
        mapping = self.sold()
        first = mapping.invoice_ids
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=first.ids)
        wizard.create({"reason": "Wrong address", "journal_id": first.journal_id.id}).modify_moves()
        self.run_queue()
        self.assertEqual(len(self.received(mapping)), 1, "a credit note is no invoice")
        second = mapping.invoice_ids.filtered(lambda move: move.state == "draft" and move.move_type == "out_invoice")
        second.action_post()
        self.run_queue()
        self.assertFalse(any(line.qty_to_invoice for line in mapping.sale_order_id.order_line))
        self.assertIn(second.name, self.content(self.received(mapping)[-1]))
        self.assertNotIn(first.name, self.content(self.received(mapping)[-1]))

    def test_an_order_invoiced_in_parts_is_sent_as_one_file(self):
        raw = self.place_order(
            lines=[{"sku": "CSM-0001", "unit_price": "10.00"}, {"sku": "CSM-0002", "unit_price": "5.00"}],
            scenario="plain",
        )
        self.pull()
        mapping = self.mapping(raw)
        self.ship(mapping.sale_order_id, CSM_0001=1)
        self.run_queue()
        self.ship(mapping.sale_order_id)
        self.run_queue()
        last = self.content(self.received(mapping)[-1])
        for invoice in mapping.invoice_ids:
            self.assertIn(invoice.name, last)
        self.assertEqual(mapping.invoice_ids.mapped("cdiscount_sent"), ["sent", "sent"])

    # ------------------------------------------------------------------ UBL
    def attach(self, invoice, content, name="invoice.xml"):
        self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "mimetype": "application/xml",
                "res_model": "account.move",
                "res_id": invoice.id,
            }
        )

    def test_ubl_is_sent_where_odoo_has_made_it(self):
        self.config.invoice_upload = "ubl"
        mapping = self.sold()
        self.assertEqual(self.received(mapping)[-1]["contentType"], "application/pdf")
        self.attach(mapping.invoice_ids, b"<rsm:CrossIndustryInvoice/>", "factur-x.xml")
        mapping.action_send_invoice()
        self.run_queue()
        self.assertEqual(self.received(mapping)[-1]["contentType"], "application/pdf")
        self.attach(mapping.invoice_ids, UBL)
        mapping.action_send_invoice()
        self.run_queue()
        self.assertEqual(self.received(mapping)[-1]["contentType"], "application/xml")
        self.assertEqual(mapping.invoice_document_ids[:1].kind, "ubl")

    # ------------------------------------------------------------------ what goes wrong
    def test_a_lost_answer_is_read_back_and_not_sent_again(self):
        self.fault("lost_answer", method="POST", path=PATH)
        mapping = self.sold()
        self.assertTrue(mapping.invoice_document_ids.posting)
        self.retry()
        self.assertEqual(len(self.received(mapping)), 1)
        self.assertEqual(mapping.invoice_sent, "sent")

    def test_what_never_arrived_is_sent_again(self):
        self.fault("server_error", method="POST", path=PATH)
        mapping = self.sold()
        self.assertFalse(self.received(mapping))
        self.retry()
        self.assertEqual(len(self.received(mapping)), 1)
        self.assertEqual(mapping.invoice_sent, "sent")

    def test_a_download_is_known_again_too(self):
        self.sandbox("settings", invoice_reading="download")
        self.fault("lost_answer", method="POST", path=PATH)
        mapping = self.sold()
        self.retry()
        self.assertEqual(len(self.received(mapping)), 1)

    def test_a_changed_invoice_after_a_lost_answer_is_sent_as_well(self):
        self.fault("lost_answer", method="POST", path=PATH)
        mapping = self.sold()
        invoice = mapping.invoice_ids
        invoice.button_draft()
        invoice.invoice_line_ids[0].name = "Another name"
        invoice.action_post()
        self.retry()
        self.assertEqual([row["current"] for row in self.received(mapping)], [False, True])
        self.assertEqual(mapping.invoice_document_ids.mapped("state"), ["sent", "replaced"])

    def test_a_refusal_stays_in_words_and_can_be_tried_again(self):
        self.sandbox("settings", invoice_max_bytes=10)
        mapping = self.sold()
        document = mapping.invoice_document_ids
        self.assertEqual(document.state, "refused")
        self.assertIn("exceeds 10 bytes", document.note)
        self.assertIn("exceeds 10 bytes", mapping.invoice_ids.cdiscount_sent_note)
        self.assertTrue(mapping.activity_ids)
        self.sandbox("settings", invoice_max_bytes=1000)
        mapping.invoice_ids.action_cdiscount_send()
        self.run_queue()
        self.assertEqual(mapping.invoice_sent, "sent")
        self.assertEqual(mapping.invoice_document_ids.mapped("state"), ["sent", "replaced"])

    def test_a_server_that_cannot_print_says_so(self):
        with patch.object(
            type(self.env["ir.actions.report"]), "_render_qweb_pdf", lambda *args, **kwargs: (b"<html/>", "html")
        ):
            mapping = self.sold()
        document = mapping.invoice_document_ids
        self.assertEqual(document.state, "failed")
        self.assertIn("wkhtmltopdf", document.note)
        self.assertFalse(self.received(mapping))
        document.action_send_again()
        self.run_queue()
        self.assertEqual(mapping.invoice_sent, "sent")

    def test_an_order_the_marketplace_does_not_know_is_refused(self):
        self.config.invoice_upload = "no"
        mapping = self.sold()
        mapping.external_id = "NOBODY"
        mapping.action_send_invoice()
        self.run_queue()
        self.assertEqual(mapping.invoice_document_ids.state, "refused")

    def test_without_a_posted_invoice_there_is_nothing_to_send(self):
        mapping = self.sold()
        mapping.invoice_ids.button_draft()
        with self.assertRaises(UserError):
            mapping.action_send_invoice()

    def test_a_company_customers_vat_number_is_on_the_invoice(self):
        raw = self.place_order(status="Shipped", scenario="b2b_fr", lines=[{"sku": "CSM-0001", "unit_price": "10.00"}])
        self.pull()
        invoice = self.mapping(raw).invoice_ids
        self.assertTrue(invoice.partner_id.commercial_partner_id.vat)
