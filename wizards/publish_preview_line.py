"""One offer of the preview: a table of what the channel has and what it would get."""

from markupsafe import Markup

from odoo import _, api, fields, models

from ..services.payloads.read import decimal, mapping, objects
from ..services.rules.offer_memory import recall

KINDS = [
    ("new", "New offer"),
    ("update", "Change"),
    ("nothing", "Nothing to send"),
    ("blocked", "Not sent"),
]


class CdiscountPublishPreviewLine(models.TransientModel):
    _name = "cdiscount.publish.preview.line"
    _description = "Cdiscount Preview of an Offer"
    _rec_name = "mapping_id"

    preview_id = fields.Many2one("cdiscount.publish.preview", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", readonly=True)
    mapping_id = fields.Many2one("cdiscount.product.mapping", "Offer", readonly=True, ondelete="cascade")
    channel_offer_id = fields.Many2one("cdiscount.channel.offer", readonly=True, ondelete="cascade")
    sales_channel_id = fields.Many2one("cdiscount.sales.channel", readonly=True)
    kind = fields.Selection(KINDS, "What Happens", readonly=True)
    summary = fields.Char(readonly=True)
    problem_text = fields.Text("What to Correct", readonly=True)
    offer_table = fields.Html("Comparison", readonly=True, sanitize=False)
    request = fields.Text(readonly=True, help="The very JSON that would be sent about the offer.")
    sheet_table = fields.Html("Sheet to Send", readonly=True, sanitize=False)
    sheet_request = fields.Text("Request of the Sheet", readonly=True, help="The very JSON that would be sent.")

    def action_publish(self):
        """Publish this offer; it is compared anew, so a change made meanwhile is sent as well."""
        self.ensure_one()
        return (self.channel_offer_id or self.mapping_id).action_publish()

    def action_open_offer(self):
        """Open the offer, to correct it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cdiscount.product.mapping",
            "res_id": self.mapping_id.id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------------ in words
    @api.model
    def _summary(self, kind, groups, with_sheet):
        """Return what happens in one line: which parts change, and whether a product sheet goes first."""
        names = self._group_names()
        parts = {
            "new": [_("The whole offer")],
            "update": [names[group] for group in groups],
            "nothing": [_("Cdiscount has all of it already")],
            "blocked": [_("Correct it first")],
        }[kind]
        text = ", ".join(parts)
        return _("%s; the product sheet goes first", text) if with_sheet and kind != "blocked" else text

    @api.model
    def _group_names(self):
        return {
            "price": _("Price"),
            "quantity": _("Quantity"),
            "preparation": _("Preparation time"),
            "delivery": _("Delivery"),
            "comments": _("Comment"),
        }

    # ------------------------------------------------------------------ tables
    @api.model
    def _offer_table(self, record, request, due):
        """Return the table of one offer.

        :param request: the whole offer as it should be
        :param due: what of it would be sent, {} for nothing
        """
        there = recall(record.sent) if record.sent else self._as_read(record)
        before, after, sent = self._rows(there), self._rows(request), self._rows(due)
        body = Markup("").join(
            self._row(label, before.get(label, ""), after.get(label, ""), label in sent)
            for label in dict.fromkeys((*after, *before))
        )
        return self._html_table((_("Field"), _("On Cdiscount"), _("Would be sent")), body)

    @api.model
    def _as_read(self, record):
        """Return what is known of an offer that Odoo has never sent, in the form of a request."""
        if not record.offer_read_at and not record.offer_state:
            return {}
        found = {"price": {"price": record.price, "originPrice": record.origin_price or None}}
        if record._name == "cdiscount.product.mapping":
            found["quantity"] = record.quantity_read
        return found

    @api.model
    def _rows(self, request):
        """Return ``{label: text}`` of a request, in the order of the form."""
        price, product = mapping(request.get("price")), mapping(request.get("product"))
        labels = {"vat": _("VAT"), "ecotax": _("Eco-tax"), "deatax": _("DEA")}
        rows = {
            _("GTIN"): product.get("gtin"),
            _("Cdiscount Product"): product.get("reference"),
            _("Condition"): self._condition(request.get("condition")),
            _("Price"): self._money(price.get("price")),
            _("Strike price"): self._money(price.get("originPrice")),
        }
        for tax in objects(price, "taxes"):
            code = str(tax.get("code")).lower()
            rows[labels.get(code, code)] = self._percent(tax) if code == "vat" else self._money(tax.get("value"))
        rows[_("Quantity")] = request.get("quantity")
        rows[_("Days to prepare")] = request.get("preparationTime")
        for mode in objects(request, "deliveryModes"):
            rows[_("Delivery %s", mode.get("code"))] = " + ".join(
                text for text in (self._money(mode.get("cost")), self._money(mode.get("additionalCost"))) if text
            )
        rows[_("Comment")] = request.get("comments")
        # A quantity of 0 is one.
        return {label: str(value) for label, value in rows.items() if value is not None and value != ""}

    @api.model
    def _condition(self, word):
        labels = self.env["cdiscount.product.mapping"]._fields["condition_label"]._description_selection(self.env)
        return dict(labels).get(word, word)

    @api.model
    def _money(self, value):
        amount = decimal(value) if value is not None else None
        return "" if amount is None else self.env["cdiscount.offer.mixin"]._euros(amount)

    @api.model
    def _percent(self, tax):
        rate = decimal(tax.get("value"))
        if rate is None:
            return ""
        rate = rate * 100 if tax.get("type") == "Rate" else rate
        return f"{rate.normalize():f} %"

    @api.model
    def _row(self, label, before, after, sent):
        changed = sent and before != after
        style = "table-warning" if changed else "" if sent else "text-muted"
        shown = after if sent or after != before else _("unchanged")
        return Markup('<tr class="%s"><td>%s</td><td>%s</td><td>%s</td></tr>') % (style, label, before, shown)

    @api.model
    def _sheet_table(self, request):
        """Return the table of a product sheet: its fields as they are sent, texts cut for the eye only."""
        rows = []
        for name, value in request.items():
            for label, text in self._sheet_rows(name, value):
                rows.append(Markup("<tr><td>%s</td><td>%s</td></tr>") % (label, text))
        return self._html_table((_("Field"), _("Would be sent")), Markup("").join(rows))

    @api.model
    def _sheet_rows(self, name, value):
        """Yield (label, text) of one field of a sheet."""
        labels = {
            "gtin": _("GTIN"),
            "sellerProductReference": _("SKU"),
            "title": _("Title"),
            "description": _("Description"),
            "richMarketingDescription": _("Rich description"),
            "brand": _("Brand"),
            "categoryCode": _("Category"),
            "variantGroupReference": _("Variant group"),
            "sellerPictureUrls": _("Picture"),
            "attributes": "",
        }
        if not isinstance(value, list):
            yield labels.get(name, name), str(value)
            return
        for entry in value:
            row = mapping(entry)
            label = str(row.get("propertyReference") or row.get("index") or "")
            said = row.get("url") or row.get("values") or ""
            text = ", ".join(map(str, said)) if isinstance(said, list | tuple) else str(said)
            yield f"{labels.get(name, name)} {label}".strip(), text

    @api.model
    def _html_table(self, heads, body):
        head = Markup("").join(Markup("<th>%s</th>") % title for title in heads)
        return Markup(
            '<table class="table table-sm table-bordered w-auto"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>'
        ) % (head, body)
