"""The marketplace's categories, as the account's marketplace has them.

Each account keeps its own: a sandbox and the real service know different ones, and an account that is deleted takes its
own with it. Eight thousand rows are little.
"""

from datetime import timedelta

from odoo import _, api, fields, models

from ...compat import check_access, constraints, parent_path_options
from ...services.payloads.category import PRODUCT_LEVEL, Category

PROPERTIES_KEPT = timedelta(days=30)


class CdiscountCategory(models.Model):
    _name = "cdiscount.category"
    _inherit = "cdiscount.word.search"
    _description = "Cdiscount Category"
    _order = "config_id, reference"
    _rec_name = "complete_name"
    _rec_names_search = ["search_words"]
    _exact_fields = ("reference", "complete_name", "label")
    _parent_store = True

    vars().update(
        constraints(("reference_uniq", "unique(config_id, reference)", "This account has this category already."))
    )

    config_id = fields.Many2one(
        "cdiscount.config", "Account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    reference = fields.Char("Code", required=True, readonly=True, help="Two characters for each level, such as 0Z0102.")
    label = fields.Char("Name", readonly=True)
    complete_name = fields.Char("Category", readonly=True)
    level = fields.Integer(readonly=True, help="Products go into categories of level 3.")
    parent_reference = fields.Char(readonly=True)
    parent_id = fields.Many2one("cdiscount.category", "Parent Category", readonly=True, index=True, ondelete="set null")
    parent_path = fields.Char(index=True, **parent_path_options())
    active = fields.Boolean(default=True, help="Categories that are no longer on Cdiscount are archived.")
    is_active = fields.Boolean(
        "Takes Products", default=True, readonly=True, help="A closed category takes no new products."
    )
    brand_mandatory = fields.Boolean("Brand Required", readonly=True)
    is_variant = fields.Boolean("With Variants", readonly=True, help="Its products need a variant group.")
    detailed = fields.Boolean(readonly=True, help="Name and flags are known, not only the code.")
    properties_at = fields.Datetime("Properties Downloaded", readonly=True, copy=False)
    property_ids = fields.One2many("cdiscount.category.property", "category_id", "Properties", readonly=True)

    @api.depends("complete_name", "reference")
    def _compute_display_name(self):
        for category in self:
            name = category.complete_name
            category.display_name = f"{name} ({category.reference})" if name else category.reference

    # ------------------------------------------------------------------ for whoever publishes
    def _payload(self):
        """Return the category as the rules of services take it; None for an empty recordset.

        A category that is gone from the marketplace counts as closed.
        """
        if not self:
            return None
        self.ensure_one()
        return Category(
            reference=self.reference,
            label=self.label or "",
            level=self.level,
            parent=self.parent_reference or "",
            is_active=self.is_active and self.active,
            is_brand_mandatory=self.brand_mandatory,
            is_variant=self.is_variant,
            detailed=self.detailed,
        )

    def _takes_products(self):
        self.ensure_one()
        return self.level == PRODUCT_LEVEL and self.is_active and self.active

    def _ensure_properties(self):
        """Have the properties of these categories downloaded where they are unknown or a month old."""
        limit = fields.Datetime.now() - PROPERTIES_KEPT
        wanted = self.sudo().filtered(
            lambda category: (
                category.level == PRODUCT_LEVEL
                and category.active
                and (not category.properties_at or category.properties_at < limit)
            )
        )
        for config, categories in wanted.grouped("config_id").items():
            self.env["cdiscount.queue"].sudo()._enqueue(config, "property_pull", categories.mapped("reference"))

    # ------------------------------------------------------------------ buttons
    def action_pull_properties(self):
        """Download the properties of these categories again."""
        check_access(self.config_id, "write")
        for config, categories in self.grouped("config_id").items():
            config._require_connection()
            taken = categories.filtered(lambda category: category.level == PRODUCT_LEVEL)
            keys = taken.mapped("reference")
            self.env["cdiscount.queue"].sudo()._enqueue(config, "property_pull", keys, payload={"asked": True})
        return self.env["cdiscount.config"]._notify(_("The properties are being downloaded."))
