"""What the marketplace wants to be told of the products of a category."""

from odoo import _, api, fields, models

from ...compat import constraints
from ...services.payloads.category import Property

NECESSITIES = [("mandatory", "Required"), ("recommended", "Recommended"), ("optional", "Optional")]


class CdiscountProperty(models.Model):
    """A property such as "Couleur" (37002). It is one for all categories; allowed values are of each category."""

    _name = "cdiscount.property"
    _inherit = "cdiscount.word.search"
    _description = "Cdiscount Property"
    _order = "config_id, name, reference"
    _rec_names_search = ["search_words"]
    _exact_fields = ("reference", "name")

    vars().update(
        constraints(("reference_uniq", "unique(config_id, reference)", "This account has this property already."))
    )

    config_id = fields.Many2one(
        "cdiscount.config", "Account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    reference = fields.Char("Code", required=True, readonly=True)
    name = fields.Char("Property", readonly=True)
    category_property_ids = fields.One2many("cdiscount.category.property", "property_id", "In Categories")
    category_count = fields.Integer("Categories", compute="_compute_category_count")

    @api.depends("name", "reference")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"{one.name} ({one.reference})" if one.name else one.reference

    def _compute_category_count(self):
        groups = self.env["cdiscount.category.property"]._read_group(
            [("property_id", "in", self.ids)], ["property_id"], ["__count"]
        )
        counts = {one.id: number for one, number in groups}
        for one in self:
            one.category_count = counts.get(one.id, 0)

    def action_open_mapping(self):
        """Say where the values of this property come from."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": _("Fill %s", self.name or self.reference),
            "res_model": "cdiscount.property.mapping",
            "views": [(False, "list"), (False, "form")],
            "domain": [("property_id", "=", self.id)],
            "context": {"default_config_id": self.config_id.id, "default_property_id": self.id},
        }


class CdiscountCategoryProperty(models.Model):
    _name = "cdiscount.category.property"
    _description = "Cdiscount Property of a Category"
    _order = "category_id, sequence, id"
    _rec_name = "property_id"

    vars().update(
        constraints(("property_uniq", "unique(category_id, property_id)", "This category has this property already."))
    )

    category_id = fields.Many2one("cdiscount.category", required=True, index=True, ondelete="cascade", readonly=True)
    property_id = fields.Many2one("cdiscount.property", required=True, index=True, ondelete="cascade", readonly=True)
    config_id = fields.Many2one(related="category_id.config_id", store=True, index=True)
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    sequence = fields.Integer(readonly=True)
    necessity = fields.Selection(NECESSITIES, default="optional", required=True, readonly=True)
    is_variation = fields.Boolean("Tells Variants Apart", readonly=True)
    is_size = fields.Boolean("Size", readonly=True)
    choice_ids = fields.One2many("cdiscount.category.choice", "category_property_id", "Allowed Values", readonly=True)
    choice_count = fields.Integer("Allowed", readonly=True, help="0: any text is taken.")

    def action_open_mapping(self):
        """Say where the values of this property come from, in this category."""
        self.ensure_one()
        action = self.property_id.action_open_mapping()
        action["context"]["default_category_id"] = self.category_id.id
        return action


class CdiscountCategoryChoice(models.Model):
    """An allowed value, spelled as it must be sent."""

    _name = "cdiscount.category.choice"
    _inherit = "cdiscount.word.search"
    _description = "Cdiscount Allowed Value"
    _order = "category_property_id, sequence, id"
    _rec_names_search = ["search_words"]

    vars().update(
        constraints(("name_uniq", "unique(category_property_id, name)", "This value is in the list already."))
    )

    category_property_id = fields.Many2one(
        "cdiscount.category.property", "Property of the Category", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char("Value", required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    category_id = fields.Many2one(related="category_property_id.category_id", store=True, index=True)
    property_id = fields.Many2one(related="category_property_id.property_id", store=True, index=True)
    config_id = fields.Many2one(related="category_id.config_id", store=True)
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)


class CdiscountCategoryPayloads(models.Model):
    _inherit = "cdiscount.category"

    def _properties(self):
        """Return the properties of one category as services' Property values; () while they are not downloaded.

        They are asked for when they are unknown or a month old.
        """
        if not self:
            return ()
        self.ensure_one()
        self._ensure_properties()
        return self._properties_of(self)[self.id]

    @api.model
    def _properties_of(self, categories):
        """Return ``{category id: tuple of services' Property}`` with two queries, whatever the number of categories."""
        found = {category_id: [] for category_id in categories.ids}
        if not found:
            return found
        self.env["cdiscount.category.property"].flush_model()
        self.env["cdiscount.category.choice"].flush_model()
        self.env["cdiscount.property"].flush_model()
        self.env.cr.execute(
            """
            SELECT link.category_id, prop.reference, prop.name, link.necessity, link.is_variation, link.is_size,
                   ARRAY(SELECT choice.name FROM cdiscount_category_choice choice
                          WHERE choice.category_property_id = link.id ORDER BY choice.sequence, choice.id)
              FROM cdiscount_category_property link
              JOIN cdiscount_property prop ON prop.id = link.property_id
             WHERE link.category_id = ANY(%s)
             ORDER BY link.category_id, link.sequence, link.id
            """,
            (list(found),),
        )
        for category_id, reference, name, necessity, is_variation, is_size, choices in self.env.cr.fetchall():
            found[category_id].append(
                Property(
                    reference=reference,
                    label=name or "",
                    necessity=necessity.capitalize(),
                    choices=tuple(choices),
                    is_variation=bool(is_variation),
                    is_size=bool(is_size),
                )
            )
        return {category_id: tuple(properties) for category_id, properties in found.items()}
