"""The file of an order's invoice as the marketplace has it, or shall have it."""

import hashlib
import json

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access

STATES = [
    ("waiting", "To send"),
    ("sent", "On Cdiscount"),
    ("replaced", "Replaced"),
    ("refused", "Refused"),
    ("failed", "Failed"),
    ("dropped", "Given up"),
]
PDF_REPORT = "account.account_invoices"
UBL_NAMESPACE = b"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"


class CdiscountInvoiceDocument(models.Model):
    """One sending of an order's invoices. The marketplace keeps one file per order: the last one counts.

    So an order that was invoiced in several parts is sent as one PDF of all its invoices.
    """

    _name = "cdiscount.invoice.document"
    _description = "Cdiscount Invoice Document"
    _order = "id desc"
    _rec_name = "file_name"

    mapping_id = fields.Many2one(
        "cdiscount.order.mapping", "Order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    config_id = fields.Many2one(related="mapping_id.config_id", store=True, index=True)
    company_id = fields.Many2one(related="mapping_id.company_id", store=True, index=True)
    move_ids = fields.Many2many(
        "account.move", "cdiscount_invoice_document_move_rel", "document_id", "move_id", "Invoices", readonly=True
    )
    kind = fields.Selection([("pdf", "PDF"), ("ubl", "UBL")], required=True, default="pdf", readonly=True)
    file_name = fields.Char("File", readonly=True)
    size = fields.Integer("Bytes", readonly=True)
    digest = fields.Char(readonly=True, help="Technical: SHA-256 of the file.")
    fingerprint = fields.Char(readonly=True, help="Technical: what the invoices said when they were sent.")
    state = fields.Selection(STATES, default="waiting", required=True, readonly=True, index=True)
    posting = fields.Boolean(readonly=True, help="Technical: it may have been sent, its answer is not known.")
    external_id = fields.Char("Document Number", readonly=True)
    asked_at = fields.Datetime(default=fields.Datetime.now, readonly=True)
    sent_at = fields.Datetime("Sent On", readonly=True)
    note = fields.Text("What Happened", readonly=True)

    # ------------------------------------------------------------------ what a person can do
    def action_send_again(self):
        """Send the invoices of these orders once more, as they are now (button)."""
        check_access(self, "read")
        self.mapping_id.action_send_invoice()
        return True

    def action_open_invoices(self):
        """Open the invoices the file is made of."""
        self.ensure_one()
        return self.mapping_id.action_open_invoices()


class CdiscountOrderInvoiceDocument(models.Model):
    _inherit = "cdiscount.order.mapping"

    invoice_document_ids = fields.One2many("cdiscount.invoice.document", "mapping_id", "Invoice Files", readonly=True)
    invoice_sent = fields.Selection(
        STATES,
        "Invoice on Cdiscount",
        compute="_compute_invoice_sent",
        store=True,
        help="What has become of the last file sent for this order.",
    )

    @api.depends("invoice_document_ids.state")
    def _compute_invoice_sent(self):
        for order in self:
            order.invoice_sent = order.invoice_document_ids.sorted("id", reverse=True)[:1].state

    def _invoices_to_send(self):
        """Return the posted invoices of the order that stand: not those a credit note took back as a whole."""
        self.ensure_one()
        posted = self.invoice_ids.filtered(lambda move: move.state == "posted")
        credit_notes = posted.filtered(lambda move: move.move_type == "out_refund")
        found = self.env["account.move"]
        for invoice in (posted - credit_notes).sorted(lambda move: (move.invoice_date, move.id)):
            credited = sum(
                credit_notes.filtered(lambda move, one=invoice: move.reversed_entry_id == one).mapped("amount_total")
            )
            if invoice.currency_id.compare_amounts(credited, invoice.amount_total) < 0 or not invoice.amount_total:
                found |= invoice
        return found

    def _request_invoice_push(self, again=False):
        """Ask the queue to send the invoices of these orders to the marketplace."""
        for config, orders in self.grouped("config_id").items():
            payload = {"again": True} if again else None
            self.env["cdiscount.queue"].sudo()._enqueue(
                config, "invoice_push", orders.mapped("external_id"), payload=payload
            )

    def action_send_invoice(self):
        """Send the invoices of these orders, also when they were sent before (button)."""
        check_access(self, "read")
        orders = self.sudo()
        for order in orders:
            if not order._invoices_to_send():
                raise UserError(_("Order %s has no posted invoice to send.", order.reference))
        orders._request_invoice_push(again=True)
        return True


class AccountMove(models.Model):
    _inherit = "account.move"

    cdiscount_document_ids = fields.Many2many(
        "cdiscount.invoice.document",
        "cdiscount_invoice_document_move_rel",
        "move_id",
        "document_id",
        "Files on Cdiscount",
        readonly=True,
        copy=False,
    )
    cdiscount_sent = fields.Selection(
        STATES, "Invoice on Cdiscount", compute="_compute_cdiscount_sent", compute_sudo=True
    )
    cdiscount_sent_note = fields.Text("Cdiscount Message", compute="_compute_cdiscount_sent", compute_sudo=True)

    @api.depends("cdiscount_document_ids.state", "cdiscount_document_ids.note")
    def _compute_cdiscount_sent(self):
        for move in self:
            last = move.cdiscount_document_ids.sorted("id", reverse=True)[:1]
            move.cdiscount_sent = last.state
            move.cdiscount_sent_note = last.note

    def action_cdiscount_send(self):
        """Send this invoice to Cdiscount (button)."""
        self.cdiscount_mapping_id.action_send_invoice()
        return True

    def action_open_cdiscount_order(self):
        """Open the marketplace order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cdiscount.order.mapping",
            "res_id": self.cdiscount_mapping_id.id,
            "views": [(False, "form")],
        }

    def _cdiscount_after_post(self):
        result = super()._cdiscount_after_post()
        orders = self.sudo().filtered(lambda move: move.move_type == "out_invoice").cdiscount_mapping_id
        orders.filtered(lambda order: order.config_id.invoice_upload != "no")._request_invoice_push()
        return result

    # ------------------------------------------------------------------ the file
    def _cdiscount_fingerprint(self):
        """Return a digest of what these invoices say; what only follows from them (payments) does not count."""
        told = [
            [
                move.name,
                str(move.invoice_date),
                f"{move.amount_total:.2f}",
                f"{move.amount_tax:.2f}",
                move.partner_id.contact_address or "",
                move.partner_id.vat or "",
                [[line.name or "", line.quantity, f"{line.price_total:.2f}"] for line in move.invoice_line_ids],
            ]
            for move in self
        ]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def _cdiscount_file(self, prefer_ubl):
        """Return (kind, bytes) of the file of these invoices.

        :raises UserError: Odoo cannot print it on this server
        """
        if prefer_ubl and len(self) == 1:
            content = self._cdiscount_ubl()
            if content:
                return "ubl", content
        return "pdf", self._cdiscount_pdf()

    def _cdiscount_pdf(self):
        """Return these invoices as one PDF, as Odoo prints them."""
        lang = self[:1].partner_id.lang or self.env.lang
        report = self.env["ir.actions.report"].sudo().with_context(lang=lang)
        try:
            content, kind = report._render_qweb_pdf(PDF_REPORT, res_ids=self.ids)
        except UserError as error:
            raise UserError(
                _("%s Have the server checked, then choose Send to Cdiscount on the invoice.", error.args[0])
            ) from error
        if kind != "pdf" or not bytes(content).startswith(b"%PDF-"):
            raise UserError(
                _(
                    "Odoo could not print %s as a PDF. Have wkhtmltopdf installed on the server, then choose Send to "
                    "Cdiscount on the invoice.",
                    ", ".join(self.mapped("name")),
                )
            )
        return bytes(content)

    def _cdiscount_ubl(self):
        """Return the UBL 2.1 invoice Odoo has made for this invoice, b"" when there is none.

        Odoo keeps it as an attachment once the invoice was sent (Send & Print), whatever produced it. Other formats,
        such as the XML inside a Factur-X, are not UBL.
        """
        self.ensure_one()
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "account.move"),
                    ("res_id", "=", self.id),
                    ("mimetype", "in", ("application/xml", "text/xml")),
                    # Odoo keeps it in a field of the invoice; attachments of fields are only found when asked for.
                    "|",
                    ("res_field", "=", False),
                    ("res_field", "!=", False),
                ],
                order="id desc",
            )
        )
        for attachment in attachments:
            content = attachment.raw or b""
            if UBL_NAMESPACE in content[:4000]:
                return content
        return b""
