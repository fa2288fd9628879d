"""Reading what lies in Cdiscount's warehouses, and bringing Odoo's locations to it by inventory adjustments.

Orders that leave from there are booked by themselves (``fulfilment_orders``), and between the marketplace's counting
and Odoo's knowing of an order lie minutes. So that nothing is taken off twice: what Odoo has sold and not yet taken off
is added to what is told, as far as the marketplace does not tell it as allocated any more.
"""

import time
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.tools import float_is_zero, split_every

from ...compat import check_access

EVERY = 30
"""Minutes between two readings."""
PORTION = 300
"""Adjustments of one transaction."""
OVERLAP = timedelta(minutes=2)
"""What was taken off shortly before the reading may still be told as lying there."""

TARGETS = """
WITH told AS (
    SELECT product_id, sum(available + blocked + returned) AS free, sum(allocated) AS allocated
      FROM cdiscount_fulfilment_stock WHERE place_id = %(place)s AND product_id IS NOT NULL GROUP BY product_id
), due AS (
    SELECT line.product_id, sum(line.product_uom_qty - line.qty_delivered) AS units
      FROM sale_order_line line JOIN sale_order sold ON sold.id = line.order_id AND sold.state IN ('sale', 'done')
     WHERE line.cdiscount_fulfilment_id = %(place)s AND line.product_uom_qty > line.qty_delivered
     GROUP BY line.product_id
), there AS (
    SELECT product_id, sum(quantity) AS units FROM stock_quant WHERE location_id = %(location)s GROUP BY product_id
)
SELECT product.id, COALESCE(told.free, 0) + greatest(told.allocated, due.units, 0), COALESCE(there.units, 0)
  FROM told FULL JOIN there USING (product_id)
  JOIN product_product product ON product.id = COALESCE(told.product_id, there.product_id)
  LEFT JOIN due ON due.product_id = product.id
 WHERE NOT EXISTS (SELECT 1 FROM stock_move move
                    WHERE move.product_id = product.id AND move.location_id = %(location)s AND move.state = 'done'
                      AND move.sale_line_id IS NOT NULL AND move.date >= %(since)s)
   AND abs(COALESCE(told.free, 0) + greatest(told.allocated, due.units, 0) - COALESCE(there.units, 0)) > 0.000001
 ORDER BY product.id
"""


class CdiscountFulfilmentMirror(models.Model):
    _inherit = "cdiscount.fulfilment.stock"

    @api.model
    def _job_pull(self, jobs):
        """Queue operation: read the stock of all countries and bring the locations to it.

        Yields after each page and each portion of adjustments.
        """
        config = jobs.config_id.sudo()
        rows = self.sudo().with_company(config.company_id)
        started, began = time.monotonic(), fields.Datetime.now()
        config._note_facts(fulfilment_read_at=began)
        yield None
        seen, rejected = set(), 0
        for page in config._get_client().fulfilment.pages():
            rows._store_page(config, page.items, seen)
            rejected += page.rejected
            yield _("Rows read: %s", len(seen))
        if not rejected:
            # An entry that cannot be read may be any of those that are missing.
            rows._forget_unseen(config, seen)
        yield None
        adjusted = 0
        for place in config.fulfilment_location_ids:
            for portion in split_every(PORTION, rows._differences(place, began), list):
                rows._adjust(place, portion)
                adjusted += len(portion)
                yield _("Products adjusted: %s", adjusted)
        self._tell(config, jobs, len(seen), adjusted, rejected, time.monotonic() - started)

    @api.model
    def _tell(self, config, jobs, seen, adjusted, rejected, seconds):
        unlinked = self.sudo().search_count(
            [("config_id", "=", config.id), ("product_id", "=", False), ("physical", "!=", 0)]
        )
        parts = [
            _("Rows read: %(seen)s, products adjusted: %(adjusted)s.", seen=seen, adjusted=adjusted),
            unlinked and _("Not linked with a product: %s. Link their offers.", unlinked),
            rejected and _("%s could not be read.", rejected),
        ]
        self.env["cdiscount.sync.log"]._add(
            config,
            jobs.operation,
            " ".join(part for part in parts if part),
            job=jobs,
            level="warning" if unlinked or rejected else "info",
            records=seen,
            duration=seconds,
        )

    # ------------------------------------------------------------------ adjustments
    @api.model
    def _differences(self, place, began):
        """Return ``[(product, units too few, negative: too many)]`` of a location, one statement for all products.

        A product of which an order has just been taken off is left for the next reading.
        """
        self.env.flush_all()
        asked = {"place": place.id, "location": place.location_id.id, "since": began - OVERLAP}
        self.env.cr.execute(TARGETS, asked)
        found = self.env.cr.fetchall()
        products = self.env["product.product"].browse([row[0] for row in found])
        counted = self._counted(place.config_id, products)
        rows = [(products.browse(product_id), told - there) for product_id, told, there in found]
        return [
            (product, missing)
            for product, missing in rows
            if product.id in counted and not float_is_zero(missing, precision_rounding=product.uom_id.rounding)
        ]

    @api.model
    def _counted(self, config, products):
        """Return the ids of those products that have a stock of their own in Odoo: neither services nor kits."""
        mapping = self.env["cdiscount.stock.mapping"]
        kits = mapping._kit_needs(config, products)
        return {key for key, (counted, _categ) in mapping._facts(products).items() if counted and key not in kits}

    @api.model
    def _adjust(self, place, differences):
        """Book inventory adjustments: one move for each product, all of them done together."""
        inside, moves = place.location_id, self.env["stock.move"]
        text = _("Stock in Cdiscount's warehouse, %s", place.country_id.name)
        values = []
        for product, missing in differences:
            outside = product.with_company(place.company_id).property_stock_inventory
            source, goal = (outside, inside) if missing > 0 else (inside, outside)
            values.append(moves._cdiscount_prepare_done(product, abs(missing), source, goal, text, is_inventory=True))
        moves.sudo().with_company(place.company_id).create(values)._action_done()


class CdiscountConfigFulfilmentClock(models.Model):
    _inherit = "cdiscount.config"

    def _schedule_due_jobs(self, now):
        result = super()._schedule_due_jobs(now)
        if self.fulfilment_stock and self._is_due(self.fulfilment_read_at, EVERY, now):
            self.env["cdiscount.queue"]._enqueue(self, "fulfilment_pull", "stock", wake=False)
        return result

    def action_read_fulfilment(self):
        """Read what lies in Cdiscount's warehouses and bring the fulfilment locations to it."""
        check_access(self, "write")
        for config in self:
            config._require_connection()
            self.env["cdiscount.queue"].sudo()._enqueue(config, "fulfilment_pull", "stock")
        return self._notify(_("The stock in Cdiscount's warehouses is being read."))
