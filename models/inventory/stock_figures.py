"""What the warehouses have of thousands of products, and what of it is promised: one statement for each question."""

from dataclasses import dataclass, field

from odoo import api, models

from ...services.rules.stock import Place

# Odoo's own way of counting (product.product._compute_quantities_dict): the quants of the location and of those below
# it, but never what mirrors Cdiscount's own warehouses. Lots that are to be removed (product_expiry) are on the shelf
# but not for sale.
QUANTS = """
SELECT quant.product_id, place.number, sum(quant.quantity), sum(quant.reserved_quantity), sum({expired})
  FROM unnest(%(paths)s::text[]) WITH ORDINALITY AS place(path, number)
  JOIN stock_location location ON location.parent_path LIKE place.path || '%%' AND location.usage = 'internal'
   AND location.id <> ALL(%(apart)s)
  JOIN stock_quant quant ON quant.location_id = location.id AND quant.product_id = ANY(%(products)s)
 GROUP BY quant.product_id, place.number
"""
EXPIRED = """CASE WHEN quant.removal_date <= now() AT TIME ZONE 'UTC'
                  THEN greatest(quant.quantity - quant.reserved_quantity, 0) ELSE 0 END"""

# Sold and confirmed, but nothing is reserved for it (yet). Only the first step of a delivery counts: what the next ones
# take was taken by the first; on Odoo 17 only the last one knows the sale. What is bought or made to order does not
# come from the shelf.
UNRESERVED = """
SELECT move.product_id,
       sum(greatest(move.product_qty * (1 - move.quantity / NULLIF(move.product_uom_qty, 0)), 0))
  FROM unnest(%(trees)s::text[]) AS tree(path)
  JOIN stock_location location ON location.parent_path LIKE tree.path || '%%'
  JOIN stock_move move ON move.location_id = location.id AND move.product_id = ANY(%(products)s)
  JOIN stock_location destination ON destination.id = move.location_dest_id
 WHERE move.state IN ('waiting', 'confirmed', 'partially_available')
   AND location.id <> ALL(%(apart)s)
   AND move.procure_method <> 'make_to_order'
   AND (move.sale_line_id IS NOT NULL OR destination.usage = 'customer' OR EXISTS (
        WITH RECURSIVE later(id) AS (
            SELECT step.move_dest_id FROM stock_move_move_rel step WHERE step.move_orig_id = move.id
             UNION
            SELECT step.move_dest_id FROM later JOIN stock_move_move_rel step ON step.move_orig_id = later.id
        )
        SELECT 1 FROM later
          JOIN stock_move last ON last.id = later.id
          JOIN stock_location goal ON goal.id = last.location_dest_id AND goal.usage = 'customer'))
   AND NOT EXISTS (SELECT 1 FROM stock_move_move_rel step JOIN stock_move before ON before.id = step.move_orig_id
                    WHERE step.move_dest_id = move.id AND before.state <> 'cancel')
 GROUP BY move.product_id
"""

# Which product a line of a marketplace order means, as the import finds it: what was decided, the SKU, the GTIN.
SOLD_PRODUCT = """
  LEFT JOIN cdiscount_product_mapping link
         ON link.config_id = sold.config_id
        AND link.seller_reference = COALESCE(NULLIF(line.sku, ''), NULLIF(line.gtin, ''))
  LEFT JOIN LATERAL (
        SELECT product.id FROM product_product product
          JOIN product_template template ON template.id = product.product_tmpl_id
         WHERE line.product_id IS NULL AND link.product_id IS NULL
           AND (product.default_code = line.sku OR product.barcode = line.gtin)
           AND (template.company_id IS NULL OR template.company_id = sold.company_id)
         ORDER BY product.default_code IS DISTINCT FROM line.sku, NOT product.active, product.id
         LIMIT 1) same ON TRUE
 CROSS JOIN LATERAL (SELECT COALESCE(line.product_id, link.product_id, same.id) AS id) product
"""

# Sold on the marketplace and known here, but not a sale order yet. A status nobody knows counts as sold. What leaves
# from the marketplace's own warehouse does not leave from here.
ORDERED = f"""
SELECT product.id, sum(line.quantity)
  FROM cdiscount_order_mapping sold
  JOIN cdiscount_config account ON account.id = sold.config_id
  JOIN cdiscount_order_mapping_line line ON line.mapping_id = sold.id AND line.live
       {SOLD_PRODUCT}
 WHERE (account.id = %(config)s OR account.warehouse_id = ANY(%(warehouses)s))
   AND sold.sale_order_id IS NULL
   AND sold.state IN ('new', 'held', 'ignored')
   AND COALESCE(sold.status, '') NOT IN ('Shipped', 'Delivered', 'Cancelled', 'Refused', 'Rejected')
   AND (sold.state <> 'ignored' OR sold.status IN ('Processing', 'Accepted', 'WaitingAcceptance', 'InPreparation'))
   AND lower(COALESCE(line.status, '')) NOT IN ('shipped', 'delivered')
   AND lower(COALESCE(line.supply_mode, '')) NOT IN ('fulfillment', 'fulfilment')
   AND (lower(COALESCE(line.supply_mode, '')) <> 'xdock' OR account.xdock_supply = 'own')
   AND product.id IS NOT NULL
 GROUP BY 1
"""


@dataclass
class Figures:
    """The stock of one product, in its own unit.

    :param places: list of Place, one per warehouse, by the account's basis
    :param shelves: list of (on hand, reserved), one per warehouse
    :param unreserved: confirmed deliveries for which nothing is reserved
    :param ordered: marketplace orders that are not sale orders yet
    :param demand: what of these two the basis does not count already
    """

    places: list = field(default_factory=list)
    shelves: list = field(default_factory=list)
    on_hand: float = 0.0
    reserved: float = 0.0
    expired: float = 0.0
    unreserved: float = 0.0
    ordered: float = 0.0
    demand: float = 0.0


class CdiscountStockFigures(models.Model):
    _inherit = "cdiscount.stock.mapping"

    @api.model
    def _figures(self, config, products, ordered):
        """Return ``{product.id: Figures}`` of products that are no kits.

        :param ordered: ``{product id: units}`` as ``_ordered`` gives it, kits already in their components
        """
        places = self._places(config)
        figures = {product_id: Figures() for product_id in products.ids}
        self._read_places(config, products, places, figures)
        self._read_unreserved(products, places, figures)
        for product_id, one in figures.items():
            one.ordered = ordered.get(product_id, 0.0)
            # The forecast has taken off what is to leave; who counts all that is on hand wants reservations left out.
            one.demand = one.ordered + (one.unreserved if config.stock_basis == "free" else 0.0)
        return figures

    @api.model
    def _read_places(self, config, products, places, figures):
        paths = [location.parent_path for _warehouse, location, _buffer in places]
        expired = EXPIRED if "removal_date" in self.env["stock.quant"]._fields else "0"
        self.env.flush_all()
        self.env.cr.execute(
            QUANTS.format(expired=expired), {"paths": paths, "products": products.ids, "apart": self._apart()}
        )
        sums = {}
        for product_id, number, on_hand, reserved, gone in self.env.cr.fetchall():
            sums[product_id, number - 1] = (on_hand or 0.0, reserved or 0.0, gone or 0.0)
        forecast = self._read_forecast(config, products, places) if config.stock_basis == "forecast" else None
        for product_id, one in figures.items():
            for number, (_warehouse, _location, buffer) in enumerate(places):
                on_hand, reserved, gone = sums.get((product_id, number), (0.0, 0.0, 0.0))
                one.on_hand += on_hand
                one.reserved += reserved
                one.expired += gone
                one.shelves.append((on_hand, reserved))
                if forecast:
                    quantity = forecast[number].get(product_id, 0.0)
                else:
                    quantity = on_hand if config.stock_basis == "on_hand" else on_hand - reserved - gone
                one.places.append(Place(quantity, buffer))

    @api.model
    def _read_forecast(self, config, products, places):
        """Return, for each place, ``{product id: forecast quantity}`` as Odoo counts it for the whole warehouse."""
        found = []
        for warehouse, _location, _buffer in places:
            # "location" and not "warehouse_id": that key has another name on Odoo 17, which ignores what it does not
            # know and counts all warehouses.
            there = products.sudo().with_company(config.company_id)
            there = there.with_context(location=warehouse.view_location_id.id, active_test=False)
            answer = there._compute_quantities_dict(None, None, None)
            forecast = {product_id: values["virtual_available"] for product_id, values in answer.items()}
            if apart := self._apart(warehouse.view_location_id.parent_path):
                wrong = there.with_context(location=apart)._compute_quantities_dict(None, None, None)
                forecast = {key: units - wrong[key]["virtual_available"] for key, units in forecast.items()}
            found.append(forecast)
        return found

    @api.model
    def _apart(self, below=""):
        """Return the ids of the locations that mirror Cdiscount's warehouses, of all or of those below a path."""
        apart = self.env["cdiscount.fulfilment.location"]._apart()
        if below and apart:
            apart = self.env["stock.location"].sudo().browse(apart)
            return [location.id for location in apart if (location.parent_path or "").startswith(below)]
        return apart

    @api.model
    def _read_unreserved(self, products, places, figures):
        trees = list({warehouse.view_location_id.parent_path for warehouse, _location, _buffer in places})
        self.env.cr.execute(UNRESERVED, {"trees": trees, "products": products.ids, "apart": self._apart()})
        for product_id, quantity in self.env.cr.fetchall():
            figures[product_id].unreserved = quantity or 0.0

    @api.model
    def _ordered(self, config):
        """Return ``{product id: units}`` sold on the marketplace and not yet in a sale order.

        Orders of other accounts that are delivered from the same warehouses count too.
        """
        self.env.flush_all()
        warehouses = [warehouse.id for warehouse, _location, _buffer in self._places(config)]
        self.env.cr.execute(ORDERED, {"config": config.id, "warehouses": warehouses})
        return {product_id: quantity or 0.0 for product_id, quantity in self.env.cr.fetchall()}
