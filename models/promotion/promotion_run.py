"""Beginning and ending promotions by the clock, and looking after what is on its way."""

from datetime import timedelta

from odoo import _, api, fields, models
from odoo.tools import formatLang

from ...services.rules.promotion import BY_PACKAGE
from ..catalog.offer_price import exact
from ..catalog.offer_sql import update_rows
from .promotion_check import PORTION
from .promotion_offer import WITHOUT

LOOK = timedelta(minutes=10)
"""How often it is looked whether prices are back to normal, and whether a budget is used up."""
RETURNED = """
UPDATE cdiscount_promotion_line line SET state = 'over'
  FROM cdiscount_product_mapping mapping
 WHERE line.promotion_id = %s AND line.state = 'returning' AND mapping.id = line.mapping_id
   AND NOT EXISTS (SELECT 1 FROM cdiscount_product_mapping own
                    WHERE own.id = line.mapping_id AND own.sales_channel_id = line.sales_channel_id
                      AND (own.promotion_line_id = line.id OR own.package_id IS NOT NULL OR own.push_needed))
   AND NOT EXISTS (SELECT 1 FROM cdiscount_channel_offer further
                    WHERE further.mapping_id = line.mapping_id AND further.sales_channel_id = line.sales_channel_id
                      AND (further.promotion_line_id = line.id OR further.package_id IS NOT NULL
                           OR further.push_needed))
"""
LEAVE = """
UPDATE cdiscount_promotion_line line
   SET state = CASE WHEN offer.promotion_line_id = line.id OR line.state IN ('sent', 'accepted')
                    THEN CASE WHEN offer.publish OR offer.push_wish IS NOT NULL THEN 'returning' ELSE 'kept' END
                    ELSE 'over' END
  FROM {table} offer
 WHERE line.promotion_id = %s AND line.state IN ('waiting', 'sent', 'accepted')
   AND offer.{mapping} = line.mapping_id AND offer.sales_channel_id = line.sales_channel_id
"""
TABLES = {"cdiscount.product.mapping": "id", "cdiscount.channel.offer": "mapping_id"}


class CdiscountPromotionRun(models.Model):
    _inherit = "cdiscount.promotion"

    @api.model
    def _job_run(self, jobs):
        """Queue operation: do what is due for a promotion (the key). Yields wherever what was done is complete."""
        promotion = self.sudo().browse(int(jobs.key)).exists()
        if not promotion:
            return
        now = fields.Datetime.now()
        if promotion.state in ("scheduled", "sent", "running") and promotion.date_end <= now:
            promotion._come_to_the_end(now)
        elif promotion.state == "scheduled" and promotion.kind in BY_PACKAGE:
            yield from promotion._announce()
        elif promotion.state == "scheduled" and promotion.date_start <= now:
            yield from promotion._begin(now)
        elif promotion.state == "scheduled":
            promotion._look_again(promotion.date_start)
        elif promotion.kind in BY_PACKAGE:
            yield from promotion._follow_sale(now)
        elif promotion.state == "running":
            promotion._look_after(now)
        if promotion.state in ("ended", "cancelled"):
            yield from promotion._follow_return(now)

    # ------------------------------------------------------------------ begin
    def _begin(self, now):
        """Check every offer once more with the prices of this moment, and have the new prices sent."""
        lines = self.env["cdiscount.promotion.line"].sudo()
        waiting = [("promotion_id", "=", self.id), ("state", "=", "waiting")]
        for channel in self._channels():
            last = 0
            mine = [*waiting, ("sales_channel_id", "=", channel.id)]
            while portion := lines.search([*mine, ("id", ">", last)], order="id", limit=PORTION):
                last = portion[-1].id
                self._keep_normal(portion)
                # What was shown when it was scheduled is what is sent, whatever the normal price has become.
                promised = {line.id: exact(line.price_promo, 2) for line in portion}
                self.with_context(cdiscount_promised=promised)._checked_lines(channel, portion, now, booked=True)
                yield None
        if not lines.search_count(waiting, limit=1):
            self.write(
                {"state": "failed", "next_at": False, "note": _("No offer could take part when it was to start.")}
            )
            self._tell_person(_("The promotion %s did not start", self.name), self.note)
            return
        self.write({"state": "running", "began_at": now, "note": False})
        self._mark_offers()
        self._log(_("The promotion %s has begun.", self.name))
        self._look_after(now)

    def _promo_of(self, line, price):
        promised = self.env.context.get("cdiscount_promised")
        return promised[line.id] if promised and line.id in promised else super()._promo_of(line, price)

    def _keep_normal(self, lines):
        """Remember the prices without the promotion: an account whose prices come from Cdiscount has them nowhere
        else."""
        offers = lines._offers()
        terms = self._united(offers.values()).with_context(**{WITHOUT: True})._offer_terms()
        rows = [
            (line.id, terms[offers[line.id].id].price or 0, terms[offers[line.id].id].origin_price or 0)
            for line in lines
            if offers[line.id] and offers[line.id].id in terms
        ]
        update_rows(lines, {"normal_price": "numeric", "normal_origin": "numeric"}, rows)

    def _mark_offers(self):
        """Have the offers of this promotion compared and sent; one statement for each of the two models."""
        self.env["cdiscount.promotion.line"].flush_model()
        for name, mapping in TABLES.items():
            offers = self.env[name].sudo()
            self.env.cr.execute(
                f"""
                SELECT offer.id FROM {offers._table} offer JOIN cdiscount_promotion_line line
                    ON line.mapping_id = offer.{mapping} AND line.sales_channel_id = offer.sales_channel_id
                 WHERE line.promotion_id = %s AND line.state NOT IN ('left_out', 'proposed', 'over')
                """,
                (self.id,),
            )
            offers.browse([row[0] for row in self.env.cr.fetchall()])._mark_push()

    # ------------------------------------------------------------------ while it runs
    def _look_after(self, now):
        """Stop a promotion whose budget is used up; else come back, at the latest for its end."""
        if self.budget:
            self._refresh_results()
            if self.discount_given >= self.budget:
                self._stop(
                    "ended",
                    _(
                        "The budget of discount is used up: %s.",
                        formatLang(self.env, self.discount_given, currency_obj=self.currency_id),
                    ),
                )
                return
            self._look_again(min(self.date_end, now + LOOK))
        else:
            self._look_again(self.date_end)

    # ------------------------------------------------------------------ end
    def _come_to_the_end(self, now):
        if self.state == "running":
            self._stop("ended")
            return
        missed = self.state == "scheduled"
        note = _("Odoo did not run between start and end: the promotion never began.") if missed else False
        self._stop("ended", note)
        if missed:
            self._tell_person(_("The promotion %s was missed", self.name), note)

    def _stop(self, state, note=False):
        """End this promotion: normal prices from now on. Doing it twice changes nothing.

        :param state: ``ended`` or ``cancelled``
        """
        self.ensure_one()
        promotion, now = self.sudo(), fields.Datetime.now()
        if promotion.kind in BY_PACKAGE:
            promotion._stop_sale(state, note, now)
            return
        self.env.flush_all()
        shown = promotion.state == "running"
        for name, mapping in TABLES.items():
            self.env.cr.execute(LEAVE.format(table=self.env[name]._table, mapping=mapping), (promotion.id,))
        # Offers that are gone have no price to go back to.
        self.env.cr.execute(
            """
            UPDATE cdiscount_promotion_line SET state = 'over'
             WHERE promotion_id = %s AND state IN ('waiting', 'sent', 'accepted')
            """,
            (promotion.id,),
        )
        self.env["cdiscount.promotion.line"].invalidate_model(flush=False)
        promotion.write({"state": state, "ended_at": now, "note": note})
        if not shown:
            promotion._look_again(None)
            return
        promotion._mark_offers()
        promotion._refresh_results()
        promotion._log(_("The promotion %s is over: the prices go back to normal.", promotion.name))
        promotion._look_again(now + LOOK)
        promotion._tell_kept()

    def _tell_kept(self):
        kept = self.line_ids.filtered(lambda line: line.state == "kept")
        if kept:
            self._tell_person(
                _("Prices of %(name)s that are not back to normal: %(count)s", count=len(kept), name=self.name),
                _(
                    "Odoo does not publish these offers any more, so it left them as they are on Cdiscount: %s. "
                    "Publish them again, or correct their price in the seller portal.",
                    ", ".join(kept[:20].mapped("sku")),
                ),
            )

    def _follow_return(self, now):
        """Look whether Cdiscount shows normal prices again; come back until it does."""
        self.env.flush_all()
        self.env.cr.execute(RETURNED, (self.id,))
        self.env["cdiscount.promotion.line"].invalidate_model(flush=False)
        yield None
        left = self._has_prices_there()
        self._look_again(now + LOOK if left else None)
        if left:
            # Somebody may have taken the mark away: without one the price would stay.
            self._mark_offers()

    def _log(self, message):
        self.env["cdiscount.sync.log"]._add(
            self.config_id,
            "promotion_run",
            message,
            direction="out",
            records=self.line_count - self.blocked_count,
            record=self,
        )
