"""Which offers' stock has changed since it was last looked at: noted inside the transaction that changes it.

The obvious mark, a flag on the offer, would make two people's work fail: Odoo's transactions are REPEATABLE READ, and
the second of two deliveries of one product that are validated at the same time would not get its UPDATE of the offer's
row but a serialization failure, and begin anew. The same goes for a row of the queue that everybody brings forward. So
a transaction of a person only ever inserts: rows nobody else writes, one statement for all it has changed, at its end.
The queue turns them into work.
"""

from odoo import api, fields, models

from .stock_figures import SOLD_PRODUCT

PENDING = "cdiscount_stock_products"
"""Key of the ids of products in the transaction's data."""

TOUCHED = """
WITH RECURSIVE touched(id) AS (
    SELECT unnest(%(products)s::int[])
{kits}
)
INSERT INTO cdiscount_stock_event (config_id, offer)
SELECT offer.config_id, offer.id
  FROM cdiscount_product_mapping offer
 WHERE offer.product_id IN (SELECT id FROM touched) AND offer.publish
"""
KITS = """
     UNION
    SELECT product.id
      FROM touched
      JOIN mrp_bom_line line ON line.product_id = touched.id
      JOIN mrp_bom bom ON bom.id = line.bom_id AND bom.type = 'phantom'
      JOIN product_product product ON product.product_tmpl_id = bom.product_tmpl_id
       AND (bom.product_id IS NULL OR bom.product_id = product.id)
"""


class CdiscountStockEvent(models.Model):
    _name = "cdiscount.stock.event"
    _description = "Cdiscount Stock Change"
    _log_access = False

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="cascade")
    # A number and no link: nothing is looked up or locked while a person waits. An offer that is gone is left out.
    offer = fields.Integer(required=True)
    unsure = fields.Boolean(help="Cdiscount has changed its number by itself: it sold something, or took it back.")

    @api.model
    def _mark(self, product_ids):
        """Note that the stock of products, or what is promised of it, has changed in this transaction.

        Costs nothing but the memory of the ids until the transaction ends.
        """
        hooks = self.env.cr.precommit
        waiting = hooks.data.get(PENDING)
        if waiting is None:
            waiting = hooks.data[PENDING] = set()
            hooks.add(self.sudo()._write_down)
        waiting.update(product_ids)

    @api.model
    def _write_down(self):
        """Insert what this transaction has noted, and have the queue look at it once it is committed."""
        product_ids = self.env.cr.precommit.data.pop(PENDING, None)
        if not product_ids:
            return
        kits = KITS if self.env["cdiscount.stock.mapping"]._has_kits() else ""
        self.env.flush_all()
        self.env.cr.execute(TOUCHED.format(kits=kits), {"products": list(product_ids)})
        if self.env.cr.rowcount:
            self._wake()

    @api.model
    def _mark_offers(self, offers, unsure=False):
        """Note that the quantity of these offers is to be looked at again, whatever the reason.

        :param unsure: what was accepted last says nothing about what Cdiscount shows
        """
        if offers.ids:
            self.env.flush_all()
            self.env.cr.execute(
                """
                INSERT INTO cdiscount_stock_event (config_id, offer, unsure)
                SELECT config_id, id, %s FROM cdiscount_product_mapping WHERE id = ANY(%s) AND publish
                """,
                (unsure, offers.ids),
            )
            if self.env.cr.rowcount:
                self._wake()

    @api.model
    def _mark_orders(self, config, orders, unsure=False):
        """Note that the demand of stored marketplace orders of an account has changed.

        :param unsure: Cdiscount has changed the quantity it shows by itself, so that what was accepted last says
            nothing about it
        """
        if not orders.ids:
            return
        self.env.flush_all()
        self.env.cr.execute(
            f"""
            SELECT DISTINCT product.id
              FROM cdiscount_order_mapping sold
              JOIN cdiscount_order_mapping_line line ON line.mapping_id = sold.id
                   {SOLD_PRODUCT}
             WHERE sold.id = ANY(%s) AND product.id IS NOT NULL
            """,
            (orders.ids,),
        )
        products = self.env["product.product"].browse([row[0] for row in self.env.cr.fetchall()])
        needs = self.env["cdiscount.stock.mapping"]._kit_needs(config, products)
        self._mark({*products.ids, *(component for parts in needs.values() for component in parts)})
        if unsure and products:
            self.env.cr.execute(
                """
                INSERT INTO cdiscount_stock_event (config_id, offer, unsure)
                SELECT config_id, id, TRUE FROM cdiscount_product_mapping
                 WHERE config_id = %s AND product_id = ANY(%s) AND publish
                """,
                (config.id, products.ids),
            )

    @api.model
    def _wake(self):
        """Have the runner of the stock lane look for changes, when an account publishes in real time."""
        self.env.cr.execute(
            "SELECT 1 FROM cdiscount_config WHERE active AND state = 'connected' AND stock_realtime LIMIT 1"
        )
        if self.env.cr.fetchone():
            self.env["cdiscount.queue"].sudo()._wake(lanes=["stock"])

    # ------------------------------------------------------------------ the queue's side
    @api.model
    def _take(self, config):
        """Remove the changes of an account that are committed by now.

        Only the one job of the account that sends stock does this. What is inserted meanwhile stays for the next one.

        :return: ``{offer id: whether what Cdiscount shows of it is unsure}``
        """
        self.env.cr.execute(
            """
            WITH taken AS (DELETE FROM cdiscount_stock_event WHERE config_id = %s RETURNING offer, unsure)
            SELECT offer, COALESCE(bool_or(unsure), FALSE) FROM taken GROUP BY offer
            """,
            (config.id,),
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _waiting_accounts(self):
        """Return the connected accounts that publish in real time and have changes waiting."""
        self.env.cr.execute(
            """
            SELECT account.id FROM cdiscount_config account
             WHERE account.active AND account.state = 'connected' AND account.stock_realtime
               AND EXISTS (SELECT 1 FROM cdiscount_stock_event event WHERE event.config_id = account.id)
            """
        )
        return self.env["cdiscount.config"].browse([row[0] for row in self.env.cr.fetchall()])

    @api.autovacuum
    def _gc_repeated(self):
        """Keep one row per offer while an account cannot send: it may be paused for weeks."""
        self.env.cr.execute(
            """
            DELETE FROM cdiscount_stock_event older USING cdiscount_stock_event newer
             WHERE older.config_id = newer.config_id AND older.offer = newer.offer AND older.id < newer.id
               AND (COALESCE(newer.unsure, FALSE) OR NOT COALESCE(older.unsure, FALSE))
            """
        )
