"""Texts to answer with, by reason: in French as customers of Cdiscount read it, and everybody's to change."""

import re

from odoo import api, fields, models

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class CdiscountDiscussionTemplate(models.Model):
    _name = "cdiscount.discussion.template"
    _description = "Cdiscount Answer Template"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for every company.")
    codes = fields.Char(
        "Reason Codes",
        help="For which reasons it is proposed first: Cdiscount's codes, with commas between them. Empty: for all.",
    )
    body = fields.Text(
        "Text",
        required=True,
        help="In the customer's language. {order}, {customer}, {product}, {tracking}, {carrier} and {shop} are "
        "filled in.",
    )

    def _fits(self, code):
        """Whether it is made for this reason."""
        self.ensure_one()
        return bool(code) and code in {part.strip() for part in (self.codes or "").split(",")}

    @api.model
    def _for_reason(self, code, company):
        """Return the templates, those of the reason first."""
        found = self.search([("company_id", "in", (False, company.id))])
        return found.sorted(lambda one: (not one._fits(code), bool(one.codes), one.sequence, one.id))

    def _fill_in(self, mapping):
        """Return the text with what is known of the order. What is not known is left out, and a placeholder of
        somebody's own invention stays, so that it is seen."""
        self.ensure_one()
        values = self._values(mapping)
        text = _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), self.body or "")
        return re.sub(r"[ \t]{2,}", " ", re.sub(r"[ \t]+([,.])", r"\1", text)).strip()

    @api.model
    def _values(self, mapping):
        pickings = mapping.sale_order_id.sudo().picking_ids.filtered(lambda one: one.state == "done")
        parcels = [picking for picking in pickings if picking.carrier_tracking_ref]
        return {
            "order": mapping.reference or "",
            "customer": mapping.partner_id.name or mapping.customer_name or "",
            "product": mapping.line_ids[:1].title or "",
            "tracking": ", ".join(dict.fromkeys(one.carrier_tracking_ref for one in parcels)),
            "carrier": ", ".join(dict.fromkeys(one.carrier_id.name for one in parcels if one.carrier_id)),
            "shop": mapping.config_id.shop_name or mapping.config_id.name or "",
        }
