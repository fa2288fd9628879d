"""Files of customers: noted with their message, fetched afterwards, never more than is sensible."""

from odoo import _, api, models
from odoo.exceptions import UserError

from ...compat import check_access

LARGEST = 4 * 1024 * 1024
"""Bytes: Cdiscount takes no more for all files of a message (contract §1.5), so a larger one is something else."""
HARMLESS = {"image/png", "image/jpeg", "image/gif", "image/bmp", "image/tiff", "application/pdf"}
"""Kinds that a browser may show; whatever else a stranger sends is only ever saved."""
MOST = 10
"""Files of one message that are kept."""


class CdiscountDiscussionFiles(models.Model):
    _inherit = "cdiscount.discussion.attachment"

    @api.model
    def _note_files(self, received):
        """Note the files of new messages and ask the queue for them.

        :param received: ``[(message record, AttachmentRefs)]``
        """
        files = self.sudo().create(
            [
                {
                    "message_id": line.id,
                    "external_id": ref.attachment_id,
                    "name": ref.name or ref.attachment_id,
                    "size": ref.size or 0,
                }
                for line, refs in received
                for ref in {ref.attachment_id: ref for ref in refs[:MOST]}.values()
            ]
        )
        files._request_fetch()

    def _request_fetch(self):
        for config, some in self.grouped("config_id").items():
            self.env["cdiscount.queue"].sudo()._enqueue(config, "attachment_fetch", [str(one.id) for one in some])

    @api.model
    def _job_fetch(self, jobs):
        """Queue operation: fetch a file (the key is its id) and hang it on its message in the chatter."""
        file = self.sudo().browse(int(jobs.key)).exists()
        if not file or file.file_id:
            return
        if file.size > LARGEST:
            file.write({"state": "failed", "note": _("Larger than 4 MB: look at it in the seller portal.")})
            return
        line = file.message_id
        data, content_type = file.config_id._get_client().discussions.attachment(
            file.external_id,
            "" if line._is_nameless() else line.external_id,
            line.discussion_id.external_id,
        )
        if not data or len(data) > LARGEST:
            note = _("Larger than 4 MB: look at it in the seller portal.") if data else _("The file is empty.")
            file.write({"state": "failed", "note": note})
            return
        kept = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": file.name,
                    "raw": data,
                    "mimetype": content_type if content_type in HARMLESS else "application/octet-stream",
                    "res_model": "cdiscount.discussion",
                    "res_id": line.discussion_id.id,
                }
            )
        )
        file.write({"file_id": kept.id, "state": "fetched", "note": False, "size": len(data)})
        if line.mail_message_id:
            line.mail_message_id.attachment_ids = [(4, kept.id)]

    @api.model
    def _job_fetch_failed(self, job, cause):
        """Called when a file cannot be fetched."""
        file = self.sudo().browse(int(job.key)).exists()
        if file:
            file.write({"state": "failed", "note": cause.text})

    def action_fetch(self):
        """Fetch these files now."""
        check_access(self, "read")
        todo = self.filtered(lambda one: one.state != "fetched")
        if not todo:
            raise UserError(_("The files are here already."))
        todo.sudo().write({"state": "waiting", "note": False})
        todo._request_fetch()
        return True
