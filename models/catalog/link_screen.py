"""What the screens of offers show beside the offer itself, and where their buttons lead."""

from urllib.parse import quote

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat.names import first_field
from ...services.rules.gtin import sent

SEARCH_PAGE = "https://www.cdiscount.com/search/10/{}.html"
"""The shop's own search. The address of a product's page is not in the interface and is not guessed."""
FRENCH_CHANNEL = "CDISFR"


class CdiscountOfferScreen(models.Model):
    _inherit = "cdiscount.product.mapping"

    # The columns of the cards in the order of an offer's life, empty ones too.
    state = fields.Selection(group_expand="_expand_states")
    product_image = fields.Image("Picture", related="product_id.image_128")
    # Stored, so that lists and charts can group thousands of offers by it.
    product_categ_id = fields.Many2one(
        "product.category", "Product Category", related="product_id.categ_id", store=True, index="btree_not_null"
    )
    order_line_count = fields.Integer("Order Lines", compute="_compute_order_line_count")
    has_shop_page = fields.Boolean(compute="_compute_has_shop_page")
    price_differs = fields.Boolean(
        compute="_compute_price_differs",
        search="_search_price_differs",
        help="Cdiscount shows another price than the one it accepted from Odoo last: somebody has changed it there.",
    )

    @api.model
    def _expand_states(self, states, domain, order=None):
        return [key for key, _label in self._fields["state"].selection]

    @api.depends("seller_reference")
    def _compute_order_line_count(self):
        groups = self.env["cdiscount.order.mapping.line"]._read_group(
            [("config_id", "in", self.config_id.ids), ("sku", "in", self.mapped("seller_reference"))],
            ["config_id", "sku"],
            ["__count"],
        )
        counts = {(config.id, sku): count for config, sku, count in groups}
        for offer in self:
            offer.order_line_count = counts.get((offer.config_id.id, offer.seller_reference), 0)

    @api.depends("gtin", "sales_channel_id.code")
    def _compute_has_shop_page(self):
        for offer in self:
            offer.has_shop_page = bool(sent(offer.gtin)) and offer.sales_channel_id.code == FRENCH_CHANNEL

    @api.depends("price", "sent", "offer_state")
    def _compute_price_differs(self):
        different = self._different_prices(self._origin.ids)
        for offer in self:
            offer.price_differs = offer._origin.id in different

    @api.model
    def _search_price_differs(self, operator, value):
        wanted = bool(value) if isinstance(value, bool) or value is None else True in list(value)
        if operator in ("!=", "not in"):
            wanted = not wanted
        return [("id", "in" if wanted else "not in", list(self._different_prices()))]

    @api.model
    def _different_prices(self, ids=None):
        """Return the ids of the offers (of all when ``ids`` is None) whose price is not the one that was sent."""
        self.flush_model(["price", "sent", "offer_state"])
        some = "" if ids is None else "AND id = ANY(%s)"
        self.env.cr.execute(
            f"""
            SELECT id FROM cdiscount_product_mapping
             WHERE sent IS NOT NULL AND offer_state IN ('active', 'inactive')
               AND (sent::jsonb #>> '{{price,price}}')::numeric != price {some}
            """,
            (list(ids),) if ids is not None else (),
        )
        return {row[0] for row in self.env.cr.fetchall()}

    def action_open_product(self):
        """Open the product of the offer."""
        self.ensure_one()
        if not self.product_id:
            raise UserError(_("The offer %s is not linked with a product yet.", self.seller_reference))
        return {
            "type": "ir.actions.act_window",
            "res_model": "product.product",
            "res_id": self.product_id.id,
            "views": [(False, "form")],
        }

    def action_open_offer(self):
        """Open this offer, from a line of a product."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": _("Offer"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_open_shop_page(self):
        """Search the article by its GTIN on cdiscount.com."""
        self.ensure_one()
        if not self.has_shop_page:
            raise UserError(_("Without a GTIN there is nothing to search for on cdiscount.com."))
        return {"type": "ir.actions.act_url", "url": SEARCH_PAGE.format(quote(sent(self.gtin))), "target": "new"}

    @api.model
    def _restrict_to_managers(self, xml_ids):
        """Show entries of the Action menu to managers only: their groups have another field name on each series."""
        manager = self.env.ref("cdiscount_store_management.group_manager")
        for xml_id in xml_ids:
            action = self.env.ref(f"cdiscount_store_management.{xml_id}").sudo()
            action.write({first_field(action, "group_ids", "groups_id"): [fields.Command.set(manager.ids)]})
