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
           INCLUDE (sales_channel_id, status_kind, state, currency_id, amount_total, partner_id)
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
