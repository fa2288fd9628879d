"""A shop with a long past for tools/bench: its functions get the ``env`` of Odoo's shell.

One record of each kind is made by Odoo, then multiplied in the database by a statement or two: Odoo would take days to
make 200 000 orders, and nothing here depends on how they came about. Rows are stored in the order in which they would
have come, and spread as in a shop that grows: more orders lately, more by day than by night, few that wait, many that
are done.
"""

from __future__ import annotations

DAYS = 400
"""How far back the orders go; the queue and the log are kept for a month and for three, as the addon does."""
PRODUCTS = 20_000
ZONE = "Europe/Paris"

MOMENT = """
    now() AT TIME ZONE 'UTC' - interval '{days} days' * (1 - sqrt(n / {count}.0))
        - interval '1 hour' * CASE WHEN n % 24 < 3 THEN 7 ELSE n % 5 / 4.0 END
"""
STATUS = """
    CASE WHEN n % 40 = 7 THEN 'Cancelled' WHEN n % 90 = 11 THEN 'Refused'
         WHEN {orders} - n < {orders} / 500 THEN 'WaitingAcceptance'
         WHEN {orders} - n < {orders} / 80 THEN 'InPreparation'
         WHEN {orders} - n < {orders} / 30 THEN 'Shipped' ELSE 'Delivered' END
"""
STATE = """
    CASE WHEN n % 40 = 7 OR n % 90 = 11 THEN 'cancelled' WHEN n % 300 = 13 THEN 'ignored'
         WHEN {orders} - n < {orders} / 500 THEN 'new'
         WHEN {orders} - n < {orders} / 80 AND n % 30 = 2 THEN 'held' ELSE 'imported' END
"""
HOLDS = "(ARRAY['unknown_product', 'tax_not_mapped', 'total_differs'])[1 + n % 3]"


def multiply(env, table, sample, source, columns):
    """Insert a copy of the row ``sample`` for each row of ``source``; ``columns``: SQL by column, of its columns.

    ``source`` is what stands after FROM. The sample itself goes, unless others hang on it.
    """
    env.flush_all()
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'", (table,)
    )
    names = [row[0] for row in env.cr.fetchall()]
    unknown = set(columns) - set(names)
    if unknown:
        raise ValueError(f"{table} has no {unknown}")
    values = ", ".join(columns.get(name, f'sample."{name}"') for name in names)
    env.cr.execute(
        f"""
        INSERT INTO {table} ({", ".join(f'"{name}"' for name in names)})
        SELECT {values} FROM {source} CROSS JOIN {table} sample WHERE sample.id = {int(sample)}
        """
    )
    if table != "product_template":
        env.cr.execute(f"DELETE FROM {table} WHERE id = %s", (sample,))
    env.invalidate_all()


def numbers(count):
    return f"generate_series(1, {count}) AS n"


def reader(env):
    """The environment of a Manager who looks at the shop, in Paris."""
    user = env.ref("base.user_admin")
    return env(user=user.id, context={"lang": user.lang, "tz": ZONE, "allowed_company_ids": user.company_ids.ids})


def make_account(env):
    """A connected account that calls nobody."""
    user = env.ref("base.user_admin")
    user.tz = ZONE
    config = env["cdiscount.config"].create(
        {
            "name": "A shop",
            "api_login": "bench",
            "api_password": "bench",
            "seller_id": "98979",
            "token_url": "http://127.0.0.1:9/token",
            "base_url": "http://127.0.0.1:9/v1",
            "user_id": user.id,
            "responsible_id": user.id,
            "state": "connected",
        }
    )
    channel = env["cdiscount.sales.channel"].search([], limit=1) or env["cdiscount.sales.channel"].create(
        {"name": "Cdiscount", "code": "CDISFR"}
    )
    other = env["cdiscount.sales.channel"].create({"name": "Elsewhere", "code": "BENCH2"})
    return config, channel, other


def fill(env, orders, offers):
    """Give an empty database a shop: ``orders`` orders of 400 days and what belongs to them, ``offers`` offers."""
    env = reader(env)(su=True)
    config, channel, other = make_account(env)
    env.cr.execute("SET LOCAL jit = off")
    make_offers(env, config, channel, offers)
    make_orders(env, config, (channel, other), orders)
    make_lines(env, orders, min(offers, PRODUCTS))
    make_money(env, config, channel)
    make_work(env, config, orders)
    make_discussions(env, config, orders)
    env.cr.execute("DELETE FROM cdiscount_stock_event")
    # One shop, one transaction.
    env.cr.commit()
    counted = {}
    for name in ("order.mapping", "order.mapping.line", "margin", "fee", "queue", "sync.log", "product.mapping"):
        env.cr.execute(f"SELECT count(*) FROM cdiscount_{name.replace('.', '_')}")
        counted[name] = env.cr.fetchone()[0]
    return counted


def make_offers(env, config, channel, offers):
    """Offers: nine in ten of them online, some sold out, some refused; every one of the first ones has a product."""
    product = env["product.product"].create({"name": "Sample", "default_code": "SAMPLE", "list_price": 9})
    offer = env["cdiscount.product.mapping"].create(
        {
            "config_id": config.id,
            "product_id": product.id,
            "seller_reference": "SAMPLE",
            "title": "Article",
            "state": "live",
            "offer_state": "active",
            "push_hold": True,
            "publish": True,
        }
    )
    count, code = min(offers, PRODUCTS), "'SKU-' || lpad(n::text, 6, '0')"
    offer.product_id = False
    sample = product.product_tmpl_id.id
    multiply(env, "product_template", sample, numbers(count), {"default_code": code})
    of_sample = "(SELECT id, default_code FROM product_template WHERE default_code LIKE 'SKU-%' ORDER BY id) AS t"
    columns = {"default_code": "t.default_code", "product_tmpl_id": "t.id", "barcode": "NULL"}
    multiply(env, "product_product", product.id, of_sample, columns)
    env.cr.execute("DELETE FROM product_template WHERE id = %s", (sample,))
    multiply(
        env,
        "cdiscount_product_mapping",
        offer.id,
        f"{numbers(offers)} LEFT JOIN product_product p ON p.default_code = {code}",
        {
            "seller_reference": code,
            "title": "'Article ' || n",
            "gtin": "'37601' || lpad(n::text, 8, '0')",
            "product_id": "p.id",
            "price": "5 + n % 200",
            "sales_channel_id": str(channel.id),
            "offer_state": "CASE WHEN n % 10 = 3 THEN 'inactive' ELSE 'active' END",
            "state": "CASE WHEN n % 50 = 9 THEN 'error' ELSE 'live' END",
            "stock_to_publish": "CASE WHEN n % 25 = 4 THEN 0 ELSE n % 40 END",
            "synced": "(SELECT string_agg(md5((n + k)::text), '') FROM generate_series(1, 12) k)",
        },
    )


def make_orders(env, config, channels, orders):
    """Customers (six for ten orders), sale orders (so far as they are linked), and the marketplace's orders."""
    customer = env["res.partner"].create({"name": "Somebody", "email": "somebody@example.com"})
    sale = env["sale.order"].create({"partner_id": customer.id})
    order = env["cdiscount.order.mapping"].create(
        {
            "config_id": config.id,
            "external_id": "SAMPLE",
            "reference": "SAMPLE",
            "state": "imported",
            "currency_id": env.company.currency_id.id,
            "country_code": "FR",
            "payment_method": "CB",
        }
    )
    people = max(orders * 6 // 10, 1)
    env.cr.execute("SELECT max(id) FROM res_partner")
    (last,) = env.cr.fetchone()
    text = "'Customer ' || n"
    multiply(env, "sale_order", sale.id, numbers(orders), {"name": "'BENCH' || n", "date_order": moment(orders)})
    env.cr.execute("SELECT min(id) - 1 FROM sale_order WHERE name LIKE 'BENCH%'")
    (first_sale,) = env.cr.fetchone()
    multiply(
        env,
        "res_partner",
        env["res.partner"].create({"name": "Sample"}).id,
        numbers(people),
        {"name": text, "complete_name": text, "commercial_partner_id": "NULL"},
    )
    env.cr.execute("SELECT min(id) FROM res_partner WHERE id > %s AND name LIKE 'Customer %%'", (last,))
    (first,) = env.cr.fetchone()
    status = STATUS.format(orders=orders)
    multiply(
        env,
        "cdiscount_order_mapping",
        order.id,
        numbers(orders),
        {
            "external_id": "'bench-' || n",
            "reference": "'26' || lpad(n::text, 10, '0')",
            "status": status,
            "status_kind": status,
            "state": STATE.format(orders=orders),
            "hold_code": f"CASE WHEN {STATE.format(orders=orders)} = 'held' THEN {HOLDS} END",
            "sale_order_id": f"CASE WHEN {STATE.format(orders=orders)} = 'imported' THEN {first_sale} + n END",
            "partner_id": f"{first} + (n::bigint * 7919) % {people}",
            "customer_name": text,
            "sales_channel_id": f"CASE WHEN n % 12 = 0 THEN {channels[1].id} ELSE {channels[0].id} END",
            "amount_total": "10 + (n * 37) % 190 + (n % 100) / 100.0",
            "amount_odoo": "10 + (n * 37) % 190 + (n % 100) / 100.0",
            "purchased_at": moment(orders),
            "marketplace_created_at": moment(orders),
            "marketplace_updated_at": moment(orders) + " + interval '2 days'",
            "accept_by": moment(orders) + " + interval '1 day'",
            "ship_by": moment(orders) + " + interval '3 days'",
            "create_date": moment(orders),
            "write_date": moment(orders),
            # What the marketplace sent, as wide as it is: it makes the table what it is, two orders a page.
            "payload": "(SELECT string_agg(md5((n + k)::text), '') FROM generate_series(1, 50) k)",
            "booked": """'{"fees": "0"}'""",
        },
    )


def moment(count, days=DAYS):
    """SQL of the moment of number ``n`` of ``count``: ever more often, and rather by day."""
    return "(" + MOMENT.format(days=days, count=count) + ")"


def make_lines(env, orders, products):
    """One to three lines an order, three in four have one; popular articles more often than others."""
    line = env["cdiscount.order.mapping.line"].create(
        {"mapping_id": env["cdiscount.order.mapping"].search([], limit=1, order="id").id, "sku": "SAMPLE", "live": True}
    )
    number = "(o.id * 31 + k * 17)"
    rank = f"1 + floor({products} * power(({number}::bigint * 7919 % 10007) / 10007.0, 2))::int"
    multiply(
        env,
        "cdiscount_order_mapping_line",
        line.id,
        f"""cdiscount_order_mapping o
            CROSS JOIN LATERAL generate_series(1, CASE o.id % 8 WHEN 1 THEN 3 WHEN 5 THEN 2 ELSE 1 END) AS k
            CROSS JOIN LATERAL (SELECT 'SKU-' || lpad(({rank})::text, 6, '0') AS sku) AS article
            LEFT JOIN product_product p ON p.default_code = article.sku""",
        {
            "mapping_id": "o.id",
            "external_id": "'line-' || o.id || '-' || k",
            "sequence": "k",
            "sku": "article.sku",
            "product_id": "p.id",
            "title": "'Article ' || article.sku",
            "live": "o.state NOT IN ('cancelled')",
            "status": "o.status",
            "status_kind": "o.status_kind",
            "purchased_at": "o.purchased_at",
            "quantity": "1",
            "unit_price": "o.amount_total",
            "product_amount": "o.amount_total",
            "amount_total": "o.amount_total",
            "vat_rate": "20",
            "create_date": "o.create_date",
            "write_date": "o.write_date",
        },
    )


def make_money(env, config, channel):
    """Margins and commissions of the lines that were sold, as the addon works them out."""
    env.cr.execute(
        """
        INSERT INTO cdiscount_margin
               (order_line_id, mapping_id, config_id, company_id, currency_id, sale_order_id, product_id,
                sales_channel_id, date, quantity, goods, shipping, service, refund, revenue, commission, fees,
                unit_cost, cost, margin)
        SELECT line.id, o.id, o.config_id, o.company_id, o.currency_id, o.sale_order_id, line.product_id,
               o.sales_channel_id, o.purchased_at::date, 1, a.net, 4, 0, a.back, a.net + 4 - a.back, a.net * 0.15, 0.3,
               a.net * 0.55, a.net * 0.55, a.net * 0.3 + 3.7 - a.back
          FROM cdiscount_order_mapping_line line
          JOIN cdiscount_order_mapping o ON o.id = line.mapping_id
         CROSS JOIN LATERAL (SELECT round(line.amount_total / 1.2, 2) AS net,
                                    CASE WHEN o.id % 33 = 0 THEN round(line.amount_total / 1.2, 2) ELSE 0 END AS back) a
         WHERE line.live AND o.state = 'imported' AND o.sale_order_id IS NOT NULL
         ORDER BY line.id
        """
    )
    env.cr.execute(
        """
        INSERT INTO cdiscount_fee
               (mapping_id, order_line_id, config_id, company_id, currency_id, sale_order_id, product_id,
                sales_channel_id, kind, date, line_amount, amount_with_vat, amount_without_vat, vat_amount,
                amount_company, rate, due, charged, create_date, write_date)
        SELECT mapping_id, order_line_id, config_id, company_id, currency_id, sale_order_id, product_id,
               sales_channel_id, 'commission', date, revenue, commission * 1.2, commission, commission * 0.2,
               commission * 1.2, 15, TRUE, FALSE, date, date
          FROM cdiscount_margin ORDER BY id
        """
    )


def make_work(env, config, orders):
    """Jobs of a month, the log of three, causes of failures and what waits for them."""
    jobs, lines = orders // 2, orders
    operations = "(ARRAY['order_pull', 'stock_push', 'order_build', 'offer_push', 'shipment_push'])[1 + n % 5]"
    state = f"CASE WHEN {jobs} - n < 400 THEN 'waiting_retry' WHEN n % 150 = 7 THEN 'failed' ELSE 'done' END"
    job = env["cdiscount.queue"].create({"config_id": config.id, "operation": "order_pull", "key": "SAMPLE"})
    multiply(
        env,
        "cdiscount_queue",
        job.id,
        numbers(jobs),
        {
            "operation": operations,
            "lane": "(ARRAY['orders', 'stock', 'orders', 'catalogue', 'orders'])[1 + n % 5]",
            "key": "'job ' || n",
            "state": state,
            "eta": f"CASE WHEN {jobs} - n < 400 THEN now() AT TIME ZONE 'UTC' + interval '1 day' END",
            "finished_at": f"CASE WHEN {jobs} - n < 400 THEN NULL ELSE {moment(jobs, 30)} END",
            "create_date": moment(jobs, 30),
            "write_date": moment(jobs, 30),
        },
    )
    line = env["cdiscount.sync.log"].create({"config_id": config.id, "message": "Sample"})
    multiply(
        env,
        "cdiscount_sync_log",
        line.id,
        numbers(lines),
        {
            "operation": operations,
            "level": "CASE WHEN n % 200 = 3 THEN 'error' WHEN n % 50 = 3 THEN 'warning' ELSE 'info' END",
            "direction": "CASE WHEN n % 2 = 0 THEN 'in' ELSE 'out' END",
            "message": "'17 orders were fetched, portion ' || n",
            "create_date": moment(lines, 90),
            "write_date": moment(lines, 90),
        },
    )
    cause = env["cdiscount.failure.cause"].create(
        {
            "config_id": config.id,
            "company_id": config.company_id.id,
            "fingerprint": "SAMPLE",
            "code": "held:unknown_product",
            "kind": "fix",
            "who": "manager" if "manager" in dict(env["cdiscount.failure.cause"]._fields["who"].selection) else False,
        }
    )
    multiply(
        env,
        "cdiscount_failure_cause",
        cause.id,
        numbers(2000),
        {
            "fingerprint": "'cause ' || n",
            "code": f"'held:' || {HOLDS}",
            "detail": "'SKU-' || n",
            "state": "CASE WHEN n % 10 = 0 THEN 'open' ELSE 'solved' END",
            "waiting_count": "CASE WHEN n % 10 = 0 THEN 1 + n % 17 ELSE 0 END",
            "last_seen": moment(2000, 60),
        },
    )
    env.cr.execute(
        "UPDATE cdiscount_order_mapping o SET cause_id = (SELECT min(id) FROM cdiscount_failure_cause) + o.id % 200 "
        "WHERE state = 'held'"
    )


def make_discussions(env, config, orders):
    """One order in twenty has been asked about; those of the last days wait for an answer."""
    count = max(orders // 20, 1)
    talk = env["cdiscount.discussion"].create({"config_id": config.id, "subject": "Sample", "external_id": "SAMPLE"})
    multiply(
        env,
        "cdiscount_discussion",
        talk.id,
        f"""{numbers(count)}
            JOIN (SELECT *, row_number() OVER (ORDER BY id) AS place FROM cdiscount_order_mapping) o
              ON o.place = n * 20""",
        {
            "external_id": "'talk-' || n",
            "subject": "'Where is my parcel? ' || n",
            "mapping_id": "o.id",
            "sale_order_id": "o.sale_order_id",
            "partner_id": "o.partner_id",
            "order_reference": "o.reference",
            "sales_channel_id": "o.sales_channel_id",
            "graduation": "CASE WHEN n % 6 = 0 THEN 'claim' ELSE 'discussion' END",
            "state": f"CASE WHEN {count} - n < {max(count // 50, 1)} THEN 'to_answer' ELSE 'closed' END",
            "is_open": f"{count} - n < {max(count // 50, 1)}",
            "opened_at": "o.purchased_at + interval '2 days'",
            "last_message_at": "o.purchased_at + interval '3 days'",
            "answer_by": "o.purchased_at + interval '4 days'",
        },
    )
