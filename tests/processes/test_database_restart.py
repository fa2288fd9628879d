"""PostgreSQL is restarted in the middle of the work; Odoo's own cron workers and others go on by themselves."""

from __future__ import annotations

import contextlib


def test_restart_of_the_database_in_the_middle(fleet, account):
    shop = account()
    with contextlib.ExitStack() as stack:
        fleet.start_server(stack, cron_workers=2)
        shop.add_orders(160)
        shop.pull()
        fleet.spawn()
        fleet.eventually(shop.imported, "the first sale orders", 90, every=0.05)

        fleet.restart_database()
        assert shop.jobs("state IN ('pending', 'running')"), "the restart came in the middle"

        shop.wait_quiet(180)
        assert fleet.living(), "the worker process lives on"

    outcome = shop.compare()
    assert outcome.agrees, outcome.differences
    assert outcome.sales_odoo == 160


def test_odoos_own_cron_recovers_alone(fleet, account):
    shop = account()
    with contextlib.ExitStack() as stack:
        fleet.start_server(stack, cron_workers=1)
        fleet.restart_database()
        shop.add_orders(5)
        shop.pull()  # over the server that was connected before the restart, too
        shop.wait_quiet(150)

    outcome = shop.compare()
    assert outcome.agrees, outcome.differences
