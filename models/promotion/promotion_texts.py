"""What the checks of promotions have to say: one sentence per code, in the reader's language."""

import json
from collections import defaultdict

from odoo import _, api, models

from ...services.rules.preflight import Problem
from ..catalog.shown_amounts import shown_amounts


class CdiscountPromotionTexts(models.Model):
    _inherit = "cdiscount.promotion"

    @api.model
    def _problem_texts(self, problems):
        """Return one line per defect.

        :param problems: Problem values, or the JSON that ``_problems_json`` made
        """
        known = self._promotion_sentences()
        rows = json.loads(problems) if isinstance(problems, str) and problems else problems or []
        found = []
        for row in rows:
            if isinstance(row, Problem):
                row = {"code": row.code, "params": row.params}
            text = known.get(row["code"], row["code"])
            params = shown_amounts(self.env, row.get("params") or {})
            found.append(text % defaultdict(lambda: "?", params))
        return found

    @api.model
    def _problems_json(self, problems):
        rows = [
            {
                "code": one.code,
                "params": {name: str(value) for name, value in one.params.items()},
                "blocking": one.blocking,
            }
            for one in problems
        ]
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":")) if rows else False

    @api.model
    def _promotion_sentences(self):
        """Return ``{code: sentence}`` with named placeholders."""
        return {**self._sentences_of_promotion(), **self._sentences_of_lines()}

    @api.model
    def _sentences_of_promotion(self):
        return {
            "dates_missing": _("Enter when the promotion starts and when it ends."),
            "end_before_start": _("The promotion ends before it starts: correct the dates."),
            "end_passed": _("The end has passed already: choose later dates."),
            "notice_flash": _("A flash sale must be announced %(hours)s hours before it starts: choose a later start."),
            "notice_seasonal": _(
                "A seasonal sale must be announced %(hours)s hours before it starts: choose a later start."
            ),
            "begins_at_once": _("The start has passed: the prices are sent as soon as the promotion is scheduled."),
            "percent_out_of_range": _("A discount of %(value)s %% cannot be given: enter 1 to 99."),
            "percent_not_whole": _(
                "Cdiscount takes whole percentages for sales, not %(value)s: enter a number without decimals."
            ),
            "package_needs_percent": _("Seasonal and flash sales take a percentage only: choose Percentage off."),
            "package_channel": _("Seasonal and flash sales exist on Cdiscount France only: remove the other channels."),
            "package_manual_price": _(
                "Cdiscount works out the price of a sale itself: remove the price entered for this offer."
            ),
            "too_many_offers": _("%(count)s offers are too many for one sale: %(limit)s are allowed. Split it."),
            "no_offers": _("No offer is in the promotion: choose offers, or categories with linked offers."),
            "nothing_left": _("No offer can take part: see what is to be corrected on each of them."),
            "budget_small": _(
                "Selling all pieces would give away %(exposure)s, more than the budget of %(budget)s: the promotion "
                "ends once the budget is used up."
            ),
            "address_missing": _(
                "Cdiscount fetches the announcement from this Odoo server, which has no public https address: enter "
                "it on the account (Picture Address)."
            ),
        }

    @api.model
    def _sentences_of_lines(self):
        return {
            "offer_not_linked": _("The offer has no product in Odoo: link it first."),
            "offer_not_in_euros": _("Its price is in %(currency)s: choose a pricelist in euros."),
            "offer_without_price": _("The offer has no price: correct the product or the pricelist."),
            "offer_not_published": _("Odoo does not publish this offer, so it cannot change its price: publish it."),
            "offer_not_there": _("Cdiscount does not have this offer yet: publish it first."),
            "offer_problems": _("The offer itself cannot be sent: see its defects."),
            "overlap": _("It is in the promotion %(name)s at the same time: remove it from one of them."),
            "promo_missing": _("There is no promotional price: enter one."),
            "promo_not_lower": _("The promotional price %(promo)s is not below the price %(price)s."),
            "promo_not_below_reference": _(
                "The promotional price %(promo)s is not below the lowest price of the last 30 days, %(reference)s: no "
                "reduction may be announced."
            ),
            "discount_too_small": _(
                "Only %(percent)s %% below the lowest price of the last 30 days, %(reference)s: at least %(least)s %% "
                "is required."
            ),
            "promo_below_taxes": _("The promotional price %(promo)s does not exceed eco-tax and DEA, %(taxes)s."),
            "promo_below_floor": _(
                "The promotional price %(promo)s is below the minimum price, %(floor)s with cost, commission, "
                "shipping and margin."
            ),
            "history_short": _(
                "The price is known for less than 30 days: make sure that it was not lower before that."
            ),
            "nothing_to_sell": _("There is nothing to sell just now: the offer is out of stock."),
        }
