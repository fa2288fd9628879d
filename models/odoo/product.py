"""From a product to what the marketplace knows of it."""

from odoo import _, fields, models

GROUP = "cdiscount_store_management.group_user"


class ProductTemplate(models.Model):
    _inherit = "product.template"

    cdiscount_reference_count = fields.Integer(
        "Cdiscount References", compute="_compute_cdiscount_counts", groups=GROUP
    )
    cdiscount_line_count = fields.Integer("Cdiscount Order Lines", compute="_compute_cdiscount_counts", groups=GROUP)

    def _compute_cdiscount_counts(self):
        for template in self:
            variants = template.with_context(active_test=False).product_variant_ids
            template.cdiscount_reference_count = sum(variants.mapped("cdiscount_reference_count"))
            template.cdiscount_line_count = sum(variants.mapped("cdiscount_line_count"))

    def action_open_cdiscount_references(self):
        """Open what this product is called on Cdiscount."""
        return self.with_context(active_test=False).product_variant_ids.action_open_cdiscount_references()

    def action_open_cdiscount_lines(self):
        """Open the Cdiscount order lines in which this product was sold."""
        return self.with_context(active_test=False).product_variant_ids.action_open_cdiscount_lines()


class ProductProduct(models.Model):
    _inherit = "product.product"

    cdiscount_reference_count = fields.Integer(
        "Cdiscount References", compute="_compute_cdiscount_counts", groups=GROUP
    )
    cdiscount_line_count = fields.Integer("Cdiscount Order Lines", compute="_compute_cdiscount_counts", groups=GROUP)

    def _compute_cdiscount_counts(self):
        def count(model):
            groups = self.env[model]._read_group([("product_id", "in", self.ids)], ["product_id"], ["__count"])
            return {product.id: number for product, number in groups}

        references = count("cdiscount.product.mapping")
        lines = count("cdiscount.order.mapping.line")
        for product in self:
            product.cdiscount_reference_count = references.get(product.id, 0)
            product.cdiscount_line_count = lines.get(product.id, 0)

    def action_open_cdiscount_references(self):
        """Open what these products are called on Cdiscount."""
        return self._open_cdiscount("action_product_mapping", _("Cdiscount References"))

    def action_open_cdiscount_lines(self):
        """Open the Cdiscount order lines in which these products were sold."""
        return self._open_cdiscount("action_order_line", _("Cdiscount Order Lines"))

    def _open_cdiscount(self, xml_id, name):
        action = self.env["ir.actions.act_window"]._for_xml_id(f"cdiscount_store_management.{xml_id}")
        return dict(
            action,
            name=name,
            domain=[("product_id", "in", self.ids)],
            context={"default_product_id": self[:1].id} if xml_id == "action_product_mapping" else {},
        )
