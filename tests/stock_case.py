"""Tests of stock: goods on shelves, promised goods, and what is published of them."""

from .offers_case import OffersCase
from .orders_case import OrdersCase


class StockCase(OrdersCase, OffersCase):
    """Verbs to put goods on shelves, to promise them, and to look at what would be published."""

    def setUp(self):
        super().setUp()
        self.mapping_model = self.env["cdiscount.stock.mapping"]
        self.home = self.config.warehouse_id

    def put(self, product, quantity, warehouse=None, location=None):
        """Put goods on a shelf."""
        location = location or (warehouse or self.home).lot_stock_id
        self.env["stock.quant"]._update_available_quantity(product, location, quantity)

    def warehouse(self, code, company=None):
        return self.env["stock.warehouse"].create(
            {"name": f"Warehouse {code}", "code": code, "company_id": (company or self.company).id}
        )

    def sells_from(self, *places, config=None):
        """Say which warehouses the account sells from: warehouse or (warehouse, buffer)."""
        for place in places:
            warehouse, buffer = place if isinstance(place, tuple) else (place, 0)
            self.mapping_model.create(
                {"config_id": (config or self.config).id, "warehouse_id": warehouse.id, "buffer": buffer}
            )

    def offer(self, product, config=None, **values):
        return self.env["cdiscount.product.mapping"].create(
            {
                "config_id": (config or self.config).id,
                "product_id": product.id,
                "seller_reference": product.default_code,
                "publish": True,
                **values,
            }
        )

    def promise(self, product, quantity, reserve=True, warehouse=None):
        """A confirmed sale order of another shop."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Somebody"}).id,
                "warehouse_id": (warehouse or self.home).id,
                "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": quantity, "price_unit": 1})],
            }
        )
        order.action_confirm()
        if not reserve:
            order.picking_ids.do_unreserve()
        return order

    def published(self, product, config=None):
        """What would be published of a product."""
        return self.mapping_model._quantities_to_publish(config or self.config, product)[product.id]

    def set(self, **values):
        self.config.write(values)

    # ------------------------------------------------------------------ the marketplace's side
    def live(self, product, quantity=0):
        """An offer the channel has, with this quantity, published by Odoo."""
        self.sandbox("stock", **{product.default_code: quantity})
        return self.offer(
            product,
            state="live",
            offer_state="active",
            gtin=product.barcode,
            quantity_read=quantity,
            push_hold=True,
        )

    def shown(self, product):
        """What the marketplace offers of a product."""
        return self.sandbox("stock", method="GET")["stock"][product.default_code]

    def settle(self, rounds=3):
        """Let the queue work and the marketplace answer until all is quiet."""
        self.env.cr.flush()
        self.send(rounds)
        # Orders of a marketplace whose clock is far ahead would be read later.
        self.sandbox("clock", now=self.now().isoformat())

    def uploads(self):
        return self.counters()["offer_uploads"]
