"""tools/bench dashboard: what a look at the dashboard of a shop with a long past costs."""

from __future__ import annotations

import os
import statistics
from dataclasses import dataclass
from typing import Any

from . import bench, bench_report, database
from .console import say, step
from .odoo import prepare
from .options import Target

FEW = 200
NAMES = {
    "today": "today",
    "7d": "7 days",
    "30d": "30 days",
    "90d": "90 days",
    "year": "a year",
    "custom": "ten years, chosen by hand",
}


@dataclass
class Wish:
    """What the caller asked for."""

    target: Target
    orders: int = 200_000
    offers: int = 100_000
    rounds: int | None = None
    record: bool = False


def run(wish: Wish) -> bool:
    """Measure, print, record when asked. Returns whether the figures shown are those of the statement."""
    odoo = prepare(wish.target)
    rounds = wish.rounds or 5
    found: dict[int, dict[str, Any]] = {}
    with bench.opened(odoo) as room:
        for orders in (FEW, wish.orders):
            database.drop(odoo, bench.BARE)
            database.create(odoo, bench.BARE)
            with step("installing the addon"):
                database.install(odoo, bench.BARE, [bench.paths.ADDON], odoo.home / "log" / "install-bench.log")
            with step(f"a shop with {orders} orders"):
                offers = min(wish.offers, orders)
                made = room.inside(bench.BARE, "fill", module="bench_shop_inside", orders=orders, offers=offers)
                odoo.postgres.sql("VACUUM ANALYZE", bench.BARE)
            say(", ".join(f"{count} {name}" for name, count in made.items()))
            load = os.getloadavg()[0]
            with step("looking"):
                found[orders] = room.inside(bench.BARE, "look", module="bench_dashboard_inside", rounds=rounds)
    figures = summary(wish, odoo.series, rounds, found, [load, os.getloadavg()[0]])
    print(f"\n{bench_report.dashboard_table(figures)}\n", flush=True)
    wrong = differences(found)
    for line in wrong:
        print(line, flush=True)
    if wish.record:
        bench_report.record(figures["name"], figures)
    return not wrong


def summary(wish: Wish, series: int, rounds: int, found: dict[int, dict], load: list[float]) -> dict[str, Any]:
    """The figures of a run: milliseconds and ratios, medians, by period."""
    periods = []
    for period, results in found[wish.orders].items():
        ratios = [
            mine["seconds"] / other["seconds"] for mine, other in zip(results["ours"], results["bare"], strict=True)
        ]
        periods.append(
            {
                "period": period,
                "ms": round(middle(results["ours"]) * 1000),
                "best_ms": round(min(one["seconds"] for one in results["ours"]) * 1000),
                "bare_ms": round(middle(results["bare"]) * 1000),
                "few_ms": round(middle(found[FEW][period]["ours"]) * 1000),
                "ratio": round(statistics.median(ratios), 2),
                "queries": min(one["queries"] for one in results["ours"]),
                "few_queries": min(one["queries"] for one in found[FEW][period]["ours"]),
            }
        )
    return {
        "name": f"dashboard-{wish.orders}",
        "kind": "dashboard",
        "series": series,
        "rounds": rounds,
        "orders": wish.orders,
        "offers": min(wish.offers, wish.orders),
        "few": FEW,
        "periods": periods,
        "load": [round(one, 1) for one in load],
    }


def middle(results: list[dict[str, Any]]) -> float:
    return statistics.median(result["seconds"] for result in results)


def differences(found: dict[int, dict]) -> list[str]:
    """What is not as it should be, one sentence each."""
    wrong = []
    for orders, periods in found.items():
        for period, results in periods.items():
            shown, counted = results["ours"][-1]["figures"], results["bare"][-1]["figures"]
            if shown != counted:
                wrong.append(f"{orders} orders, {NAMES[period]}: the dashboard shows {shown}, the statement {counted}")
    return wrong
