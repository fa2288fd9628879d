"""Which commission a product bears: what was really kept, else by category, else of the account."""

from datetime import timedelta
from decimal import Decimal

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...compat import constraints

LEARN_DAYS = 90
KEPT = """
SELECT product_id, SUM(commission_without_vat), SUM(amount_total)
  FROM cdiscount_order_mapping_line
 WHERE config_id = %s AND product_id = ANY(%s) AND live AND purchased_at >= %s
   AND commission_without_vat > 0 AND amount_total > 0
 GROUP BY product_id
"""


class CdiscountCommissionRate(models.Model):
    _name = "cdiscount.commission.rate"
    _description = "Cdiscount Commission by Category"
    _order = "config_id, categ_id"
    _rec_name = "categ_id"

    vars().update(
        constraints(
            ("categ_uniq", "unique(config_id, categ_id)", "This category has a commission already: change that line."),
        )
    )

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    categ_id = fields.Many2one("product.category", "Product Category", required=True, ondelete="cascade")
    rate = fields.Float(
        "Commission %", required=True, help="Of the price with VAT, without the VAT on the commission itself."
    )

    @api.constrains("rate")
    def _check_rate(self):
        if any(not 0 <= line.rate < 100 for line in self):
            raise ValidationError(_("A commission is a percentage: from 0 to less than 100."))

    @api.model
    def _of_products(self, config, products):
        """Return ``{product.id: Decimal percent}`` of the price with VAT, the commission itself without VAT."""
        learnt = self._learnt(config, products) if config.floor_learn else {}
        by_category = {line.categ_id.id: line.rate for line in config.sudo().commission_ids}
        found = {}
        for product in products:
            rate = learnt.get(product.id)
            if rate is None:
                path = [int(part) for part in (product.categ_id.parent_path or "").split("/") if part]
                nearest = next((by_category[categ] for categ in reversed(path) if categ in by_category), None)
                rate = Decimal(str(round(config.floor_commission if nearest is None else nearest, 4)))
            found[product.id] = rate
        return found

    @api.model
    def _learnt(self, config, products):
        self.env["cdiscount.order.mapping.line"].flush_model()
        since = fields.Datetime.now() - timedelta(days=LEARN_DAYS)
        self.env.cr.execute(KEPT, (config.id, products.ids, since))
        return {
            product: Decimal(str(round(float(kept) * 100 / float(sold), 4)))
            for product, kept, sold in self.env.cr.fetchall()
        }
