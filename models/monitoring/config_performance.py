"""When an account's performance is looked at: at night what calls Cdiscount, every hour what our own orders tell."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...compat import check_access
from ...services.rules.seller_day import next_night
from ..order.order_import import aware, naive

EARLY_MINUTES = 60
RECENT_MINUTES = 120
SPREAD = 37
MOST_DAYS = 60


class CdiscountConfigPerformance(models.Model):
    _inherit = "cdiscount.config"

    last_early_at = fields.Datetime("Early Warnings Worked Out", readonly=True, copy=False)
    last_recent_at = fields.Datetime("Orders Last Compared", readonly=True, copy=False)
    next_night_at = fields.Datetime("Next Night's Work", readonly=True, copy=False)
    completeness_days = fields.Integer(
        "Days Read Again at Night",
        default=7,
        required=True,
        help="So many days are read again each night: orders that never came in are fetched, those that changed "
        "unnoticed are brought up to date. 0: nothing is read again.",
    )

    @api.constrains("completeness_days")
    def _check_completeness_days(self):
        if any(not 0 <= config.completeness_days <= MOST_DAYS for config in self):
            raise ValidationError(_("Between 0 and %s days can be read again each night.", MOST_DAYS))

    # ------------------------------------------------------------------ the clock
    def _schedule_due_jobs(self, now):
        result = super()._schedule_due_jobs(now)
        queue = self.env["cdiscount.queue"]
        if not self.next_night_at or self.next_night_at <= now:
            # A new account has its indicators at once; the orders of the last days come with its import.
            queue._enqueue(self, "indicator_pull", "indicators", wake=False)
            if self.next_night_at and self._compares_orders():
                self._ask_to_compare("nightly", days=self.completeness_days, repair=True, pages=True, wake=False)
            self.sudo().next_night_at = naive(next_night(aware(now), self.id * SPREAD))
        if self._is_due(self.last_early_at, EARLY_MINUTES, now):
            queue._enqueue(self, "early_check", "early", wake=False)
        if not self.last_recent_at:
            self.sudo().last_recent_at = now
        elif self._compares_orders() and self._is_due(self.last_recent_at, RECENT_MINUTES, now):
            self.sudo().last_recent_at = now
            self._ask_to_compare("recent", days=min(2, self.completeness_days), wake=False)
        return result

    def _compares_orders(self):
        """Whether orders are looked for unasked: not for an account that fetches them only when somebody asks."""
        self.ensure_one()
        return self.order_auto_import and self.completeness_days > 0

    def _ask_to_compare(self, key, wake=True, **payload):
        """Have the orders of some days counted on both sides.

        :param payload: days: how many of the last days, or a list of ISO days; repair: fetch what is missing and bring
            up to date what is stale; pages: read every order, not only the counts; fresh: also orders of this minute
        """
        self.ensure_one()
        self.env["cdiscount.queue"].sudo()._enqueue(self, "completeness_check", key, payload=payload, wake=wake)

    @api.model
    def _all_connected(self):
        """Return the connected accounts of the companies that are switched on."""
        configs = self.search([("state", "=", "connected"), ("company_id", "in", self.env.companies.ids)])
        if not configs:
            raise UserError(_("No account is connected to Cdiscount: use Test Connection on an account first."))
        return configs

    # ------------------------------------------------------------------ what a person can do
    def action_pull_indicators(self):
        """Read the seller's indicators and work out the early warnings as soon as a worker is free."""
        check_access(self, "write")
        queue = self.env["cdiscount.queue"].sudo()
        for config in self:
            config._require_connection()
            queue._enqueue(config, "indicator_pull", "indicators")
            queue._enqueue(config, "early_check", "early")
        return self._notify(_("The indicators are being read."))

    def action_compare_orders(self):
        """Count the orders of the last days on both sides as soon as a worker is free. Nothing is fetched."""
        check_access(self, "write")
        for config in self:
            config._require_connection()
            config._ask_to_compare("asked", days=max(config.completeness_days, 1), pages=True, fresh=True)
        return self._notify(_("The orders of the last days are being compared."))

    def action_repair_orders(self):
        """Read the orders of the last days again: fetch what is missing, bring up to date what is stale."""
        check_access(self, "write")
        for config in self:
            config._require_connection()
            config._ask_to_compare("repair", days=max(config.completeness_days, 1), pages=True, repair=True, fresh=True)
        return self._notify(_("The orders of the last days are being read again."))


class CdiscountIndicatorReadNow(models.Model):
    _inherit = "cdiscount.indicator"

    def action_read_now(self):
        """Read the indicators of these accounts, or of all, as soon as a worker is free."""
        return (self.config_id or self.env["cdiscount.config"]._all_connected()).action_pull_indicators()


class CdiscountCompletenessCompareNow(models.Model):
    _inherit = "cdiscount.completeness.day"

    def action_compare_now(self):
        """Compare the last days of all accounts, or the days that are chosen."""
        return self.action_compare() if self else self.env["cdiscount.config"]._all_connected().action_compare_orders()
