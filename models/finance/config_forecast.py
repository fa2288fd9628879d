"""What the next payout will be, on the account."""

from odoo import _, fields, models

from ...services.rules.finance import forecast
from .finance_match import money


class CdiscountConfigForecast(models.Model):
    _inherit = "cdiscount.config"

    next_payout_date = fields.Date("Next Payout", compute="_compute_forecast")
    next_payout_amount = fields.Monetary(
        compute="_compute_forecast",
        currency_field="payout_currency_id",
        help="What the operations that are to be paid come to until that day. Returns until then can lessen it.",
    )
    later_payout_amount = fields.Monetary(
        "Payouts After That", compute="_compute_forecast", currency_field="payout_currency_id"
    )
    blocked_amount = fields.Monetary(
        "Blocked",
        compute="_compute_forecast",
        currency_field="payout_currency_id",
        help="Kept back by Cdiscount, as during a claim.",
    )
    unexplained_count = fields.Integer("Operations to Explain", compute="_compute_forecast")
    last_payout_date = fields.Date("Last Payout", compute="_compute_forecast")
    last_payout_amount = fields.Monetary(compute="_compute_forecast", currency_field="payout_currency_id")
    payout_currency_id = fields.Many2one("res.currency", compute="_compute_forecast")

    def _compute_forecast(self):
        operations, payouts = self.env["cdiscount.finance.operation"], self.env["cdiscount.payout"]
        rows, today = {}, fields.Date.context_today(self)
        for config, state, day, amount in operations._read_group(
            [("config_id", "in", self.ids), ("state", "in", ("estimated", "in_process", "blocked"))],
            ["config_id", "state", "release_date:day"],
            ["amount:sum"],
        ):
            rows.setdefault(config.id, []).append((state, day or None, money(amount)))
        odd = {
            config.id: count
            for config, count in operations._read_group(
                [("config_id", "in", self.ids), ("unexplained", "=", True)], ["config_id"], ["__count"]
            )
        }
        euro = self.env.ref("base.EUR")
        for config in self:
            coming = forecast(rows.get(config.id, ()), today)
            last = payouts.search([("config_id", "=", config._origin.id), ("state", "=", "paid")], limit=1)
            config.next_payout_date = coming.day or False
            config.next_payout_amount = float(coming.amount)
            config.later_payout_amount = float(coming.later)
            config.blocked_amount = float(coming.blocked)
            config.unexplained_count = odd.get(config.id, 0)
            config.last_payout_date = last.date
            config.last_payout_amount = last.due_amount
            config.payout_currency_id = last.currency_id or euro

    def action_open_next_payout(self):
        """Open what is to be paid next."""
        return self._open_finance(_("Next Payout"), [("state", "in", ("estimated", "in_process"))])

    def action_open_blocked(self):
        """Open what Cdiscount keeps back."""
        return self._open_finance(_("Blocked"), [("state", "=", "blocked")])

    def action_open_unexplained(self):
        """Open what cannot be explained."""
        return self._open_finance(_("To Explain"), [("unexplained", "=", True)])

    def _open_finance(self, name, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_finance_operation")
        return dict(action, name=name, domain=[("config_id", "in", self.ids), *domain], context={})

    def action_open_payouts(self):
        """Open the payouts of this account."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_payout")
        return dict(action, domain=[("config_id", "in", self.ids)])
