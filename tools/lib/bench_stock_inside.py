"""What tools/bench has Odoo do for stock: its functions get the ``env`` of Odoo's shell.

Products, offers and quants are copied row by row by SQL from one that Odoo has made: a hundred thousand made by Odoo
would take longer than all that is measured.
"""

from __future__ import annotations

import time

from odoo import sql_db

from tools.lib.bench_catalogue_inside import run_until_quiet
from tools.lib.bench_inside import account, goods_type, person, point_to, resident
from tools.lib.rpc import get_json

CODES = ("WB1", "WB2", "WB3")


def clone(env, table, sample, series, columns):
    """Copy the row ``sample`` of a table once for each number of a series; ``columns``: SQL by column, with ``n``."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'", (table,)
    )
    names = [row[0] for row in env.cr.fetchall()]
    values = ", ".join(columns.get(name, f'sample."{name}"') for name in names)
    env.cr.execute(
        f"""
        INSERT INTO {table} ({", ".join(f'"{name}"' for name in names)})
        SELECT {values} FROM {table} sample CROSS JOIN generate_series(%s, %s) AS n WHERE sample.id = %s
        """,
        (*series, sample),
    )


def warehouses(env):
    """The four warehouses of the company: its own and three more."""
    env = person(env) if "cdiscount.config" in env else env
    every = env["stock.warehouse"].search([("company_id", "=", env.company.id)], order="id")
    for code in CODES[: 4 - len(every)]:
        every |= every.create({"name": f"Warehouse {code}", "code": code, "company_id": env.company.id})
    return every[:4]


def make_goods(env, first, count):
    """``count`` storable products with the SKUs of the sandbox's drawn offers, some of each in four warehouses."""
    places = warehouses(env)
    storable = {"type": "consu", "is_storable": True} if goods_type(env) == "consu" else {"detailed_type": "product"}
    product = env["product.product"].create({"name": "Sample", "default_code": "SAMPLE", "list_price": 9, **storable})
    env["stock.quant"]._update_available_quantity(product, places[0].lot_stock_id, 1)
    env.flush_all()
    env.cr.execute("SELECT id FROM stock_quant WHERE product_id = %s", (product.id,))
    (quant,) = env.cr.fetchone()
    series = (first, first + count - 1)
    code = "'CSG-' || lpad(n::text, 6, '0')"
    clone(env, "product_template", product.product_tmpl_id.id, series, {"default_code": code})
    env.cr.execute("SELECT max(id) - %s + 1 FROM product_template", (count,))
    (begin,) = env.cr.fetchone()
    columns = {"default_code": code, "product_tmpl_id": f"{begin} + n - {first}", "barcode": "NULL"}
    clone(env, "product_product", product.id, series, columns)
    for number, place in enumerate(places):
        columns = {
            "product_id": f"(SELECT id FROM product_product p WHERE p.product_tmpl_id = {begin} + n - {first})",
            "location_id": str(place.lot_stock_id.id),
            "quantity": f"mod(n * {7 + number}, 23)",
            "reserved_quantity": f"CASE WHEN mod(n * {7 + number}, 23) > 5 THEN mod(n, 3) ELSE 0 END",
        }
        clone(env, "stock_quant", quant, series, columns)
    env.cr.commit()
    env.invalidate_all()
    return {"products": count, "warehouses": len(places)}


def make_offers(env, market, first, count):
    """One published offer of each product, the account selling from four warehouses."""
    config = point_to(env, market)
    # A price is nobody's business here, and orders are none.
    config.write({"product_sync_direction": "import", "order_auto_import": False, "title_read_limit": 0})
    for number, place in enumerate(warehouses(env)):
        env["cdiscount.stock.mapping"].create(
            {"config_id": config.id, "warehouse_id": place.id, "priority": number, "buffer": number}
        )
    product = env["product.product"].search([("default_code", "=", "SAMPLE")])
    offer = env["cdiscount.product.mapping"].create(
        {
            "config_id": config.id,
            "product_id": product.id,
            "seller_reference": "SAMPLE",
            "state": "live",
            "offer_state": "active",
            "push_hold": True,
            "publish": True,
        }
    )
    env.flush_all()
    clone(
        env,
        "cdiscount_product_mapping",
        offer.id,
        (first, first + count - 1),
        {
            "seller_reference": "'CSG-' || lpad(n::text, 6, '0')",
            "product_id": "(SELECT id FROM product_product p WHERE p.default_code = 'CSG-' || lpad(n::text, 6, '0'))",
        },
    )
    offer.unlink()
    env.cr.commit()
    run_until_quiet(env, config)
    env.cr.execute("DELETE FROM cdiscount_stock_event")
    env.cr.commit()
    return {"offers": env["cdiscount.product.mapping"].search_count([("config_id", "=", config.id)])}


AGGREGATE = """
SELECT offer.id, floor(greatest(sum(greatest(quant.quantity - quant.reserved_quantity - place.buffer, 0)), 0))::int
  FROM cdiscount_product_mapping offer
  JOIN stock_quant quant ON quant.product_id = offer.product_id
  JOIN stock_warehouse warehouse ON warehouse.lot_stock_id = quant.location_id
  JOIN cdiscount_stock_mapping place ON place.warehouse_id = warehouse.id AND place.config_id = offer.config_id
 WHERE offer.config_id = %s AND offer.publish
 GROUP BY offer.id
"""


def aggregate(env):
    """What one hand-written statement takes that only sums: no demand, no limits, no categories, no kits, no units."""
    config = account(env)
    begin = time.perf_counter()
    env.cr.execute(AGGREGATE, (config.id,))
    found = dict(env.cr.fetchall())
    return {"seconds": time.perf_counter() - begin, "offers": len(found), "sum": sum(found.values())}


def decide(env, anew=False):
    """What the decision takes for all offers: which quantity, and which of them are to be sent.

    :param anew: nothing was ever decided, so that every one of them is written; otherwise nothing has changed since
    """
    config = account(env)
    if anew:
        env.cr.execute("UPDATE cdiscount_product_mapping SET stock_dirty = FALSE, stock_to_publish = -1")
        env.cr.commit()
    env.invalidate_all()
    before, queries, begin = resident(), sql_db.sql_counter, time.perf_counter()
    for _progress in env["cdiscount.stock.mapping"]._look(config, everything=True):
        # Each portion is complete: the queue commits there.
        env.cr.commit()
    seconds = time.perf_counter() - begin
    found = {"seconds": seconds, "queries": sql_db.sql_counter - queries, "memory": resident() - before}
    env.cr.execute("SELECT count(*), sum(stock_to_publish), sum(stock_dirty::int) FROM cdiscount_product_mapping")
    found["offers"], found["sum"], found["dirty"] = env.cr.fetchone()
    env.cr.commit()
    return found


def decide_both(env, rounds):
    """The decision and the aggregate in turn, in one process, after one of each that does not count."""
    found = {"ours": [], "aggregate": [], "anew": [decide(env, anew=True)]}
    for number in range(rounds + 1):
        for name in ("ours", "aggregate") if number % 2 else ("aggregate", "ours"):
            result = decide(env) if name == "ours" else aggregate(env)
            if number:
                found[name].append(result)
    return found


def push(env, market, change=0):
    """Send the stock of all offers, or after ``change`` products of them were counted anew only what differs."""
    config = point_to(env, market)
    if change:
        quants = env["stock.quant"].search(
            [("product_id.default_code", "=like", "CSG-%"), ("location_id", "=", config.warehouse_id.lot_stock_id.id)],
            order="id",
            limit=change,
        )
        for quant in quants:
            env["stock.quant"]._update_available_quantity(quant.product_id, quant.location_id, 100)
    else:
        # Whatever the marketplace shows: every quantity differs.
        env.cr.execute("UPDATE cdiscount_product_mapping SET quantity_read = 999999")
        env["cdiscount.queue"].sudo()._enqueue(config, "stock_push", "stock", payload={"all": True})
    env.cr.commit()
    env.invalidate_all()
    queries = sql_db.sql_counter
    busy, failed = run_until_quiet(env, config)
    found = {"seconds": busy, "failed": failed, "queries": sql_db.sql_counter - queries}
    env.cr.execute("SELECT seller_reference, stock_to_publish, published_qty FROM cdiscount_product_mapping")
    rows = env.cr.fetchall()
    shown = shown_of(market, [row[0] for row in rows])
    found["offers"] = len(rows)
    found["wrong"] = sum(not planned == accepted == shown.get(sku) for sku, planned, accepted in rows)
    return found


def shown_of(market, skus):
    """What the marketplace shows of each of these offers.

    Asked for by name: without names the sandbox leaves out what was never changed, and some offers had the right
    quantity from the beginning.
    """
    shown = {}
    for start in range(0, len(skus), 1000):
        names = ",".join(skus[start : start + 1000])
        shown.update(get_json(f"{market}/_sandbox/stock?sku={names}", timeout=300)["stock"])
    return shown


def deliver(env, count, lines=3):
    """Confirm, reserve and validate ``count`` deliveries of ``lines`` products; milliseconds of each transaction."""
    env = person(env) if "cdiscount.config" in env else env(user=env.ref("base.user_admin").id)
    place = warehouses(env)[0]
    products = env["product.product"].search([("default_code", "=like", "CSG-%")], order="id", limit=count * lines + 60)
    customer = env["res.partner"].create({"name": "Somebody"})
    for number, product in enumerate(products):
        env["stock.quant"]._update_available_quantity(product, place.lot_stock_id, 50 + number % 2)
    env.cr.commit()
    taken = []
    for number in range(count + 20):
        values = {
            "partner_id": customer.id,
            "warehouse_id": place.id,
            "order_line": [
                (0, 0, {"product_id": product.id, "product_uom_qty": 1, "price_unit": 5})
                for product in products[number * lines : number * lines + lines]
            ],
        }
        order = env["sale.order"].create(values)
        order.action_confirm()
        env.cr.commit()
        env.invalidate_all()
        picking = order.picking_ids
        begin = time.perf_counter()
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        env.cr.commit()
        if number >= 20:
            # The first ones fill the caches.
            taken.append((time.perf_counter() - begin) * 1000)
        env.invalidate_all()
    return {"ms": sorted(taken)[len(taken) // 2], "seconds": sum(taken) / 1000}


def until_shown(env, market, count):
    """Count ``count`` products one after the other; seconds from each commit to the number on the marketplace.

    Somebody else's workers do the sending: a server that runs beside.
    """
    config = point_to(env, market)
    quants = env["stock.quant"].search(
        [("product_id.default_code", "=like", "CSG-%"), ("location_id", "=", config.warehouse_id.lot_stock_id.id)],
        order="id desc",
        limit=count + 1,
    )
    taken = []
    for number, quant in enumerate(quants):
        sku = quant.product_id.default_code
        before = get_json(f"{market}/_sandbox/stock?sku={sku}")["stock"][sku]
        env["stock.quant"]._update_available_quantity(quant.product_id, quant.location_id, 10)
        env.cr.commit()
        begin = time.perf_counter()
        while get_json(f"{market}/_sandbox/stock?sku={sku}")["stock"][sku] == before:
            if time.perf_counter() - begin > 120:
                return {"taken": taken, "lost": sku}
            time.sleep(0.02)
        if number:
            taken.append(time.perf_counter() - begin)
        # The answer is stored meanwhile; the next change meets a quiet shop.
        time.sleep(1.5)
    return {"taken": taken, "lost": ""}
