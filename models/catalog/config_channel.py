"""The account's own channel and shop cannot change under offers that Odoo publishes there."""

from odoo import _, models
from odoo.exceptions import UserError

PLACE = ("sales_channel_id", "seller_id")
FORGET = """
UPDATE cdiscount_product_mapping
   SET state = 'draft', offer_id = NULL, offer_state = NULL, offer_updated_at = NULL, sent = NULL, sent_before = NULL,
       synced = NULL, refusals = NULL, refusal_id = NULL, refusal_count = 0, refused_digest = NULL
 WHERE config_id = ANY(%s)
"""


class CdiscountConfigChannel(models.Model):
    _inherit = "cdiscount.config"

    def write(self, vals):
        """What is remembered of offers is what one channel of one shop said: elsewhere it would be wrong."""
        moved = self.browse()
        if not set(PLACE).isdisjoint(vals):
            moved = self.filtered(lambda config: config._is_moved(vals))
            moved._check_nothing_published()
        result = super().write(vals)
        if moved:
            self.env.flush_all()
            self.env.cr.execute(FORGET, (moved.ids,))
            self.env["cdiscount.product.mapping"].invalidate_model(flush=False)
        return result

    def _is_moved(self, vals):
        channel = vals.get("sales_channel_id", self.sales_channel_id.id)
        seller = str(vals.get("seller_id", self.seller_id) or "").strip()
        return channel != self.sales_channel_id.id or seller != (self.seller_id or "")

    def _check_nothing_published(self):
        offers = self.env["cdiscount.product.mapping"].sudo()
        for config in self:
            busy = ["|", "|", ("publish", "=", True), ("push_wish", "!=", False), ("package_id", "!=", False)]
            count = offers.search_count([("config_id", "=", config.id), *busy])
            if count:
                raise UserError(
                    _(
                        "Odoo publishes %(count)s offers of %(account)s on %(channel)s, and would take them for offers "
                        "of another channel or shop. Choose Take Off Sale for them first, or create another account.",
                        count=count,
                        account=config.name,
                        channel=config.sales_channel_id.name,
                    )
                )
