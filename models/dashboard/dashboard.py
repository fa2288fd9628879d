"""Everything the dashboard shows, in one call."""

from dataclasses import dataclass
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ...services.rules.periods import PeriodError, make_period, period_name


@dataclass
class Scope:
    """What is looked at: accounts, channels (empty: all), the period, and the currency amounts are shown in."""

    configs: object
    channel_ids: list
    period: object
    company: object
    now: object

    @property
    def values(self):
        """Parameters that every statement of the dashboard knows."""
        period = self.period
        return {
            "configs": self.configs.ids,
            "channels": self.channel_ids or None,
            "begin": period.begin,
            "end": period.end,
            "before_begin": period.before_begin,
            "before_end": period.before_end,
            "now": self.now,
        }


class CdiscountDashboard(models.AbstractModel):
    _name = "cdiscount.dashboard"
    _description = "Cdiscount Dashboard"

    @api.model
    def get_data(self, period=None, date_from=None, date_to=None, config_ids=None, channel_ids=None):
        """Return all that the dashboard shows, for the accounts of the user's companies.

        Amounts are in the currency of the user's company. Days are those of the user's time zone.

        :param period: today, 7d, 30d, 90d, year (the last 365 days) or custom; none: what the user looked at last,
            accounts and channels included
        :param date_from: first day of a custom period, ``date_to`` the last one, both as YYYY-MM-DD
        :param config_ids: accounts to look at, none for all the user may see; ``channel_ids`` likewise
        :return: dict(period, accounts, channels, currency_id, kpis, trend, statuses, deadlines, failures, activity,
            footer, waterfall, notices, empty, preferences)
        :raises UserError: the period makes no sense
        """
        self._check_reader()
        preferences = self.env["cdiscount.dashboard.preferences"].get()
        if period:
            scope = self._scope(period, date_from, date_to, config_ids, channel_ids)
        else:
            scope = self._preferred_scope(preferences)
        return {
            "period": self._describe_period(scope),
            "currency_id": scope.company.currency_id.id,
            "preferences": preferences,
            **self._selectors(),
            **self._sales(scope),
            **self._work(scope),
        }

    @api.model
    def _check_reader(self):
        if not self.env.user.has_group("cdiscount_store_management.group_user"):
            raise AccessError(_("The dashboard is for users of Cdiscount. Ask an administrator for the right."))

    @api.model
    def _preferred_scope(self, preferences):
        """What the user looked at last. What has gone meanwhile, or never made sense, does not stand in the way.

        ``preferences`` then says what is really looked at.
        """
        for name, model in (("config_ids", "cdiscount.config"), ("channel_ids", "cdiscount.sales.channel")):
            if preferences[name]:
                preferences[name] = self.env[model].search([("id", "in", preferences[name])]).ids
        names = ("period", "date_from", "date_to", "config_ids", "channel_ids")
        try:
            return self._scope(*[preferences[name] for name in names])
        except UserError:
            preferences.update(period="30d", date_from=False, date_to=False)
            return self._scope(*[preferences[name] for name in names])

    @api.model
    def _scope(self, period, date_from=None, date_to=None, config_ids=None, channel_ids=None):
        self._check_reader()
        now = fields.Datetime.now()
        try:
            period = make_period(
                period_name(period),
                now,
                self.env.user.tz or self.env.context.get("tz") or "UTC",
                fields.Date.to_date(date_from or None),
                fields.Date.to_date(date_to or None),
            )
        except PeriodError as error:
            raise UserError(self._period_problem(error.code)) from error
        except ValueError as error:
            raise UserError(_("Give the days of the period as dates.")) from error
        # With the rules of the user: accounts of other companies are not found, whoever names them.
        configs = self.env["cdiscount.config"].search([])
        if config_ids:
            wanted = [config_ids] if isinstance(config_ids, int) else list(config_ids)
            configs = configs.filtered(lambda config: config.id in wanted)
        channels = [channel_ids] if isinstance(channel_ids, int) and channel_ids else list(channel_ids or [])
        return Scope(configs, channels, period, self.env.company, now)

    @api.model
    def _period_problem(self, code):
        return {
            "unknown": _("This period is not known. Choose one of the list."),
            "incomplete": _("Choose the first and the last day of the period."),
            "backwards": _("The first day of the period is after the last one."),
            "too_long": _("The period is longer than ten years. Choose a shorter one."),
        }[code]

    @api.model
    def _describe_period(self, scope):
        period = scope.period
        return {
            "name": period.name,
            "step": period.step,
            "date_from": fields.Date.to_string(period.first),
            "date_to": fields.Date.to_string(period.last),
            "before_from": fields.Date.to_string(period.before_slots[0].day),
            "before_to": fields.Date.to_string(period.first - timedelta(days=1)),
        }

    @api.model
    def _selectors(self):
        """The accounts and channels one can choose from, and whether the user may change settings and retry."""
        configs = self.env["cdiscount.config"].search([])
        channels = self.env["cdiscount.sales.channel"].search([])
        return {
            "accounts": [
                {"id": config.id, "name": config.name, "state": config.state, "company": config.company_id.name}
                for config in configs
            ],
            "channels": [{"id": channel.id, "name": channel.name} for channel in channels],
            "manager": self.env.user.has_group("cdiscount_store_management.group_manager"),
        }

    @api.model
    def keep_preferences(self, values):
        """Keep how the user likes the dashboard: period, accounts, channels, colours."""
        self._check_reader()
        return self.env["cdiscount.dashboard.preferences"].keep(values)
