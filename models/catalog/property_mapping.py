"""Where the values of a property come from when nobody has entered them on the product."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...compat import constraints
from ...services.rules.field_path import PathError, parse_paths
from ...services.rules.product_sheet import choice_for


class CdiscountPropertyMapping(models.Model):
    """A property is filled from an attribute, from a field or with a fixed value, in one category or in all of them."""

    _name = "cdiscount.property.mapping"
    _description = "Cdiscount Property Matching"
    _order = "config_id, property_id, category_id nulls first, id"
    _rec_name = "property_id"

    vars().update(
        constraints(
            (
                "property_uniq",
                "unique(config_id, property_id, category_id)",
                "This property has a line already for this category: change the existing line.",
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
    property_id = fields.Many2one(
        "cdiscount.property",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('config_id', '=', config_id)]",
    )
    category_id = fields.Many2one(
        "cdiscount.category",
        "Only in Category",
        index=True,
        ondelete="cascade",
        domain="[('config_id', '=', config_id), ('level', '=', 3), ('property_ids.property_id', '=', property_id)]",
        help="Empty: in every category that asks for the property and has no line of its own.",
    )
    source = fields.Selection(
        [("attribute", "Attribute"), ("field", "Product field"), ("constant", "Fixed value")],
        "Filled From",
        default="attribute",
        required=True,
    )
    attribute_id = fields.Many2one("product.attribute", ondelete="cascade")
    field_path = fields.Char(
        "Field",
        help="Technical name of a field of the product, with points between, such as country_of_origin.name. "
        "Several, separated by |: the first that is not empty.",
    )
    constant = fields.Char("Fixed Value")
    value_ids = fields.One2many("cdiscount.property.mapping.value", "mapping_id", "Values", copy=True)
    value_count = fields.Integer("Values Translated", compute="_compute_value_count")

    @api.depends("value_ids")
    def _compute_value_count(self):
        for mapping in self:
            mapping.value_count = len(mapping.value_ids)

    @api.constrains("source", "attribute_id", "field_path", "constant", "property_id", "category_id", "config_id")
    def _check_source(self):
        for mapping in self:
            name = mapping.property_id.display_name
            if mapping.property_id.config_id != mapping.config_id:
                raise ValidationError(_("%s is a property of another account: choose it again.", name))
            if mapping.category_id and mapping.category_id.config_id != mapping.config_id:
                raise ValidationError(
                    _("%s is a category of another account: choose it again.", mapping.category_id.display_name)
                )
            if mapping.source == "attribute" and not mapping.attribute_id:
                raise ValidationError(_("%s: choose the attribute whose values are sent.", name))
            if mapping.source == "constant" and not (mapping.constant or "").strip():
                raise ValidationError(_("%s: enter the value that is sent for every product.", name))
            if mapping.source == "field":
                mapping._check_path(name)

    def _check_path(self, name):
        """What may be looked up is decided in one place, for fields of offers and for properties alike."""
        self.ensure_one()
        sources = self.env["cdiscount.field.mapping"]
        try:
            paths = parse_paths(self.field_path or "")
        except PathError:
            raise ValidationError(
                _(
                    "%s: enter names of fields with points between them, for example product_tmpl_id.name. Nothing is "
                    "calculated here.",
                    name,
                )
            ) from None
        users = self.config_id.user_id | (self.env["res.users"] if self.env.su else self.env.user)
        for path in paths:
            for user in users:
                problem = sources._path_refusal(path, user)
                if problem:
                    raise ValidationError(_("%(property)s: %(problem)s", property=name, problem=problem))

    @api.constrains("property_id", "category_id", "config_id")
    def _check_one_for_all(self):
        # The database takes two lines without a category for different ones.
        for mapping in self.filtered(lambda mapping: not mapping.category_id):
            domain = [
                ("id", "!=", mapping.id),
                ("config_id", "=", mapping.config_id.id),
                ("property_id", "=", mapping.property_id.id),
                ("category_id", "=", False),
            ]
            if self.search_count(domain, limit=1):
                raise ValidationError(
                    _(
                        "%s has a line already for all categories: change the existing line.",
                        mapping.property_id.display_name,
                    )
                )

    def action_list_values(self):
        """Add a line for each value of the attribute that is not written like an allowed one, to be chosen by hand."""
        added = 0
        for mapping in self.filtered(lambda mapping: mapping.source == "attribute"):
            known = set(mapping.value_ids.mapped("odoo_value"))
            allowed = mapping._allowed()
            french = mapping.config_id._as_account(mapping.attribute_id).value_ids.mapped("name")
            names = [name for name in dict.fromkeys(french) if name not in known and choice_for(name, allowed) is None]
            mapping.value_ids = [fields.Command.create({"odoo_value": name}) for name in names]
            added += len(names)
        text = _("Values to translate: %s.", added) if added else _("Every value is known already.")
        notification = self.env["cdiscount.config"]._notify(text)
        notification["params"]["next"] = {"type": "ir.actions.client", "tag": "soft_reload"}
        return notification

    def _allowed(self):
        self.ensure_one()
        domain = [("property_id", "=", self.property_id.id)]
        if self.category_id:
            domain.append(("category_id", "=", self.category_id.id))
        return set(self.env["cdiscount.category.choice"].search(domain).mapped("name"))


class CdiscountPropertyMappingValue(models.Model):
    """What a value of Odoo is called on the marketplace, where the two are written differently."""

    _name = "cdiscount.property.mapping.value"
    _description = "Cdiscount Value Translation"
    _order = "mapping_id, odoo_value"
    _rec_name = "odoo_value"

    vars().update(
        constraints(("value_uniq", "unique(mapping_id, odoo_value)", "This value is in the list already: change it."))
    )

    mapping_id = fields.Many2one("cdiscount.property.mapping", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="mapping_id.company_id", store=True, index=True)
    property_id = fields.Many2one(related="mapping_id.property_id")
    odoo_value = fields.Char("In Odoo", required=True)
    choice_id = fields.Many2one(
        "cdiscount.category.choice",
        "Allowed Value",
        compute="_compute_choice_id",
        inverse="_inverse_choice_id",
        domain="[('property_id', '=', property_id)]",
    )
    value = fields.Char("On Cdiscount", help="Empty: products with this value have none on Cdiscount.")

    @api.depends("value", "property_id")
    def _compute_choice_id(self):
        names = [line.value for line in self if line.value]
        domain = [("property_id", "in", self.property_id.ids), ("name", "in", names)]
        choices = {(one.property_id, one.name): one for one in self.env["cdiscount.category.choice"].search(domain)}
        for line in self:
            line.choice_id = choices.get((line.property_id, line.value), False)

    def _inverse_choice_id(self):
        for line in self.filtered("choice_id"):
            line.value = line.choice_id.name

    @api.onchange("choice_id")
    def _onchange_choice_id(self):
        if self.choice_id:
            self.value = self.choice_id.name
