"""What an offer remembers of the last agreement between Odoo and the marketplace, and how that shapes what is sent."""

from dataclasses import replace

from odoo import api, fields, models

from ...services.rules import field_memory
from ...services.rules.merge import UNKNOWN, same
from ...services.rules.offer_memory import recall, remember
from .offer_price import EURO, exact
from .offer_sql import update_rows

OFFER_FIELDS = ("price", "origin_price", "comments")
"""What ``GET /offers`` shows of what the mapping has (contract §4.4). Product and condition of an offer that exists
cannot be changed, Odoo repeats them; taxes and preparation time are not shown."""
SHEET_FIELDS = ("title", "description", "brand", "gtin")


class CdiscountFieldMemory(models.AbstractModel):
    _inherit = "cdiscount.offer.mixin"

    synced = fields.Text(
        "Last Agreed",
        readonly=True,
        copy=False,
        help="Technical: the values Odoo and Cdiscount both had after the last synchronisation.",
    )

    # ------------------------------------------------------------------ what Odoo says
    def _odoo_side(self, config, names):
        """Return ``{record.id: {field: value}}``: what Odoo says, not what an agreement or a conflict makes of it.

        UNKNOWN where Odoo has nothing to say it with: such a field is Cdiscount's alone. A constant number of queries.
        """
        records = self.sudo().with_company(config.company_id)
        products = records.product_id
        lines = {line.name: line for line in config._ensure_field_mappings()}
        values = self.env["cdiscount.field.mapping"]._values(config, products, [n for n in names if n != "price"])
        found = {record.id: {} for record in records}
        if {"price", "origin_price"} & set(names):
            date = fields.Datetime.now()
            taxes = records._taxes_of_offers(config, products)
            prices, currency = records._prices_with_taxes(
                config, products, taxes, records._offer_pricelist(config), date
            )
            strikes = records._strike_prices(config, products, taxes, date)
        for record in records:
            product, told = record.product_id, found[record.id]
            for name in names:
                if name == "price":
                    price = prices[product.id]
                    told[name] = self._round_price(config, price) if currency == EURO else UNKNOWN
                elif name == "origin_price":
                    told[name] = values[product.id][name]
                    if told[name] is None:
                        told[name] = strikes.get(product.id)
                    if not self._is_said(config, lines[name]):
                        told[name] = UNKNOWN
                else:
                    told[name] = values[product.id][name] if self._is_said(config, lines[name]) else UNKNOWN
        for told in found.values():
            # A strike price that is not above the price is not sent: to Cdiscount there is none.
            strike, price = told.get("origin_price"), told.get("price")
            if strike not in (None, UNKNOWN) and price not in (None, UNKNOWN) and strike <= price:
                told["origin_price"] = None
        return found

    @api.model
    def _is_said(self, config, line):
        """Whether Odoo has something to say a field with."""
        if line.source_type == "none":
            return False
        if line.name == "origin_price" and line.source_type == "auto":
            return config.strike_source != "none"
        return True

    # ------------------------------------------------------------------ what was agreed
    def _agreements(self):
        """Return ``{field: Agreed}`` of this offer, with what Cdiscount has accepted since the last reading."""
        self.ensure_one()
        return field_memory.caught_up(self.synced, self._sent_fields())

    def _sent_fields(self):
        return field_memory.sent_fields(recall(self.sent)) if self.sent else {}

    @api.model
    def _keep_agreements(self, memories, shown=None):
        """Store what was agreed, and what the channel shows; what has not changed is not written.

        :param memories: ``{record: {field: Agreed}}``
        :param shown: ``{record.id: {field: value}}`` as read from the channel
        """
        rows, columns = [], {"synced": "text", "sent": "text"}
        for record, memory in memories.items():
            sent = record.sent
            if sent and shown and record.id in shown:
                request = recall(sent)
                now = field_memory.as_shown(request, shown[record.id])
                sent = sent if now == request else remember(now)
            told = field_memory.sent_fields(recall(sent)) if sent else {}
            synced = field_memory.dump(memory, told) or None
            if (synced or "") != (record.synced or "") or sent != record.sent:
                rows.append((record.id, synced, sent or None))
        update_rows(self, columns, rows)

    # ------------------------------------------------------------------ what is sent
    def _offer_terms(self):
        """Return the terms; what waits for a person, and what Odoo does not say, stays as it is on Cdiscount."""
        terms = super()._offer_terms()
        known = [record for record in self.sudo() if terms.get(record.id) and record.product_id]
        if not known:
            return terms
        config = self.config_id.sudo()
        lines = {line.name: line for line in config._ensure_field_mappings()}
        waiting = self.env["cdiscount.field.conflict"].sudo()._open_fields(self)
        for record in known:
            memory, changes = record._agreements(), {}
            for name in OFFER_FIELDS:
                direction = lines[name].effective_direction
                value = getattr(terms[record.id], name)
                if name in waiting.get(record.id, ()):
                    changes[name] = waiting[record.id][name]
                elif direction == "export" or name not in memory:
                    continue
                elif direction == "import" or not (name == "price" or self._is_said(config, lines[name])):
                    changes[name] = record._shown_value(name, memory)
                else:
                    changes[name] = memory[name].meant_by(value)
            terms[record.id] = self._changed_terms(terms[record.id], changes)
        return terms

    @api.model
    def _changed_terms(self, terms, changes):
        changes = {name: value for name, value in changes.items() if not same(value, getattr(terms, name))}
        if not changes:
            return terms
        if "comments" in changes:
            changes["comments"] = changes["comments"] or ""
        changed = replace(terms, **changes)
        if changed.price is not None and changed.origin_price is not None and changed.origin_price <= changed.price:
            return replace(changed, origin_price=None)
        return changed

    def _shown_value(self, name, memory):
        """Return what the channel shows of a field, as far as Odoo knows."""
        if name in ("price", "origin_price"):
            return exact(self[name], 2) or None
        told = self._sent_fields()
        if name in told:
            return told[name]
        return memory[name].value if name in memory else None


class CdiscountOfferMemory(models.Model):
    _inherit = "cdiscount.product.mapping"

    def write(self, vals):
        """An offer of another product begins anew: what was agreed was agreed on the old one."""
        if "product_id" not in vals:
            return super().write(vals)
        moved = self.filtered(lambda mapping: mapping.product_id.id != (vals["product_id"] or False))
        had = moved.filtered("product_id")
        result = super().write(vals)
        moved._has_new_product(had, gtin="gtin" in vals)
        return result
