"""One click from a list of accounts to what can be done with one."""

from odoo import models


class CdiscountConfigLinks(models.Model):
    _inherit = "cdiscount.config"

    def action_open_form(self):
        """Open the account's own form."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_open_health(self):
        """Look whether everything is all right with this account."""
        self.ensure_one()
        return self.env["cdiscount.health"].action_open(self)
