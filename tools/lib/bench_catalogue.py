"""tools/bench catalogue: many offers imported and imported again, many prices published."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

from . import bench, bench_report
from .bench import Bench
from .console import say, step
from .odoo import prepare
from .options import Target
from .rpc import get_json

INSIDE = "bench_catalogue_inside"
FIRST = 61  # the sandbox's drawn offers begin here; the sixty before are its base products
PAGE, UPLOAD = 1000, 100
HEAVY = "mode_not_for_weight"
"""Some of the sandbox's articles have more than 30 kg, which this shop does not know: those are refused, rightly."""
QUICK = {"upload_delay": 0, "ready_delay": 0, "integration_delay": 0}


@dataclass
class Wish:
    """What the caller asked for."""

    target: Target
    offers: int = 100_000
    prices: int = 10_000
    seed: int = 1
    record: bool = False


def run(wish: Wish) -> bool:
    """Measure, print, record when asked. Returns whether everything arrived as it should."""
    odoo = prepare(wish.target)
    prices = min(wish.prices, max(0, wish.offers - FIRST + 1))
    with bench.opened(odoo) as room:
        bench.open_market(room, wish.seed, wish.offers)
        # The marketplace's own waiting is not ours: it answers at once.
        room.place.ask("/settings", QUICK)
        bench.fresh_base(room, bench.BARE)
        bench.fill(room, bench.BARE)
        with step(f"creating {prices} products that have an offer"):
            room.inside(bench.BARE, "make_products", module=INSIDE, first=FIRST, count=prices)
            room.odoo.postgres.sql("VACUUM ANALYZE", bench.BARE)
        name = room.fresh(bench.BARE)
        reading = read_only(room)
        results = {"prices": prices, "reading": reading}
        for key, call, extra in (
            ("first", "import_offers", {}),
            ("second", "import_offers", {}),
            ("upsert", "publish_prices", {"count": prices}),
            ("update", "publish_prices", {"count": prices, "change": True}),
        ):
            bench.reset_calls(room)
            with step(f"{call.replace('_', ' ')} ({key})"):
                found = room.inside(name, call, module=INSIDE, market=room.place.url, **extra)
            found["calls"] = bench.calls_of(room)
            results[key] = found
            room.odoo.postgres.sql("VACUUM ANALYZE", name)
        counters = get_json(f"{room.place.url}/_sandbox/counters")
    figures = summary(wish, odoo.series, results)
    print(f"\n{bench_report.catalogue_table(figures)}\n", flush=True)
    wrong = differences(wish, results, counters)
    for line in wrong:
        print(line, flush=True)
    if wish.record:
        bench_report.record(figures["name"], figures)
    return not wrong


def read_only(room: Bench) -> float:
    """Seconds to read the pages over HTTP and do nothing with them: what any import takes at least."""
    begin = time.perf_counter()
    room.place.read_offers()
    seconds = time.perf_counter() - begin
    say(f"reading every page and doing nothing: {seconds:.1f} s")
    return seconds


def summary(wish: Wish, series: int, results: dict[str, Any]) -> dict[str, Any]:
    """The figures of a run; seconds at work, without the time in which the marketplace is waited for."""
    first, second, upsert, update = (results[key] for key in ("first", "second", "upsert", "update"))
    steps = first["memory_steps"]
    return {
        "name": f"catalogue-{wish.offers}",
        "kind": "catalogue",
        "series": series,
        "rounds": 1,
        "offers": wish.offers,
        "orders": wish.offers,
        "prices": results["prices"],
        "linked": first["linked"],
        "reading_seconds": round(results["reading"], 1),
        "first_seconds": round(first["busy"], 1),
        "second_seconds": round(second["busy"], 1),
        "first_queries_per_page": round(first["queries"] / max(1, math.ceil(wish.offers / PAGE)), 1),
        "second_queries_per_page": round(second["queries"] / max(1, math.ceil(wish.offers / PAGE)), 1),
        "first_calls": first["calls"]["orders"],
        "second_calls": second["calls"]["orders"],
        "memory_growth_mb": round(max(steps[-1] - steps[min(9, len(steps) - 1)], 0), 1) if steps else None,
        "memory_start_mb": round(first["memory_start"]),
        "memory_end_mb": round(first["memory_end"]),
        "refused": sum(upsert["refused"].values()),
        "upsert_seconds": round(upsert["busy"], 1),
        "upsert_calls": upsert["calls"]["orders"],
        "update_seconds": round(update["busy"], 1),
        "update_calls": update["calls"]["orders"],
        "update_queries_per_upload": round(update["queries"] / max(1, math.ceil(results["prices"] / UPLOAD)), 1),
        "update_memory_mb": round(update["memory_end"] - update["memory_start"], 1),
        "edit_seconds": round(update["edit_seconds"], 1),
    }


def differences(wish: Wish, results: dict[str, Any], counters: dict[str, Any]) -> list[str]:
    """What is not as it should be, one sentence each."""
    first, second, upsert, update = (results[key] for key in ("first", "second", "upsert", "update"))
    found = []
    for name, run_of in (("import", first), ("second import", second)):
        if run_of["offers"] != wish.offers:
            found.append(f"{name}: {run_of['offers']} offers are known, the marketplace has {wish.offers}")
    if (second["rows"], second["last_write"]) != (first["rows"], first["last_write"]):
        found.append("the second import created or changed something, though nothing had changed")
    for name, run_of in (("first publication", upsert), ("change of prices", update)):
        if run_of["live"] + run_of["refused"].get(HEAVY, 0) != run_of["offers"] or run_of["wrong"]:
            found.append(
                f"{name}: {run_of['live']} of {run_of['offers']} are published, {run_of['wrong']} with another price"
            )
    for name in ("first", "second", "upsert", "update"):
        if results[name]["failed"]:
            found.append(f"{name}: {results[name]['failed']} jobs failed")
    for name in ("offer_duplicates_posted", "offer_uploads_posted_twice", "offer_packages_open_together"):
        if counters.get(name):
            found.append(f"the marketplace counted {name}: {counters[name]}")
    return found
