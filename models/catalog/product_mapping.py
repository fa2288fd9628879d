"""An offer of the shop: which Odoo product its reference means, and what is known of it on the account's channel."""

from odoo import _, api, fields, models

from ...compat import constraints


class CdiscountProductMapping(models.Model):
    """One reference (SKU) of the shop: read from the marketplace, to be published, or only sold once.

    Orders look here first. What a person decided is never undone by a search.
    """

    _name = "cdiscount.product.mapping"
    _inherit = "cdiscount.offer.mixin"
    _description = "Cdiscount Offer"
    _order = "config_id, seller_reference"
    _rec_name = "seller_reference"
    _rec_names_search = ["seller_reference", "gtin", "title"]
    _check_company_auto = True

    vars().update(
        constraints(
            (
                "reference_uniq",
                "unique(config_id, seller_reference)",
                "This SKU is linked to a product already: change the existing line.",
            ),
        )
    )

    config_id = fields.Many2one(
        "cdiscount.config",
        "Account",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env["cdiscount.config"]._of_company(),
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    product_id = fields.Many2one(
        "product.product",
        index=True,
        ondelete="set null",
        check_company=True,
        domain="[('company_id', 'in', (False, company_id)), ('type', '!=', 'combo')]",
        help="Empty for an offer of which nobody knows yet what it is in Odoo.",
    )
    sales_channel_id = fields.Many2one(related="config_id.sales_channel_id", store=True)
    seller_reference = fields.Char(
        "SKU", required=True, index=True, help="Your reference on Cdiscount; for an offer without one, its GTIN."
    )
    gtin = fields.Char("GTIN")
    product_reference = fields.Char(
        "Cdiscount Product", readonly=True, copy=False, help="The marketplace's own number of the product sheet."
    )
    condition = fields.Char(default="New", help="As the marketplace writes it: New for a new article.")
    title = fields.Char("Title on Cdiscount")
    quantity_read = fields.Integer(
        "Quantity on Cdiscount", readonly=True, copy=False, help="What the channel offered when it was last read."
    )
    published_qty = fields.Integer(
        "Published Quantity", readonly=True, copy=False, help="The quantity that Cdiscount accepted last."
    )
    stock_dirty = fields.Boolean(
        "Stock to Send", readonly=True, copy=False, help="What can be sold has changed since it was last published."
    )
    ignored = fields.Boolean(copy=False, help="This offer is none of Odoo's business: it is not shown as not linked.")
    channel_offer_ids = fields.One2many("cdiscount.channel.offer", "mapping_id", "Other Channels")
    origin = fields.Selection(
        [
            ("linked", "Linked by a person"),
            ("sku", "Same SKU"),
            ("gtin", "Same GTIN"),
            ("offer", "Created from an offer"),
            ("created", "Created from an order"),
            ("none", "Not linked"),
        ],
        default="linked",
        required=True,
        readonly=True,
        help="A product created from an order has a name, a reference and a price: complete the rest.",
    )

    @api.depends("seller_reference", "product_id")
    def _compute_display_name(self):
        for mapping in self:
            name = mapping.product_id.display_name or mapping.title or ""
            mapping.display_name = f"{mapping.seller_reference} → {name}" if name else mapping.seller_reference

    @api.model
    def _prepare_from_line(self, config, line, product, origin="linked"):
        """Return the values that remember ``product`` for an order line (payload value)."""
        return {
            "config_id": config.id,
            "seller_reference": self._reference_of(line),
            "gtin": line.gtin or False,
            "title": line.title or False,
            "product_id": product.id,
            "origin": origin,
        }

    @api.model
    def _reference_of(self, line):
        """Return what an offer is remembered by: its SKU, else the next best the marketplace tells of it."""
        return line.sku or line.gtin or line.product_id or line.offer_id or line.title or ""

    @api.model
    def _remember(self, config, line, product, origin="linked"):
        """Link an order line's offer with a product; a link that exists is changed, so saying it twice does no harm.

        :return: the link
        """
        values = self._prepare_from_line(config, line, product, origin)
        links = self.sudo()
        link = links.search(
            [("config_id", "=", config.id), ("seller_reference", "=", values["seller_reference"])], limit=1
        )
        if not link:
            return links.create(values)
        if link.product_id != product:
            link.write({"product_id": product.id, "origin": origin, "ignored": False})
        return link

    def action_open_lines(self):
        """Open the order lines with this reference."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_order_line")
        return dict(
            action,
            name=_("Order Lines of %s", self.seller_reference),
            domain=[("config_id", "=", self.config_id.id), ("sku", "=", self.seller_reference)],
        )
