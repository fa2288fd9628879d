"""The offers of a product, shown in a tab of its form."""

from odoo import api, fields, models

from .product import GROUP


class ProductTemplate(models.Model):
    _inherit = "product.template"

    cdiscount_offer_ids = fields.Many2many(
        "cdiscount.product.mapping", string="Cdiscount Offers", compute="_compute_cdiscount_offers", groups=GROUP
    )
    cdiscount_channel_offer_ids = fields.Many2many(
        "cdiscount.channel.offer",
        string="Cdiscount Offers on Other Channels",
        compute="_compute_cdiscount_offers",
        groups=GROUP,
    )

    @api.depends("product_variant_ids.cdiscount_offer_ids")
    def _compute_cdiscount_offers(self):
        offers = self.env["cdiscount.product.mapping"]
        variants = self.with_context(active_test=False).product_variant_ids
        found = offers.search([("product_id", "in", variants.ids)]).grouped(
            lambda offer: offer.product_id.product_tmpl_id.id
        )
        for template in self:
            mine = found.get(template._origin.id, offers)
            template.cdiscount_offer_ids = mine
            template.cdiscount_channel_offer_ids = mine.channel_offer_ids


class ProductProduct(models.Model):
    _inherit = "product.product"

    cdiscount_offer_ids = fields.One2many("cdiscount.product.mapping", "product_id", "Cdiscount Offers", groups=GROUP)
    cdiscount_channel_offer_ids = fields.One2many(
        "cdiscount.channel.offer", "product_id", "Cdiscount Offers on Other Channels", groups=GROUP
    )
