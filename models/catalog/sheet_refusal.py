"""How many product sheets wait for the correction of each cause."""

from odoo import _, fields, models


class CdiscountSheetRefusal(models.Model):
    _inherit = "cdiscount.refusal"

    sheet_count = fields.Integer("Product Sheets", compute="_compute_sheet_count")

    def _compute_sheet_count(self):
        groups = self.env["cdiscount.product.mapping"]._read_group(
            [("sheet_refusal_id", "in", self.ids)], ["sheet_refusal_id"], ["__count"]
        )
        counts = {refusal.id: count for refusal, count in groups}
        for refusal in self:
            refusal.sheet_count = counts.get(refusal.id, 0)

    def action_open_sheets(self):
        """Open the offers whose product sheets were refused for these causes."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_product_mapping")
        return dict(action, name=_("Refused Product Sheets"), domain=[("sheet_refusal_id", "in", self.ids)], context={})
