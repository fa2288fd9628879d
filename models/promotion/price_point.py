"""The prices that customers could pay, kept by us: the marketplace does not tell what a price was a month ago.

A line is written only when a price differs from the one before, for a whole page of offers in one statement.
"""

from datetime import timedelta

from odoo import api, fields, models

from ...services.rules.price_history import WINDOW, PricePoint, lowest_price
from ..catalog.offer_price import exact

KEPT_DAYS = 120
NOTE = """
INSERT INTO cdiscount_price_point
       (mapping_id, config_id, company_id, sales_channel_id, since, price, source, promotion_line_id,
        create_uid, create_date, write_uid, write_date)
SELECT given.mapping, offer.config_id, offer.company_id, given.channel, %(since)s, given.price, %(source)s, given.line,
       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
  FROM unnest(%(mappings)s::int4[], %(channels)s::int4[], %(prices)s::numeric[], %(lines)s::int4[])
       AS given (mapping, channel, price, line)
  JOIN cdiscount_product_mapping offer ON offer.id = given.mapping
  LEFT JOIN LATERAL (
       SELECT before.price FROM cdiscount_price_point before
        WHERE before.mapping_id = given.mapping AND before.sales_channel_id = given.channel
          AND before.since <= %(since)s
        ORDER BY before.since DESC, before.id DESC LIMIT 1) last ON TRUE
 WHERE last.price IS DISTINCT FROM given.price
"""
BACKFILL = """
INSERT INTO cdiscount_price_point
       (mapping_id, config_id, company_id, sales_channel_id, since, price, source,
        create_uid, create_date, write_uid, write_date)
SELECT {mapping}, offer.config_id, offer.company_id, offer.sales_channel_id,
       LEAST(COALESCE(offer.offer_updated_at, offer.create_date, now() AT TIME ZONE 'UTC'), now() AT TIME ZONE 'UTC'),
       offer.price, 'known', 1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
  FROM {table} offer
 WHERE offer.price > 0 AND offer.sales_channel_id IS NOT NULL AND (%(ids)s IS NULL OR offer.id = ANY(%(ids)s))
   AND NOT EXISTS (SELECT 1 FROM cdiscount_price_point known
                    WHERE known.mapping_id = {mapping} AND known.sales_channel_id = offer.sales_channel_id)
"""
OF_WINDOW = """
SELECT mapping_id, since, price FROM (
    SELECT mapping_id, since, price, id FROM cdiscount_price_point
     WHERE mapping_id = ANY(%(mappings)s) AND sales_channel_id = %(channel)s
       AND since > %(opens)s AND since < %(start)s
    UNION ALL
    SELECT before.mapping_id, before.since, before.price, before.id
      FROM unnest(%(mappings)s::int4[]) AS asked (id)
      JOIN LATERAL (
           SELECT * FROM cdiscount_price_point point
            WHERE point.mapping_id = asked.id AND point.sales_channel_id = %(channel)s AND point.since <= %(opens)s
            ORDER BY point.since DESC, point.id DESC LIMIT 1) before ON TRUE
) found ORDER BY mapping_id, since, id
"""
MAPPING_COLUMNS = {"cdiscount_product_mapping": "offer.id", "cdiscount_channel_offer": "offer.mapping_id"}


class CdiscountPricePoint(models.Model):
    """From ``since`` on an offer cost ``price`` on a channel, until the next line."""

    _name = "cdiscount.price.point"
    _description = "Cdiscount Price History"
    _order = "since desc, id desc"
    _rec_name = "price"

    mapping_id = fields.Many2one("cdiscount.product.mapping", "Offer", required=True, readonly=True, ondelete="cascade")
    config_id = fields.Many2one("cdiscount.config", "Account", readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    sales_channel_id = fields.Many2one("cdiscount.sales.channel", required=True, readonly=True)
    since = fields.Datetime(required=True, readonly=True)
    price = fields.Float(digits=(16, 2), required=True, readonly=True, help="With VAT.")
    source = fields.Selection(
        [
            ("accepted", "Accepted by Cdiscount"),
            ("read", "Read from Cdiscount"),
            ("known", "Known when the history began"),
            ("sale", "Sale on Cdiscount"),
        ],
        required=True,
        readonly=True,
    )
    promotion_line_id = fields.Many2one(
        "cdiscount.promotion.line", "Price of a Promotion", readonly=True, index="btree_not_null", ondelete="set null"
    )
    promotion_id = fields.Many2one(related="promotion_line_id.promotion_id")

    def init(self):
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS cdiscount_price_point_place
                ON cdiscount_price_point (mapping_id, sales_channel_id, since)
            """
        )
        result = super().init()
        self._backfill()
        return result

    # ------------------------------------------------------------------ writing
    @api.model
    def _note(self, rows, source, since=None):
        """Keep prices that differ from the one before, in one statement.

        :param rows: (offer id, channel id, Decimal price, promotion line id or None); the same offer and channel once
        :param since: naive UTC moment from which they hold, default now
        """
        rows = [row for row in {(row[0], row[1]): row for row in rows}.values() if row[2] and row[2] > 0]
        if not rows:
            return
        self.env.flush_all()
        mappings, channels, prices, lines = (list(column) for column in zip(*rows, strict=True))
        params = {"mappings": mappings, "channels": channels, "prices": prices, "lines": lines, "source": source}
        params.update(since=since or fields.Datetime.now(), uid=self.env.uid)
        self.env.cr.execute(NOTE, params)
        self.invalidate_model(flush=False)

    @api.model
    def _backfill(self, offers=None):
        """Begin the history of offers that have none with the price that is known of them.

        :param offers: a recordset of either model; None for all of both
        """
        if offers is not None and not offers:
            return
        tables = MAPPING_COLUMNS if offers is None else (offers._table,)
        # An empty history that the database has looked at once is read anew for each offer while it grows: with 100 000
        # offers the update of the addon came to no end. It is to be read once, before.
        self.env.cr.execute("SET LOCAL enable_nestloop = off")
        for table in tables:
            self.env.cr.execute("SELECT to_regclass(%s)", (table,))
            if self.env.cr.fetchone()[0]:
                ids = None if offers is None else offers.ids
                self.env.cr.execute(BACKFILL.format(table=table, mapping=MAPPING_COLUMNS[table]), {"ids": ids})
        self.env.cr.execute("RESET enable_nestloop")

    # ------------------------------------------------------------------ reading
    @api.model
    def _lowest(self, mappings, channel, start):
        """Return ``{offer id: Lowest}`` of the 30 days before ``start`` (naive UTC); one statement.

        :param mappings: offers of the account's own channel, by which the history knows those of further ones, too
        """
        found = {key: [] for key in mappings.ids}
        self.flush_model()
        self.env.cr.execute(
            OF_WINDOW,
            {"mappings": mappings.ids, "channel": channel.id, "start": start, "opens": start - WINDOW},
        )
        for mapping_id, since, price in self.env.cr.fetchall():
            found[mapping_id].append(PricePoint(since, exact(float(price), 2)))
        return {key: lowest_price(points, start) for key, points in found.items()}

    @api.autovacuum
    def _gc_old(self):
        """Remove prices that were over long ago; what counts for a reduction is younger by far."""
        self.env.cr.execute(
            """
            DELETE FROM cdiscount_price_point old
             USING (SELECT id, lead(since) OVER (PARTITION BY mapping_id, sales_channel_id ORDER BY since, id) AS until
                      FROM cdiscount_price_point) known
             WHERE known.id = old.id AND known.until < %s
            """,
            (fields.Datetime.now() - timedelta(days=KEPT_DAYS),),
        )
