"""What a running promotion changes of an offer: the price that is sent, and what is compared with Cdiscount.

Whether a promotion is in effect is decided by the clock at the very moment of sending, not by a job that may come late:
an Odoo that was down when a promotion ended sends the normal price with the first package afterwards.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from odoo import api, fields, models

from ...services.rules.promotion import price_in_effect
from ..catalog.offer_price import EURO, exact

WITHOUT = "cdiscount_without_promotion"
"""Context: the terms as they are without any promotion."""
PRICES = ("price", "origin_price")
IN_EFFECT = """
SELECT DISTINCT ON (line.mapping_id) line.mapping_id, line.id, line.price_promo, line.reference_price, line.product_id
  FROM cdiscount_promotion_line line
  JOIN cdiscount_promotion promotion ON promotion.id = line.promotion_id
 WHERE line.mapping_id = ANY(%(mappings)s) AND line.sales_channel_id = %(channel)s
   AND line.state IN ('waiting', 'sent', 'accepted') AND line.price_promo > 0
   AND promotion.state = 'running' AND promotion.kind IN ('strike', 'percentage')
   AND promotion.date_start <= %(now)s AND promotion.date_end > %(now)s
 ORDER BY line.mapping_id, line.price_promo, line.id
"""
CONCERNED = """
SELECT DISTINCT line.mapping_id
  FROM cdiscount_promotion_line line
  JOIN cdiscount_promotion promotion ON promotion.id = line.promotion_id
 WHERE line.mapping_id = ANY(%s) AND line.sales_channel_id = %s AND promotion.kind IN ('strike', 'percentage')
   AND (line.state = 'returning' OR (promotion.state = 'running' AND line.state IN ('waiting', 'sent', 'accepted')))
"""


@dataclass(frozen=True)
class Effect:
    """A promotion in effect on an offer; ``reference`` is None when there is none to show."""

    line_id: int
    promo: Decimal
    reference: Decimal | None


class CdiscountPromotionOffer(models.AbstractModel):
    _inherit = "cdiscount.offer.mixin"

    promotion_line_id = fields.Many2one(
        "cdiscount.promotion.line",
        "Promotion on Cdiscount",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The promotion whose price Cdiscount accepted last; empty while it shows the normal price.",
    )
    promotion_id = fields.Many2one(related="promotion_line_id.promotion_id", string="Promotion")

    # ------------------------------------------------------------------ which
    def _promotion_effects(self):
        """Return ``{record.id: Effect}`` of promotions in effect now; offers of one channel, one statement."""
        if not self or self.env.context.get(WITHOUT):
            return {}
        self.env["cdiscount.promotion"].flush_model()
        self.env["cdiscount.promotion.line"].flush_model()
        of_mapping = {record._offer_mapping().id: record for record in self.sudo()}
        self.env.cr.execute(
            IN_EFFECT,
            {
                "mappings": list(of_mapping),
                "channel": self.sales_channel_id.id,
                "now": fields.Datetime.now(),
            },
        )
        found = {}
        for mapping_id, line_id, promo, reference, product_id in self.env.cr.fetchall():
            record = of_mapping[mapping_id]
            # Linked with another product since: that price was not for it.
            if record.product_id.id == product_id:
                known = exact(float(reference), 2) if reference else None
                found[record.id] = Effect(line_id, exact(float(promo), 2), known)
        return found

    def _concerned_by_promotions(self):
        """Return those of these offers of which Cdiscount shows, or may be showing, the price of a promotion."""
        if not self:
            return self
        self.env["cdiscount.promotion"].flush_model()
        self.env["cdiscount.promotion.line"].flush_model()
        found = self.filtered("promotion_line_id")
        for channel, records in (self - found).grouped("sales_channel_id").items():
            of_mapping = {record._offer_mapping().id: record for record in records}
            self.env.cr.execute(CONCERNED, (list(of_mapping), channel.id))
            found = found.union(*(of_mapping[row[0]] for row in self.env.cr.fetchall()))
        return found

    # ------------------------------------------------------------------ what is sent
    def _offer_terms(self):
        """Return the terms with the price of the promotion in effect."""
        terms = super()._offer_terms()
        records = self.sudo()
        effects = records._promotion_effects()
        involved = records.filtered(lambda record: record.id in effects or record.promotion_line_id)
        if not involved:
            return terms
        lines = self.env["cdiscount.promotion.line"].sudo()
        alone = self._prices_of_cdiscount_alone(involved.config_id)
        for record in involved:
            if terms[record.id].price is None:
                continue
            effect = effects.get(record.id)
            line = lines.browse(effect.line_id) if effect else record.promotion_line_id
            said = self._without_promotion(terms[record.id], line, alone)
            if effect and said.currency == EURO:
                price, origin = price_in_effect(said.price, effect.promo, effect.reference)
                said = replace(said, price=price, origin_price=origin)
            terms[record.id] = said
        return terms

    @api.model
    def _prices_of_cdiscount_alone(self, config):
        """Return which of the two prices Odoo only repeats from the channel, where it may be the promotion's own."""
        lines = {line.name: line for line in config._ensure_field_mappings()}
        return [
            name
            for name in PRICES
            if lines[name].effective_direction == "import"
            or (
                lines[name].effective_direction == "both"
                and not (name == "price" or self._is_said(config, lines[name]))
            )
        ]

    @api.model
    def _without_promotion(self, terms, line, alone):
        """Return terms in which what Odoo only repeats is what the channel showed before the promotion."""
        if not alone or not line.normal_price:
            return terms
        before = {"price": exact(line.normal_price, 2), "origin_price": exact(line.normal_origin, 2) or None}
        changed = replace(terms, **{name: before[name] for name in alone})
        if changed.origin_price is not None and changed.origin_price <= changed.price:
            changed = replace(changed, origin_price=None)
        return changed

    # ------------------------------------------------------------------ what is compared
    def _sent_fields(self):
        """Return what was accepted last; the price of a promotion is no agreement about the normal one."""
        told = super()._sent_fields()
        if self.promotion_line_id:
            return {name: value for name, value in told.items() if name not in PRICES}
        return told

    def _reconcile(self, config, theirs, moments=None, shown=None):
        """While Cdiscount shows the price of a promotion, nobody takes it for a price somebody has changed.

        What the channel shows is remembered all the same, and differs it from the promotion, it is sent anew.
        """
        promoted = self.browse(theirs)._concerned_by_promotions()
        if promoted:
            kept = set(promoted.ids)
            others = {
                key: {name: value for name, value in told.items() if not (key in kept and name in PRICES)}
                for key, told in theirs.items()
            }
            result = super()._reconcile(config, others, moments, shown)
            promoted.filtered("publish")._mark_push()
            return result
        return super()._reconcile(config, theirs, moments, shown)
