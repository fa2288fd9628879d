"""What the fields of the marketplace are for Odoo products: a page of products at once."""

import re
from datetime import date, datetime
from decimal import Decimal

from odoo import api, models
from odoo.tools import is_html_empty

from ...services.payloads.read import decimal
from ...services.rules.field_path import Field, fill
from ...services.rules.money import round_half_up
from ...services.rules.plain_text import looks_like_html, text_of_html
from ...services.text import clean, one_line
from .field_names import EMPTY, FIELDS
from .field_source import MANY_JOINED

POUND = Decimal("453.59237")
NOT_IN_CODE = re.compile(r"[\s-]+")


class CdiscountFieldValues(models.Model):
    _inherit = "cdiscount.field.mapping"

    @api.model
    def _values(self, config, products, names=None):
        """Return ``{product.id: {name: value}}``: what Odoo says of each field.

        Texts are "" when there is none; ``description`` is plain text, ``rich_description`` HTML. ``weight`` is in
        grams, ``preparation_time`` in days, both whole numbers; ``eco_tax``, ``dea``, ``price`` and ``origin_price``
        are Decimal. Numbers and amounts are None when the mapping says nothing of them: the settings of the account do
        then. ``pictures`` is a tuple of (model, record id, field) in their order, see ``_picture_bytes``.

        A constant number of queries, whatever the number of products.

        :param names: fields of ``field_names.FIELDS``; None for all
        """
        wanted = set(FIELDS) if names is None else set(names)
        lines = config._ensure_field_mappings().filtered(lambda line: line.name in wanted)
        found = {product.id: {} for product in products}
        for line in lines:
            for product_id, value in line._line_values(config, products).items():
                found[product_id][line.name] = value
        for values in found.values():
            for name in wanted - set(values):
                values[name] = EMPTY[FIELDS[name].kind]
        return found

    def _line_values(self, config, products):
        """Return ``{product.id: value}`` of one line. The products are read as the account's user sees them."""
        self.ensure_one()
        seen = config._as_account(products)
        spec = FIELDS[self.name]
        if spec.kind == "pictures":
            return self._picture_values(seen)
        if self.source_type == "auto":
            raw = self._group_of(seen) if self.name == "variant_group" else {}
        elif self.source_type == "constant":
            raw = dict.fromkeys(seen.ids, self.constant)
        elif self.source_type == "field":
            paths = self._parse()
            raw = {product.id: self._first_value(product, paths) for product in seen}
        elif self.source_type == "text":
            pieces = self._parse()
            raw = {product.id: self._filled(product, pieces) for product in seen}
        else:
            raw = {}
        unit = self._weight_factor() if spec.kind == "grams" else None
        default = self._converted(self.default_value, spec.kind, Decimal(1)) if self.default_value else None
        found = {}
        for product in seen:
            value = raw.get(product.id)
            # A fixed weight is entered in grams; that of a product is in the unit of the database.
            factor = Decimal(1) if self.source_type == "constant" else unit
            value = self._converted(value, spec.kind, factor)
            empty = value in (None, "")
            found[product.id] = default if empty and default is not None else value
        return found

    # ------------------------------------------------------------------ reading
    def _first_value(self, product, paths):
        """Return the value of the first path that has one."""
        for path in paths:
            field, values = self._read_path(product, path)
            told = [value for value in values if self._says(field, value)]
            if told:
                texts = [self._told(field, value, product) for value in told]
                if self.several == "join" and len(texts) > 1:
                    return MANY_JOINED.join(dict.fromkeys(str(text) for text in texts))
                return texts[0]
        return None

    @api.model
    def _says(self, field, value):
        if field.type == "html":
            return not is_html_empty(value)
        if field.type in ("integer", "float", "monetary"):
            # Odoo has no empty numbers: a weight or an eco-tax of zero is one that nobody entered.
            return bool(value)
        return value not in (False, None, "")

    @api.model
    def _told(self, field, value, product):
        if field.type == "selection":
            return dict(field._description_selection(product.env)).get(value, value)
        if field.type == "boolean":
            return "1"
        if isinstance(value, datetime | date):
            return value.isoformat()
        if isinstance(value, float):
            # Its shortest text: 0.1 is not 0.1000000000000000055.
            return Decimal(repr(value))
        return value

    def _filled(self, product, pieces):
        values = {}
        for piece in pieces:
            if isinstance(piece, Field):
                value = self._first_value(product, piece.paths)
                values[piece.paths] = "" if value is None else self._plain(value)
        return fill(pieces, values)

    @api.model
    def _plain(self, value):
        if isinstance(value, Decimal):
            return format(value.normalize(), "f")
        return one_line(str(value))

    # ------------------------------------------------------------------ what the field needs
    @api.model
    def _converted(self, value, kind, factor=None):
        """Return a value as the marketplace wants a field of this kind."""
        if value in (None, False, ""):
            return EMPTY[kind]
        if kind in ("money", "number", "grams"):
            number = decimal(value)
            if number is None or number < 0:
                return None
            if kind == "money":
                return round_half_up(number)
            return int(round_half_up(number * factor if kind == "grams" else number, 0))
        if isinstance(value, Decimal):
            value = format(value.normalize(), "f")
        text = clean(str(value))
        if kind == "html":
            return text.strip()
        if kind == "code":
            return NOT_IN_CODE.sub("", text)
        if looks_like_html(text):
            text = text_of_html(text)
        return one_line(text) if kind == "line" else text.replace("\r\n", "\n").strip()

    @api.model
    def _weight_factor(self):
        """Grams in one unit of the weights of this database (kilogram or pound)."""
        pounds = self.env["ir.config_parameter"].sudo().get_param("product.weight_in_lbs") == "1"
        return POUND if pounds else Decimal(1000)

    @api.model
    def _group_of(self, products):
        """Return ``{product.id: reference}`` that the variants of one product share; nothing for single products."""
        templates = products.product_tmpl_id
        counts = {
            template.id: count
            for template, count in self.env["product.product"]
            .sudo()
            ._read_group([("product_tmpl_id", "in", templates.ids)], ["product_tmpl_id"], ["__count"])
        }
        return {
            product.id: f"ODOO-{product.product_tmpl_id.id}" if counts.get(product.product_tmpl_id.id, 0) > 1 else None
            for product in products
        }
