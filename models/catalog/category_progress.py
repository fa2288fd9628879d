"""How far the mapping of categories has come: of how many products it is known where they go."""

from odoo import api, fields, models


class CdiscountCategoryProgress(models.Model):
    _inherit = "cdiscount.category.mapping"

    effective_category_id = fields.Many2one(
        "cdiscount.category", "Used Category", compute="_compute_effective", search="_search_effective"
    )
    inherited_from_id = fields.Many2one("product.category", compute="_compute_effective")
    product_count = fields.Integer(
        "Products", compute="_compute_progress", help="Products that can be sold, those of sub-categories included."
    )
    covered_count = fields.Integer(
        "Products Covered", compute="_compute_progress", help="Products of which the Cdiscount category is known."
    )
    progress = fields.Float(compute="_compute_progress")

    @api.depends("category_id", "state", "config_id", "product_category_id.parent_path")
    def _compute_effective(self):
        categories = self.env["cdiscount.category"]
        categories._flush_choices()
        for config, lines in self.grouped("config_id").items():
            nearest = categories._nearest(config, lines.product_category_id.ids) if config else {}
            for line in lines:
                category, source = nearest.get(line.product_category_id.id, (False, False))
                line.effective_category_id = category
                line.inherited_from_id = source if source != line.product_category_id.id else False

    @api.model
    def _search_effective(self, operator, value):
        """Find lines by the category they use, their own or an inherited one; False for those that have none."""
        if operator not in ("=", "!=", "in", "not in"):
            value = self.env["cdiscount.category"].search([("search_words", operator, value)]).ids
            operator = "in"
        listed = {value} if value is None or isinstance(value, int) else set(value)
        listed = {one or False for one in listed}
        positive = operator in ("=", "in")
        lines = self.search([]).filtered(lambda line: ((line.effective_category_id.id or False) in listed) == positive)
        return [("id", "in", lines.ids)]

    @api.depends("category_id", "state", "config_id", "product_category_id.parent_path")
    def _compute_progress(self):
        for config, lines in self.grouped("config_id").items():
            totals = self._totals(config) if config else {}
            for line in lines:
                count, covered = totals.get(line.product_category_id.id, (0, 0))
                line.product_count, line.covered_count = count, covered
                line.progress = covered * 100 / count if count else 0

    @api.model
    def _totals(self, config):
        """Return ``{product category id: (products, of which covered)}`` of an account, sub-categories included.

        A product with a category of its own is covered wherever it is. Four statements.
        """
        categories = self.env["cdiscount.category"]
        categories._flush_choices()
        self.env.cr.execute(
            """
            SELECT category.id, category.parent_path, count(product.id),
                   count(product.id) FILTER (WHERE own.category_id IS NOT NULL)
              FROM product_category category
              LEFT JOIN product_template template
                     ON template.categ_id = category.id AND template.active AND template.sale_ok
                        AND (template.company_id IS NULL OR template.company_id = %(company)s)
                        AND template.type NOT IN ('service', 'combo')
              LEFT JOIN product_product product ON product.product_tmpl_id = template.id AND product.active
              LEFT JOIN cdiscount_product_category own
                     ON own.product_tmpl_id = template.id AND own.config_id = %(config)s
             GROUP BY category.id
            """,
            {"config": config.id, "company": config.company_id.id},
        )
        rows = self.env.cr.fetchall()
        nearest = categories._nearest(config, [row[0] for row in rows])
        totals = {row[0]: [0, 0] for row in rows}
        for category_id, parent_path, count, own in rows:
            covered = count if category_id in nearest else own
            for step in (parent_path or f"{category_id}/").split("/"):
                if step and int(step) in totals:
                    totals[int(step)][0] += count
                    totals[int(step)][1] += covered
        return {category_id: tuple(pair) for category_id, pair in totals.items()}


class CdiscountConfigCoverage(models.Model):
    _inherit = "cdiscount.config"

    category_count = fields.Integer("Categories", compute="_compute_category_coverage")
    brand_count = fields.Integer("Brands", compute="_compute_category_coverage")
    category_coverage = fields.Float(
        "Products With a Category",
        compute="_compute_category_coverage",
        help="Share of the products that can be sold whose Cdiscount category is known.",
    )

    def _compute_category_coverage(self):
        def count(model):
            groups = self.env[model]._read_group([("config_id", "in", self.ids)], ["config_id"], ["__count"])
            return {config.id: number for config, number in groups}

        categories, brands = count("cdiscount.category"), count("cdiscount.brand")
        roots = self.env["product.category"].search([("parent_id", "=", False)]).ids
        for config in self:
            config.category_count = categories.get(config.id, 0)
            config.brand_count = brands.get(config.id, 0)
            # Accounts are few: each is counted by itself.
            totals = self.env["cdiscount.category.mapping"]._totals(config)
            found = [totals.get(root, (0, 0)) for root in roots]
            products = sum(pair[0] for pair in found)
            config.category_coverage = sum(pair[1] for pair in found) * 100 / products if products else 0

    def action_open_category_mapping(self):
        """Open where the product categories go, for this account."""
        self.ensure_one()
        action = self.env["cdiscount.category.mapping"].action_open()
        return dict(action, domain=[("config_id", "=", self.id)], context={})

    def action_open_categories(self):
        """Open the categories of this account."""
        return self._open("cdiscount.category", self.env["cdiscount.category"]._description)
