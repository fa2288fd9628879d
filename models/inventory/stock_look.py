"""Working out anew what is to be published, and marking the offers of which something else is published."""

from odoo import _, api, models
from odoo.tools import split_every

PORTION = 2000
LARGE_PORTION = 50_000
"""Offers of one transaction when all are looked at, and the most that lie in memory at a time."""


class CdiscountStockLook(models.Model):
    _inherit = "cdiscount.stock.mapping"

    @api.model
    def _look(self, config, everything=False):
        """Generator: take the changes that were noted and mark the offers that are to be sent; calls nobody.

        The changes are taken away in the transaction that sets the marks.

        :param everything: look at all published offers, not only at those that have changed
        """
        events = self.env["cdiscount.stock.event"].sudo()
        changed = events._take(config)
        seen = 0
        for ids in split_every(PORTION, sorted(changed)):
            count, _last = self._decide(config, list(ids), unsure={key for key in ids if changed[key]})
            seen += count
        yield None
        last, count = 0, everything
        while count:
            count, last = self._decide(config, after=last, limit=LARGE_PORTION)
            seen += count
            yield _("Offers looked at: %s", seen)
            self.env.invalidate_all()

    @api.model
    def _published_offers(self, config, domain, limit=None, order="id"):
        """Return offers of an account whose quantity Odoo keeps up to date."""
        offers = self.env["cdiscount.product.mapping"].sudo()
        kept = [("config_id", "=", config.id), ("publish", "=", True), ("product_id", "!=", False)]
        return offers.search([*kept, *domain], limit=limit, order=order)
