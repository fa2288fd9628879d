"""How a person likes the dashboard: its period, accounts, colours. Kept with the user, not in the browser."""

import json

from odoo import api, fields, models

from ...services.rules.periods import NAMES

THEMES = ("auto", "light", "dark")


class ResUsersSettings(models.Model):
    _inherit = "res.users.settings"

    cdiscount_dashboard = fields.Text(help="Technical: period, accounts, colours.")


class CdiscountDashboardPreferences(models.AbstractModel):
    _name = "cdiscount.dashboard.preferences"
    _description = "Preferences of the Cdiscount Dashboard"

    @api.model
    def get(self):
        """Return ``{"period", "date_from", "date_to", "config_ids", "channel_ids", "theme"}`` of the user.

        Nonsense is left out.
        """
        # Looked up, not made: who only looks writes nothing.
        settings = self.env["res.users.settings"].sudo().search([("user_id", "=", self.env.uid)], limit=1)
        try:
            kept = json.loads(settings.cdiscount_dashboard or "{}")
        except ValueError:
            kept = {}
        return self._clean(kept)

    @api.model
    def keep(self, values):
        """Change some of the preferences and return all of them."""
        kept = self._clean({**self.get(), **(values if isinstance(values, dict) else {})})
        settings = self.env["res.users.settings"]._find_or_create_for_user(self.env.user)
        text = json.dumps(kept, sort_keys=True)
        if settings.sudo().cdiscount_dashboard != text:
            settings.sudo().cdiscount_dashboard = text
        return kept

    @api.model
    def _clean(self, values):
        values = values if isinstance(values, dict) else {}

        def ids(name):
            found = values.get(name)
            return [one for one in found if isinstance(one, int)][:1000] if isinstance(found, list) else []

        def day(name):
            text = values.get(name)
            try:
                return fields.Date.to_string(fields.Date.to_date(text)) if isinstance(text, str) and text else False
            except ValueError:
                return False

        return {
            "period": values.get("period") if values.get("period") in NAMES else "30d",
            "date_from": day("date_from"),
            "date_to": day("date_to"),
            "config_ids": ids("config_ids"),
            "channel_ids": ids("channel_ids"),
            "theme": values.get("theme") if values.get("theme") in THEMES else "auto",
        }
