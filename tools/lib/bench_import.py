"""tools/bench import: the import of orders beside Odoo's own create and confirm of the same orders."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from . import bench, bench_report
from .bench import Bench
from .console import say, step
from .odoo import prepare
from .options import Target

MANY = 2000  # beyond, Odoo's own way is measured on a sample: it would take hours
SAMPLE = 300
SINGLE_SAMPLE = 100
SAME = ("confirmed", "lines", "deliveries", "amount")


@dataclass
class Wish:
    """What the caller asked for."""

    target: Target
    orders: int = 1000
    new_customers: bool = False
    rounds: int | None = None
    seed: int = 1
    record: bool = False


def run(wish: Wish) -> bool:
    """Measure, print, record when asked. Returns whether all ways made the same orders."""
    odoo = prepare(wish.target)
    many = wish.orders > MANY
    new_customers = wish.new_customers or many
    with bench.opened(odoo) as room:
        prepare_shop(room, wish)
        if not new_customers:
            bench.prepare_contacts(room)
        template = bench.BARE if new_customers else bench.BASE
        way = Ways(room, template, new_customers, wish.orders)
        rounds = wish.rounds or (1 if many else 2)
        results = bench.alternate(rounds, {"ours": way.ours, "batched": way.batched, "single": way.single})
        figures = summary(wish, odoo.series, results, new_customers)
    print(f"\n{bench_report.import_table(figures)}\n", flush=True)
    wrong = way.differences
    for line in wrong:
        print(line, flush=True)
    if wish.record:
        bench_report.record(figures["name"], figures)
    return not wrong


def prepare_shop(room: Bench, wish: Wish) -> None:
    """The marketplace with its orders, and the database of a shop that has products, stock and a past."""
    bench.open_market(room, wish.seed)
    with step(f"placing {wish.orders} orders on the sandbox marketplace"):
        bench.place_orders(room.place.url, wish.orders, wish.seed)
    bench.fresh_base(room, bench.BARE)
    bench.fill(room, bench.BARE)
    with step(f"giving the shop a past of {bench.PAST} orders"):
        room.inside(bench.BARE, "add_past", orders=bench.PAST)
        room.odoo.postgres.sql("VACUUM ANALYZE", bench.BARE)


class Ways:
    """The three ways to make the same orders, each in a process and a database of its own."""

    def __init__(self, room: Bench, template: str, new_customers: bool, orders: int) -> None:
        self.room = room
        self.template = template
        self.new_customers = new_customers
        self.orders = orders
        self.differences: list[str] = []
        self.first: dict[str, Any] = {}
        self.limit = orders if orders <= MANY else SAMPLE

    def ours(self) -> dict[str, Any]:
        bench.reset_calls(self.room)
        name = self.room.fresh(self.template)
        found = self.room.inside(name, "import_orders", market=self.room.place.url, dump=str(self.room.dump))
        found["calls"] = bench.calls_of(self.room)
        if found["states"] != {"imported": self.orders} or found["confirmed"] != self.orders:
            self.differences.append(f"not every order was imported: {json.dumps(found['states'])}")
        expected = bench.expected_amount(self.room)
        if found["amount"] != expected:
            self.differences.append(f"the sale orders add up to {found['amount']}, the marketplace's to {expected}")
        self.first = self.first or found
        return {**found, "per_order": found["seconds"] / self.orders}

    def batched(self) -> dict[str, Any]:
        return self._odoo(self.first["batch"], self.limit)

    def single(self) -> dict[str, Any]:
        return self._odoo(1, min(self.orders, SINGLE_SAMPLE))

    def _odoo(self, size: int, limit: int) -> dict[str, Any]:
        name = self.room.fresh(self.template)
        arguments = {"dump": str(self.room.dump), "size": size, "limit": limit, "contacts": self.new_customers}
        found = self.room.inside(name, "odoo_batches", **arguments)
        if limit == self.orders:
            for key in SAME:
                if found[key] != self.first[key]:
                    self.differences.append(f"{key}: {self.first[key]} by the import, {found[key]} by Odoo's own way")
        return {**found, "per_order": found["seconds"] / limit}


def summary(wish: Wish, series: int, results: dict[str, list[dict]], new_customers: bool) -> dict[str, Any]:
    """The figures of a run: medians in milliseconds per order, ratios, calls, memory."""
    ours, batched, single = (bench.median(results[name]) for name in ("ours", "batched", "single"))
    sample = results["ours"][0]
    reached = dict(sample["steps"])
    early = min((done for done in reached if done >= min(1000, wish.orders)), default=0)
    figures = {
        "name": f"import-{wish.orders}" + ("-new-customers" if wish.new_customers else ""),
        "series": series,
        "orders": wish.orders,
        "lines": sample["lines"],
        "new_customers": new_customers,
        "rounds": len(results["ours"]),
        "batch": sample["batch"],
        "ms_ours": round(ours * 1000, 1),
        "ms_pull": round(bench.median(results["ours"], "pull_seconds") / wish.orders * 1000, 1),
        "ms_batched": round(batched * 1000, 1),
        "ms_single": round(single * 1000, 1),
        "batched_orders": results["batched"][0]["orders"],
        "single_orders": results["single"][0]["orders"],
        "faster_than_batched": round(batched / ours, 2),
        "faster_than_single": round(single / ours, 2),
        "http_calls": sample["calls"]["orders"],
        "http_calls_expected": bench.expected_calls(wish.orders),
        "memory_start_mb": round(sample["memory"]["start"]),
        "memory_end_mb": round(sample["memory"]["end"]),
        "memory_at": early,
        "memory_growth_mb": round(max(reached.values(), default=0) - reached.get(early, 0), 1),
    }
    say(f"{wish.orders} orders, {sample['lines']} lines, {sample['deliveries']} deliveries")
    return figures
