"""Checking a promotion: every offer in it with its prices and what keeps it out, a thousand at a time."""

import json
from collections import Counter
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access
from ...services.rules.money import ZERO
from ...services.rules.preflight import Problem
from ...services.rules.promotion import (
    BY_PACKAGE,
    MOST_OFFERS,
    PACKAGE_CHANNEL,
    Proposal,
    check_discount,
    check_period,
    check_proposal,
    discount_percent,
    promotional_price,
)
from ..catalog.offer_price import EURO, exact
from ..catalog.offer_sql import update_rows
from .promotion import BOOKED_STATES, OPEN_STATES
from .promotion_offer import WITHOUT

PORTION = 1000
AT_ONCE = 500
"""Offers checked while the user waits; more are checked in the background."""
COLUMNS = {
    "product_id": "int4",
    "price_now": "numeric",
    "price_promo": "numeric",
    "reference_price": "numeric",
    "discount": "numeric",
    "margin": "numeric",
    "unit_cost": "numeric",
    "quantity": "int4",
    "problems": "text",
    "blocked": "bool",
    "state": "varchar",
}
OVERLAPS = """
SELECT DISTINCT ON (line.mapping_id) line.mapping_id, other.name
  FROM cdiscount_promotion_line line JOIN cdiscount_promotion other ON other.id = line.promotion_id
 WHERE line.mapping_id = ANY(%(mappings)s) AND line.sales_channel_id = %(channel)s AND other.id <> %(promotion)s
   AND other.state = ANY(%(booked)s) AND line.state NOT IN ('left_out', 'refused', 'over')
   AND other.date_start < %(end)s AND other.date_end > %(start)s
   AND (NOT %(begins)s OR other.state = 'running' OR other.id < %(promotion)s)
 ORDER BY line.mapping_id, other.id
"""


@dataclass
class Facts:
    """What a portion of offers of one channel is checked against; each by the id of the offer of its channel."""

    terms: dict = field(default_factory=dict)
    costs: dict = field(default_factory=dict)
    floors: dict = field(default_factory=dict)
    ready: dict = field(default_factory=dict)
    lowest: dict = field(default_factory=dict)
    overlaps: dict = field(default_factory=dict)


class CdiscountPromotionCheck(models.Model):
    _inherit = "cdiscount.promotion"

    problems = fields.Text(readonly=True, copy=False, help="Technical: what the check found on the whole.")
    problem_counts = fields.Text(readonly=True, copy=False, help="Technical: how many offers have which defect.")
    checked_at = fields.Datetime("Last Checked", readonly=True, copy=False)
    checking = fields.Boolean("Being Checked", readonly=True, copy=False)
    line_count = fields.Integer("Offers", readonly=True, copy=False)
    blocked_count = fields.Integer("Kept Out", readonly=True, copy=False)
    exposure = fields.Monetary(
        "Discount If All Is Sold", readonly=True, copy=False, help="Pieces in stock times what each is lower."
    )
    check_text = fields.Html("Result of the Check", compute="_compute_check_text", sanitize=False)

    @api.depends("problems", "problem_counts", "line_count", "blocked_count", "checked_at", "state")
    @api.depends_context("lang")
    def _compute_check_text(self):
        for promotion in self:
            promotion.check_text = promotion._told_check() if promotion.checked_at else False

    def _told_check(self):
        rows = [("danger" if row.get("blocking", True) else "warning", text) for row, text in self._told_problems()]
        fit = self.line_count - self.blocked_count
        head = _("Offers that can take part: %(fit)s of %(count)s.", fit=fit, count=self.line_count)
        rows.insert(0, ("success" if fit and not self.blocked_count else "info", head))
        known = self._promotion_sentences()
        counts = json.loads(self.problem_counts or "[]")
        for code, count, blocking in counts:
            # Without the values of each offer: those are on its line.
            text = known.get(code, code)
            plain = text.split(": ")[0] if "%(" not in text.split(": ")[0] else self._short_problem(code)
            told = plain if count == 1 else _("%(count)s offers: %(what)s", count=count, what=plain)
            rows.append(("danger" if blocking else "warning", told))
        icons = {"danger": "fa-times-circle", "warning": "fa-exclamation-triangle", "success": "fa-check-circle"}
        return Markup("").join(
            Markup('<div class="text-%s mb-1"><i class="fa %s me-2"></i>%s</div>')
            % (style, icons.get(style, "fa-info-circle"), escape(text))
            for style, text in rows
        )

    def _told_problems(self):
        rows = json.loads(self.problems or "[]")
        if self.state not in OPEN_STATES:
            # It was scheduled: that its start had passed then is no news.
            rows = [row for row in rows if row.get("code") != "begins_at_once"]
        return zip(rows, self._problem_texts(rows), strict=True)

    @api.model
    def _short_problem(self, code):
        return {
            "offer_not_in_euros": _("price not in euros"),
            "overlap": _("in another promotion at the same time"),
            "promo_not_lower": _("promotional price not below the price"),
            "promo_not_below_reference": _("promotional price not below the lowest of the last 30 days"),
            "discount_too_small": _("discount too small"),
            "promo_below_taxes": _("promotional price below eco-tax and DEA"),
            "promo_below_floor": _("promotional price below the minimum price"),
        }.get(code, code)

    # ------------------------------------------------------------------ asking
    def action_check(self):
        """Work out every price of these promotions and say what keeps offers out of them. Nothing is sent."""
        check_access(self, "write")
        for promotion in self:
            if promotion.state not in OPEN_STATES:
                raise UserError(_("%s is scheduled already.", promotion.name))
            if len(promotion._chosen_offers()) > AT_ONCE:
                promotion.checking = True
                self.env["cdiscount.queue"].sudo()._enqueue(promotion.config_id, "promotion_check", str(promotion.id))
            else:
                for _step in promotion._check_all():
                    pass
        if self.filtered("checking"):
            return self.env["cdiscount.config"]._notify(
                _("The offers are checked in the background: open the promotion again in a minute.")
            )
        return True

    @api.model
    def _job_check(self, jobs):
        """Queue operation: check a promotion (the key), portion by portion."""
        promotion = self.sudo().browse(int(jobs.key)).exists()
        if promotion.state in OPEN_STATES:
            yield from promotion._check_all()
        elif promotion:
            promotion.checking = False

    @api.model
    def _job_check_failed(self, job, cause):
        promotion = self.sudo().browse(int(job.key)).exists()
        if promotion:
            promotion.write({"checking": False, "note": cause.text})

    # ------------------------------------------------------------------ the check
    def _chosen_offers(self):
        """Return the offers of the account's own channel that were chosen, one by one or by their category."""
        self.ensure_one()
        chosen = self.offer_ids
        if self.categ_ids:
            chosen |= self.env["cdiscount.product.mapping"].search(
                [
                    ("config_id", "=", self.config_id.id),
                    ("product_id.categ_id", "child_of", self.categ_ids.ids),
                    ("ignored", "=", False),
                ]
            )
        return chosen

    def _check_all(self):
        """Build the lines anew and check them; yields after each portion."""
        self.ensure_one()
        chosen = self._chosen_offers()
        yield from self._build_lines(chosen)
        found, exposure, blocked = Counter(), ZERO, 0
        lines = self.env["cdiscount.promotion.line"].sudo()
        for channel in self._channels():
            mine = [("promotion_id", "=", self.id), ("sales_channel_id", "=", channel.id)]
            last = 0
            while portion := lines.search([*mine, ("id", ">", last)], order="id", limit=PORTION):
                last = portion[-1].id
                for _line, values, problems in self._checked_lines(channel, portion, self.date_start):
                    found.update({(one.code, one.blocking) for one in problems})
                    blocked += values["blocked"]
                    if not values["blocked"]:
                        exposure += max(ZERO, values["price_now"] - values["price_promo"]) * max(0, values["quantity"])
                yield _("Offers checked: %s", last and len(portion))
        self._keep_check(found, exposure, blocked)

    def _build_lines(self, chosen):
        """Have a line for each chosen offer and channel, and none for others; prices that were entered stay."""
        lines = self.env["cdiscount.promotion.line"].sudo()
        wanted = {(mapping_id, channel.id) for mapping_id in chosen.ids for channel in self._channels()}
        known = lines.search_fetch([("promotion_id", "=", self.id)], ["mapping_id", "sales_channel_id"])
        gone = known.filtered(lambda line: (line.mapping_id.id, line.sales_channel_id.id) not in wanted)
        wanted -= {(line.mapping_id.id, line.sales_channel_id.id) for line in known}
        gone.unlink()
        rows = sorted(wanted)
        for start in range(0, len(rows), PORTION):
            lines.create(
                [
                    {"promotion_id": self.id, "mapping_id": mapping_id, "sales_channel_id": channel_id}
                    for mapping_id, channel_id in rows[start : start + PORTION]
                ]
            )
            yield None

    def _checked_lines(self, channel, lines, start, booked=False):
        """Work out a portion of lines of one channel, write and return ``[(line, values, problems)]``.

        :param start: naive UTC moment at which the reduction begins
        :param booked: they are about to begin: what fits waits to be sent
        """
        offers = lines._offers()
        self.env["cdiscount.price.point"].sudo()._backfill(self._united(offers.values()))
        facts = self._facts(channel, lines, self._united(offers.values()), start)
        result, rows = [], []
        for line in lines:
            values, problems = self._values_of_line(line, offers[line.id], facts)
            values["state"] = "waiting" if booked else "proposed"
            if values["blocked"]:
                values["state"] = "left_out"
            rows.append((line.id, *(values[name] for name in COLUMNS)))
            result.append((line, values, problems))
        update_rows(lines, COLUMNS, rows)
        return result

    @api.model
    def _united(self, offers):
        found = [offer for offer in offers if offer]
        return found[0].browse([offer.id for offer in found]) if found else self.env["cdiscount.product.mapping"]

    def _facts(self, channel, lines, offers, start):
        """Return the Facts of offers of one channel: a number of queries that does not depend on how many they are."""
        facts = Facts()
        config = self.config_id.sudo()
        facts.lowest = self.env["cdiscount.price.point"].sudo()._lowest(lines.mapping_id, channel, start)
        facts.overlaps = self._overlaps(channel, lines.mapping_id)
        if offers:
            plain = offers.with_context(**{WITHOUT: True})
            facts.terms = plain._offer_terms()
            facts.costs = plain._offer_costs(facts.terms)
            facts.ready = {key: found.ready for key, found in plain._offer_problems(facts.terms).items()}
            if config.floor_active:
                facts.floors = {key: plain._floor_of(cost) for key, cost in facts.costs.items()}
        return facts

    def _overlaps(self, channel, mappings):
        """Return ``{offer id: name of another promotion}`` that is planned for the same offer and time.

        Of two that begin at once the older one counts, or both would keep each other out.
        """
        self.env["cdiscount.promotion.line"].flush_model()
        self.env["cdiscount.promotion"].flush_model()
        self.env.cr.execute(
            OVERLAPS,
            {
                "mappings": mappings.ids,
                "channel": channel.id,
                "promotion": self.id,
                "booked": list(BOOKED_STATES),
                "start": self.date_start,
                "end": self.date_end,
                "begins": self.state not in OPEN_STATES,
            },
        )
        return dict(self.env.cr.fetchall())

    def _values_of_line(self, line, offer, facts):
        """Return (values, problems) of one line."""
        terms = facts.terms.get(offer.id)
        price = terms.price if terms and terms.currency == EURO and offer.product_id else None
        lowest = facts.lowest[line.mapping_id.id]
        reference = lowest.price if lowest.price is not None else price
        if reference is not None and price is not None:
            reference = min(reference, price)
        promo = self._promo_of(line, price)
        problems = list(
            check_proposal(
                Proposal(
                    kind=self.kind,
                    price=price,
                    promo=promo,
                    reference=reference,
                    complete=lowest.complete,
                    floor=facts.floors.get(offer.id),
                    contributions=((terms.eco_tax or ZERO) + (terms.dea or ZERO)) if terms else ZERO,
                    currency=terms.currency if terms else EURO,
                    linked=bool(offer.product_id),
                    published=bool(offer.publish),
                    known_there=bool(offer) and offer._is_known_there(offer._offer_mapping()),
                    quantity=terms.quantity if terms else None,
                    overlaps=facts.overlaps.get(line.mapping_id.id, ""),
                )
            )
        )
        if offer.product_id and offer.publish and not facts.ready.get(offer.id, True):
            problems.append(Problem("offer_problems", field="offer"))
        if self.kind in BY_PACKAGE and line.manual_price:
            problems.append(Problem("package_manual_price", field="price"))
        cost = facts.costs.get(offer.id)
        known = promo is not None and reference is not None
        values = {
            "product_id": offer.product_id.id or None,
            "price_now": price or ZERO,
            "price_promo": promo or ZERO,
            "reference_price": reference or ZERO,
            "discount": discount_percent(reference, promo) if known else ZERO,
            "margin": offer._earnings_of(promo, cost)["margin"] if promo and cost else ZERO,
            "unit_cost": cost.purchase if cost else ZERO,
            "quantity": (terms.quantity if terms else 0) or 0,
            "problems": self._problems_json(problems) or None,
            "blocked": any(one.blocking for one in problems),
        }
        return values, problems

    def _promo_of(self, line, price):
        if line.manual_price and self.kind not in BY_PACKAGE:
            return exact(line.manual_price, 2)
        if price is None:
            return None
        value = exact(self.percent if self.basis == "percentage" else self.fixed_price, 2)
        rounds = self.price_rounding and self.kind not in BY_PACKAGE
        ending = exact(self.price_ending, 2) if rounds else None
        return promotional_price(price, self.basis, value, ending, exact(self.price_step, 2))

    # ------------------------------------------------------------------ what is kept of it
    def _keep_check(self, found, exposure, blocked):
        count = self.env["cdiscount.promotion.line"].sudo().search_count([("promotion_id", "=", self.id)])
        problems = self._whole_problems(count, blocked, exposure)
        counts = sorted(
            ([code, number, blocking] for (code, blocking), number in found.items()),
            key=lambda row: (not row[2], -row[1], row[0]),
        )
        self.write(
            {
                "problems": self._problems_json(problems),
                "problem_counts": json.dumps(counts) if counts else False,
                "checked_at": fields.Datetime.now(),
                "checking": False,
                "line_count": count,
                "blocked_count": blocked,
                "exposure": float(exposure),
                "state": "draft" if any(one.blocking for one in problems) else "checked",
                "note": False,
            }
        )

    def _whole_problems(self, count, blocked, exposure):
        """Return the problems of the promotion as a whole."""
        value = exact(self.percent if self.basis == "percentage" else self.fixed_price, 2)
        problems = [
            *check_period(self.kind, self.date_start, self.date_end, fields.Datetime.now()),
            *check_discount(self.kind, self.basis, value),
        ]
        if self.kind in BY_PACKAGE:
            problems += self._package_problems(count)
        if not count:
            problems.append(Problem("no_offers", field="offer_ids"))
        elif blocked == count:
            problems.append(Problem("nothing_left", field="line_ids"))
        if self.budget and exposure > exact(self.budget, 2):
            amounts = {"exposure": exact(exposure, 2), "budget": exact(self.budget, 2)}
            problems.append(Problem("budget_small", amounts, "budget", blocking=False))
        return problems

    def _package_problems(self, count):
        if self._channels().mapped("code") != [PACKAGE_CHANNEL]:
            yield Problem("package_channel", field="channel_ids")
        if count > MOST_OFFERS:
            yield Problem("too_many_offers", {"count": count, "limit": MOST_OFFERS}, "offer_ids")
        config = self.config_id
        if not config._picture_base().startswith("https://") and not config._pictures_may_be_local():
            yield Problem("address_missing", field="config_id")
