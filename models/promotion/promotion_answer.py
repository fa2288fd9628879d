"""From a package of offers back to the promotion: what was sent, accepted, refused, and is back to normal."""

from odoo import api, fields, models

from ...services.payloads.read import decimal, mapping
from ...services.rules.offer_memory import recall
from ..catalog import offer_package_answers
from ..catalog.offer_sql import update_rows

# An answer changes this of an offer, too.
offer_package_answers.COLUMNS["promotion_line_id"] = "int4"
SHOWN = "cdiscount_promotion_lines"
"""Context while packages are written: ``{offer id: promotion line id}`` of those whose promotional price is in them."""


class CdiscountPromotionPackageLine(models.Model):
    _inherit = "cdiscount.offer.package.line"

    promotion_line_id = fields.Many2one(
        "cdiscount.promotion.line", "Promotion", readonly=True, index="btree_not_null", ondelete="set null"
    )


class CdiscountPromotionAnswers(models.Model):
    _inherit = "cdiscount.offer.package"

    # ------------------------------------------------------------------ sent
    @api.model
    def _pack(self, config, channel, entries, purpose="offers"):
        priced = [entry for entry in entries if "price" in entry[2]]
        shown = {}
        if priced:
            records = priced[0][0].browse([entry[0].id for entry in priced])
            effects = records._promotion_effects()
            for record, _type, request, _wish in priced:
                effect = effects.get(record.id)
                if effect and decimal(request["price"].get("price")) == effect.promo:
                    shown[record.id] = effect.line_id
        found = super(CdiscountPromotionAnswers, self.with_context(**{SHOWN: shown}))._pack(
            config, channel, entries, purpose
        )
        self._move_lines(list(shown.values()), ("waiting",), "sent")
        return found

    @api.model
    def _prepare_line(self, config, package, record, lot, request, wish):
        values = super()._prepare_line(config, package, record, lot, request, wish)
        if "price" in request and record.id in self.env.context.get(SHOWN, ()):
            values["promotion_line_id"] = self.env.context[SHOWN][record.id]
        return values

    @api.model
    def _move_lines(self, ids, before, after):
        """Move lines of promotions from one of some states to another, in one statement."""
        if not ids:
            return
        lines = self.env["cdiscount.promotion.line"].sudo()
        lines.flush_model()
        self.env.cr.execute(
            """
            UPDATE cdiscount_promotion_line
               SET state = %s,
                   accepted_at = CASE WHEN %s = 'accepted' THEN now() AT TIME ZONE 'UTC' ELSE accepted_at END
             WHERE id = ANY(%s) AND state = ANY(%s)
            """,
            (after, after, ids, list(before)),
        )
        lines.invalidate_model(flush=False)

    # ------------------------------------------------------------------ accepted
    def _values_of_accepted(self, record, line, request):
        values = super()._values_of_accepted(record, line, request)
        if self.type == "Delete":
            return {**values, "promotion_line_id": None}
        price = mapping((recall(line.request) if line.request else request).get("price"))
        if price:
            values["promotion_line_id"] = line.promotion_line_id.id or None
            if record.promotion_line_id and not line.promotion_line_id:
                # Undo would bring the price of a promotion back that is over.
                values["sent_before"] = None
        return values

    def _store_accepted(self, lines):
        result = super()._store_accepted(lines)
        promoted = lines.promotion_line_id
        self._move_lines(promoted.ids, ("waiting", "sent"), "accepted")
        normal = lines.filtered(lambda line: not line.promotion_line_id and '"price":{' in (line.request or ""))
        if normal or self.type == "Delete":
            self._note_back(normal if self.type != "Delete" else lines)
        return result

    def _note_back(self, lines):
        """The normal price was accepted: what was going back to it has arrived."""
        mappings = [(line.mapping_id or line.channel_offer_id.mapping_id).id for line in lines]
        promotion_lines = self.env["cdiscount.promotion.line"].sudo()
        promotion_lines.flush_model()
        self.env.cr.execute(
            """
            UPDATE cdiscount_promotion_line SET state = 'over'
             WHERE mapping_id = ANY(%s) AND sales_channel_id = %s AND state IN ('returning', 'kept')
            """,
            ([key for key in mappings if key], self.sales_channel_id.id),
        )
        promotion_lines.invalidate_model(flush=False)

    # ------------------------------------------------------------------ refused
    def _store_refused(self, lines, reasons_of):
        result = super()._store_refused(lines, reasons_of)
        refused = lines.filtered(lambda line: line.promotion_line_id and line.answer == "refused")
        rows, offers = [], {}
        for line in refused:
            offer = line.mapping_id or line.channel_offer_id
            if offer and not offer.push_after:
                rows.append((line.promotion_line_id.id, offer.refusal_id.id or None, line.refusals or None))
                offers.setdefault(offer._name, []).append(offer.id)
        update_rows(
            refused.promotion_line_id.sudo(),
            {"refusal_id": "int4", "refusals": "text"},
            rows,
            "state = CASE WHEN target.state = 'returning' THEN 'over' ELSE 'refused' END",
        )
        for name, ids in offers.items():
            # Without the promotion the offer is compared again: it is not refused for what it no longer asks.
            self.env[name].sudo().browse(ids)._mark_push()
        return result
