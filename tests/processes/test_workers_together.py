"""Several real workers on one queue: each order once, one contact for each customer, no complaint."""

from __future__ import annotations

import pytest

CUSTOMERS = 12


def test_three_workers_share_customers_and_products(fleet, account):
    shop = account()
    skus = [item["sku"] for item in fleet.market.catalogue()[:3]]
    for number in range(CUSTOMERS):
        for sku in skus:
            shop.add_orders(4, customer=f"{shop.seller}-{number}", lines=[{"sku": sku, "quantity": 1}])
    shop.pull()
    for _ in range(3):
        fleet.spawn(rest=0.05)
    shop.wait_quiet()

    outcome = shop.compare()
    assert outcome.agrees, outcome.differences
    assert (outcome.sales_odoo, outcome.customers) == (CUSTOMERS * len(skus) * 4, CUSTOMERS)
    assert not shop.complaints(), "the log a person reads says nothing of workers in each other's way"
    assert not fleet.errors(), "nor does Odoo's log"


def test_pausing_the_account_stops_within_one_batch(fleet, account):
    shop = account()
    shop.add_orders(160)
    shop.pull()
    fleet.spawn()
    fleet.eventually(shop.imported, "the first sale orders", 60, every=0.05)
    shop.act("action_pause")
    before = shop.imported()
    fleet.eventually(lambda: not shop.running_jobs(), "the end of the batch under way", 60)

    stopped_at = shop.imported()
    assert stopped_at - before <= 50, "the batch under way is finished, no other is begun"
    assert stopped_at < 160
    assert not fleet.living()[0].gone

    shop.act("action_resume")
    shop.wait_quiet()
    outcome = shop.compare()
    assert outcome.agrees, outcome.differences


COUNT_ORDERS = """
from odoo.addons.cdiscount_store_management.services.resources.orders import OrderFilter
config = env["cdiscount.config"].browse({account})
answer = config._get_client().orders.count(OrderFilter(sales_channel_id=config.sales_channel_id.code))
"""


@pytest.mark.parametrize("why", ["it expired", "it was revoked", "the credentials are new"])
def test_three_workers_that_need_a_new_token_ask_for_it_once(fleet, account, why):
    shop = account()
    shop.add_orders(2)
    if why == "it expired":
        fleet.sql(f"UPDATE cdiscount_token SET expires_at = now() AT TIME ZONE 'UTC' WHERE config_id = {shop.id}")
    elif why == "it was revoked":
        fleet.market.ask("/tokens/revoke", {})
    else:
        fleet.sql(f"UPDATE cdiscount_token SET issued_for = 'others' WHERE config_id = {shop.id}")
    fleet.market.ask("/counters/reset", {})
    # An answer that takes its time has all three at the same place.
    fleet.market.ask("/faults", {"name": "late_answer", "path": "/token", "times": None, "params": {"seconds": 1}})

    workers = [fleet.spawn(run=COUNT_ORDERS.format(account=shop.id)) for _ in range(3)]
    fleet.wait_for(lambda: all(worker.gone for worker in workers), "the three answers", 60)

    assert [worker.said for worker in workers] == ["2", "2", "2"]
    assert fleet.market.ask("/counters")["tokens"]["issued"] == 1
