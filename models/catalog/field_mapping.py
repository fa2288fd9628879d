"""Where each field of an offer comes from, which way it goes, and who is right when both sides have changed it."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...compat import constraints
from ...services.payloads.read import decimal
from .field_names import AUTOMATIC, FIELDS, OFFERED_ONLY_BY_ACCOUNT, SELECTION

DIRECTIONS = {"import": "import", "export": "export"}


class CdiscountFieldMapping(models.Model):
    _name = "cdiscount.field.mapping"
    _description = "Cdiscount Field"
    _order = "config_id, sequence, id"
    _rec_name = "name"
    _check_company_auto = True

    vars().update(
        constraints(
            ("field_uniq", "unique(config_id, name)", "This field has a line already: change the existing one."),
        )
    )

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Selection(SELECTION, "On Cdiscount", required=True)
    direction = fields.Selection(
        [("both", "Both ways"), ("export", "Odoo to Cdiscount"), ("import", "Cdiscount to Odoo")],
        default="both",
        required=True,
        help="Of an account that synchronises both ways. An account that goes one way only takes all its fields that "
        "way.",
    )
    effective_direction = fields.Selection(
        [("both", "Both ways"), ("export", "Odoo to Cdiscount"), ("import", "Cdiscount to Odoo")],
        "Goes",
        compute="_compute_effective_direction",
    )
    owner = fields.Selection(
        [
            ("ask", "Ask a person"),
            ("odoo", "Odoo"),
            ("cdiscount", "Cdiscount"),
            ("newer", "The newer change"),
        ],
        "If Both Changed",
        default="ask",
        required=True,
        help="What only one side has changed is taken from that side. This decides only when both have changed the "
        "field since they last agreed.",
    )
    source_type = fields.Selection(
        [
            ("auto", "Automatic"),
            ("field", "Odoo field"),
            ("text", "Text with fields"),
            ("constant", "Always the same"),
            ("none", "Nothing"),
        ],
        "Comes From",
        default="field",
        required=True,
        help="Automatic: prices, taxes and preparation time come from the settings of the account, pictures and the "
        "variant group from the product.",
    )
    source = fields.Char(
        "Field or Text",
        help="An Odoo field of the product, with points to go on: product_tmpl_id.description_sale. Several with | "
        "between them: the first that is not empty. A text with fields: {name} {default_code}.",
    )
    several = fields.Selection(
        [("first", "The first"), ("join", "All, with commas")],
        "Of Several Values",
        default="first",
        required=True,
        help="When the path leads to several records, such as the values of the attributes.",
    )
    constant = fields.Char("Fixed Value")
    default_value = fields.Char("If Empty", help="Sent when the product has nothing there.")
    test_product_id = fields.Many2one("product.product", "Try With", check_company=True)
    test_value = fields.Text("Value", compute="_compute_test_value")

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["name"]._description_selection(self.env))
        for line in self:
            line.display_name = labels.get(line.name, "")

    @api.depends("direction", "config_id.product_sync_direction")
    def _compute_effective_direction(self):
        for line in self:
            line.effective_direction = DIRECTIONS.get(line.config_id.product_sync_direction, line.direction)

    @api.depends("test_product_id", "source_type", "source", "several", "constant", "default_value", "name")
    def _compute_test_value(self):
        for line in self:
            line.test_value = line._told_value() if line.test_product_id else False

    def _told_value(self):
        """Return what this line makes of its trial product, or why it cannot."""
        config = self.config_id._origin or self.config_id
        try:
            self._check_line()
            value = self._line_values(config, self.test_product_id._origin or self.test_product_id)
        except ValidationError as error:
            return error.args[0]
        value = next(iter(value.values()))
        if value in (None, "", ()):
            return _("Automatic") if self.source_type == "auto" else _("(empty)")
        if self.name == "pictures":
            return _("Pictures: %s", len(value))
        if self.name == "weight":
            return _("%s g", value)
        return str(value)

    # ------------------------------------------------------------------ what may be saved
    @api.constrains("name", "source_type", "source", "constant", "default_value", "config_id")
    def _check_source(self):
        for line in self:
            line._check_line()

    def _check_line(self):
        """Raise ValidationError unless this line can give a value."""
        self.ensure_one()
        label = dict(self._fields["name"]._description_selection(self.env)).get(self.name, self.name)
        if not self.name:
            return
        if self.source_type == "auto" and self.name not in AUTOMATIC:
            raise ValidationError(_("%s is not filled by itself: choose an Odoo field or a fixed value.", label))
        if self.name in OFFERED_ONLY_BY_ACCOUNT and self.source_type != "auto":
            raise ValidationError(_("%s comes from the pricelist of the account: choose Automatic.", label))
        if self.name == "pictures" and self.source_type in ("text", "constant"):
            raise ValidationError(_("%s come from the product: choose Automatic or an Odoo field.", label))
        if self.source_type == "constant" and not (self.constant or "").strip():
            raise ValidationError(_("%s: enter the fixed value.", label))
        if FIELDS[self.name].kind in ("money", "number", "grams"):
            typed = [self.constant] if self.source_type == "constant" else []
            for value in [*typed, *([self.default_value] if self.default_value else [])]:
                number = decimal(value)
                if number is None or number < 0:
                    raise ValidationError(_('%(field)s: "%(value)s" is not a number.', field=label, value=value))
        if self.source_type in ("field", "text"):
            self._check_paths()

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._tidied(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._tidied(vals))

    @api.model
    def _tidied(self, vals):
        trimmed = {
            name: vals[name].strip()
            for name in ("source", "constant", "default_value")
            if isinstance(vals.get(name), str)
        }
        return dict(vals, **trimmed)

    def action_test(self):
        """Show what this line makes of the trial product."""
        self.ensure_one()
        if not self.test_product_id:
            raise ValidationError(_("Choose a product to try the field with."))
        label = dict(self._fields["name"]._description_selection(self.env))[self.name]
        message = _(
            "%(field)s of %(product)s: %(value)s",
            field=label,
            product=self.test_product_id.display_name,
            value=self._told_value(),
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": message, "type": "info", "sticky": True},
        }
