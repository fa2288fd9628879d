"""Changes in Odoo that a published price may be made of are noted; nothing else is done here."""

from odoo import api, models

TAX_FIELDS = frozenset(
    (
        *("amount", "amount_type", "active", "sequence", "price_include", "price_include_override"),
        *("include_base_amount", "is_base_affected", "children_tax_ids", "cdiscount_contribution"),
        *("invoice_repartition_line_ids", "company_id"),
    )
)


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        result = super().write(vals)
        self.env["cdiscount.product.mapping"]._note_changes().written.append((self._name, self.ids, tuple(vals)))
        return result


class ProductProduct(models.Model):
    _inherit = "product.product"

    def write(self, vals):
        result = super().write(vals)
        self.env["cdiscount.product.mapping"]._note_changes().written.append((self._name, self.ids, tuple(vals)))
        return result


class ProductTemplateAttributeValue(models.Model):
    _inherit = "product.template.attribute.value"

    def write(self, vals):
        result = super().write(vals)
        if "price_extra" in vals or "ptav_active" in vals:
            scope = self.env["cdiscount.product.mapping"]._note_changes().scope
            scope.templates.update(self.product_tmpl_id.ids)
        return result


class ProductCategory(models.Model):
    _inherit = "product.category"

    def write(self, vals):
        result = super().write(vals)
        if "parent_id" in vals:
            self.env["cdiscount.product.mapping"]._note_changes().scope.categories.update(self.ids)
        return result


class AccountTax(models.Model):
    _inherit = "account.tax"

    def write(self, vals):
        result = super().write(vals)
        if not TAX_FIELDS.isdisjoint(vals):
            self.env["cdiscount.product.mapping"]._note_changes().taxes.update(self.ids)
        return result


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        # Whether prices include taxes where the tax does not say so.
        if "account_price_include" in vals:
            configs = self.env["cdiscount.config"].sudo().search([("company_id", "in", self.ids)])
            self.env["cdiscount.product.mapping"]._note_changes().configs.update(configs.ids)
        return result


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def write(self, vals):
        result = super().write(vals)
        if "currency_id" in vals or "active" in vals or "company_id" in vals:
            self._cdiscount_note_change()
        return result

    def _cdiscount_note_change(self):
        """Note that every price of these pricelists may be another one."""
        items = self.env["product.pricelist.item"]
        for pricelist in self:
            items._cdiscount_scope(pricelist.id).everything = True


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._cdiscount_note_change()
        return items

    def write(self, vals):
        # Of a rule that is moved, the products it leaves change their price as well.
        self._cdiscount_note_change()
        result = super().write(vals)
        self._cdiscount_note_change()
        return result

    def unlink(self):
        self._cdiscount_note_change()
        return super().unlink()

    def _cdiscount_note_change(self):
        """Note that the products these rules are about may have another price."""
        for item in self:
            scope = item._cdiscount_scope(item.pricelist_id.id)
            if item.applied_on == "0_product_variant":
                scope.products.update(item.product_id.ids)
            elif item.applied_on == "1_product":
                scope.templates.update(item.product_tmpl_id.ids)
            elif item.applied_on == "2_product_category" and item.categ_id:
                scope.categories.update(item.categ_id.ids)
            else:
                scope.everything = True

    @api.model
    def _cdiscount_scope(self, pricelist_id):
        """Return the Scope of what was noted about a pricelist in this transaction."""
        mappings = self.env["cdiscount.product.mapping"]
        return mappings._note_changes().pricelists.setdefault(pricelist_id, mappings._empty_scope())
