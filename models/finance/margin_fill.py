"""Working out margins for many orders at once: what has changed since the last time, some hundred per statement."""

import json
from datetime import datetime, timedelta

from odoo import _, api, fields, models

from ...compat import check_access, delivered_value_sql

BATCH = 1000
LOOKED_UP = 50_000
"""Orders found by one search for what has changed, which looks through the whole tables."""
OVERLAP = timedelta(hours=1)
"""A transaction that began before the last run and ended after it has written rows that are older than that run."""
EVERY = timedelta(hours=1)

CHANGED = """
SELECT id FROM (
    SELECT id FROM cdiscount_order_mapping WHERE config_id = %(config)s AND write_date > %(since)s
     UNION
    SELECT mapping_id FROM cdiscount_order_mapping_line WHERE config_id = %(config)s AND write_date > %(since)s
     UNION
    SELECT mapping_id FROM cdiscount_fee WHERE config_id = %(config)s AND write_date > %(since)s
     UNION
    SELECT mapping_id FROM cdiscount_finance_operation WHERE config_id = %(config)s AND write_date > %(since)s
     UNION
    SELECT mapping_id FROM cdiscount_refund WHERE config_id = %(config)s AND write_date > %(since)s
     UNION
    SELECT mapping.id
      FROM sale_order_line line
      JOIN cdiscount_order_mapping mapping ON mapping.sale_order_id = line.order_id
     WHERE mapping.config_id = %(config)s AND line.cdiscount_line_id IS NOT NULL AND line.write_date > %(since)s
) AS changed
 WHERE id > %(after)s
 ORDER BY id
 LIMIT %(limit)s
"""

FORGET = """
DELETE FROM cdiscount_margin margin
 WHERE margin.mapping_id = ANY(%(ids)s)
   AND NOT EXISTS (SELECT 1
                     FROM cdiscount_order_mapping_line line
                     JOIN cdiscount_order_mapping mapping ON mapping.id = line.mapping_id
                    WHERE line.id = margin.order_line_id AND line.live
                      AND mapping.state = 'imported' AND mapping.sale_order_id IS NOT NULL)
"""

# One row per line. What is known of the order only (service fee, gestures, fees without a line) is shared out by the
# lines' totals; running sums are rounded, not shares, so that the parts add up to the whole cent.
FILL = """
WITH rates AS (
    SELECT * FROM unnest(%(rate_currency)s::int4[], %(rate_day)s::date[], %(rate)s::numeric[])
        AS r (currency, day, rate)
), costs AS (
    SELECT * FROM unnest(%(cost_product)s::int4[], %(cost)s::numeric[]) AS c (product, cost)
), delivered AS (
    {delivered}
), line AS (
    SELECT line.id, line.mapping_id, line.product_id, line.quantity, line.sale_line_id,
           COALESCE(line.amount_total, 0)::numeric AS total,
           COALESCE(line.product_amount, 0)::numeric AS goods,
           COALESCE(line.shipping_amount, 0)::numeric AS shipping,
           1 + COALESCE(line.vat_rate, 0)::numeric / 100 AS vat,
           mapping.status IN ('Shipped', 'Delivered') AS gone,
           sum(COALESCE(line.amount_total, 0)::numeric) OVER of_order AS order_total,
           sum(COALESCE(line.amount_total, 0)::numeric) OVER (of_order ORDER BY line.id) AS run,
           row_number() OVER (of_order ORDER BY line.id) AS place
      FROM cdiscount_order_mapping_line line
      JOIN cdiscount_order_mapping mapping ON mapping.id = line.mapping_id
     WHERE mapping.id = ANY(%(ids)s) AND mapping.state = 'imported' AND mapping.sale_order_id IS NOT NULL AND line.live
    WINDOW of_order AS (PARTITION BY line.mapping_id)
), asked AS (
    SELECT refund.mapping_id, sum(refund.amount)::numeric AS amount
      FROM cdiscount_refund refund
     WHERE refund.mapping_id = ANY(%(ids)s) AND refund.kind IN ('refund', 'gesture')
       AND refund.state IN ('asked', 'done')
     GROUP BY refund.mapping_id
), asked_line AS (
    SELECT rel.line_id, sum(COALESCE(line.product_amount, 0)
                            + CASE WHEN refund.shipping_refund THEN COALESCE(line.shipping_amount, 0) ELSE 0
                                END)::numeric AS amount
      FROM cdiscount_refund refund
      JOIN cdiscount_refund_line_rel rel ON rel.refund_id = refund.id
      JOIN cdiscount_order_mapping_line line ON line.id = rel.line_id
     WHERE refund.mapping_id = ANY(%(ids)s) AND refund.kind = 'refund' AND refund.state IN ('asked', 'done')
     GROUP BY rel.line_id
), booked AS (
    SELECT mapping_id, -sum(amount)::numeric AS amount
      FROM cdiscount_finance_operation
     WHERE mapping_id = ANY(%(ids)s) AND kind IN ('refund', 'gesture')
     GROUP BY mapping_id
), booked_line AS (
    SELECT order_line_id, -sum(amount)::numeric AS amount
      FROM cdiscount_finance_operation
     WHERE mapping_id = ANY(%(ids)s) AND kind = 'refund' AND order_line_id IS NOT NULL
     GROUP BY order_line_id
), fee AS (
    SELECT fee.mapping_id, COALESCE(fee.order_line_id, operation.order_line_id) AS line_id,
           sum(CASE WHEN fee.kind = 'commission' AND fee.charged IS NOT TRUE AND EXISTS (
                        SELECT 1 FROM cdiscount_fee whole
                          LEFT JOIN cdiscount_finance_operation known ON known.id = whole.operation_id
                         WHERE whole.mapping_id = fee.mapping_id AND whole.kind = 'commission' AND whole.charged
                           AND whole.order_line_id IS NULL AND known.order_line_id IS NULL)
                    -- Charged for the order as a whole: what was announced with its lines is in it.
                    THEN 0
                    WHEN fee.kind IN ('commission', 'commission_refund')
                    THEN CASE WHEN fee.charged THEN fee.charged_without_vat ELSE fee.amount_without_vat END
                    ELSE 0 END)::numeric AS commission,
           sum(CASE WHEN fee.kind IN ('commission', 'commission_refund') THEN 0
                    WHEN fee.charged THEN fee.charged_without_vat ELSE fee.amount_without_vat END)::numeric AS other
      FROM cdiscount_fee fee
      LEFT JOIN cdiscount_finance_operation operation ON operation.id = fee.operation_id
     WHERE fee.mapping_id = ANY(%(ids)s)
     GROUP BY 1, 2
), given AS (
    SELECT line.id, line.mapping_id,
           GREATEST(COALESCE(asked_line.amount, 0), COALESCE(booked_line.amount, 0)) AS amount
      FROM line
      LEFT JOIN asked_line ON asked_line.line_id = line.id
      LEFT JOIN booked_line ON booked_line.order_line_id = line.id
), shared AS (
    SELECT mapping.id,
           CASE WHEN sums.total > 0
                THEN GREATEST(COALESCE((%(service)s::jsonb ->> mapping.id::text)::numeric, 0), 0) ELSE 0 END AS service,
           GREATEST(GREATEST(COALESCE(asked.amount, 0), COALESCE(booked.amount, 0)) - sums.given, 0) AS given,
           COALESCE(fee.commission, 0) AS commission, COALESCE(fee.other, 0) AS other
      FROM cdiscount_order_mapping mapping
      JOIN (SELECT line.mapping_id, sum(line.total) AS total, sum(given.amount) AS given
              FROM line JOIN given ON given.id = line.id GROUP BY line.mapping_id) sums ON sums.mapping_id = mapping.id
      LEFT JOIN asked ON asked.mapping_id = mapping.id
      LEFT JOIN booked ON booked.mapping_id = mapping.id
      LEFT JOIN fee ON fee.mapping_id = mapping.id AND fee.line_id IS NULL
), part AS (
    SELECT line.id,
           CASE WHEN line.order_total <> 0 THEN line.run / line.order_total ELSE 1 END AS upto,
           CASE WHEN line.order_total <> 0 THEN (line.run - line.total) / line.order_total
                WHEN line.place = 1 THEN 0 ELSE 1 END AS before
      FROM line
), figure AS (
    SELECT line.*, mapping.config_id, mapping.company_id, mapping.sale_order_id, mapping.sales_channel_id,
           mapping.purchased_at::date AS day, company.currency_id AS company_currency, COALESCE(rates.rate, 1) AS rate,
           round(line.goods / line.vat, 2) AS net_goods,
           round(line.shipping / line.vat, 2) AS net_shipping,
           round((round(shared.service * part.upto, 2) - round(shared.service * part.before, 2)) / line.vat, 2)
               AS net_service,
           round((given.amount + round(shared.given * part.upto, 2) - round(shared.given * part.before, 2)) / line.vat,
                 2) AS net_given,
           COALESCE(fee.commission, 0) + round(shared.commission * part.upto, 2)
               - round(shared.commission * part.before, 2) AS net_commission,
           COALESCE(fee.other, 0) + round(shared.other * part.upto, 2) - round(shared.other * part.before, 2)
               AS net_other,
           COALESCE(NULLIF(known.unit_cost, 0)::numeric, costs.cost, 0) AS piece,
           delivered.value AS valued, COALESCE(sold.qty_delivered, 0)::numeric AS left_already
      FROM line
      JOIN cdiscount_order_mapping mapping ON mapping.id = line.mapping_id
      JOIN res_company company ON company.id = mapping.company_id
      JOIN part ON part.id = line.id
      JOIN given ON given.id = line.id
      JOIN shared ON shared.id = line.mapping_id
      LEFT JOIN fee ON fee.line_id = line.id
      LEFT JOIN rates ON rates.currency = mapping.currency_id AND rates.day = mapping.purchased_at::date
      LEFT JOIN costs ON costs.product = line.product_id
      LEFT JOIN cdiscount_margin known ON known.order_line_id = line.id AND known.product_id = line.product_id
      LEFT JOIN delivered ON delivered.sale_line_id = line.sale_line_id
      LEFT JOIN sale_order_line sold ON sold.id = line.sale_line_id
), money AS (
    SELECT figure.*,
           round(net_goods * rate, 2) AS a_goods, round(net_shipping * rate, 2) AS a_shipping,
           round(net_service * rate, 2) AS a_service, round(net_given * rate, 2) AS a_refund,
           round(net_commission * rate, 2) AS a_commission, round(net_other * rate, 2) AS a_fees,
           round(CASE WHEN COALESCE(valued, 0) = 0 THEN quantity::numeric * piece
                      WHEN gone THEN valued::numeric
                      ELSE valued::numeric + GREATEST(quantity::numeric - left_already, 0) * piece END, 2) AS a_cost
      FROM figure
)
INSERT INTO cdiscount_margin
       (order_line_id, mapping_id, config_id, company_id, currency_id, sale_order_id, product_id, sales_channel_id,
        date, quantity, goods, shipping, service, refund, revenue, commission, fees, unit_cost, cost, margin)
SELECT id, mapping_id, config_id, company_id, company_currency, sale_order_id, product_id, sales_channel_id, day,
       quantity, a_goods, a_shipping, a_service, a_refund, a_goods + a_shipping + a_service - a_refund,
       a_commission, a_fees, piece, a_cost,
       a_goods + a_shipping + a_service - a_refund - a_commission - a_fees - a_cost
  FROM money
    ON CONFLICT (order_line_id) DO UPDATE SET
       product_id = EXCLUDED.product_id, sale_order_id = EXCLUDED.sale_order_id, date = EXCLUDED.date,
       sales_channel_id = EXCLUDED.sales_channel_id, quantity = EXCLUDED.quantity, goods = EXCLUDED.goods,
       shipping = EXCLUDED.shipping, service = EXCLUDED.service, refund = EXCLUDED.refund,
       revenue = EXCLUDED.revenue, commission = EXCLUDED.commission, fees = EXCLUDED.fees,
       unit_cost = EXCLUDED.unit_cost, cost = EXCLUDED.cost, margin = EXCLUDED.margin
"""
NOTHING_DELIVERED = "SELECT NULL::int4 AS sale_line_id, NULL::numeric AS value WHERE FALSE"


class CdiscountMarginFill(models.Model):
    _inherit = "cdiscount.margin"

    @api.model
    def _job_fill(self, jobs):
        """Queue operation: work out the margins of the orders that have changed since the last time."""
        config = jobs.config_id
        operations = self.env["cdiscount.finance.operation"]
        operations._refresh((yield from operations._link_late(config)))
        progress = config._margin_progress()
        while True:
            ids = self._changed_orders(config, progress)
            if not ids:
                break
            for start in range(0, len(ids), BATCH):
                some = ids[start : start + BATCH]
                self._fill(config, some)
                progress["after"] = some[-1]
                config._note_facts(margin_progress=json.dumps(progress))
                yield _("Margins up to order %s", some[-1])
        config._note_facts(margin_until=progress["began"], margin_progress=False)

    @api.model
    def _changed_orders(self, config, progress):
        self.env.flush_all()
        self.env.cr.execute(
            CHANGED,
            {
                "config": config.id,
                "since": datetime.fromisoformat(progress["since"]),
                "after": progress["after"],
                "limit": LOOKED_UP,
            },
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _fill(self, config, mapping_ids):
        """Work out the margins of these orders of one account; the number of queries does not grow with them."""
        self.env.flush_all()
        mappings = self.env["cdiscount.order.mapping"].sudo().browse(mapping_ids)
        values = {"ids": mapping_ids, **self._rates(config, mapping_ids), **self._costs(config, mapping_ids)}
        values["service"] = self._services(mappings)
        self.env.cr.execute(
            "SELECT sale_line_id FROM cdiscount_order_mapping_line "
            "WHERE mapping_id = ANY(%s) AND sale_line_id IS NOT NULL",
            [mapping_ids],
        )
        values["sale_lines"] = [row[0] for row in self.env.cr.fetchall()]
        # Compiling so long a statement would take the database longer than carrying it out.
        self.env.cr.execute("SET LOCAL jit = off")
        self.env.cr.execute(FORGET, values)
        self.env.cr.execute(FILL.format(delivered=delivered_value_sql(self.env) or NOTHING_DELIVERED), values)
        self.invalidate_model()

    @api.model
    def _services(self, mappings):
        """Return, as JSON text by order id, the service fees of the orders that have some."""
        self.env.cr.execute(
            """
            SELECT id, (booked::jsonb ->> 'fees') FROM cdiscount_order_mapping
             WHERE id = ANY(%s) AND booked IS NOT NULL AND (booked::jsonb ->> 'fees')::numeric <> 0
            """,
            [mappings.ids],
        )
        return json.dumps({str(row[0]): row[1] for row in self.env.cr.fetchall()})

    @api.model
    def _rates(self, config, mapping_ids):
        """Return the rates to the company's currency of the days on which something was sold in another one."""
        company = config.company_id
        self.env.cr.execute(
            """
            SELECT DISTINCT currency_id, purchased_at::date FROM cdiscount_order_mapping
             WHERE id = ANY(%s) AND currency_id <> %s AND purchased_at IS NOT NULL
            """,
            [mapping_ids, company.currency_id.id],
        )
        found = self.env.cr.fetchall()
        currencies = {row[0]: self.env["res.currency"].browse(row[0]) for row in found}
        rates = [
            currencies[currency]._get_conversion_rate(currencies[currency], company.currency_id, company, day)
            for currency, day in found
        ]
        return {"rate_currency": [row[0] for row in found], "rate_day": [row[1] for row in found], "rate": rates}

    @api.model
    def _costs(self, config, mapping_ids):
        self.env.cr.execute(
            "SELECT DISTINCT product_id FROM cdiscount_order_mapping_line "
            "WHERE mapping_id = ANY(%s) AND product_id IS NOT NULL",
            [mapping_ids],
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        products = self.env["product.product"].sudo().with_company(config.company_id).browse(ids)
        return {"cost_product": products.ids, "cost": products.mapped("standard_price")}


class CdiscountConfigMargin(models.Model):
    _inherit = "cdiscount.config"

    margin_asked_at = fields.Datetime(readonly=True, copy=False)
    margin_until = fields.Datetime("Margins Worked Out Up To", readonly=True, copy=False)
    margin_progress = fields.Text(readonly=True, copy=False)

    def _margin_progress(self):
        """Return where to go on: changes after ``since``, orders with an id above ``after``; ``began`` of the run."""
        self.ensure_one()
        if self.margin_progress:
            return json.loads(self.margin_progress)
        since = self.margin_until - OVERLAP if self.margin_until else datetime(2000, 1, 1)
        return {"since": since.isoformat(), "after": 0, "began": fields.Datetime.to_string(fields.Datetime.now())}

    def _schedule_due_jobs(self, now):
        result = super()._schedule_due_jobs(now)
        if not self.margin_asked_at or now - self.margin_asked_at >= EVERY:
            self.margin_asked_at = now
            self.env["cdiscount.queue"]._enqueue(self, "margin_fill", "margins", wake=False)
        return result

    def action_fill_margins(self):
        """Work out the margins now."""
        check_access(self, "write")
        for config in self:
            self.env["cdiscount.queue"].sudo()._enqueue(config, "margin_fill", "margins")
        return self._notify(_("The margins are being worked out. They are shown in a moment."))
