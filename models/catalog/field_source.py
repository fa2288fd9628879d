"""Looking up a path of field names: what may be looked up, and reading it for many products at once."""

from odoo import _, models
from odoo.exceptions import AccessError, ValidationError

from ...compat import check_access
from ...services.rules.field_path import PathError, parse_paths, parse_text

PLAIN_TYPES = frozenset(
    ("char", "text", "html", "integer", "float", "monetary", "boolean", "date", "datetime", "selection")
)
TO_MANY = frozenset(("one2many", "many2many"))
RELATIONS = TO_MANY | {"many2one"}
OPEN_PREFIXES = ("product.", "uom.", "x_")
OPEN_WORDS = ("brand", "manufacturer")
"""Models a path may lead through: those that describe products. What is published is public, so persons, users,
settings and documents are not for a path, whatever the account's user may see."""
OPEN_FIELDS = {
    "res.partner": {"name", "display_name"},
    "res.company": {"name", "display_name"},
    "res.country": {"name", "code", "display_name"},
    "res.currency": {"name", "symbol", "display_name"},
    "account.tax": {"name", "amount", "display_name"},
}
"""Of these models only that: the maker of a product, its country of origin."""
MANY_JOINED = ", "


class CdiscountFieldSource(models.Model):
    _inherit = "cdiscount.field.mapping"

    # ------------------------------------------------------------------ what is written
    def _parse(self):
        """Return the pieces of this line's source: paths for a field, texts and Fields for a text.

        :raises ValidationError: with a sentence that names what is wrong
        """
        self.ensure_one()
        try:
            if self.source_type == "text":
                return parse_text(self.source or "")
            return parse_paths(self.source or "")
        except PathError as error:
            raise ValidationError(self._path_problem(error)) from None

    def _paths(self):
        """Return every path of this line, in order."""
        if self.source_type == "field":
            return list(self._parse())
        if self.source_type == "text":
            return [path for piece in self._parse() if not isinstance(piece, str) for path in piece.paths]
        return []

    def _path_problem(self, error):
        texts = {
            "empty": _("%(field)s: enter the Odoo field it comes from, for example name or product_tmpl_id.name."),
            "long": _("%(field)s: this is too long, at most %(word)s characters."),
            "deep": _("%(field)s: %(word)s goes through too many records, at most four."),
            "many": _("%(field)s: at most %(word)s fields, one after the other, can be tried."),
            "name": _(
                '%(field)s: "%(word)s" is not the name of a field. Use field names with points between them, for '
                "example product_tmpl_id.description_sale; nothing is calculated here."
            ),
            "brace": _('%(field)s: a "%(word)s" has no other half. Write fields in braces, for example {name}.'),
            "plain": _("%(field)s: there is no field in this text. Write fields in braces, or choose a fixed value."),
        }
        label = dict(self._fields["name"]._description_selection(self.env)).get(self.name, self.name)
        return texts[error.code] % {"field": label, "word": error.word}

    # ------------------------------------------------------------------ what may be looked up
    def _check_paths(self):
        """Raise ValidationError unless each path leads to a value that the account's user and the present one may read.

        Both: a person must not see through an account what they may not see themselves.
        """
        self.ensure_one()
        label = dict(self._fields["name"]._description_selection(self.env)).get(self.name, self.name)
        users = self.config_id.user_id | (self.env["res.users"] if self.env.su else self.env.user)
        for path in self._paths():
            for user in users:
                problem = self._path_refusal(path, user)
                if problem:
                    raise ValidationError(_("%(field)s: %(problem)s", field=label, problem=problem))

    def _path_refusal(self, path, user):
        """Return why ``user`` cannot follow a path to a value, or an empty text."""
        model = self.env["product.product"].with_user(user)
        word = ".".join(path)
        for place, name in enumerate(path, 1):
            what = model._description
            if not self._is_open(model._name, name):
                return _(
                    '"%(path)s" leads to %(model)s, which is not for the marketplace. Use what describes the product.',
                    path=word,
                    model=what,
                )
            field = model._fields.get(name)
            if field is None:
                return _('there is no field "%(name)s" on %(model)s (in "%(path)s").', name=name, model=what, path=word)
            try:
                check_access(model.browse(), "read")
                known = model.fields_get([name], ["type"])
            except AccessError:
                known = {}
            if name not in known:
                return _(
                    '%(user)s may not read "%(name)s" of %(model)s (in "%(path)s").',
                    user=user.name,
                    name=name,
                    model=what,
                    path=word,
                )
            if place < len(path):
                if field.type not in RELATIONS:
                    return _('"%(name)s" is a value, nothing comes after it (in "%(path)s").', name=name, path=word)
                model = model.env[field.comodel_name]
            elif self.name == "pictures":
                if field.type not in ("image", "binary"):
                    return _('"%(path)s" is not a picture.', path=word)
            elif field.type in RELATIONS:
                return _('"%(path)s" is a record: say which field of it, for example %(path)s.name.', path=word)
            elif field.type not in PLAIN_TYPES:
                return _('"%(path)s" is no text and no number.', path=word)
        return ""

    def _is_open(self, model_name, field_name):
        """Whether a path may read this field of this model; extend it for models that describe products."""
        if model_name in OPEN_FIELDS:
            return field_name in OPEN_FIELDS[model_name]
        return model_name.startswith(OPEN_PREFIXES) or any(word in model_name for word in OPEN_WORDS)

    # ------------------------------------------------------------------ reading
    def _read_path(self, product, path):
        """Return (field, values) a path leads to: one value, or those of all records on the way, in order.

        The records of all products are read together by the prefetch of ``product``.
        """
        records = product
        for name in path[:-1]:
            records = records[name] if len(records) == 1 else records.mapped(name)
        field = records._fields[path[-1]]
        return field, [record[path[-1]] for record in records]
