"""One fleet for all tests of this folder; each test has an account and a shop of its own."""

from __future__ import annotations

import itertools
import os

import pytest

from tools.lib.fleet import Fleet
from tools.lib.fleet_account import Account
from tools.lib.options import make_target

_sellers = itertools.count(70001)


@pytest.fixture(scope="session")
def fleet():
    target = make_target(os.environ.get("FLEET_SERIES"), os.environ.get("FLEET_ODOO"))
    with Fleet(target, "fleet") as running:
        yield running


@pytest.fixture
def account(fleet):
    """Makes connected accounts: ``account(orders=0, **values)``. Afterwards nobody works for them any more."""
    made = []

    def make(orders=0, **values):
        made.append(Account(fleet, str(next(_sellers)), orders, **values))
        return made[-1]

    fleet.forget_logs()
    yield make
    for worker in fleet.living():
        worker.kill()
    fleet.market.hush()
    for one in made:
        one.act("action_pause")
