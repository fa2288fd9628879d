"""tools/bench stock: deciding, sending and following the stock of many offers in four warehouses."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import time
from dataclasses import dataclass
from typing import Any

from . import bench, bench_report, database, shop
from .bench import Bench
from .bench_catalogue import FIRST, QUICK
from .console import say, step
from .odoo import free_port, prepare
from .options import Target

INSIDE = "bench_stock_inside"
DELTA, DELIVERIES, LOOKS = 1000, 60, 8
PLAIN = "bench_plain"


@dataclass
class Wish:
    """What the caller asked for."""

    target: Target
    offers: int = 100_000
    rounds: int | None = None
    seed: int = 1
    record: bool = False


def run(wish: Wish) -> bool:
    """Measure, print, record when asked. Returns whether everything arrived as it should."""
    odoo = prepare(wish.target)
    rounds = wish.rounds or 3
    with bench.opened(odoo) as room:
        room.stack.callback(database.drop, odoo, PLAIN)
        bench.open_market(room, wish.seed, wish.offers + FIRST - 1)
        room.place.ask("/settings", QUICK)
        bench.fresh_base(room, bench.BARE)
        bench.fill(room, bench.BARE)
        goods = {"first": FIRST, "count": wish.offers}
        with step(f"creating {wish.offers} products in four warehouses, and their offers"):
            call(room, bench.BARE, "make_goods", **goods)
            call(room, bench.BARE, "make_offers", market=room.place.url, **goods)
            odoo.postgres.sql("VACUUM ANALYZE", bench.BARE)
        with step("creating the same products in an Odoo without the addon"):
            database.drop(odoo, PLAIN)
            database.create(odoo, PLAIN, shop.FRENCH_MODULES, shop.FRENCH_COMPANY)
            call(room, PLAIN, "make_goods", **goods)
            odoo.postgres.sql("VACUUM ANALYZE", PLAIN)
        load = [os.getloadavg()[0]]
        with step("deciding"):
            decided = call(room, bench.BARE, "decide_both", rounds=rounds)
            odoo.postgres.sql("VACUUM ANALYZE", bench.BARE)
        results: dict[str, Any] = {"decided": decided}
        moves = bench.alternate(
            rounds,
            {
                "with": lambda: call(room, bench.BARE, "deliver", count=DELIVERIES),
                "without": lambda: call(room, PLAIN, "deliver", count=DELIVERIES),
            },
        )
        results["moves"] = moves
        for key, change in (("full", 0), ("delta", DELTA)):
            bench.reset_calls(room)
            with step(f"sending stock ({key})"):
                results[key] = call(room, bench.BARE, "push", market=room.place.url, change=change)
            results[key]["calls"] = bench.calls_of(room)["orders"]
            odoo.postgres.sql("VACUUM ANALYZE", bench.BARE)
        with step("from a commit to the marketplace, with a running server"):
            results["wire"] = wire(room)
        load.append(os.getloadavg()[0])
        counters = room.place.ask("/counters")
    figures = summary(wish, odoo.series, rounds, results, load)
    print(f"\n{bench_report.stock_table(figures)}\n", flush=True)
    wrong = differences(wish, results, counters)
    for line in wrong:
        print(line, flush=True)
    if wish.record:
        bench_report.record(figures["name"], figures)
    return not wrong


def call(room: Bench, name: str, function: str, **arguments: Any) -> dict[str, Any]:
    return room.inside(name, function, module=INSIDE, **arguments)


def wire(room: Bench) -> dict[str, Any]:
    """Let a server with its scheduled actions send, while a process of its own changes stock."""
    odoo = room.odoo
    # What Odoo does every day has all fallen due at once in a database that was just made.
    odoo.postgres.sql("UPDATE ir_cron SET active = FALSE WHERE cron_name NOT LIKE 'Cdiscount%'", bench.BARE)
    options = {
        "db_name": bench.BARE,
        "dbfilter": f"^{bench.BARE}$",
        "http_port": free_port(8090),
        "max_cron_threads": 4,
        "limit_time_real_cron": 0,
    }
    conf = odoo.write_conf(room.folder / "wire.conf", **options)
    with (room.folder / "wire.log").open("w", encoding="utf-8") as out:
        server = odoo.start(
            ["server", "--log-level=warn"], conf=conf, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        time.sleep(8)
        return call(room, bench.BARE, "until_shown", market=room.place.url, count=LOOKS)
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        say("the server has ended")


def middle(results: list[dict[str, Any]], key: str = "seconds") -> float:
    return statistics.median(result[key] for result in results)


def summary(wish: Wish, series: int, rounds: int, results: dict[str, Any], load: list[float]) -> dict[str, Any]:
    """The figures of a run."""
    ours, aggregate = results["decided"]["ours"], results["decided"]["aggregate"]
    ratios = [one["seconds"] / other["seconds"] for one, other in zip(ours, aggregate, strict=True)]
    with_ms, without_ms = (middle(results["moves"][name], "ms") for name in ("with", "without"))
    taken = results["wire"]["taken"]
    return {
        "name": f"stock-{wish.offers}",
        "kind": "stock",
        "series": series,
        "rounds": rounds,
        "offers": wish.offers,
        "orders": wish.offers,
        "aggregate_seconds": round(middle(aggregate), 2),
        "decide_seconds": round(middle(ours), 2),
        "decide_ratio": round(statistics.median(ratios), 2),
        "decide_queries": ours[-1]["queries"],
        "decide_memory_mb": round(max(one["memory"] for one in ours), 1),
        "anew_seconds": round(results["decided"]["anew"][0]["seconds"], 1),
        "full_seconds": round(results["full"]["seconds"], 1),
        "full_calls": results["full"]["calls"],
        "delta": DELTA,
        "delta_seconds": round(results["delta"]["seconds"], 2),
        "delta_calls": results["delta"]["calls"],
        "delta_queries": results["delta"]["queries"],
        "move_with_ms": round(with_ms, 1),
        "move_without_ms": round(without_ms, 1),
        "move_ratio": round(with_ms / without_ms, 2),
        "wire_seconds": round(statistics.median(taken), 2) if taken else None,
        "wire_longest": round(max(taken), 2) if taken else None,
        "wire_looks": len(taken),
        "load": [round(one, 1) for one in load],
    }


def differences(wish: Wish, results: dict[str, Any], counters: dict[str, Any]) -> list[str]:
    """What is not as it should be, one sentence each."""
    found = []
    ours, aggregate = results["decided"]["ours"][0], results["decided"]["aggregate"][0]
    if (ours["offers"], ours["sum"]) != (aggregate["offers"], aggregate["sum"]):
        found.append(f"the decision comes to {ours['sum']} pieces, the aggregate to {aggregate['sum']}")
    for name in ("full", "delta"):
        if results[name]["failed"] or results[name]["wrong"] or results[name]["offers"] != wish.offers:
            found.append(
                f"{name}: {results[name]['wrong']} offers show another quantity, {results[name]['failed']} jobs failed"
            )
    if results["wire"]["lost"]:
        found.append(f"{results['wire']['lost']} did not reach the marketplace in two minutes")
    for name in ("offer_duplicates_posted", "offer_uploads_posted_twice", "offer_packages_open_together"):
        if counters.get(name):
            found.append(f"the marketplace counted {name}: {counters[name]}")
    return found
