"""What is measured of a shop: what Cdiscount judges it by, and what our own orders tell before Cdiscount does."""

from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...compat import aggregates, constraints
from ...services.rules.indicator import WINDOW, expected_breach, judge, trend
from ...services.rules.seller_day import day_of
from ..order.order_import import aware

TREND_DAYS = 7
STATES = [
    ("breached", "Beyond the Threshold"),
    ("expected", "Soon beyond the Threshold"),
    ("good", "Good"),
    ("unjudged", "No Threshold"),
    ("unknown", "Not Known"),
]
TRENDS = [("better", "Better"), ("stable", "Stable"), ("worse", "Worse"), ("unknown", "Not Known")]
CODES = [
    ("order_acceptation", "Orders Accepted"),
    ("product_shipping", "Orders Shipped"),
    ("deadline_compliance", "Shipped in Time"),
    ("order_claims", "Orders with a Claim"),
    ("order_refunds", "Orders Refunded"),
    ("accept_late", "Not Accepted in Time"),
    ("ship_late", "Not Shipped in Time"),
    ("unanswered", "Discussions Not Answered in Time"),
    ("cancelled", "Cancelled by Us"),
    ("refunded", "Refunded by Us"),
    ("claimed", "With a Claim"),
]
"""Codes that have a name of their own; one that Cdiscount adds is shown as it is spelled."""


class CdiscountIndicator(models.Model):
    _name = "cdiscount.indicator"
    _description = "Cdiscount Indicator"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "config_id, source, sequence, id"
    _mail_post_access = "read"

    vars().update(constraints(("code_uniq", "unique(config_id, source, code)", "An account has each indicator once.")))

    config_id = fields.Many2one(
        "cdiscount.config", "Account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    source = fields.Selection(
        [("cdiscount", "Cdiscount"), ("own", "Our Orders")],
        required=True,
        readonly=True,
        index=True,
        help="Who says so: Cdiscount, once a day; or our own orders, every hour, before Cdiscount does.",
    )
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=50, readonly=True)
    name = fields.Char(compute="_compute_name")
    description = fields.Char(readonly=True, help="As Cdiscount describes it.")
    kind = fields.Selection(
        [("minimum", "At least"), ("maximum", "At most")],
        "Limit",
        readonly=True,
        help="Whether the value must not fall below the threshold, or not rise above it.",
    )
    value_30 = fields.Float("Over 30 Days", readonly=True, digits=(16, 2), help="In percent.")
    value_60 = fields.Float("Over 60 Days", readonly=True, digits=(16, 2), help="In percent.")
    known_30 = fields.Boolean(readonly=True)
    known_60 = fields.Boolean(readonly=True)
    value_30_text = fields.Char("30 Days", compute="_compute_texts")
    value_60_text = fields.Char("60 Days", compute="_compute_texts")
    threshold_text = fields.Char("Limit and Threshold", compute="_compute_texts")
    summary = fields.Char("What It Means", compute="_compute_texts")
    threshold_read = fields.Float("Usual Threshold", readonly=True, digits=(16, 2), help="What Cdiscount says.")
    threshold_told = fields.Boolean(readonly=True)
    threshold_set = fields.Boolean(
        "Threshold of Our Own", tracking=True, help="Judge by another threshold than the usual one."
    )
    threshold_own = fields.Float("Our Threshold", digits=(16, 2), tracking=True, help="In percent.")
    threshold = fields.Float(compute="_compute_threshold", store=True, digits=(16, 2), help="In percent.")
    has_threshold = fields.Boolean(compute="_compute_threshold", store=True)
    state = fields.Selection(STATES, default="unknown", required=True, readonly=True, index=True)
    trend = fields.Selection(
        TRENDS, default="unknown", required=True, readonly=True, help="Compared with a week before."
    )
    change_week = fields.Float("Change in a Week", readonly=True, digits=(16, 2), help="In percent points.")
    expected_on = fields.Date(
        "Expected Breach",
        readonly=True,
        help="When the threshold is passed if the value goes on as in the last two weeks.",
    )
    read_at = fields.Datetime("Last Known", readonly=True)
    value_ids = fields.One2many("cdiscount.indicator.value", "indicator_id", "Series", readonly=True)
    told = fields.Selection([("expected", "Expected"), ("breached", "Breached")], readonly=True, copy=False)

    # ------------------------------------------------------------------ how it is shown
    @api.depends("code")
    @api.depends_context("lang")
    def _compute_name(self):
        names = self._code_names()
        for one in self:
            one.name = names.get(one.code) or (one.code or "").replace("_", " ").capitalize()

    @api.model
    def _code_names(self):
        """Return ``{code: name}`` in the reader's language."""
        labels = self.env["cdiscount.indicator.value"]._fields["code_kind"]._description_selection(self.env)
        return dict(labels)

    @api.depends("code", "config_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            one.display_name = one.name

    @api.depends("value_30", "value_60", "known_30", "known_60", "threshold", "has_threshold", "kind", "expected_on")
    @api.depends_context("lang")
    def _compute_texts(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for one in self:
            one.value_30_text = self._percent(one.value_30) if one.known_30 else _("not known")
            one.value_60_text = self._percent(one.value_60) if one.known_60 else _("not known")
            limit = kinds.get(one.kind)
            one.threshold_text = f"{limit} {self._percent(one.threshold)}" if one.has_threshold and limit else False
            one.summary = one._tell_state()

    @api.model
    def _percent(self, value):
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        return f"{lang.format('%.2f', value, grouping=True)} %"

    def _tell_state(self):
        """Return the state in a sentence: colour alone tells nothing to many."""
        self.ensure_one()
        if self.state == "breached":
            return _(
                "Beyond the threshold: %(value)s (%(limit)s).", value=self.value_30_text, limit=self.threshold_text
            )
        if self.state == "expected":
            day = fields.Date.to_date(self.expected_on)
            return _(
                "Expected beyond the threshold on %(day)s if it goes on like this.",
                day=day.strftime("%d/%m/%Y") if day else "-",
            )
        return dict(self._fields["state"]._description_selection(self.env)).get(self.state) or ""

    # ------------------------------------------------------------------ thresholds
    @api.depends("threshold_read", "threshold_told", "threshold_set", "threshold_own")
    def _compute_threshold(self):
        for one in self:
            one.has_threshold = one.threshold_set or one.threshold_told
            one.threshold = one.threshold_own if one.threshold_set else one.threshold_read

    @api.constrains("threshold_own")
    def _check_threshold_own(self):
        if any(not 0 <= one.threshold_own <= 100 for one in self):
            raise ValidationError(_("A threshold is between 0 and 100 percent."))

    def write(self, vals):
        result = super().write(vals)
        if {"threshold_set", "threshold_own"} & set(vals):
            self.sudo()._judge()
        return result

    # ------------------------------------------------------------------ taking in new values
    @api.model
    def _take_in(self, config, source, readings):
        """Keep what was read or worked out now, judge it, and tell a person where it matters.

        :param readings: list of dicts: code, value_30, value_60 (None: not known), and any further fields
        """
        own = self.sudo().search([("config_id", "=", config.id), ("source", "=", source)])
        known = {one.code: one for one in own}
        now = fields.Datetime.now()
        places = {code: place for place, (code, _name) in enumerate(CODES)}
        changed = self.sudo().browse()
        missing = []
        for reading in readings:
            values = self._prepare_values(reading, now)
            one = known.get(reading["code"])
            if one:
                one.write(values)
                changed |= one
            else:
                sequence = places.get(reading["code"], 50)
                missing.append({**values, "config_id": config.id, "source": source, "sequence": sequence})
        changed |= self.sudo().create(missing)
        # What is not told of any more is not known: it is neither good nor bad.
        gone = own - changed
        gone.write({"known_30": False, "known_60": False})
        changed._keep_values(now)
        (changed | gone)._judge()
        return changed

    @api.model
    def _prepare_values(self, reading, now):
        values = {
            name: value
            for name, value in reading.items()
            if name in self._fields and name not in ("value_30", "value_60")
        }
        for days in (30, 60):
            value = reading.get(f"value_{days}")
            values[f"known_{days}"] = value is not None
            if value is not None:
                # A null must not look like a zero: the last value stays, marked as not known.
                values[f"value_{days}"] = float(value)
        return {**values, "read_at": now}

    def _keep_values(self, now):
        """Add today's point to the series, or bring it up to date: one query for all of them."""
        today = day_of(aware(now))
        series = self.env["cdiscount.indicator.value"].sudo()
        points = {
            point.indicator_id.id: point
            for point in series.search([("indicator_id", "in", self.ids), ("day", "=", today)])
        }
        missing = []
        for one in self:
            values = {
                name: one[name]
                for name in ("value_30", "value_60", "known_30", "known_60", "threshold", "has_threshold")
            }
            if one.id in points:
                points[one.id].write(values)
            else:
                missing.append({**values, "indicator_id": one.id, "day": today})
        series.create(missing)

    def _judge(self):
        """Work out state and trend from the series, then raise or close activities."""
        today = day_of(aware(fields.Datetime.now()))
        points = (
            self.env["cdiscount.indicator.value"]
            .sudo()
            .search(
                [
                    ("indicator_id", "in", self.ids),
                    ("day", ">=", today - timedelta(days=max(WINDOW, 2 * TREND_DAYS))),
                    ("known_30", "=", True),
                ],
                order="day",
            )
        )
        series = points.grouped("indicator_id")
        for one in self:
            mine = [(point.day, point.value_30) for point in series.get(one, [])]
            value = one.value_30 if one.known_30 else None
            threshold = one.threshold if one.has_threshold else None
            before = self._a_week_before(mine, today)
            expected = None
            if value is not None and threshold is not None and one.kind:
                expected = expected_breach(mine, threshold, one.kind)
            one.write(
                {
                    "state": judge(value, threshold, one.kind or "", expected),
                    "trend": trend(value, before, one.kind or ""),
                    "change_week": value - before if value is not None and before is not None else 0.0,
                    "expected_on": expected,
                }
            )
        self._tell()

    @api.model
    def _a_week_before(self, series, today):
        """Return the value of a week ago, or of the day before that where none was read then."""
        before = [value for day, value in series if day <= today - timedelta(days=TREND_DAYS)]
        return before[-1] if before else None

    # ------------------------------------------------------------------ what a person can do
    def action_open_series(self):
        """Open the curve of this indicator."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_indicator_value")
        return dict(
            action, name=self.name, context={}, domain=[("indicator_id", "=", self.id), ("known_30", "=", True)]
        )


class CdiscountIndicatorValue(models.Model):
    _name = "cdiscount.indicator.value"
    _description = "Cdiscount Indicator of a Day"
    _order = "day desc, id desc"
    _rec_name = "day"

    vars().update(constraints(("day_uniq", "unique(indicator_id, day)", "An indicator has one value a day.")))

    indicator_id = fields.Many2one("cdiscount.indicator", required=True, ondelete="cascade", index=True)
    config_id = fields.Many2one(related="indicator_id.config_id", store=True, index=True)
    company_id = fields.Many2one(related="indicator_id.company_id", store=True, index=True)
    source = fields.Selection(related="indicator_id.source", store=True)
    code = fields.Char(related="indicator_id.code", store=True)
    code_kind = fields.Selection([*CODES, ("other", "Other")], "Measured", compute="_compute_code_kind", store=True)
    day = fields.Date(required=True, index=True)
    value_30 = fields.Float("Over 30 Days", digits=(16, 2), **aggregates("avg"))
    value_60 = fields.Float("Over 60 Days", digits=(16, 2), **aggregates("avg"))
    known_30 = fields.Boolean()
    known_60 = fields.Boolean()
    threshold = fields.Float(digits=(16, 2))
    has_threshold = fields.Boolean()

    @api.depends("code")
    def _compute_code_kind(self):
        known = dict(CODES)
        for point in self:
            point.code_kind = point.code if point.code in known else "other"

    @api.autovacuum
    def _gc_old(self, days=800):
        """Keep a little more than two years of the series."""
        self.env.cr.execute(
            "DELETE FROM cdiscount_indicator_value WHERE day < (now() - %s * interval '1 day')::date", (days,)
        )
