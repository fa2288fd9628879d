"""From Odoo's product categories to the marketplace's, for each account.

There is a line for every product category of Odoo; a line without a category of its own takes that of the nearest
product category above it. A product may be put elsewhere (``cdiscount.product.category``): a small model and not a
company-dependent field, because one company may have several accounts, each with categories of its own.
"""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...compat import check_access, constraints


class CdiscountCategoryTarget(models.AbstractModel):
    """What both ways to choose a category have in common."""

    _name = "cdiscount.category.target"
    _description = "Choice of a Cdiscount Category"

    config_id = fields.Many2one(
        "cdiscount.config",
        "Account",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env["cdiscount.config"]._of_company(),
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    category_id = fields.Many2one(
        "cdiscount.category",
        "Cdiscount Category",
        index=True,
        ondelete="set null",
        domain="[('config_id', '=', config_id), ('level', '=', 3), ('is_active', '=', True)]",
    )
    category_closed = fields.Boolean("Closed", compute="_compute_category_closed")

    @api.depends("category_id.is_active", "category_id.active")
    def _compute_category_closed(self):
        for target in self:
            category = target.category_id
            target.category_closed = bool(category) and not category._takes_products()

    @api.constrains("category_id", "config_id")
    def _check_category(self):
        for target in self.filtered("category_id"):
            category = target.category_id
            if category.config_id != target.config_id:
                raise ValidationError(
                    _(
                        "%(category)s is a category of another account. Choose one of %(account)s.",
                        category=category.display_name,
                        account=target.config_id.name,
                    )
                )
            if category.level != 3:
                raise ValidationError(
                    _(
                        "%s has sub-categories: Cdiscount takes products on the third level only. Choose one of the "
                        "categories below it.",
                        category.display_name,
                    )
                )
            if not category._takes_products():
                raise ValidationError(
                    _("%s is closed: Cdiscount takes no new products in it. Choose another one.", category.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        created = super().create(vals_list)
        created.category_id._ensure_properties()
        return created

    def write(self, vals):
        done = super().write(vals)
        if vals.get("category_id"):
            self.category_id._ensure_properties()
        return done


class CdiscountCategoryMapping(models.Model):
    _name = "cdiscount.category.mapping"
    _inherit = "cdiscount.category.target"
    _description = "Cdiscount Category Matching"
    _order = "config_id, category_name, id"
    _rec_name = "product_category_id"

    vars().update(
        constraints(
            (
                "product_category_uniq",
                "unique(config_id, product_category_id)",
                "This product category has a line already: change the existing one.",
            ),
        )
    )

    product_category_id = fields.Many2one("product.category", required=True, index=True, ondelete="cascade")
    category_name = fields.Char(related="product_category_id.complete_name", store=True, string="Sort Name")
    state = fields.Selection(
        [("none", "Not chosen"), ("proposed", "To confirm"), ("confirmed", "Confirmed")],
        string="Status",
        default="none",
        required=True,
        readonly=True,
        help="A proposed category is not used before somebody has confirmed it.",
    )

    # ------------------------------------------------------------------ a choice made by a person is confirmed
    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_state(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_state(vals))

    @api.model
    def _with_state(self, vals):
        if "category_id" not in vals or "state" in vals:
            return vals
        return dict(vals, state="confirmed" if vals["category_id"] else "none")

    def action_confirm(self):
        """Use the proposed categories from now on."""
        check_access(self, "write")
        self.filtered(lambda line: line.state == "proposed").state = "confirmed"
        return True

    def action_clear(self):
        """Take the choice back: these product categories inherit again."""
        check_access(self, "write")
        self.filtered("category_id").write({"category_id": False})
        return True

    # ------------------------------------------------------------------ a line for every product category
    @api.model
    def _ensure_lines(self, configs):
        """Give every product category a line in each of these accounts; two who do it at once make one line each."""
        self.env["product.category"].flush_model()
        self.flush_model()
        self.env.cr.execute(
            """
            INSERT INTO cdiscount_category_mapping
                   (config_id, company_id, product_category_id, category_name, state,
                    create_uid, create_date, write_uid, write_date)
            SELECT config.id, config.company_id, category.id, category.complete_name, 'none',
                   %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM cdiscount_config config CROSS JOIN product_category category
             WHERE config.id = ANY(%(configs)s)
                ON CONFLICT (config_id, product_category_id) DO NOTHING
            """,
            {"configs": configs.ids, "uid": self.env.uid},
        )
        if self.env.cr.rowcount:
            self.invalidate_model()

    @api.model
    def action_open(self):
        """Open the mapping, with a line for each product category there is now."""
        configs = self.env["cdiscount.config"].search([])
        if configs:
            self._ensure_lines(configs)
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_category_mapping")
        if len(configs) > 1:
            action["context"] = {"search_default_by_account": 1}
        return action


class CdiscountProductCategory(models.Model):
    """A product that does not go where its product category goes."""

    _name = "cdiscount.product.category"
    _inherit = "cdiscount.category.target"
    _description = "Cdiscount Category of a Product"
    _order = "product_tmpl_id, config_id"
    _rec_name = "category_id"

    vars().update(
        constraints(
            (
                "template_uniq",
                "unique(config_id, product_tmpl_id)",
                "This product has a category of its own in this account already: change it.",
            ),
        )
    )

    product_tmpl_id = fields.Many2one("product.template", "Product", required=True, index=True, ondelete="cascade")
    category_id = fields.Many2one(required=True, ondelete="cascade")
