"""Sending an order's invoices once per version; after a lost answer it is read back before it is repeated."""

import hashlib
import re

from odoo import _, api, fields, models

from ...services.errors import AuthError, CircuitOpen, DataError, NotFound, RateLimited

NOTHING_DONE = (RateLimited, CircuitOpen, AuthError, DataError)
"""Failures after which it is certain that the marketplace did not take the file."""
_UNSAFE_IN_NAME = re.compile(r"[^A-Za-z0-9._-]+")


class CdiscountInvoicePush(models.Model):
    _inherit = "cdiscount.invoice.document"

    @api.model
    def _job_push(self, jobs):
        """Send the invoices of an order as they are now (queue; the key is the marketplace's order number)."""
        config = jobs.config_id
        domain = [("config_id", "=", config.id), ("external_id", "=", jobs.key)]
        mapping = self.env["cdiscount.order.mapping"].sudo().search(domain)
        if not mapping:
            return
        again = bool(jobs._get_payload().get("again"))
        document = mapping.invoice_document_ids.filtered(lambda one: one.state == "waiting")[:1]
        if document.posting and document._has_arrived():
            document._note_sent()
            document = self.browse()
            again = False
            yield
        moves = mapping._invoices_to_send()
        fingerprint = moves._cdiscount_fingerprint() if moves else ""
        sent = mapping.invoice_document_ids.filtered(lambda one: one.state == "sent")[:1]
        if not moves or (sent.fingerprint == fingerprint and not again and not document):
            if document:
                document.write(
                    {"state": "dropped", "posting": False, "note": _("There is no invoice to send any more.")}
                )
            return
        if not document:
            document = self.sudo().create({"mapping_id": mapping.id})
        document.write({"move_ids": [fields.Command.set(moves.ids)], "fingerprint": fingerprint, "note": False})
        # Whatever follows, the invoice shows that it is to be sent.
        yield
        kind, content = moves._cdiscount_file(config.invoice_upload == "ubl")
        document.write(
            {
                "kind": kind,
                "file_name": document._new_name(moves, kind),
                "size": len(content),
                "digest": hashlib.sha256(content).hexdigest(),
                "posting": True,
            }
        )
        yield
        try:
            number = config._get_client().invoices.send(mapping.external_id, document.file_name, content, kind)
        except NOTHING_DONE:
            document.posting = False
            yield
            raise
        document._note_sent(number)

    @api.model
    def _job_push_failed(self, job, cause):
        """Called when an invoice cannot be sent: the refusal stays on it in words, and a person is told."""
        domain = [("config_id", "=", job.config_id.id), ("external_id", "=", job.key)]
        mapping = self.env["cdiscount.order.mapping"].sudo().search(domain)
        document = mapping.invoice_document_ids.filtered(lambda one: one.state == "waiting")[:1]
        if not document:
            return
        refused = job.error_kind == "fix" and cause.code != "odoo_refused"
        document.write({"state": "refused" if refused else "failed", "posting": False, "note": cause.text})
        mapping._ask_a_person(
            _("The invoice of order %s was not sent to Cdiscount", mapping.reference),
            _("%s Correct it, then choose Send to Cdiscount on the invoice.", cause.text),
        )

    def _new_name(self, moves, kind):
        """Return a file name no other sending of this order has: after a lost answer it tells which one arrived."""
        self.ensure_one()
        name = _UNSAFE_IN_NAME.sub("-", moves[0].name or "").strip("-.") or self.mapping_id.external_id
        earlier = len(self.mapping_id.invoice_document_ids.filtered(lambda one: one.id < self.id))
        number = f"-{earlier + 1}" if earlier else ""
        return f"{name}{number}.{'xml' if kind == 'ubl' else 'pdf'}"

    def _has_arrived(self):
        """Ask the marketplace whether it has the file whose answer was lost."""
        self.ensure_one()
        try:
            found = self.config_id._get_client().invoices.of_order(self.mapping_id.external_id)
        except NotFound:
            return False
        return any(one.is_file(self.file_name, self.size, self.digest) for one in found)

    def _note_sent(self, number=""):
        """The marketplace has this file; the one before is replaced by it."""
        self.ensure_one()
        before = self.mapping_id.invoice_document_ids.filtered(lambda one: one.state in ("sent", "refused", "failed"))
        before.write({"state": "replaced"})
        self.write(
            {
                "state": "sent",
                "posting": False,
                "note": False,
                "external_id": number or False,
                "sent_at": fields.Datetime.now(),
            }
        )
        self.env["cdiscount.sync.log"]._add(
            self.config_id,
            "invoice_push",
            _("The invoice of order %s is on Cdiscount.", self.mapping_id.reference),
            direction="out",
            records=1,
            record=self.mapping_id,
        )
