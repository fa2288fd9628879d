"""What a person says of a product for the marketplace: its category where it is not the usual one, its properties."""

from odoo import _, api, fields, models

from ...compat import check_access

GROUP = "cdiscount_store_management.group_user"


class ProductTemplate(models.Model):
    _inherit = "product.template"

    cdiscount_category_ids = fields.One2many(
        "cdiscount.product.category",
        "product_tmpl_id",
        "Cdiscount Categories",
        groups=GROUP,
        copy=True,
        help="Only where this product does not go where its product category goes.",
    )
    cdiscount_property_ids = fields.One2many(
        "cdiscount.property.value", "product_tmpl_id", "Cdiscount Properties", groups=GROUP, copy=True
    )
    cdiscount_category_text = fields.Text("Goes To", compute="_compute_cdiscount_category_text", groups=GROUP)
    cdiscount_missing_text = fields.Text(
        "Required Properties Without a Value", compute="_compute_cdiscount_missing_text", groups=GROUP
    )

    def _cdiscount_configs(self):
        return self.env["cdiscount.config"].search([("company_id", "in", self.env.companies.ids)])

    @api.depends("categ_id", "cdiscount_category_ids.category_id")
    @api.depends_context("allowed_company_ids")
    def _compute_cdiscount_category_text(self):
        lines = {template.id: [] for template in self}
        for config in self._cdiscount_configs():
            found = self.env["cdiscount.category"]._of_templates(config, self._origin)
            for template in self:
                category = found.get(template._origin.id)
                name = category.display_name if category else _("no category yet: choose one for the product category")
                lines[template.id].append(f"{config.name}: {name}")
        for template in self:
            template.cdiscount_category_text = "\n".join(lines[template.id])

    @api.depends("categ_id", "cdiscount_category_ids.category_id", "cdiscount_property_ids.value")
    @api.depends_context("allowed_company_ids")
    def _compute_cdiscount_missing_text(self):
        lines = {template.id: [] for template in self}
        for config in self._cdiscount_configs():
            missing = self._origin._cdiscount_missing(config)
            for template in self:
                labels = [one.label or one.reference for one in missing.get(template._origin.id, ())]
                if labels:
                    lines[template.id].append(f"{config.name}: {', '.join(labels)}")
        for template in self:
            template.cdiscount_missing_text = "\n".join(lines[template.id])

    def _cdiscount_missing(self, config):
        """Return ``{template.id: required properties}`` for which at least one variant has no value."""
        variants = self.product_variant_ids
        found = {}
        for product_id, properties in self.env["cdiscount.property.value"]._missing(config, variants).items():
            template = variants.browse(product_id).product_tmpl_id
            known = found.setdefault(template.id, [])
            known.extend(one for one in properties if one not in known)
        return found

    def action_add_cdiscount_properties(self):
        """Add an empty line for each required property that has no value yet, to be filled in."""
        self.ensure_one()
        values = self.env["cdiscount.property.value"]
        check_access(values.browse(), "create")
        configs = self._cdiscount_configs()
        rows, waiting = [], []
        for config in configs:
            category = self.env["cdiscount.category"]._of_templates(config, self)[self.id]
            if not category:
                continue
            if not category.properties_at:
                category._ensure_properties()
                waiting.append(category.label or category.reference)
            empty = self.cdiscount_property_ids.filtered(lambda line, config=config: line.config_id == config)
            for one in self._cdiscount_missing(config).get(self.id, ()):
                if one.reference not in empty.property_id.mapped("reference"):
                    rows.append((config, one.reference))
        for config, reference in rows:
            prop = self.env["cdiscount.property"].search([("config_id", "=", config.id), ("reference", "=", reference)])
            values.create({"config_id": config.id, "product_tmpl_id": self.id, "property_id": prop.id})
        if waiting and not rows:
            # No error: that would take back what was just asked for.
            text = _("The properties of %s are being downloaded: try again in a minute.", ", ".join(waiting))
            return self.env["cdiscount.config"]._notify(text)
        return True
