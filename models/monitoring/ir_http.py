"""What the web client is told when it starts."""

from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Have the web client of Cdiscount users, and of nobody else, look whether the queue stands still."""
        info = super().session_info()
        if self.env.user.has_group("cdiscount_store_management.group_user"):
            info["cdiscount_watch"] = True
        return info
