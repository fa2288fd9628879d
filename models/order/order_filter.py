"""Which orders become known in Odoo, and what happens when the account changes its mind."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access
from ...services.rules.order_status import KNOWN_STATUSES, canonical

TO_SHIP = "InPreparation"
NOT_SHIPPED = ("Processing", "WaitingAcceptance", "Accepted", TO_SHIP)
ENDED_BADLY = ("Cancelled", "Refused", "Rejected")


class CdiscountOrderFilter(models.Model):
    _inherit = "cdiscount.order.mapping"

    @api.model
    def _passes_filter(self, config, status, purchased_at=None):
        """Tell whether an order that is not known yet becomes known: by its status and by the day it was bought.

        Asked anew at each change of an ignored order, so one that becomes ready to prepare later comes in then. Orders
        that are known are followed to their end whatever the filter says.
        """
        status = canonical(status or "")
        if config.order_status_filter == "in_preparation":
            return status == TO_SHIP
        if config.order_status_filter == "open" and status in KNOWN_STATUSES and status not in NOT_SHIPPED:
            return False
        return status in NOT_SHIPPED or not self._bought_too_early(config, purchased_at)

    @api.model
    def _bought_too_early(self, config, purchased_at):
        first = config.order_purchased_from
        return bool(first and purchased_at and fields.Datetime.to_datetime(purchased_at).date() < first)

    @api.model
    def _apply_filter_again(self, config):
        """Decide anew about the ignored orders of an account whose filter changed. Nothing known becomes ignored."""
        ignored = self.sudo().search([("config_id", "=", config.id), ("state", "=", "ignored")])
        known = ignored.filtered(lambda order: self._passes_filter(config, order.status, order.purchased_at))
        known._become_known()
        return known

    def action_take_up(self):
        """Import orders the account's filter leaves out."""
        check_access(self, "write")
        ignored = self.sudo().filtered(lambda order: order.state == "ignored")
        if self and not ignored:
            raise UserError(_("Nothing to import: none of these orders is ignored."))
        ignored._become_known()
        return self.env["cdiscount.config"]._notify(_("The orders are being created."))

    def _become_known(self):
        """Take ignored orders up: cancelled ones as such, the others as if they had just come."""
        ended = self.filtered(lambda order: canonical(order.status or "") in ENDED_BADLY)
        ended.state = "cancelled"
        others = self - ended
        others.state = "new"
        others._request_follow()
