"""What tools/bench has Odoo do for the dashboard: its functions get the ``env`` of Odoo's shell."""

from __future__ import annotations

import time
from datetime import timedelta

from odoo import fields, sql_db

from tools.lib.bench_shop_inside import ZONE, reader

LAST_YEARS = 3660
PERIODS = {"today": 1, "7d": 7, "30d": 30, "90d": 90, "year": 365, "custom": LAST_YEARS}

# What somebody who knows the tables well writes to see the same figures once, in one statement: no channels, no other
# currency, no rights, no words; days are those of the reader's time zone.
SPAN = """
SELECT (%(first)s::date)::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC',
       (%(last)s::date + 1)::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC',
       (%(before)s::date)::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC',
       (%(now)s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s - %(days)s * interval '1 day')
            AT TIME ZONE %(zone)s AT TIME ZONE 'UTC'
"""
BARE = """
WITH sold AS (
    SELECT date_trunc(%(step)s, o.purchased_at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s) AS slot,
           o.purchased_at >= %(span_first)s AS current, o.status_kind, o.state = 'cancelled' AS cancelled,
           count(*) AS orders, sum(o.amount_total) AS amount
      FROM cdiscount_order_mapping o
     WHERE o.config_id = %(config)s AND o.purchased_at >= %(span_before_first)s AND o.purchased_at < %(span_last)s
       AND (o.purchased_at < %(span_before_last)s OR o.purchased_at >= %(span_first)s) AND o.state <> 'ignored'
     GROUP BY 1, 2, 3, 4
)
SELECT (SELECT json_agg(sold) FROM sold),
       (SELECT json_agg(buyers) FROM (
            SELECT o.purchased_at >= %(span_first)s AS current, count(DISTINCT o.partner_id)
              FROM cdiscount_order_mapping o
             WHERE o.config_id = %(config)s AND o.purchased_at >= %(span_before_first)s
               AND o.purchased_at < %(span_last)s AND (o.purchased_at < %(span_before_last)s
               OR o.purchased_at >= %(span_first)s)
               AND o.state NOT IN ('cancelled', 'ignored') GROUP BY 1) buyers),
       (SELECT json_agg(articles) FROM (
            SELECT line.purchased_at >= %(span_first)s AS current, count(DISTINCT line.sku)
              FROM cdiscount_order_mapping_line line JOIN cdiscount_order_mapping o ON o.id = line.mapping_id
             WHERE line.config_id = %(config)s AND line.live AND o.state NOT IN ('cancelled', 'ignored')
               AND line.purchased_at >= %(span_before_first)s AND line.purchased_at < %(span_last)s
               AND (line.purchased_at < %(span_before_last)s OR line.purchased_at >= %(span_first)s)
             GROUP BY 1) articles),
       (SELECT json_agg(jobs) FROM (
            SELECT job.finished_at >= %(span_first)s AS current, job.state, count(*)
              FROM cdiscount_queue job
             WHERE job.config_id = %(config)s AND job.state IN ('done', 'failed')
               AND job.finished_at >= %(span_before_first)s AND job.finished_at < %(span_last)s
               AND (job.finished_at < %(span_before_last)s OR job.finished_at >= %(span_first)s) GROUP BY 1, 2) jobs),
       (SELECT json_agg(profit) FROM (
            SELECT sum(goods), sum(shipping + service), sum(refund), sum(commission), sum(fees), sum(cost), sum(margin)
              FROM cdiscount_margin
             WHERE config_id = %(config)s AND date BETWEEN %(first)s AND %(last)s) profit),
       (SELECT count(*) FROM cdiscount_product_mapping WHERE config_id = %(config)s AND offer_state = 'active'),
       (SELECT count(*) FROM cdiscount_product_mapping
         WHERE config_id = %(config)s AND publish AND stock_to_publish = 0),
       (SELECT json_agg(due) FROM (
            SELECT status_kind, count(*), count(*) FILTER (WHERE coalesce(accept_by, ship_by) < %(now)s)
              FROM cdiscount_order_mapping
             WHERE config_id = %(config)s AND status_kind IN ('WaitingAcceptance', 'InPreparation')
               AND state IN ('new', 'held', 'imported') GROUP BY 1) due),
       (SELECT count(*) FROM cdiscount_discussion WHERE config_id = %(config)s AND state = 'to_answer'),
       (SELECT json_agg(waiting) FROM (
            SELECT state, count(*) FROM cdiscount_queue
             WHERE config_id = %(config)s AND state IN ('pending', 'running', 'waiting_retry', 'failed')
             GROUP BY 1) waiting),
       (SELECT count(*) FROM cdiscount_queue
         WHERE config_id = %(config)s AND state = 'done' AND finished_at >= %(now)s - interval '1 hour'),
       (SELECT json_agg(causes) FROM (
            SELECT id, code, detail, waiting_count FROM cdiscount_failure_cause
             WHERE config_id = %(config)s AND state = 'open' ORDER BY waiting_count DESC LIMIT 5) causes),
       (SELECT json_agg(log) FROM (
            SELECT id, level, message, create_date FROM cdiscount_sync_log
             WHERE config_id = %(config)s ORDER BY id DESC LIMIT 12) log)
"""
STEPS = {"today": "hour", "7d": "day", "30d": "day", "90d": "day", "year": "week", "custom": "month"}


def days_of(env, period):
    """First and last local day of a period, as the dashboard's call takes them for a custom one."""
    last = fields.Date.context_today(env.user)
    return last - timedelta(days=PERIODS[period] - 1), last


def ours(env, period):
    """The dashboard's one call, as the client makes it."""
    first, last = days_of(env, period)
    options = {"date_from": str(first), "date_to": str(last)} if period == "custom" else {}
    # A request begins with nothing read.
    env.invalidate_all()
    queries, begin = sql_db.sql_counter, time.perf_counter()
    data = env["cdiscount.dashboard"].get_data(period, **options)
    found = {"seconds": time.perf_counter() - begin, "queries": sql_db.sql_counter - queries}
    cards = {card["key"]: card["value"] for card in data["kpis"]}
    found["figures"] = [cards["orders"], round(cards["revenue"], 2), cards["customers"], cards["products"]]
    env.cr.rollback()
    return found


def bare(env, config, period):
    """The hand-written statement, its answer fetched."""
    first, last = days_of(env, period)
    values = {
        "config": config,
        "zone": ZONE,
        "first": first,
        "last": last,
        "before": first - (last - first) - timedelta(days=1),
        "days": PERIODS[period],
        "now": fields.Datetime.now(),
        "step": STEPS[period],
    }
    # With the settings that the dashboard gives itself, and moments the planner can see.
    env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
    begin = time.perf_counter()
    env.cr.execute(SPAN, values)
    spans = dict(
        zip(("span_first", "span_last", "span_before_first", "span_before_last"), env.cr.fetchone(), strict=True)
    )
    env.cr.execute(BARE, {**values, **spans})
    row = env.cr.fetchone()
    seconds = time.perf_counter() - begin
    taken = [part for part in row[0] or () if part["current"] and not part["cancelled"]]
    counts = [sum(part["count"] for part in parts or () if part["current"]) for parts in row[1:3]]
    figures = [sum(part["orders"] for part in taken), round(sum(part["amount"] for part in taken), 2), *counts]
    env.cr.rollback()
    return {"seconds": seconds, "figures": figures}


def look(env, rounds):
    """Each period by the dashboard and by the statement in turn, after one of each that does not count."""
    env = reader(env)
    config = env["cdiscount.config"].search([], limit=1).id
    found = {}
    for period in PERIODS:
        mine = found[period] = {"ours": [], "bare": []}
        for number in range(rounds + 1):
            for name in ("ours", "bare") if number % 2 else ("bare", "ours"):
                result = ours(env, period) if name == "ours" else bare(env, config, period)
                if number:
                    mine[name].append(result)
    return found
