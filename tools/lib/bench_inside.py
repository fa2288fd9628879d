"""What tools/bench has Odoo do: this file runs inside Odoo's shell, its functions get the shell's ``env``.

Every function returns a plain dict; ``answer`` prints it as the one line that the tool reads.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time

MARK = "bench-result "
WARM_ORDERS = 20


def answer(result):
    """Print what the tool is to read."""
    print(MARK + json.dumps(result), flush=True)


def resident():
    """Resident memory of this process in MB, after Python has given back what it can."""
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class Local:
    """The calls of ``tools.lib.rpc.Session`` without a server between: each is committed, as a request is."""

    def __init__(self, env):
        self.env = env

    def call(self, model, method, *args, context=None, **kwargs):
        records = self.env[model].with_context(**(context or {}))
        if method not in ("create", "fields_get", "search_count"):
            records, args = records.browse(args[0]), args[1:]
        result = getattr(records, method)(*args, **kwargs)
        # One request, one commit.
        self.env.cr.commit()
        return getattr(result, "ids", result)

    def search_read(self, model, domain, fields, **kwargs):
        return self.env[model].search_read(domain, fields, **kwargs)


def account(env):
    """The one account of the bench, as its user sees it."""
    return env["cdiscount.config"].search([], limit=1)


def person(env):
    """The environment of the account's user, as a person at the keyboard has it: nothing switched off."""
    user = account(env).user_id
    context = {"lang": user.lang, "tz": user.tz or "Europe/Paris", "allowed_company_ids": account(env).company_id.ids}
    return env(user=user.id, context=context)


def fill(env, root, market, catalogue):
    """Create the catalogue with its stock and the account; test the connection."""
    sys.path.append(root)
    from tools.lib import shop

    env = env(user=env.ref("base.user_admin").id)
    local = Local(env)
    products = shop.create_products(local, catalogue)
    shop.connect(local, market)
    account(env).order_import_from = "2020-01-01 00:00:00"
    env.cr.commit()
    return {"products": products}


def make_customers(env, market):
    """Make the contacts of every order of the marketplace, and no order."""
    from odoo.addons.cdiscount_store_management.services.resources.orders import OrderFilter

    config = point_to(env, market)
    pages = config._get_client().orders.pages(OrderFilter(sales_channel_id=config.sales_channel_id.code))
    env = env["cdiscount.queue"]._job_env(env.cr, config.id)
    read = 0
    for page in pages:
        env["cdiscount.order.mapping"]._import_customers(env["cdiscount.config"].browse(config.id), page.items)
        # One page, one commit.
        env.cr.commit()
        env.invalidate_all()
        read += len(page.items)
    return {"orders": read, "contacts": env["res.partner"].search_count([("cdiscount_digest", "!=", False)])}


def goods(env):
    """The catalogue's products."""
    return env["product.product"].search([("default_code", "!=", False), ("type", "=", goods_type(env))])


def goods_type(env):
    """What a storable product's type is called."""
    return "consu" if "is_storable" in env["product.product"]._fields else "product"


def somebody(env):
    """A customer who is in none of the marketplace's orders."""
    found = env["res.partner"].search([("name", "=", "Somebody")], limit=1)
    return found or env["res.partner"].create({"name": "Somebody", "country_id": env.company.country_id.id})


def add_past(env, orders):
    """Give the shop a past, so that no table is empty when it is measured: confirmed orders, half of them delivered."""
    env = person(env)
    products, customer = goods(env), somebody(env)
    for start in range(0, orders, 50):
        batch = [
            {
                "partner_id": customer.id,
                "order_line": [
                    (0, 0, {"product_id": products[(start + n + k) % len(products)].id, "product_uom_qty": 1})
                    for k in range(1 + n % 3)
                ],
            }
            for n in range(min(50, orders - start))
        ]
        made = env["sale.order"].create(batch)
        made.action_confirm()
        for picking in made[::2].picking_ids:
            for move in picking.move_ids:
                move.write({"quantity": move.product_uom_qty, "picked": True})
        made[::2].picking_ids._action_done()
        env.cr.commit()
        env.invalidate_all()
    return {"orders": orders}


def point_to(env, market):
    """Have the account call this run's marketplace."""
    config = account(env)
    config.write({"token_url": f"{market}/idp/oauth2/token", "base_url": f"{market}/v1", "state": "connected"})
    env.cr.commit()
    return config


def warm(env):
    """Fill the caches of the process the same way before each run: a few orders that are rolled back."""
    env = person(env)
    products, customer = goods(env), somebody(env)
    line = [(0, 0, {"product_id": product.id, "product_uom_qty": 1, "price_unit": 10}) for product in products[:2]]
    for _round in range(2):
        values = {"partner_id": customer.id, "company_id": env.company.id, "order_line": line}
        orders = env["sale.order"].create([values] * (WARM_ORDERS // 2))
        orders.action_confirm()
        env.flush_all()
    env.cr.rollback()
    env.invalidate_all()


# ---------------------------------------------------------------------------------------------------- this addon
def import_orders(env, market, dump=None):
    """Fetch and build every order of the marketplace by one worker; ``dump`` names a file for what came of it."""
    config = point_to(env, market)
    warm(env)
    steps = watch_units(env)
    sample = {"start": resident()}
    config.action_pull_orders()
    env.cr.commit()
    begin = time.perf_counter()
    outcome = env["cdiscount.queue"]._run_due(config_ids=config.ids, budget=36000)
    seconds = time.perf_counter() - begin
    env.cr.rollback()
    env.invalidate_all()
    sample["end"] = resident()
    orders = env["sale.order"].search([("cdiscount_config_id", "=", config.id)], order="id")
    if dump:
        with open(dump, "w", encoding="utf-8") as out:
            json.dump(describe(env, orders), out)
    groups = env["cdiscount.order.mapping"]._read_group([], ["state"], ["__count"])
    return {
        "seconds": seconds,
        "pull_seconds": sum(step["seconds"] for step in steps if step["operation"] == "order_pull"),
        "failed": outcome["failed"],
        "states": dict(groups),
        "memory": sample,
        "steps": [[step["done"], step["memory"]] for step in steps if step["operation"] == "order_build"],
        "batch": env["cdiscount.queue"]._get_operations()["order_build"].batch,
        **totals(orders),
    }


def watch_units(env):
    """Note time and memory after each unit of work of the queue."""
    queue = type(env["cdiscount.queue"])
    original, steps = queue._perform_once, []
    done = {"order_build": 0}

    def timed(self, claim, *args, **kwargs):
        begin = time.perf_counter()
        result = original(self, claim, *args, **kwargs)
        seconds = time.perf_counter() - begin
        done[claim["operation"]] = done.get(claim["operation"], 0) + len(claim["ids"])
        with open("/proc/self/statm", encoding="ascii") as statm:
            memory = int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        steps.append(
            {
                "operation": claim["operation"],
                "seconds": seconds,
                "done": done[claim["operation"]],
                "memory": memory,
            }
        )
        return result

    queue._perform_once = timed
    return steps


def totals(orders):
    """What must be the same whoever made the orders."""
    return {
        "orders": len(orders),
        "confirmed": len(orders.filtered(lambda order: order.state == "sale")),
        "lines": len(orders.order_line),
        "deliveries": len(orders.picking_ids),
        "amount": round(sum(orders.mapped("amount_total")), 2),
    }


# ---------------------------------------------------------------------------------------------------- Odoo's own way
def describe(env, orders):
    """The orders as plain values with which Odoo alone makes the same ones."""
    line_model = env["sale.order.line"]
    tax = "tax_ids" if "tax_ids" in line_model._fields else "tax_id"
    names = ["partner_id", "partner_invoice_id", "partner_shipping_id", "company_id", "warehouse_id", "team_id"]
    described = []
    for order in orders:
        values = {name: order[name].id for name in names}
        values.update(
            client_order_ref=order.client_order_ref,
            origin=order.origin,
            date_order=str(order.date_order),
            commitment_date=str(order.commitment_date) if order.commitment_date else False,
            user_id=False,
            order_line=[
                (
                    0,
                    0,
                    {
                        "product_id": line.product_id.id,
                        "name": line.name,
                        "product_uom_qty": line.product_uom_qty,
                        "price_unit": line.price_unit,
                        "discount": line.discount,
                        tax: [(6, 0, line[tax].ids)],
                    },
                )
                for line in order.order_line
            ],
        )
        described.append(values)
    contacts = orders.partner_id | orders.partner_invoice_id | orders.partner_shipping_id
    return {"orders": described, "contacts": [describe_contact(contact) for contact in contacts | contacts.parent_id]}


def describe_contact(contact):
    """The values of a contact, its parent by its number here."""
    names = ("name", "street", "street2", "zip", "city", "phone", "email", "lang", "type", "is_company", "vat")
    values = {name: contact[name] for name in names}
    values["country_id"] = contact.country_id.id
    return {"id": contact.id, "parent": contact.parent_id.id, "values": values}


def odoo_batches(env, dump, size, limit, contacts=False):
    """Odoo's own create and confirm of the same orders, ``size`` at a time, each batch committed.

    :param contacts: make the contacts of each batch too, as they come
    """
    with open(dump, encoding="utf-8") as source:
        content = json.load(source)
    content["orders"] = content["orders"][:limit]
    warm(env)
    env = person(env)
    known = {} if contacts else None
    begin = time.perf_counter()
    made = []
    for start in range(0, len(content["orders"]), size):
        batch = content["orders"][start : start + size]
        if known is not None:
            batch = with_contacts(env, batch, content["contacts"], known)
        orders = env["sale.order"].create(batch)
        orders.action_confirm()
        # One batch, one commit.
        env.cr.commit()
        env.invalidate_all()
        made += orders.ids
    seconds = time.perf_counter() - begin
    return {"seconds": seconds, **totals(env["sale.order"].browse(made))}


def with_contacts(env, batch, described, known):
    """Create the contacts a batch needs: customers first, then their addresses; return the batch with their numbers."""
    by_number = {contact["id"]: contact for contact in described}
    fields = ("partner_id", "partner_invoice_id", "partner_shipping_id")
    needed = {values[field] for values in batch for field in fields}
    needed |= {by_number[number]["parent"] for number in needed if by_number[number]["parent"]}
    for are_children in (False, True):
        numbers = sorted(n for n in needed if n not in known and bool(by_number[n]["parent"]) == are_children)
        created = env["res.partner"].create(
            [dict(by_number[n]["values"], parent_id=known.get(by_number[n]["parent"], False)) for n in numbers]
        )
        known.update(zip(numbers, created.ids, strict=True))
    return [dict(values, **{field: known[values[field]] for field in fields}) for values in batch]


# ---------------------------------------------------------------------------------------------------- queues
def noop_ours(env, jobs, batch):
    """No-op jobs by one worker of this addon's queue, ``batch`` at a time: the loop that the cron runs."""
    queue = type(env["cdiscount.queue"])
    known = env["cdiscount.queue"]._get_operations()
    spec = type(known["order_build"])("cdiscount.queue", "_bench_noop", "orders", priority=50, batch=batch)
    queue._get_operations = lambda self: {**known, "bench_noop": spec}
    queue._bench_noop = lambda self, jobs: None
    config = account(env)
    config.state = "connected"
    env["cdiscount.queue"]._enqueue(config, "bench_noop", [f"noop {n}" for n in range(jobs)], wake=False)
    env.cr.commit()
    begin = time.perf_counter()
    outcome = env["cdiscount.queue"]._run_due(config_ids=config.ids, budget=3600)
    return {"seconds": time.perf_counter() - begin, "jobs": outcome["done"]}


def noop_theirs(env, jobs):
    """Put no-op jobs on OCA's queue; its own runner does them."""
    for _number in range(jobs):
        env["queue.job"].with_delay()._test_job(failure_rate=-1)
    env.cr.commit()
    return {"jobs": env["queue.job"].search_count([])}


def noop_theirs_inside(env, jobs):
    """OCA's jobs in this process, without runner and HTTP: what the worker's request does, one job after the other."""
    from odoo.addons.queue_job.controllers.main import RunJobController
    from odoo.addons.queue_job.job import Job

    for _number in range(jobs):
        env["queue.job"].with_delay()._test_job(failure_rate=-1)
    env.flush_all()
    env.cr.execute("UPDATE queue_job SET state = 'enqueued'")
    env.cr.commit()
    names = env["queue.job"].search([]).mapped("uuid")
    registry = env.registry
    begin = time.perf_counter()
    for name in names:
        with registry.cursor() as cr:
            mine = env(cr=cr)
            if hasattr(RunJobController, "_acquire_job"):
                job = RunJobController._acquire_job(mine, name)
            else:
                job = Job.load(mine, name)
            RunJobController._try_perform_job(*(() if _bound_to_class(RunJobController) else (None,)), mine, job)
    return {"seconds": time.perf_counter() - begin, "jobs": len(names)}


def _bound_to_class(controller):
    return hasattr(controller._try_perform_job, "__self__")
