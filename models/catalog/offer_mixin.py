"""What is known of one offer on one sales channel, and what of it is to be sent.

An account sells its offers on its own channel (``cdiscount.product.mapping``) and may sell them on others too
(``cdiscount.channel.offer``): price, state and refusals are of each channel, the quantity is one for all of them.
"""

from odoo import fields, models


class CdiscountOfferMixin(models.AbstractModel):
    _name = "cdiscount.offer.mixin"
    _description = "Offer on a Cdiscount Sales Channel"

    # Each of the two models says where it has these from.
    config_id = fields.Many2one("cdiscount.config", "Account")
    company_id = fields.Many2one("res.company")
    sales_channel_id = fields.Many2one("cdiscount.sales.channel")
    currency_id = fields.Many2one(related="company_id.currency_id", string="Currency")
    offer_id = fields.Char("Offer ID", readonly=True, copy=False, help="The marketplace's own number of the offer.")
    offer_state = fields.Selection(
        [("active", "Active"), ("inactive", "Inactive"), ("absent", "Not on Cdiscount")],
        "On Cdiscount",
        readonly=True,
        copy=False,
        help="What the channel itself says of the offer, when it was last read.",
    )
    price = fields.Monetary("Price on Cdiscount", readonly=True, copy=False, help="With VAT, as last read or accepted.")
    origin_price = fields.Monetary("Strike Price on Cdiscount", readonly=True, copy=False)
    offer_read_at = fields.Datetime("Last Read", readonly=True, copy=False)
    offer_updated_at = fields.Datetime("Changed on Cdiscount", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Not published"),
            ("ready", "To send"),
            ("submitted", "On its way"),
            ("live", "Published"),
            ("rejected", "Refused"),
            ("inactive", "Off sale"),
        ],
        string="Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    publish = fields.Boolean(
        copy=False, help="Odoo keeps this offer on the channel up to date: price, delivery, preparation time, stock."
    )
    push_needed = fields.Boolean(
        "To Compare",
        readonly=True,
        copy=False,
        help="Something that the offer is made of has changed in Odoo; what differs is sent with the next package.",
    )
    sent = fields.Text(
        "Last Accepted", readonly=True, copy=False, help="Technical: the request Cdiscount accepted last."
    )
    sent_before = fields.Text("Accepted Before", readonly=True, copy=False, help="Technical: what Undo brings back.")
    last_pushed_at = fields.Datetime("Last Sent", readonly=True, copy=False)
