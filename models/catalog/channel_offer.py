"""The shop's offers on sales channels beside the account's own."""

from odoo import fields, models

from ...compat import constraints


class CdiscountChannelSetting(models.Model):
    """On which further channel the account publishes, and with which prices."""

    _name = "cdiscount.channel.setting"
    _description = "Cdiscount Channel to Publish On"
    _order = "config_id, sales_channel_id"
    _rec_name = "sales_channel_id"
    _check_company_auto = True

    vars().update(
        constraints(
            (
                "channel_uniq",
                "unique(config_id, sales_channel_id)",
                "This channel has a line already: change the existing one.",
            ),
        )
    )

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    sales_channel_id = fields.Many2one("cdiscount.sales.channel", required=True)
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Prices of this channel. Empty: the prices of the account.",
    )
    active = fields.Boolean(default=True)


class CdiscountChannelOffer(models.Model):
    _name = "cdiscount.channel.offer"
    _inherit = "cdiscount.offer.mixin"
    _description = "Cdiscount Offer on Another Channel"
    _order = "mapping_id, sales_channel_id"
    _rec_name = "seller_reference"

    vars().update(
        constraints(
            ("channel_uniq", "unique(mapping_id, sales_channel_id)", "This offer is on that channel already."),
        )
    )

    mapping_id = fields.Many2one("cdiscount.product.mapping", "Offer", required=True, index=True, ondelete="cascade")
    config_id = fields.Many2one(related="mapping_id.config_id", store=True, index=True)
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    sales_channel_id = fields.Many2one("cdiscount.sales.channel", required=True, index=True)
    product_id = fields.Many2one(related="mapping_id.product_id", store=True, index=True)
    seller_reference = fields.Char(related="mapping_id.seller_reference", store=True, index=True)
