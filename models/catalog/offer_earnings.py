"""What a sold piece leaves, as a small table on the offer; and the way to the preview."""

from markupsafe import Markup

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class CdiscountOfferEarnings(models.AbstractModel):
    _inherit = "cdiscount.offer.mixin"

    earnings_table = fields.Html("Earnings", compute="_compute_earnings_table", sanitize=False)
    price_to_send = fields.Float("Price in Odoo", compute="_compute_earnings_table", digits=(16, 2))

    @api.depends("product_id", "config_id", "sales_channel_id")
    @api.depends_context("lang", "uid")
    def _compute_earnings_table(self):
        """From the terms as they are now: prices are made of too much to depend on it field by field."""
        self.earnings_table, self.price_to_send = False, 0.0
        linked = self.filtered(lambda record: record._origin.product_id and record._origin.sales_channel_id)
        for place in linked.grouped(lambda record: (record.config_id.id, record.sales_channel_id.id)).values():
            offers = place._origin
            terms = offers._offer_terms()
            costs = offers._offer_costs(terms)
            for record in place:
                said, cost = terms[record._origin.id], costs.get(record._origin.id)
                record.price_to_send = float(said.price or 0)
                if said.price is not None and said.currency == "EUR":
                    record.earnings_table = self._earnings_rows(said, cost)

    @api.model
    def _earnings_rows(self, terms, costs):
        if costs is None:
            return Markup('<p class="text-muted mb-0">%s</p>') % _(
                "The product has no cost: enter it to see what is left of a sale."
            )
        found = self._earnings_of(terms.price, costs)
        rows = [
            (_("Price with VAT"), found["price"], ""),
            (_("Eco-tax and DEA"), -found["contributions"], ""),
            (_("VAT"), -found["vat"], ""),
            (_("Commission (%s %%)", f"{costs.commission.normalize():f}"), -found["commission"], ""),
            (_("Shipping not paid by the customer"), -found["shipping"], ""),
            (_("Cost of the product"), -found["cost"], ""),
            (_("What is left"), found["margin"], "fw-bold border-top"),
        ]
        floor = self._floor_of(costs)
        rows.append((_("Minimum Price"), floor, "text-danger" if floor > terms.price else "text-muted"))
        return Markup('<table class="table table-sm table-borderless mb-0 w-auto">%s</table>') % Markup("").join(
            Markup('<tr class="%s"><td>%s</td><td class="text-end ps-4">%s</td></tr>')
            % (style, label, self._euros(amount))
            for label, amount, style in rows
            if amount or style
        )

    @api.model
    def _euros(self, amount):
        return formatLang(self.env, float(amount), currency_obj=self._euro())

    def action_preview(self):
        """Show what would be sent of these offers, and what keeps them from being sent. Nothing is sent."""
        if not self.filtered("product_id"):
            raise UserError(_("Nothing to show: none of these offers is linked with a product."))
        return self.env["cdiscount.publish.preview"]._open(self)
