"""The selling part of the dashboard: revenue, orders, customers, products, their course and the orders' statuses."""

from odoo import api, models

from ...services.rules.periods import change

# Ignored orders are outside the account's filter: they are nobody's. Cancelled ones are seen among the statuses only.
# Each step of the chart is a range of the index: telling for each order into which step it falls takes twice as long.
ORDERS = """
SELECT slot.number, found.*
  FROM unnest(%(begins)s::timestamp[], %(ends)s::timestamp[]) WITH ORDINALITY AS slot (first, last, number)
 CROSS JOIN LATERAL (
    SELECT COALESCE(status_kind, 'other'), state = 'cancelled', currency_id, count(*), COALESCE(sum(amount_total), 0)
      FROM cdiscount_order_mapping
     WHERE config_id = ANY(%(configs)s) AND purchased_at >= slot.first AND purchased_at < slot.last
       AND state <> 'ignored' AND (%(channels)s::int[] IS NULL OR sales_channel_id = ANY(%(channels)s::int[]))
     GROUP BY 1, 2, 3
) AS found
"""
CUSTOMERS = """
SELECT count(DISTINCT partner_id) FILTER (WHERE purchased_at >= %(begin)s),
       count(DISTINCT partner_id) FILTER (WHERE purchased_at < %(before_end)s)
  FROM cdiscount_order_mapping
 WHERE config_id = ANY(%(configs)s) AND purchased_at >= %(before_begin)s AND purchased_at < %(end)s
   AND state NOT IN ('cancelled', 'ignored') AND partner_id IS NOT NULL
   AND (%(channels)s::int[] IS NULL OR sales_channel_id = ANY(%(channels)s::int[]))
"""
PRODUCTS = """
SELECT count(*) FILTER (WHERE now), count(*) FILTER (WHERE before) FROM (
    SELECT line.sku, bool_or(line.purchased_at >= %(begin)s) AS now,
           bool_or(line.purchased_at < %(before_end)s) AS before
      FROM cdiscount_order_mapping_line line {join}
     WHERE line.config_id = ANY(%(configs)s) AND line.purchased_at >= %(before_begin)s
       AND line.purchased_at < %(end)s AND line.live AND line.sku IS NOT NULL {channel}
       AND line.mapping_id NOT IN (
           SELECT id FROM cdiscount_order_mapping
            WHERE config_id = ANY(%(configs)s) AND purchased_at >= %(before_begin)s AND purchased_at < %(end)s
              AND state IN ('cancelled', 'ignored'))
     GROUP BY line.sku
) AS sold
"""
# The last condition is what lets the database take the index of what is over.
JOBS = """
SELECT part.now, part.state = 'done',
       (SELECT count(*) FROM cdiscount_queue
         WHERE config_id = ANY(%(configs)s) AND state = part.state AND finished_at >= part.first
           AND finished_at < part.last AND state IN ('done', 'failed'))
  FROM (VALUES (TRUE, 'done', %(begin)s, %(end)s), (TRUE, 'failed', %(begin)s, %(end)s),
               (FALSE, 'done', %(before_begin)s, %(before_end)s), (FALSE, 'failed', %(before_begin)s, %(before_end)s))
    AS part (now, state, first, last)
"""
ONLINE = """
SELECT count(*) FROM cdiscount_product_mapping WHERE config_id = ANY(%(configs)s) AND offer_state = 'active'
"""
CLOSED = ("Cancelled", "Refused", "Rejected")
SHOWN = ("WaitingAcceptance", "Processing", "Accepted", "InPreparation", "Shipped", "Delivered", "CancelRequest")


class CdiscountDashboardSales(models.AbstractModel):
    _inherit = "cdiscount.dashboard"

    @api.model
    def _sales(self, scope):
        """Cards, trend, statuses. A handful of statements, each one pass over an index."""
        # For so short statements compiling takes longer than it saves; the customers of a year are sorted in memory.
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        period = scope.period
        slots = (period.before_slots, period.slots)
        places = [(which, position) for which, row in enumerate(slots) for position in range(len(row))]
        each = [slots[which][position] for which, position in places]
        steps = {"begins": [slot.begin for slot in each], "ends": [slot.end for slot in each]}
        rows = self._fetch(ORDERS, {**scope.values, **steps}) if scope.configs else []
        revenue = [[0.0] * len(row) for row in slots]
        orders = [[0] * len(row) for row in slots]
        statuses = {}
        rates = self._rates(scope, {row[3] for row in rows})
        for number, status, cancelled, currency_id, count, amount in rows:
            which, position = places[number - 1]
            if which == 1:
                statuses[status] = statuses.get(status, 0) + count
            if cancelled:
                continue
            orders[which][position] += count
            revenue[which][position] += float(amount) * rates.get(currency_id, 1.0)
        digits = scope.company.currency_id.decimal_places
        revenue = [[round(amount, digits) for amount in row] for row in revenue]
        return {
            "kpis": self._kpis(scope, revenue, orders),
            "trend": self._trend(period, revenue, orders),
            "statuses": self._statuses(statuses),
            "labels": dict(self.env["cdiscount.order.mapping"]._fields["status_kind"]._description_selection(self.env)),
            "empty": not any(orders[1]) and not self._has_orders(scope),
        }

    @api.model
    def _fetch(self, statement, values):
        self.env.flush_all()
        self.env.cr.execute(statement, values)
        return self.env.cr.fetchall()

    @api.model
    def _rates(self, scope, currency_ids):
        """``{currency: factor into the company's}`` by the rate of today: the days' own are in the accounting."""
        target = scope.company.currency_id
        found = self.env["res.currency"].browse([one for one in currency_ids if one and one != target.id])
        day = scope.period.last
        return {currency.id: currency._get_conversion_rate(currency, target, scope.company, day) for currency in found}

    @api.model
    def _pair(self, statement, values):
        """(now, before) of a statement that counts both."""
        return self._fetch(statement, values)[0] if values["configs"] else (0, 0)

    @api.model
    def _kpis(self, scope, revenue, orders):
        values = scope.values
        join = "JOIN cdiscount_order_mapping mapping ON mapping.id = line.mapping_id" if scope.channel_ids else ""
        channel = "AND mapping.sales_channel_id = ANY(%(channels)s)" if scope.channel_ids else ""
        now = {"revenue": round(sum(revenue[1]), 2), "orders": sum(orders[1])}
        before = {"revenue": round(sum(revenue[0]), 2), "orders": sum(orders[0])}
        now["customers"], before["customers"] = self._pair(CUSTOMERS, values)
        now["products"], before["products"] = self._pair(PRODUCTS.format(join=join, channel=channel), values)
        for part in (now, before):
            part["average"] = round(part["revenue"] / part["orders"], 2) if part["orders"] else 0.0
        jobs = {(row[0], row[1]): row[2] for row in self._fetch(JOBS, values)} if scope.configs else {}
        for part, current in ((now, True), (before, False)):
            done, failed = jobs.get((current, True), 0), jobs.get((current, False), 0)
            part["health"] = round(done * 100 / (done + failed), 1) if done + failed else None
        online = self._fetch(ONLINE, values)[0][0] if scope.configs else 0
        formats = {"revenue": "money", "average": "money", "health": "percent"}
        return [
            {
                "key": key,
                "format": formats.get(key, "number"),
                "value": now[key],
                "before": before[key],
                # Percentages are compared in points.
                "change": self._points(now[key], before[key]) if key == "health" else change(now[key], before[key]),
                "online": online if key == "products" else None,
            }
            for key in ("revenue", "orders", "customers", "products", "average", "health")
        ]

    @api.model
    def _points(self, now, before):
        return None if now is None or before is None else round(now - before, 1)

    @api.model
    def _trend(self, period, revenue, orders):
        return {
            "step": period.step,
            "days": [slot.day.isoformat() for slot in period.slots],
            "hours": [slot.hour for slot in period.slots] if period.step == "hour" else [],
            "revenue": revenue[1],
            "orders": orders[1],
            "before": revenue[0],
        }

    @api.model
    def _statuses(self, counts):
        """Slices in the order of an order's life; the three ways of not taking place are one slice."""
        labels = dict(self.env["cdiscount.order.mapping"]._fields["status_kind"]._description_selection(self.env))
        slices = [(status, [status]) for status in SHOWN] + [("Cancelled", list(CLOSED)), ("other", ["other"])]
        found = [
            {"key": key, "label": labels.get(key, key), "count": sum(counts.get(status, 0) for status in statuses)}
            for key, statuses in slices
        ]
        return [entry for entry in found if entry["count"]]

    @api.model
    def _has_orders(self, scope):
        return bool(scope.configs) and bool(
            self.env["cdiscount.order.mapping"].search_count([("config_id", "in", scope.configs.ids)], limit=1)
        )
