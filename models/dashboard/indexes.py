"""What lets the dashboard answer from indexes alone, however many orders there are."""

from odoo import models


class CdiscountOrderMapping(models.Model):
    _inherit = "cdiscount.order.mapping"

    def init(self):
        result = super().init()
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS cdiscount_order_mapping_sales
                ON cdiscount_order_mapping (config_id, purchased_at)
           INCLUDE (sales_channel_id, status_kind, state, currency_id, amount_total, partner_id);
            CREATE INDEX IF NOT EXISTS cdiscount_order_mapping_unsold
                ON cdiscount_order_mapping (config_id, purchased_at) INCLUDE (id)
             WHERE state IN ('cancelled', 'ignored')
            """
        )
        return result


class CdiscountOrderMappingLine(models.Model):
    _inherit = "cdiscount.order.mapping.line"

    def init(self):
        result = super().init()
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS cdiscount_order_mapping_line_sold
                ON cdiscount_order_mapping_line (config_id, purchased_at) INCLUDE (mapping_id, sku) WHERE live
            """
        )
        return result


class CdiscountQueue(models.Model):
    _inherit = "cdiscount.queue"

    def init(self):
        result = super().init()
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS cdiscount_queue_over
                ON cdiscount_queue (config_id, state, finished_at) WHERE state IN ('done', 'failed')
            """
        )
        return result


class CdiscountProductMapping(models.Model):
    _inherit = "cdiscount.product.mapping"

    def init(self):
        result = super().init()
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS cdiscount_product_mapping_online
                ON cdiscount_product_mapping (config_id) WHERE offer_state = 'active';
            CREATE INDEX IF NOT EXISTS cdiscount_product_mapping_sold_out
                ON cdiscount_product_mapping (config_id, seller_reference)
             WHERE publish AND (stock_to_publish = 0 OR stock_to_publish IS NULL)
            """
        )
        return result
