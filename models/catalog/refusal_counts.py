"""How many offers and sheets each cause holds up, and what is done for all of them at once."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

MODELS = ("cdiscount.product.mapping", "cdiscount.channel.offer")


class CdiscountRefusalCounts(models.Model):
    _inherit = "cdiscount.refusal"

    offer_count = fields.Integer("Offers", compute="_compute_counts", search="_search_offer_count")
    sheet_count = fields.Integer("Product Sheets", compute="_compute_counts")

    @api.depends_context("allowed_company_ids")
    def _compute_counts(self):
        offers = dict.fromkeys(self.ids, 0)
        for model in MODELS:
            for refusal, count in self._counted(model, "refusal_id"):
                offers[refusal.id] += count
        sheets = {
            refusal.id: count for refusal, count in self._counted("cdiscount.product.mapping", "sheet_refusal_id")
        }
        for refusal in self:
            refusal.offer_count = offers.get(refusal.id, 0)
            refusal.sheet_count = sheets.get(refusal.id, 0)

    def _counted(self, model, field):
        return self.env[model]._read_group([(field, "in", self.ids)], [field], ["__count"])

    @api.model
    def _search_offer_count(self, operator, value):
        """Only whether there are any: what the screen asks for."""
        if (operator, value) not in ((">", 0), ("!=", 0)):
            raise UserError(_("Search causes by whether something waits for them."))
        ids = set()
        for model, field in (*((model, "refusal_id") for model in MODELS), (MODELS[0], "sheet_refusal_id")):
            ids |= {refusal.id for (refusal,) in self.env[model]._read_group([(field, "!=", False)], [field])}
        return [("id", "in", list(ids))]

    def action_open_offers(self):
        """Open the offers of the account's own channels that were refused for these causes."""
        return {
            "type": "ir.actions.act_window",
            "name": _("Refused: %s", self[:1].name),
            "res_model": "cdiscount.product.mapping",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                "|",
                "|",
                *(
                    (field, "in", self.ids)
                    for field in ("refusal_id", "sheet_refusal_id", "channel_offer_ids.refusal_id")
                ),
            ],
        }

    def action_send_again(self):
        """Send everything again that was refused for these causes."""
        mappings = self.env["cdiscount.product.mapping"].search(
            ["|", ("refusal_id", "in", self.ids), ("sheet_refusal_id", "in", self.ids)]
        )
        further = self.env["cdiscount.channel.offer"].search([("refusal_id", "in", self.ids)])
        if not mappings and not further:
            raise UserError(_("Nothing to send again: nothing waits for this cause any more."))
        answers = [records.action_resubmit() for records in (mappings, further) if records]
        return answers[0]
