"""What an account keeps back of the products of a category."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...compat import constraints
from ...services.rules.stock import Buffer, Limits


class CdiscountStockSetting(models.AbstractModel):
    """Something of an account (``config_id``) from which the quantities of its offers follow."""

    _name = "cdiscount.stock.setting"
    _description = "Setting of the Published Stock"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.config_id._work_out_stock_anew()
        return records

    def write(self, vals):
        before = self.config_id
        result = super().write(vals)
        (before | self.config_id)._work_out_stock_anew()
        return result

    def unlink(self):
        configs = self.config_id
        result = super().unlink()
        configs._work_out_stock_anew()
        return result


class CdiscountStockLimits(models.AbstractModel):
    """How much is kept back and shown at most: said for an offer or a category, instead of what is said above it."""

    _name = "cdiscount.stock.limits"
    _description = "Limits of the Published Quantity"

    stock_buffer_own = fields.Boolean(
        "Own Safety Stock", help="The safety stock given here counts instead of the category's and the account's."
    )
    stock_buffer_units = fields.Integer("Safety Stock", help="Units kept back from what is published.")
    stock_buffer_percent = fields.Float(
        "Safety Stock (%)", help="Part of what is available that is kept back. The larger of units and part counts."
    )
    stock_limit_own = fields.Boolean(
        "Own Limits", help="The limits given here count instead of the category's and the account's."
    )
    stock_cap = fields.Integer("At Most", help="Never publish more units than this. 0: no limit.")
    stock_cap_percent = fields.Float(
        "At Most (%)", help="Never publish more than this part of what is available. 0: no limit."
    )
    stock_minimum = fields.Integer("At Least", help="Fewer units than this are published as 0.")

    @api.constrains("stock_buffer_units", "stock_buffer_percent", "stock_cap", "stock_cap_percent", "stock_minimum")
    def _check_stock_limits(self):
        for record in self:
            if min(record.stock_buffer_units, record.stock_cap, record.stock_minimum) < 0:
                raise ValidationError(_("Safety stock and limits cannot be negative: enter 0 or more units."))
            if not (0 <= record.stock_buffer_percent <= 100 and 0 <= record.stock_cap_percent <= 100):
                raise ValidationError(_("A part of the stock is between 0 and 100 percent."))

    def _stock_buffer(self):
        """Return the Buffer said here, or None when nothing is said."""
        self.ensure_one()
        return Buffer(self.stock_buffer_units, self.stock_buffer_percent) if self.stock_buffer_own else None

    def _stock_limits(self):
        """Return the Limits said here, or None when nothing is said."""
        self.ensure_one()
        if not self.stock_limit_own:
            return None
        return Limits(self.stock_cap, self.stock_cap_percent, self.stock_minimum)


class CdiscountStockRule(models.Model):
    _name = "cdiscount.stock.rule"
    _inherit = ["cdiscount.stock.limits", "cdiscount.stock.setting"]
    _description = "Cdiscount Stock Rule of a Category"
    _order = "config_id, categ_id"
    _rec_name = "categ_id"

    vars().update(
        constraints(
            (
                "category_uniq",
                "unique(config_id, categ_id)",
                "This category has a rule already: change the existing one.",
            ),
        )
    )

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    categ_id = fields.Many2one(
        "product.category",
        "Product Category",
        required=True,
        ondelete="cascade",
        help="The rule counts for the categories below it too, until one of them has a rule of its own.",
    )
    stock_buffer_own = fields.Boolean(default=True)

    @api.model
    def _of_categories(self, config, categories):
        """Return ``{category.id: (Buffer or None, Limits or None)}``, each from the nearest category that says it."""
        rules = {rule.categ_id.id: rule for rule in self.sudo().search([("config_id", "=", config.id)])}
        found = {}
        for category in categories.sudo() if rules else ():
            chain = [rules.get(int(part)) for part in reversed((category.parent_path or "").split("/")[:-1])]
            chain = [rule for rule in chain if rule]
            found[category.id] = (
                next((rule._stock_buffer() for rule in chain if rule.stock_buffer_own), None),
                next((rule._stock_limits() for rule in chain if rule.stock_limit_own), None),
            )
        return found
