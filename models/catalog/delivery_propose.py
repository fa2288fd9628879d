"""Delivery costs proposed from the shop as it is: its enabled modes, and what its offers cost to deliver today."""

from collections import Counter

from odoo import _, models
from odoo.exceptions import UserError

from ...compat import check_access
from ...services.errors import CdiscountError
from ...services.resources.offers import OfferFilter
from ...services.rules.delivery_modes import MODES, offer_code
from ..connection.messages import describe_failure


class CdiscountConfigDelivery(models.Model):
    _inherit = "cdiscount.config"

    def action_open_delivery_costs(self):
        """Open the delivery costs of this account."""
        return self._open("cdiscount.delivery.cost", _("Delivery Costs"))

    def action_propose_delivery_costs(self):
        """Ask Cdiscount for the delivery modes of the shop and propose a line for each that has none.

        The cost is the one most of the present offers have; lines whose cost nobody has confirmed are not in use.
        """
        self.ensure_one()
        check_access(self, "write")
        self._require_connection()
        try:
            client = self._get_client()
            modes = client.sellers.delivery_modes()
            usual = self._usual_delivery_costs(client)
        except CdiscountError as error:
            raise UserError(describe_failure(self.env, error, self).text) from error
        codes = list(dict.fromkeys(code for mode in modes if (code := offer_code(mode.code))))
        if not codes:
            raise UserError(
                _(_("Cdiscount names no delivery mode for this shop: enable them in the seller portal first."))
            )
        self.enabled_mode_codes = ",".join(codes)
        lines = self.env["cdiscount.delivery.cost"]
        known = set(lines.search([("config_id", "=", self.id)]).mapped("mode"))
        rows = [
            {
                "config_id": self.id,
                "mode": code,
                "cost": usual.get(code, (0, 0))[0],
                "additional_cost": usual.get(code, (0, 0))[1],
                "in_use": False,
            }
            for code in MODES
            if code in codes and code not in known
        ]
        lines.create(rows)
        action = self.action_open_delivery_costs()
        return dict(action, help=_("Check the costs, then switch the lines on.")) if rows else action

    def _usual_delivery_costs(self, client):
        """Return ``{mode code: (cost, additional cost)}`` that is the most frequent among the first offers."""
        seen = {}
        page = client.offers.page(OfferFilter(sales_channel_id=self.sales_channel_id.code))
        for offer in page.items:
            for mode in offer.delivery_modes:
                cost = (float(mode.cost or 0), float(mode.additional_cost or 0))
                seen.setdefault(offer_code(mode.code), Counter())[cost] += 1
        return {code: counts.most_common(1)[0][0] for code, counts in seen.items()}
