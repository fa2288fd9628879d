"""What an offer remembers of its product sheet, and when a sheet is wanted."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access

IN_FLIGHT = ("submitted", "validated")
SHEET_STATES = [
    ("none", "No sheet"),
    ("waiting", "To send"),
    ("blocked", "To correct"),
    ("submitted", "On its way"),
    ("validated", "Checked"),
    ("live", "On Cdiscount"),
    ("refused", "Refused"),
]


class CdiscountSheetFields(models.Model):
    _inherit = "cdiscount.product.mapping"

    sheet_state = fields.Selection(
        SHEET_STATES,
        "Product Sheet",
        default="none",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        help="A product that Cdiscount does not know needs a sheet before it can be offered. To correct: the check "
        "found what Cdiscount would refuse, so it was not sent.",
    )
    sheet_sent = fields.Char("Sheet Accepted", readonly=True, copy=False, help="Technical: digest of what is live.")
    sheet_looked_at = fields.Datetime(
        "Looked For", readonly=True, copy=False, help="When Cdiscount was asked whether it has the product."
    )
    sheet_refusals = fields.Text(readonly=True, copy=False, help="Technical: every reason Cdiscount gave.")
    sheet_refusal_id = fields.Many2one(
        "cdiscount.refusal", "Reason of the Sheet", readonly=True, copy=False, index="btree_not_null"
    )
    sheet_rejection = fields.Text("Why the Sheet Was Refused", compute="_compute_sheet_rejection")
    category_asked = fields.Char("Category Sent", readonly=True, copy=False)
    is_recategorised = fields.Boolean(
        "Moved to Another Category",
        compute="_compute_is_recategorised",
        store=True,
        help="Cdiscount put the product into another category than the one that was sent.",
    )

    @api.depends("category_asked", "category_reference")
    def _compute_is_recategorised(self):
        for mapping in self:
            asked, found = mapping.category_asked, mapping.category_reference
            mapping.is_recategorised = bool(asked and found and asked != found)

    @api.depends("sheet_refusals", "sheet_state")
    @api.depends_context("lang")
    def _compute_sheet_rejection(self):
        catalogue = self.env["cdiscount.refusal"]
        for mapping in self:
            text = catalogue._sentence(mapping.sheet_refusals) if mapping.sheet_state == "refused" else ""
            if mapping.sheet_state == "refused" and not text:
                text = _("Cdiscount did not report on the sheet within three days. Send it again.")
            mapping.sheet_rejection = text or False

    # ------------------------------------------------------------------ when a sheet is wanted
    def _needs_sheet(self):
        """Return those whose product must be described to the marketplace before it is offered, or described anew.

        No call is made: a product nobody has looked for yet counts as unknown, and the sending looks for it first. A
        sheet on its way is not sent again; what is live is sent again when it differs from what was accepted, as long
        as the account sends products to Cdiscount.
        """
        mine = self.filtered(lambda mapping: mapping.product_id and mapping.sheet_state not in IN_FLIGHT)
        unknown = mine.filtered(lambda mapping: not mapping.product_reference)
        return unknown | (mine - unknown)._changed_sheets()

    def _changed_sheets(self):
        """Return those of ours whose live sheet says something else than Odoo does now."""
        return self.filtered("sheet_sent")._differing_sheets()

    def _differing_sheets(self):
        """Return those whose sheet says something else than what was accepted last, if anything ever was.

        For products of which the marketplace was seen to say something else than Odoo: one that was never sent is sent
        once; one whose sheet is another seller's keeps what it says, and is not sent again and again.
        """
        mine = self.filtered(
            lambda mapping: mapping.product_id and mapping.sheet_state not in IN_FLIGHT and mapping._exports_content()
        )
        digests = mine._sheet_digests()
        return mine.filtered(lambda mapping: digests[mapping.id] != mapping.sheet_sent)

    def _exports_content(self):
        return self.config_id.product_sync_direction in ("export", "bidirectional")

    # ------------------------------------------------------------------ asking
    def _ask_sheets(self):
        """Have the sheets of these offers sent; those on their way are left alone."""
        wanted = self.filtered(lambda mapping: mapping.product_id and mapping.sheet_state not in IN_FLIGHT)
        for state, same in wanted.grouped("state").items():
            same.write(
                {
                    "sheet_state": "waiting",
                    "sheet_refusals": False,
                    "sheet_refusal_id": False,
                    "state": "ready" if state in ("draft", "rejected") else state,
                }
            )
        for config, _same in wanted.grouped("config_id").items():
            self.env["cdiscount.queue"].sudo()._enqueue(config, "sheet_push", "sheets")
        return wanted

    def _resubmit_sheets(self):
        """Send refused or blocked sheets again.

        :return: those that are sent again
        """
        return self.filtered(lambda mapping: mapping.sheet_state in ("refused", "blocked"))._ask_sheets()

    def action_send_sheet(self):
        """Send the product sheets of a selection, also when nothing seems to have changed."""
        check_access(self, "write")
        if not self._ask_sheets():
            raise UserError(_("Nothing to send: these sheets are on their way already, or have no product."))
        return self.env["cdiscount.config"]._notify(_("The product sheets are being sent."))
