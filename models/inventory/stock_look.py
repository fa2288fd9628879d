"""Working out anew what is to be published, and marking the offers of which something else is published."""

from odoo import _, api, models
from odoo.tools import split_every

from ..catalog.offer_sql import update_rows

PORTION = 2000


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
            offers = self._published_offers(config, [("id", "in", list(ids))])
            self._mark_differences(offers, {offer_id for offer_id in ids if changed[offer_id]})
            seen += len(offers)
        yield None
        last = 0
        while everything and (offers := self._published_offers(config, [("id", ">", last)], limit=PORTION)):
            self._mark_differences(offers)
            last, seen = offers[-1].id, seen + len(offers)
            yield _("%s offers looked at", seen)
            self.env.invalidate_all()

    @api.model
    def _published_offers(self, config, domain, limit=None, order="id"):
        """Return offers of an account whose quantity Odoo keeps up to date."""
        offers = self.env["cdiscount.product.mapping"].sudo()
        kept = [("config_id", "=", config.id), ("publish", "=", True), ("product_id", "!=", False)]
        return offers.search([*kept, *domain], limit=limit, order=order)

    @api.model
    def _mark_differences(self, offers, unsure=()):
        """Write what is to be published of offers, and whether it is to be sent.

        An offer that is on its way is marked in any case: nobody knows yet what its answer will say.

        :param unsure: ids of those of which Cdiscount has changed the quantity by itself
        """
        rows = []
        for offer_id, published in self._published_of(offers).items():
            offer = offers.browse(offer_id)
            doubt = offer.stock_unsure or offer_id in unsure
            differs = published.quantity != offer._known_quantity() or doubt or bool(offer.package_id)
            dirty = published.reason != "left" and offer._can_take_quantity() and differs
            now = (offer.stock_to_publish, offer.stock_dirty, offer.stock_unsure)
            if now != (published.quantity, dirty, doubt):
                rows.append((offer_id, published.quantity, dirty, doubt))
        columns = {"stock_to_publish": "int4", "stock_dirty": "bool", "stock_unsure": "bool"}
        update_rows(offers, columns, rows)
