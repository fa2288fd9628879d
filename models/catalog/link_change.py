"""What an offer forgets when it gets another product."""

from odoo import models

from ..order.order_bulk import update_many
from .sheet_fields import IN_FLIGHT

NO_SHEET = {
    "product_reference": False,
    "category_reference": False,
    "sheet_state": "none",
    "sheet_sent": False,
    "sheet_looked_at": False,
    "sheet_refusals": False,
    "sheet_refusal_id": False,
    "category_asked": False,
}
"""What is known of the product of an offer that Cdiscount does not have: all of it is about the product of before."""


class CdiscountLinkChange(models.Model):
    _inherit = "cdiscount.product.mapping"

    def _has_new_product(self, had, gtin=False):
        """Follow a change of product: what was agreed was agreed on the old one, price and stock are looked at anew.

        An offer that Cdiscount has keeps its GTIN there, whatever product it is linked with: that cannot be changed.
        One that Cdiscount does not have begins anew, with the GTIN and the sheet of the new product. A constant number
        of statements, whatever the number of offers.

        :param had: those of these offers that had another product before
        :param gtin: whether the GTIN was written together with the product, and is that of the new one
        """
        if not self:
            return
        update_many(self, {mapping.id: {"synced": False} for mapping in self})
        self.env["cdiscount.field.conflict"].sudo().search(
            [("mapping_id", "in", self.ids), ("state", "=", "open")]
        )._close("agreed")
        anew = had.filtered(lambda mapping: not mapping._is_there() and not mapping.package_id)
        anew = anew.filtered(lambda mapping: mapping.sheet_state not in IN_FLIGHT)
        unknown = NO_SHEET if gtin else {**NO_SHEET, "gtin": False}
        update_many(anew, {mapping.id: unknown for mapping in anew})
        self._note_changes().scope.products.update(self.product_id.ids)
        self.env["cdiscount.stock.event"].sudo()._mark_offers(self)
