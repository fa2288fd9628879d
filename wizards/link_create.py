"""Putting products on Cdiscount: an offer for each, with the product's own reference as SKU."""

from collections import Counter

from odoo import _, api, fields, models
from odoo.exceptions import UserError

SHOWN = 20


class CdiscountLinkCreate(models.TransientModel):
    _name = "cdiscount.link.create"
    _description = "Put on Cdiscount"

    config_id = fields.Many2one(
        "cdiscount.config",
        "Account",
        required=True,
        default=lambda self: self.env["cdiscount.config"]._of_company(),
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True)
    product_ids = fields.Many2many("product.product", default=lambda self: self._selected(), string="Products")
    publish = fields.Boolean(
        "Publish Them Now",
        help="Sends them as soon as they are complete. Otherwise they wait, not published, for you to look at them.",
    )
    ready_count = fields.Integer("Offers to Create", compute="_compute_plan")
    adopt_count = fields.Integer(
        "Offers to Link", compute="_compute_plan", help="Offers of the shop with the same SKU that are not linked yet."
    )
    left_count = fields.Integer("Left Out", compute="_compute_plan")
    left_out = fields.Text("Why", compute="_compute_plan")

    @api.model
    def _selected(self):
        products = self.env["product.product"]
        ids = self.env.context.get("active_ids") or []
        if self.env.context.get("active_model") == "product.template":
            products = self.env["product.template"].browse(ids).product_variant_ids
        elif self.env.context.get("active_model") == "product.product":
            products = products.browse(ids)
        return [fields.Command.set(products.ids)]

    @api.depends("config_id", "product_ids")
    def _compute_plan(self):
        for wizard in self:
            create, adopt, left = wizard._plan()
            wizard.ready_count, wizard.adopt_count, wizard.left_count = len(create), len(adopt), len(left)
            wizard.left_out = "\n".join(left[:SHOWN] + (["…"] if len(left) > SHOWN else [])) or False

    def _plan(self):
        """Return (products that need an offer, ``{mapping.id: product.id}`` to link, sentences on what is left out).

        Three queries for any number of products.
        """
        self.ensure_one()
        products, config = self.product_ids._origin, self.config_id
        offers = self.env["cdiscount.product.mapping"]
        create, adopt, left = products.browse(), {}, []
        if not products or not config:
            return create, adopt, left
        products.fetch(["default_code", "type", "product_tmpl_id"])
        references = Counter(product.default_code for product in products if product.default_code)
        account = [("config_id", "=", config.id)]
        known = {
            offer.seller_reference: offer
            for offer in offers.search([*account, ("seller_reference", "in", list(references))])
        }
        sold = {offer.product_id: offer for offer in offers.search([*account, ("product_id", "in", products.ids)])}
        for product in products:
            offer = known.get(product.default_code)
            why = self._why_not(product, references, offer, sold.get(product))
            if why:
                left.append(why)
            elif offer:
                adopt[offer.id] = product.id
            else:
                create |= product
        return create, adopt, left

    def _why_not(self, product, references, offer, sold):
        """Return why a product cannot be put on Cdiscount, or "" when it can."""
        values = {"product": product.display_name}
        if sold:
            return _("%(product)s is an offer already: %(sku)s.", sku=sold.seller_reference, **values)
        if product.company_id.id not in (False, self.config_id.company_id.id):
            return _("%(product)s belongs to another company than the account.", **values)
        if product.type in ("combo", "service"):
            return _("%(product)s is not goods: only goods can be offered.", **values)
        if not product.default_code:
            return _("%(product)s has no internal reference, which is to be its SKU. Enter one.", **values)
        if references[product.default_code] > 1:
            return _("%(product)s: several of these products have this reference. A SKU is one product.", **values)
        if offer and offer.product_id:
            return _(
                "%(product)s: the SKU is the offer of another product, %(other)s.",
                other=offer.product_id.display_name,
                **values,
            )
        return ""

    def action_create(self):
        """Create the offers, link those that are there, and show them."""
        self.ensure_one()
        self.env["cdiscount.order.mapping"]._require_manager()
        create, adopt, left = self._plan()
        if not create and not adopt:
            raise UserError("\n".join(left[:SHOWN]) or _("Choose products first."))
        model = self.env["cdiscount.product.mapping"]
        offers = model.create([self._prepare_offer(product) for product in create])
        if adopt:
            adopted = model.browse(adopt)
            adopted._link(adopt)
            offers |= adopted
        if self.publish:
            offers.action_publish()
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_product_mapping")
        return dict(action, domain=[("id", "in", offers.ids)], context={}, name=_("Put on Cdiscount"))

    def _prepare_offer(self, product):
        """Return the values of the offer of a product that is not on Cdiscount yet."""
        return {
            "config_id": self.config_id.id,
            "seller_reference": product.default_code,
            "gtin": product.barcode or False,
            "title": product.name,
            "product_id": product.id,
            "origin": "linked",
        }
