"""tools/bench: how long the import takes beside Odoo's own way, and how many jobs the queue does beside another one.

Each figure comes from a process and a copy of the database of its own, so that nobody inherits the other's caches or
dead rows; what is compared runs alternately, because other programs on the machine slow everybody down now and then;
medians are shown. Seconds mean little on another machine: what counts are the ratios.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import random
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

from . import bench_inside, database, locks, market, paths, shop
from .console import ToolError, say, step, tail
from .odoo import Odoo
from .rpc import get_json

BASE, BARE, COPY = "bench_base", "bench_bare", "bench_run"
PAST = 200  # orders that the shop has already
# How often which kind of order comes: as in the sandbox's history, without those that are held or send no goods.
MIX = {
    "plain": 300,
    "several_lines": 120,
    "many_pieces": 60,
    "mixed_vat": 80,
    "pickup": 90,
    "repeat_customer": 110,
    "written_differently": 40,
    "b2b_fr": 45,
    "foreign": 50,
    "bill_elsewhere": 25,
    "null_gtin": 30,
    "line_cancelled": 25,
    "service_fee": 25,
    "channel_discount": 25,
    "eco_tax": 30,
    "free_shipping": 30,
}


@dataclass
class Bench:
    """One run of the tool: a running PostgreSQL, a marketplace, databases to copy from."""

    odoo: Odoo
    folder: Path
    stack: contextlib.ExitStack
    place: market.Market | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def dump(self) -> Path:
        return self.folder / "orders.json"

    def inside(
        self, name: str, call: str, *, extra_path: Path | None = None, module: str = "bench_inside", **arguments: Any
    ) -> dict[str, Any]:
        """Call a function of bench_inside (or another ``module`` of tools/lib) in Odoo's shell; return its answer."""
        script = (
            f"import json, sys\nsys.path.append({str(paths.ROOT)!r})\nfrom tools.lib import bench_inside, {module}\n"
            f"bench_inside.answer({module}.{call}(env, **json.loads({json.dumps(arguments)!r})))\n"
        )
        options = ["-d", name, "--no-http", "--shell-interface=python", "--log-level=error"]
        if extra_path:
            options += self.addons_option()
        done = subprocess.run(
            self.odoo.command("shell", *options),
            input=script,
            env=self.environment() if extra_path else self.odoo.environment(),
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            pass_fds=self.odoo.postgres.keep_alive,
        )
        for line in done.stdout.splitlines():
            if bench_inside.MARK in line:
                return json.loads(line.partition(bench_inside.MARK)[2])
        raise ToolError(f"{call} in the database {name} came to no result.\n{tail(done.stdout + done.stderr, 25)}")

    def addons_option(self) -> list[str]:
        """The option that puts further addons (``extra["addons"]``) on Odoo's path."""
        every = [*self.odoo.settings()["addons_path"], self.extra["addons"]]
        return [f"--addons-path={','.join(map(str, every))}"]

    def environment(self, conf: Path | None = None) -> dict[str, str]:
        """The environment of an Odoo that has those addons, with the Python packages beside them."""
        env = self.odoo.environment(conf)
        env["PYTHONPATH"] += os.pathsep + str(self.extra["python_path"])
        return env

    def fresh(self, template: str) -> str:
        """A new copy of a database, for one run."""
        database.drop(self.odoo, COPY)
        database.copy(self.odoo, template, COPY)
        return COPY


@contextlib.contextmanager
def opened(odoo: Odoo):
    """The folder, the lock and the database server of a run; what was made is removed at the end."""
    folder = paths.runtime_dir(str(odoo.series), "bench")
    with contextlib.ExitStack() as stack:
        descriptor = locks.open_lock(folder / "lock")
        stack.callback(os.close, descriptor)
        if not locks.try_lock(descriptor):
            raise ToolError("A bench is running in this checkout already: two at once would measure each other.")
        stack.enter_context(odoo.postgres)
        for name in (BASE, BARE, COPY):
            stack.callback(database.drop, odoo, name)
        yield Bench(odoo, folder, stack)


def open_market(bench: Bench, seed: int, offers: int | None = None) -> None:
    """A marketplace without orders as a process of its own."""
    bench.place = market.start(bench.odoo.python, 0, seed, bench.folder, offers)
    bench.stack.callback(bench.place.stop)


def fill(bench: Bench, name: str) -> None:
    """Products, their stock and a connected account."""
    with step("creating the products, their stock, the account"):
        catalogue = json.loads(json.dumps(bench.place.catalogue(), default=float))
        bench.inside(name, "fill", root=str(paths.ROOT), market=bench.place.url, catalogue=catalogue)


def prepare_contacts(bench: Bench) -> None:
    """The database in which every customer is a contact already."""
    database.drop(bench.odoo, BASE)
    database.copy(bench.odoo, BARE, BASE)
    with step("creating the contacts of all orders"):
        found = bench.inside(BASE, "make_customers", market=bench.place.url)
        bench.odoo.postgres.sql("VACUUM ANALYZE", BASE)
    say(f"{found['contacts']} contacts of {found['orders']} orders")


def fresh_base(bench: Bench, name: str) -> None:
    """A French company with the addon installed."""
    odoo = bench.odoo
    database.drop(odoo, name)
    database.create(odoo, name, shop.FRENCH_MODULES, shop.FRENCH_COMPANY)
    with step("installing the addon"):
        database.install(odoo, name, [paths.ADDON], odoo.home / "log" / f"install-{name}.log")


def place_orders(url: str, count: int, seed: int) -> None:
    """Orders in preparation of the last days, kinds mixed, each moment of change its own."""
    rng = random.Random(seed)
    kinds = rng.choices(list(MIX), list(MIX.values()), k=count)
    begin = datetime.now(timezone.utc) - timedelta(days=4)
    gap = timedelta(days=3) / count
    for place, kind in enumerate(kinds):
        moment = (begin + place * gap).isoformat(timespec="milliseconds")
        get_json(
            f"{url}/_sandbox/orders",
            {
                "scenario": kind,
                "status": "InPreparation",
                "purchased_at": moment,
                "updated_at": moment,
                "answer": "ids",
            },
        )


def calls_of(bench: Bench) -> dict[str, int]:
    """HTTP calls that the marketplace has answered since the last reset: of orders, and of tokens."""
    counted = get_json(f"{bench.place.url}/_sandbox/counters")
    tokens = sum(n for route, by in counted["calls"].items() if "token" in route for n in by.values())
    return {"orders": counted["calls_total"] - tokens, "tokens": tokens}


def reset_calls(bench: Bench) -> None:
    get_json(f"{bench.place.url}/_sandbox/counters/reset", {})


def expected_amount(bench: Bench) -> float:
    """What the orders of the marketplace that are to be sold add up to."""
    rows = get_json(f"{bench.place.url}/_sandbox/expected?orders=full", timeout=300)["rows"]
    return float(sum(Decimal(row["total_offer_live"]) for row in rows if row["must_sell"]))


def alternate(rounds: int, variants: dict[str, Callable[[], dict]]) -> dict[str, list[dict]]:
    """Run every variant ``rounds`` times, in turn; the order is turned round each time."""
    results: dict[str, list[dict]] = {name: [] for name in variants}
    for number in range(rounds):
        names = list(variants) if number % 2 == 0 else list(reversed(variants))
        for name in names:
            begin = time.monotonic()
            found = variants[name]()
            results[name].append(found)
            say(f"round {number + 1}, {name}: {found['seconds']:.1f} s ({time.monotonic() - begin:.0f} s with set-up)")
    return results


def median(results: list[dict], key: str = "per_order") -> float:
    return statistics.median(result[key] for result in results)


def expected_calls(orders: int) -> int:
    return math.ceil(orders / 100) + 1
