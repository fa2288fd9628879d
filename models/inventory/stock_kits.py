"""Kits: products that are sold as one and lie in the warehouse as their components (mrp, when it is installed)."""

from odoo import api, models

from ...compat import is_storable

DEEPEST = 10
"""Kits within kits; a kit that contains itself ends here."""


class CdiscountStockKits(models.Model):
    _inherit = "cdiscount.stock.mapping"

    @api.model
    def _has_kits(self):
        return "mrp.bom" in self.env

    @api.model
    def _kit_needs(self, config, products):
        """Return ``{kit id: {component id: units in one kit}}`` for those of ``products`` that are kits.

        Components that are not counted in stock are left out, as Odoo does. One search per level of kits within kits.
        """
        if not self._has_kits() or not products:
            return {}
        direct, level = {}, products.sudo().with_company(config.company_id)
        boms = self.env["mrp.bom"].sudo().with_company(config.company_id)
        for _depth in range(DEEPEST):
            found = boms._bom_find(level, company_id=config.company_id.id, bom_type="phantom")
            parts = level.browse()
            for product in level:
                bom = found.get(product)
                if bom:
                    direct[product.id] = self._bom_parts(bom, product)
                    parts |= parts.browse(direct[product.id])
            level = parts.filtered(lambda part: part.id not in direct)
            if not level:
                break
        storable = {
            part.id
            for part in products.sudo().browse({part for parts in direct.values() for part in parts})
            if is_storable(part)
        }
        return {
            product_id: self._flatten(product_id, direct, storable)
            for product_id in products.ids
            if product_id in direct
        }

    @api.model
    def _bom_parts(self, bom, product):
        """Return ``{part id: units}`` of one unit of a kit."""
        made = bom.product_uom_id._compute_quantity(bom.product_qty, product.uom_id, round=False) or 1.0
        parts = {}
        for line in bom.bom_line_ids:
            if line._skip_bom_line(product):
                continue
            units = line.product_uom_id._compute_quantity(line.product_qty, line.product_id.uom_id, round=False)
            parts[line.product_id.id] = parts.get(line.product_id.id, 0.0) + units / made
        return parts

    @api.model
    def _flatten(self, product_id, direct, storable, units=1.0, depth=0):
        needs = {}
        for part, each in direct[product_id].items():
            if part in direct and depth < DEEPEST:
                below = self._flatten(part, direct, storable, units * each, depth + 1)
            else:
                below = {part: units * each} if part in storable else {}
            for component, count in below.items():
                needs[component] = needs.get(component, 0.0) + count
        return needs

    @api.model
    def _in_components(self, ordered, needs):
        """Return demand ``{product id: units}`` with the kits in it replaced by their components."""
        demand = {}
        for product_id, units in ordered.items():
            for component, each in needs.get(product_id, {product_id: 1.0}).items():
                demand[component] = demand.get(component, 0.0) + units * each
        return demand

    @api.model
    def _kits_with(self, product_ids):
        """Return the ids of all kits that contain one of these products, at any depth."""
        if not self._has_kits() or not product_ids:
            return set()
        self.env.flush_all()
        self.env.cr.execute(
            """
            WITH RECURSIVE kit(id) AS (
                SELECT unnest(%s::int[])
                 UNION
                SELECT product.id
                  FROM kit
                  JOIN mrp_bom_line line ON line.product_id = kit.id
                  JOIN mrp_bom bom ON bom.id = line.bom_id AND bom.type = 'phantom' AND bom.active
                  JOIN product_product product ON product.product_tmpl_id = bom.product_tmpl_id
                   AND (bom.product_id IS NULL OR bom.product_id = product.id)
            )
            SELECT id FROM kit WHERE id <> ALL(%s)
            """,
            (list(product_ids), list(product_ids)),
        )
        return {row[0] for row in self.env.cr.fetchall()}
