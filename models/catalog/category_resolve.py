"""Which category of the marketplace the products of an account go to."""

from odoo import api, models


class CdiscountCategoryResolve(models.Model):
    _inherit = "cdiscount.category"

    @api.model
    def _of_products(self, config, products):
        """Return ``{product.id: category}``: the product's own, else that of the nearest mapped product category.

        Three statements whatever the number of products; an empty recordset where nothing is mapped.

        :param products: product.product records
        """
        self._flush_choices()
        self.env.cr.execute(
            """
            SELECT product.id, template.categ_id, own.category_id
              FROM product_product product
              JOIN product_template template ON template.id = product.product_tmpl_id
              LEFT JOIN cdiscount_product_category own
                     ON own.product_tmpl_id = template.id AND own.config_id = %s
             WHERE product.id = ANY(%s)
            """,
            (config.id, list(products.ids)),
        )
        return self._chosen(config, self.env.cr.fetchall(), products.ids)

    @api.model
    def _of_templates(self, config, templates):
        """The same for product.template records: ``{template.id: category}``."""
        self._flush_choices()
        self.env.cr.execute(
            """
            SELECT template.id, template.categ_id, own.category_id
              FROM product_template template
              LEFT JOIN cdiscount_product_category own
                     ON own.product_tmpl_id = template.id AND own.config_id = %s
             WHERE template.id = ANY(%s)
            """,
            (config.id, list(templates.ids)),
        )
        return self._chosen(config, self.env.cr.fetchall(), templates.ids)

    @api.model
    def _chosen(self, config, rows, ids):
        """Return ``{id: category or empty}`` from rows of (id, product category, category of its own)."""
        nearest = self._nearest(config, {product_category for _id, product_category, own in rows if not own})
        found = {one: own or nearest.get(product_category, (None, None))[0] for one, product_category, own in rows}
        # One recordset behind all of them, so that reading one reads all.
        together = self.browse(sorted({category for category in found.values() if category}))
        by_id = {category.id: category for category in together}
        return {one: by_id.get(found.get(one), self.browse()) for one in ids}

    @api.model
    def _nearest(self, config, product_category_ids, proposed=False):
        """Return ``{product category id: (category id, id of the product category it comes from)}`` of those mapped.

        :param proposed: count proposals that nobody has confirmed as well
        """
        wanted = sorted(one for one in product_category_ids if one)
        if not wanted:
            return {}
        self.env.cr.execute(
            """
            SELECT product_category_id, category_id FROM cdiscount_category_mapping
             WHERE config_id = %s AND category_id IS NOT NULL AND state = ANY(%s)
            """,
            (config.id, ["confirmed", "proposed"] if proposed else ["confirmed"]),
        )
        mapped = dict(self.env.cr.fetchall())
        self.env.cr.execute("SELECT id, parent_path FROM product_category WHERE id = ANY(%s)", (wanted,))
        found = {}
        for category_id, parent_path in self.env.cr.fetchall():
            for above in reversed([int(step) for step in (parent_path or f"{category_id}/").split("/") if step]):
                if above in mapped:
                    found[category_id] = (mapped[above], above)
                    break
        return found

    @api.model
    def _used(self, config):
        """Return the categories of an account that products go to, or may go to: mapped or chosen on a product."""
        mapped = self.env["cdiscount.category.mapping"].sudo().search([("config_id", "=", config.id)]).category_id
        return (
            mapped | self.env["cdiscount.product.category"].sudo().search([("config_id", "=", config.id)]).category_id
        )

    @api.model
    def _flush_choices(self):
        for model in ("product.product", "product.template", "product.category"):
            self.env[model].flush_model()
        for model in ("cdiscount.category.mapping", "cdiscount.product.category"):
            self.env[model].flush_model()
