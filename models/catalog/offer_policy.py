"""What an account does with the offers it finds on its channels."""

from odoo import fields, models


class CdiscountOfferPolicy(models.Model):
    _inherit = "cdiscount.config"

    unknown_offer_policy = fields.Selection(
        [
            ("hold", "Show it as not linked"),
            ("create", "Create the product"),
            ("ignore", "Ignore it"),
        ],
        "Unknown Offers",
        default="hold",
        required=True,
        help="What happens with an offer when no product has its SKU or its GTIN.",
    )
    offer_details = fields.Boolean(
        "Fetch Details of New Products",
        default=True,
        help="A product created from an offer gets its name, description, brand, picture and variants from the sheet "
        "on Cdiscount: one call for each. Without it, its name is its SKU.",
    )
    channel_setting_ids = fields.One2many("cdiscount.channel.setting", "config_id", "Further Channels")

    def _offer_channels(self):
        """Return the channels on which the account has offers, its own first."""
        self.ensure_one()
        return self.sales_channel_id | self.channel_setting_ids.sales_channel_id
