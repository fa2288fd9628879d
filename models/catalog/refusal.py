"""The error catalogue: what each cause of a refusal means, what to do, and who does it. Its rows are data."""

import json

from odoo import _, api, fields, models, tools

from ...compat import constraints
from ...services.rules.refusals import Refusal, worst

UNKNOWN = "unknown"


class CdiscountRefusal(models.Model):
    """One cause for which the marketplace refuses offers or product sheets."""

    _name = "cdiscount.refusal"
    _description = "Cdiscount Refusal"
    _order = "sequence, name"

    vars().update(constraints(("cause_uniq", "unique(cause)", "This cause is in the catalogue already.")))

    name = fields.Char("What Happened", required=True, translate=True, readonly=True)
    remedy = fields.Text("What to Do", translate=True, readonly=True)
    cause = fields.Char(required=True, readonly=True, help="The key by which a refusal finds this line.")
    who = fields.Selection(
        [
            ("manager", "Shop manager"),
            ("warehouse", "Warehouse"),
            ("accountant", "Accountant"),
            ("administrator", "Administrator"),
            ("marketplace", "Cdiscount"),
        ],
        "Who Solves It",
        required=True,
        default="manager",
        readonly=True,
    )
    sequence = fields.Integer(default=10, readonly=True)

    @api.model
    @tools.ormcache()
    def _ids_by_cause(self):
        return {row["cause"]: row["id"] for row in self.sudo().search_read([], ["cause"])}

    @api.model
    def _of_cause(self, cause):
        """Return the line of a cause, that of the unknown one when the catalogue does not have it."""
        known = self._ids_by_cause()
        return self.browse(known.get(cause) or known.get(UNKNOWN))

    @api.model
    def _explain(self, refusals):
        """Return what to keep of the reasons of one refusal.

        :param refusals: ``services.rules.refusals.Refusal`` objects of one offer or sheet
        :return: (line of the worst one, JSON text ``[{code, cause, field, message}]``); (empty, False) without any
        """
        refusals = list(refusals)
        first = worst(refusals)
        if not first:
            return self.browse(), False
        rows = [{"code": one.code, "cause": one.cause, "field": one.field, "message": one.message} for one in refusals]
        return self._of_cause(first.cause), json.dumps(rows, ensure_ascii=False)

    @api.model
    def _read_reasons(self, stored):
        """Return the Refusal objects that ``_explain`` kept as ``stored``; what cannot be read is left out."""
        try:
            rows = json.loads(stored) if stored else []
        except ValueError:
            return []
        names = ("code", "cause", "field", "message")
        return [Refusal(**{name: str(row.get(name) or "") for name in names}) for row in rows if isinstance(row, dict)]

    @api.model
    def _sentence(self, stored):
        """Return the reasons in ``stored`` as text in the reader's language, one per line.

        The marketplace's own words follow in brackets: they name the value, and its support asks for them.
        """
        lines = []
        for reason in self._read_reasons(stored):
            text = self._of_cause(reason.cause).name or reason.cause
            told = " ".join(part for part in (reason.code, reason.message) if part)
            about = self._field_label(reason.field)
            text = _("%(field)s: %(what)s", field=about, what=text) if about else text
            lines.append(f"{text} [{told}]" if told else text)
        return "\n".join(lines)

    @api.model
    def _field_label(self, name):
        """Return what a refusal is about in the reader's words, "" when it is about all of the offer."""
        plain, _colon, rest = (name or "").partition(":")
        labels = {
            "gtin": _("GTIN"),
            "condition": _("Condition"),
            "sku": _("SKU"),
            "quantity": _("Quantity"),
            "price": _("Price"),
            "vat_rate": _("VAT rate"),
            "eco_tax": _("Eco-tax"),
            "dea": _("DEA tax"),
            "preparation_time": _("Preparation time"),
            "delivery_cost": _("Delivery cost"),
            "delivery_modes": _("Delivery modes"),
            "comments": _("Comments"),
            "additional_cost": _("Cost of each further piece"),
            "origin_price": _("Strike price"),
            "minimum_price": _("Minimum price"),
            "promotion": _("Promotion"),
            "package": _("Package"),
            "product": _("Product"),
            "offer": _("Offer"),
            "title": _("Title"),
            "description": _("Description"),
            "rich_description": _("Rich description"),
            "brand": _("Brand"),
            "category": _("Category"),
            "variant_group": _("Variant group"),
            "picture": _("Picture"),
            "attribute": _("Property"),
        }
        label = labels.get(plain, plain)
        return f"{label} {rest}".strip()
