"""What a person says of a product for the marketplace: its colour, its material, as the category wants them."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...compat import constraints
from .category_property import NECESSITIES


class CdiscountPropertyValue(models.Model):
    """One value of one property of a product, or of one of its variants. Several lines are several values."""

    _name = "cdiscount.property.value"
    _description = "Cdiscount Property of a Product"
    _order = "product_tmpl_id, config_id, property_id, product_id, id"
    _rec_name = "value"
    _check_company_auto = True

    vars().update(
        constraints(
            (
                "value_uniq",
                "unique(config_id, product_tmpl_id, product_id, property_id, value)",
                "This product has this value already.",
            ),
        )
    )

    config_id = fields.Many2one(
        "cdiscount.config",
        "Account",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env["cdiscount.config"]._of_company(),
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    product_tmpl_id = fields.Many2one("product.template", "Product", required=True, index=True, ondelete="cascade")
    product_id = fields.Many2one(
        "product.product",
        "Variant",
        index=True,
        ondelete="cascade",
        domain="[('product_tmpl_id', '=', product_tmpl_id)]",
        help="Empty: for all variants that have no value of their own.",
    )
    category_id = fields.Many2one("cdiscount.category", "Cdiscount Category", compute="_compute_category_id")
    property_id = fields.Many2one(
        "cdiscount.property",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('config_id', '=', config_id), ('category_property_ids.category_id', '=', category_id)]",
    )
    value = fields.Char(help="As Cdiscount is told. Several values of one property are several lines.")
    choice_id = fields.Many2one(
        "cdiscount.category.choice",
        "Allowed Value",
        compute="_compute_choice_id",
        inverse="_inverse_choice_id",
        domain="[('property_id', '=', property_id), ('category_id', '=', category_id)]",
    )
    necessity = fields.Selection(NECESSITIES, compute="_compute_choice_id")
    category_property_id = fields.Many2one("cdiscount.category.property", compute="_compute_choice_id")
    problem = fields.Char(compute="_compute_choice_id", help="Why Cdiscount would not take this line.")

    # ------------------------------------------------------------------ what the category says
    @api.depends("product_tmpl_id", "config_id", "product_tmpl_id.categ_id")
    def _compute_category_id(self):
        for config, lines in self.grouped("config_id").items():
            found = (
                self.env["cdiscount.category"]._of_templates(config, lines.product_tmpl_id._origin) if config else {}
            )
            for line in lines:
                line.category_id = found.get(line.product_tmpl_id._origin.id, False)

    @api.depends("category_id", "property_id", "value")
    def _compute_choice_id(self):
        links = self.env["cdiscount.category.property"].search(
            [("category_id", "in", self.category_id.ids), ("property_id", "in", self.property_id.ids)]
        )
        by_place = {(link.category_id, link.property_id): link for link in links}
        values = {line.value for line in self if line.value}
        choices = self.env["cdiscount.category.choice"].search(
            [("category_property_id", "in", links.ids), ("name", "in", list(values))]
        )
        by_name = {(choice.category_property_id, choice.name): choice for choice in choices}
        for line in self:
            link = by_place.get((line.category_id, line.property_id))
            line.category_property_id = link or False
            line.necessity = link.necessity if link else False
            line.choice_id = by_name.get((link, line.value), False) if link else False
            line.problem = line._problem_with(link)

    def _problem_with(self, link):
        """Return what is wrong with the line, in words."""
        self.ensure_one()
        if self.category_id.properties_at and self.property_id and not link:
            return _("Not asked for in %s.", self.category_id.label)
        if link and not self.value:
            return _("To fill in.") if link.necessity == "mandatory" else False
        if link and link.choice_count and not self.choice_id:
            return _("Not among the allowed values: choose one of them.")
        return False

    def _inverse_choice_id(self):
        for line in self.filtered("choice_id"):
            line.value = line.choice_id.name

    @api.onchange("choice_id")
    def _onchange_choice_id(self):
        if self.choice_id:
            self.value = self.choice_id.name

    # ------------------------------------------------------------------ checks
    @api.constrains("product_id", "product_tmpl_id", "property_id", "config_id")
    def _check_belongs(self):
        for line in self:
            if line.product_id and line.product_id.product_tmpl_id != line.product_tmpl_id:
                raise ValidationError(
                    _(
                        "%(variant)s is not a variant of %(product)s.",
                        variant=line.product_id.display_name,
                        product=line.product_tmpl_id.display_name,
                    )
                )
            if line.property_id.config_id != line.config_id:
                raise ValidationError(
                    _(
                        "%(property)s is a property of another account than %(account)s: choose it again.",
                        property=line.property_id.display_name,
                        account=line.config_id.name,
                    )
                )

    @api.constrains("config_id", "product_tmpl_id", "product_id", "property_id", "value")
    def _check_once(self):
        # The database takes two lines without a variant, or without a value, for different ones.
        groups = self._read_group(
            [("product_tmpl_id", "in", self.product_tmpl_id.ids)],
            ["config_id", "product_tmpl_id", "product_id", "property_id", "value"],
            ["__count"],
            having=[("__count", ">", 1)],
        )
        if groups:
            config, template, _variant, prop, _value, _count = groups[0]
            raise ValidationError(
                _(
                    "%(product)s has the same line for %(property)s twice (%(account)s): remove one.",
                    product=template.display_name,
                    property=prop.display_name,
                    account=config.name,
                )
            )
