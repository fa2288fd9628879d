"""Which Odoo product an order line means."""

from odoo import api, models

from ...compat import storable_product_values


class CdiscountOrderProduct(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _find_products(self, config, lines):
        """Return ``{(sku, gtin): product}`` for order lines (payload values): by SKU first, then by GTIN.

        Two queries for any number of lines. An archived product is still the product that was sold.
        """
        products = self.env["product.product"].with_context(active_test=False)
        company = [("company_id", "in", (False, config.company_id.id))]
        skus = {line.sku for line in lines if line.sku}
        gtins = {line.gtin for line in lines if line.gtin}
        variants = gtins | {gtin.lstrip("0") for gtin in gtins}
        by_sku, by_gtin = {}, {}
        for product in products.search([("default_code", "in", list(skus)), *company], order="active, id desc"):
            by_sku[product.default_code] = product
        for product in products.search([("barcode", "in", list(variants)), *company], order="active, id desc"):
            by_gtin[product.barcode.lstrip("0")] = product
        return {
            (line.sku, line.gtin): by_sku.get(line.sku) or by_gtin.get((line.gtin or "").lstrip("0")) for line in lines
        }

    @api.model
    def _create_product(self, config, line, unit_incl):
        """Create the product of an order line nobody knows, so that the order can be prepared and completed later."""
        return self.env["product.product"].create(
            {
                "name": line.title or line.sku,
                "default_code": line.sku or False,
                "barcode": line.gtin or False,
                "list_price": float(unit_incl),
                "sale_ok": True,
                "company_id": config.company_id.id,
                **storable_product_values(self.env),
            }
        )
