"""Where prices become known: an answer to a sending, a page of offers that was read."""

from odoo import api, models

from ...services.payloads.read import decimal, mapping
from ...services.rules.offer_memory import recall

ON_SALE = """
SELECT line.mapping_id FROM cdiscount_promotion_line line
  JOIN cdiscount_promotion promotion ON promotion.id = line.promotion_id
 WHERE line.mapping_id = ANY(%s) AND line.sales_channel_id = %s AND line.state = 'accepted'
   AND promotion.state = 'running' AND promotion.kind IN ('seasonal', 'flash')
"""


class CdiscountAcceptedPrices(models.Model):
    _inherit = "cdiscount.offer.package"

    def _store_accepted(self, lines):
        result = super()._store_accepted(lines)
        rows = []
        for line in lines if self.type != "Delete" else ():
            offer = line.mapping_id or line.channel_offer_id.mapping_id
            price = decimal(mapping(recall(line.request).get("price")).get("price")) if line.request else None
            if offer and price:
                rows.append((offer.id, self.sales_channel_id.id, price, line.promotion_line_id.id or None))
        self.env["cdiscount.price.point"].sudo()._note(rows, "accepted")
        return result


class CdiscountReadPrices(models.Model):
    _inherit = "cdiscount.product.mapping"

    @api.model
    def _store_offers(self, config, channel, offers):
        offers = list(offers)
        stored = super()._store_offers(config, channel, offers)
        by_sku = self._once_each([offer for offer in offers if offer.price])
        known = self.sudo()._known_offers(config, by_sku) if by_sku else {}
        if known:
            # While Cdiscount runs a sale the offer still names the price before it.
            self.env["cdiscount.promotion.line"].flush_model()
            self.env.cr.execute(ON_SALE, ([mapping.id for mapping in known.values()], channel.id))
            on_sale = {row[0] for row in self.env.cr.fetchall()}
            own = channel == config.sales_channel_id
            rows = [
                (mapping.id, channel.id, by_sku[sku].price, mapping.promotion_line_id.id or None if own else None)
                for sku, mapping in known.items()
                if mapping.id not in on_sale
            ]
            self.env["cdiscount.price.point"].sudo()._note(rows, "read")
        return stored
