"""Links by spreadsheet: download what there is, upload what it should be, see what would happen, then do it."""

import base64

from odoo import _, fields, models
from odoo.exceptions import UserError

SHOWN = 500
"""Problems shown; who has more corrects these first."""
MOST_BYTES = 30_000_000
AT_ONCE = 1000
"""Changes a person waits for; more of them are done in the background."""


class CdiscountLinkSheetWizard(models.TransientModel):
    _name = "cdiscount.link.sheet"
    _description = "Links by Spreadsheet"

    config_id = fields.Many2one(
        "cdiscount.config",
        "Account",
        required=True,
        default=lambda self: self.env["cdiscount.config"]._of_company(),
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True)
    only_not_linked = fields.Boolean("Only Offers Not Linked", help="For the download.")
    file = fields.Binary(attachment=False)
    filename = fields.Char()
    state = fields.Selection([("upload", "Upload"), ("preview", "Preview")], default="upload", required=True)
    link_count = fields.Integer("Will Be Linked", readonly=True)
    change_count = fields.Integer("Get Another Product", readonly=True)
    unchanged_count = fields.Integer("Stay as They Are", readonly=True)
    problem_count = fields.Integer("Refused", readonly=True)
    problem_ids = fields.One2many("cdiscount.link.sheet.problem", "wizard_id", readonly=True)

    def _rows(self):
        self.ensure_one()
        self.env["cdiscount.order.mapping"]._require_manager()
        content = base64.b64decode(self.file or b"")
        if not content:
            raise UserError(_("Choose a file first."))
        if len(content) > MOST_BYTES:
            raise UserError(_("The file is larger than 30 MB: split it."))
        return self.env["cdiscount.product.mapping"]._read_sheet(content)

    def action_preview(self):
        """Show what the file would do; nothing is changed."""
        plan = self.env["cdiscount.product.mapping"]._plan_sheet(self.config_id, self._rows())
        self.problem_ids.unlink()
        self.write(
            {
                "state": "preview",
                "link_count": len(plan.links),
                "change_count": len(plan.changes),
                "unchanged_count": plan.unchanged,
                "problem_count": len(plan.problems),
                "problem_ids": [
                    fields.Command.create({"row_number": number, "seller_reference": sku, "problem": sentence})
                    for number, sku, sentence in plan.problems[:SHOWN]
                ],
            }
        )
        return self._reopen()

    def action_back(self):
        """Choose another file."""
        self.write({"state": "upload", "file": False, "filename": False})
        return self._reopen()

    def action_apply(self):
        """Link what the file says; rows with a problem are left out. Many changes are handed to the queue.

        Planned anew: what changed since the preview counts.
        """
        offers = self.env["cdiscount.product.mapping"]
        plan = offers._plan_sheet(self.config_id, self._rows())
        if len(plan.links) + len(plan.changes) > AT_ONCE:
            return self._apply_later(plan)
        offers._apply_plan(plan)
        message = _(
            "Offers linked: %(links)s, given another product: %(changes)s, rows refused: %(refused)s.",
            links=len(plan.links),
            changes=len(plan.changes),
            refused=len(plan.problems),
        )
        action = offers._tell(message, "warning" if plan.problems else "success")
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action

    def _apply_later(self, plan):
        uploads = self.env["cdiscount.link.upload"]
        upload = uploads._keep(self.config_id, self.filename, self.with_context(bin_size=False).file, plan)
        action = self.env["cdiscount.product.mapping"]._tell(
            _(
                "Offers being linked in the background: %s. You get a message when it is done; Operations > "
                "Spreadsheets shows how far it is.",
                upload.row_count,
            )
        )
        action["params"]["next"] = {
            "type": "ir.actions.act_window",
            "res_model": upload._name,
            "res_id": upload.id,
            "views": [(False, "form")],
        }
        return action

    def action_download_csv(self):
        """Download the links as CSV, as spreadsheet programs in France open it."""
        return self._download("csv")

    def action_download_xlsx(self):
        """Download the links as an Excel workbook."""
        return self._download("xlsx")

    def _download(self, kind):
        self.ensure_one()
        which = "&not_linked=1" if self.only_not_linked else ""
        return {
            "type": "ir.actions.act_url",
            "url": f"/cdiscount/offers/sheet?config_id={self.config_id.id}&kind={kind}{which}",
            "target": "self",
        }

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": _("Links by Spreadsheet"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }


class CdiscountLinkSheetProblem(models.TransientModel):
    _name = "cdiscount.link.sheet.problem"
    _description = "Problem of a Spreadsheet Row"
    _order = "row_number, id"
    _rec_name = "problem"

    wizard_id = fields.Many2one("cdiscount.link.sheet", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="wizard_id.company_id", store=True)
    row_number = fields.Integer("Row", readonly=True)
    seller_reference = fields.Char("SKU", readonly=True)
    problem = fields.Char(readonly=True)
