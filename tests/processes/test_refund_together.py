"""Two people ask for the same refund at the same moment, in two real transactions: the customer gets it once."""

from __future__ import annotations

ASK = """
import time
from odoo.service.model import retrying
mapping = env["cdiscount.order.mapping"].search([("config_id", "=", {account})])
reason = env["cdiscount.cancellation.reason"].search([("config_id", "=", {account}), ("code", "=", "damaged-product")])
tries = []

def ask():
    # Odoo begins anew by itself when another transaction was quicker, as it does for every click.
    tries.append(len(mapping.refund_ids))
    while not tries[1:] and time.time() < {start}:
        time.sleep(0.01)
    refund = env["cdiscount.refund"]._ask(mapping, mapping.line_ids, reason[:1], kind="refund")
    time.sleep(1)
    return refund

try:
    retrying(ask, env)
    answer = "asked"
except Exception as error:
    answer = f"{{type(error).__name__}}: {{error}}"
"""
REASONS = """
config = env["cdiscount.config"].browse({account})
env["cdiscount.cancellation.reason"]._ask_reasons(config, "Shipped")
env.cr.commit()
answer = "read"
"""


def said(fleet, *workers):
    fleet.wait_for(lambda: all(worker.gone for worker in workers), "the answers", 60)
    return sorted(worker.said for worker in workers)


def test_one_of_two_clicks_at_the_same_moment_asks(fleet, account):
    shop = account()
    (order,) = shop.add_orders(1)
    shop.move(order, "Shipped")
    shop.pull()
    fleet.spawn(rest=0.05)
    shop.wait_quiet()
    assert said(fleet, fleet.spawn(run=REASONS.format(account=shop.id))) == ["read"]

    (now,) = fleet.sql("SELECT extract(epoch FROM now())")[0]
    clicks = [fleet.spawn(run=ASK.format(account=shop.id, start=float(now) + 3)) for _ in range(2)]
    first, second = said(fleet, *clicks)
    assert second == "asked", (first, second)
    assert first.startswith("UserError") and "already" in first, first

    # "Done" it is when it is looked at again, some minutes later.
    taken = f"SELECT count(*) FROM cdiscount_refund WHERE config_id = {shop.id} AND state IN ('asked', 'done')"
    fleet.eventually(lambda: fleet.number(taken), "the refund", 60)
    assert fleet.number(f"SELECT count(*) FROM cdiscount_refund WHERE config_id = {shop.id}") == 1
    assert fleet.market.ask("/counters").get("cancellations_posted_twice", 0) == 0
    posts = [
        call
        for call in fleet.market.ask("/calls?limit=1000")["calls"]
        if call["method"] == "POST" and "cancellation-requests" in call["route"]
    ]
    assert len([call for call in posts if call.get("seller", shop.seller) == shop.seller]) == 1
