"""What tools/bench has Odoo do for the catalogue: its functions get the ``env`` of Odoo's shell."""

from __future__ import annotations

import contextlib
import os
import time

from odoo import sql_db

from tools.lib.bench_inside import goods_type, person, point_to, resident

PORTION = 1000


def make_products(env, first, count):
    """Give the shop products with the SKUs that the sandbox draws for its offers, from number ``first`` on."""
    env = person(env)
    storable = {"type": "consu", "is_storable": True} if goods_type(env) == "consu" else {"detailed_type": "product"}
    tax = env["account.tax"].search(
        [("type_tax_use", "=", "sale"), ("amount", "=", 20), ("price_include", "=", True)], limit=1
    )
    for start in range(first, first + count, PORTION):
        numbers = range(start, min(start + PORTION, first + count))
        env["product.product"].create(
            [
                {
                    "name": f"Article {number}",
                    "default_code": f"CSG-{number:06d}",
                    "list_price": 10 + number % 50 + 0.99,
                    "taxes_id": [(6, 0, tax.ids)],
                    "weight": 1,
                    **storable,
                }
                for number in numbers
            ]
        )
        # One portion, one commit.
        env.cr.commit()
        env.invalidate_all()
    return {"products": count}


@contextlib.contextmanager
def measured(found):
    """Note seconds, queries and memory of what happens inside."""
    before, begin, start = resident(), time.perf_counter(), sql_db.sql_counter
    yield
    found["seconds"] = time.perf_counter() - begin
    found["queries"] = sql_db.sql_counter - start
    found["memory_start"], found["memory_end"] = before, resident()


def run_until_quiet(env, config, patience=3600):
    """Run the queue until nothing is left; return (seconds at work, failed). Waiting for the marketplace is no work."""
    busy, failed, end = 0.0, 0, time.monotonic() + patience
    while time.monotonic() < end:
        begin = time.perf_counter()
        outcome = env["cdiscount.queue"]._run_due(config_ids=config.ids, budget=3600)
        busy += time.perf_counter() - begin
        failed += outcome["failed"]
        env.cr.rollback()
        env.invalidate_all()
        domain = [("config_id", "=", config.id), ("state", "in", ("pending", "running", "waiting_retry"))]
        if not env["cdiscount.queue"].search_count(domain):
            break
        time.sleep(0.1)
    return busy, failed


def import_offers(env, market):
    """Read every offer of the marketplace by one worker, the account only reading; note the memory after each page."""
    config = point_to(env, market)
    config.write({"product_sync_direction": "import", "order_auto_import": False, "title_read_limit": 0})
    mappings = type(env["cdiscount.product.mapping"])
    original, steps = mappings._store_offers, []
    # What is looked for in the background afterwards, for offers that fit no product, is another matter.
    mappings._request_suggestions = lambda self, *args, **kwargs: None

    def watched(self, config, channel, offers, *args, **kwargs):
        result = original(self, config, channel, offers, *args, **kwargs)
        with open("/proc/self/statm", encoding="ascii") as statm:
            steps.append(int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6)
        return result

    mappings._store_offers = watched
    env.cr.commit()
    # What a new account reads once (categories, brands, carriers) is no part of it.
    run_until_quiet(env, config)
    env["cdiscount.offer.walk"]._start(config, config.sales_channel_id, "full")
    env.cr.commit()
    found = {}
    with measured(found):
        found["busy"], found["failed"] = run_until_quiet(env, config)
    mappings._store_offers = original
    every = env["cdiscount.product.mapping"]
    found["offers"] = every.search_count([("config_id", "=", config.id), ("offer_state", "in", ("active", "inactive"))])
    found["linked"] = every.search_count([("config_id", "=", config.id), ("product_id", "!=", False)])
    found["memory_steps"] = steps
    env.cr.execute("SELECT count(*), max(write_date)::text FROM cdiscount_product_mapping")
    found["rows"], found["last_write"] = env.cr.fetchone()
    return found


def publish_prices(env, market, count, change=False):
    """Publish ``count`` offers; with ``change``, those published before after all their prices have changed."""
    config = point_to(env, market)
    domain = [("config_id", "=", config.id), ("product_id.default_code", "=like", "CSG-%")]
    mappings = env["cdiscount.product.mapping"].search(domain, order="id", limit=count)
    found = {"offers": len(mappings)}
    if not change:
        config.write({"product_sync_direction": "export", "preparation_days": 1})
        costs = env["cdiscount.delivery.cost"]
        for code in ("THD", "SHD"):
            costs.create({"config_id": config.id, "mode": code, "cost": 4.99, "additional_cost": 1.0})
        env.cr.commit()
        with measured(found):
            mappings.action_publish()
            env.cr.commit()
            found["busy"], found["failed"] = run_until_quiet(env, config)
    else:
        with measured(found):
            for start in range(0, len(mappings), PORTION):
                for price, same in mappings[start : start + PORTION].product_id.grouped("list_price").items():
                    same.write({"list_price": price + 1})
                env.cr.commit()
                env.invalidate_all()
        found["edit_seconds"] = found["seconds"]
        with measured(found):
            found["busy"], found["failed"] = run_until_quiet(env, config)
    mappings.invalidate_recordset()
    live = mappings.filtered(lambda mapping: mapping.state == "live")
    found["live"] = len(live)
    found["wrong"] = len(live.filtered(lambda mapping: abs(mapping.price - mapping.product_id.lst_price) > 0.001))
    found["refused"] = {cause.cause: len(same) for cause, same in mappings.grouped("refusal_id").items() if cause}
    return found
