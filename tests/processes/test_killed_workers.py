"""A worker that dies in the middle of something leaves nothing lost and nothing doubled."""

from __future__ import annotations

IN_THE_BATCH = {"model": "sale.order", "method": "action_confirm", "when": "after"}
# The first call is the reading of orders, the second the first batch of sale orders.
BATCH_NOT_COMMITTED = {"model": "cdiscount.queue", "method": "_mark_ended", "when": "after", "nth": 2}
BATCH_COMMITTED = {"model": "cdiscount.queue", "method": "_perform_once", "when": "after", "nth": 2}


def test_worker_killed_while_it_creates_sale_orders(fleet, account):
    shop = account()
    shop.add_orders(70)
    shop.pull()
    victim = fleet.spawn(halt=IN_THE_BATCH)
    victim.wait_halted()
    assert shop.running_jobs() == 50, "a batch is under way"
    victim.kill()
    assert shop.imported() == 0, "nothing of the half-done batch may be there"

    fleet.spawn()
    shop.wait_quiet()

    outcome = shop.compare()
    assert outcome.agrees, outcome.differences
    assert outcome.sales_odoo == 70


def test_worker_killed_between_the_last_write_and_the_commit(fleet, account):
    shop = account()
    shop.add_orders(30)
    shop.pull()
    victim = fleet.spawn(halt=BATCH_NOT_COMMITTED)
    victim.wait_halted()
    victim.kill()
    assert (shop.imported(), shop.running_jobs()) == (0, 30), "the orders and the end of their jobs come together"

    fleet.spawn()
    shop.wait_quiet()

    outcome = shop.compare()
    assert outcome.agrees, outcome.differences


def test_worker_killed_right_after_the_commit_leaves_no_job_that_runs_again(fleet, account):
    shop = account()
    shop.add_orders(30)
    shop.pull()
    victim = fleet.spawn(halt=BATCH_COMMITTED)
    victim.wait_halted()
    victim.kill()

    assert (shop.imported(), shop.running_jobs()) == (30, 0), "orders that are there have jobs that are done"
    assert shop.jobs("operation = 'order_build' AND state = 'done'") == 30

    fleet.spawn()
    shop.wait_quiet()
    outcome = shop.compare()
    assert outcome.agrees, outcome.differences


def test_worker_killed_between_two_pages_goes_on_where_it_was(fleet, account):
    shop = account(orders=230, order_status_filter="in_preparation")
    shop.pull()
    fleet.market.ask("/counters/reset", {})
    victim = fleet.spawn(halt={"model": "cdiscount.order.mapping", "method": "_store_page", "nth": 3})
    victim.wait_halted()
    victim.kill()
    assert shop.orders() == 130, "two pages, the short one first, are kept; the third was not stored"
    assert fleet.market.ask("/counters")["order_pages"] == 3

    fleet.spawn()
    shop.wait_quiet()

    assert shop.orders() == 230
    assert not shop.doubled()
    assert fleet.market.ask("/counters")["order_pages"] <= 5, "pages that were stored are not all read again"


def test_everything_is_killed_at_once_and_started_again(fleet, account):
    shop = account()
    shop.add_orders(120)
    shop.pull()
    for _ in range(3):
        fleet.spawn(rest=0.05)
    fleet.eventually(shop.imported, "the first sale orders", 60, every=0.05)

    fleet.stop_workers()
    left = shop.jobs("state IN ('pending', 'running')")
    assert left, "the kill came in the middle"

    for _ in range(2):
        fleet.spawn()
    shop.wait_quiet()

    outcome = shop.compare()
    assert outcome.agrees, outcome.differences
    assert outcome.sales_odoo == 120
