"""Orders of the marketplace change what can be sold before they are sale orders."""

from odoo import api, models

SHIPPED = ("Shipped", "Delivered")


class CdiscountOrderStock(models.Model):
    _inherit = "cdiscount.order.mapping"

    def init(self):
        result = super().init()
        # A shop of some years has millions of orders; those that are promised and not sold yet are asked for with every
        # change of stock. The conditions are those of the question, word for word.
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS cdiscount_order_mapping_promised ON cdiscount_order_mapping (config_id)
             WHERE sale_order_id IS NULL AND state IN ('new', 'held', 'ignored')
               AND COALESCE(status, '') NOT IN ('Shipped', 'Delivered', 'Cancelled', 'Refused', 'Rejected')
            """
        )
        return result

    @api.model
    def _job_pull(self, jobs):
        yield from super()._job_pull(jobs)
        self.env["cdiscount.stock.mapping"]._orders_were_read(jobs.config_id)

    @api.model
    def _act_on_status(self, config, touched):
        result = super()._act_on_status(config, touched)
        # Cdiscount lowers its number when it sells and raises it when an order is cancelled, each only once.
        fresh, known = self.browse(), self.browse()
        for order, incoming in touched:
            # Only an order that was just created carries its number among the values.
            sold_or_taken_back = "external_id" in incoming.values or incoming.action == "cancel"
            if sold_or_taken_back and incoming.values.get("status") not in SHIPPED:
                fresh |= order
            else:
                known |= order
        events = self.env["cdiscount.stock.event"].sudo()
        events._mark_orders(config, fresh, unsure=True)
        events._mark_orders(config, known)
        return result
