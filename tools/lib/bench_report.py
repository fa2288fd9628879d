"""Figures of tools/bench as tables, and their place in benchmarks/."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from . import paths
from .paths import write_atomic

FOLDER = paths.ROOT / "benchmarks"
FIGURES = FOLDER / "figures.json"
README = FOLDER / "README.md"
BEGIN, END = "<!-- figures: written by tools/bench --record -->", "<!-- end of the figures -->"


def verdict(good: bool) -> str:
    return "reached" if good else "MISSED"


def import_rows(figures: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(what, figure, goal) of an import."""
    known = "customers new" if figures["new_customers"] else "customers known"
    growth = figures["memory_growth_mb"]
    before_after = f"{figures['memory_start_mb']} MB before the import, {figures['memory_end_mb']} MB after it"
    rows = [
        (
            f"import over HTTP, create, confirm ({figures['orders']} orders, {figures['lines']} lines, {known})",
            f"{figures['ms_ours']} ms per order, {figures['ms_pull']} of them to fetch and store",
            "",
        ),
        (
            f"Odoo's own create and confirm by {figures['batch']} ({figures['batched_orders']} orders)",
            f"{figures['ms_batched']} ms per order",
            "",
        ),
        (
            f"one order per transaction ({figures['single_orders']} orders)",
            f"{figures['ms_single']} ms per order",
            "",
        ),
        (
            "speed, Odoo's own batched way = 1",
            f"{figures['faster_than_batched']}",
            f"at least 0.85: {verdict(figures['faster_than_batched'] >= 0.85)}",
        ),
        (
            "speed, one order per transaction = 1",
            f"{figures['faster_than_single']}",
            f"at least 2: {verdict(figures['faster_than_single'] >= 2)}",
        ),
        (
            "HTTP calls",
            f"{figures['http_calls']}",
            f"{figures['http_calls_expected']}: {verdict(figures['http_calls'] <= figures['http_calls_expected'])}",
        ),
    ]
    if figures["orders"] > figures["memory_at"] > 0:
        rows.append(
            (
                f"memory from {figures['memory_at']} to {figures['orders']} orders",
                f"+{growth} MB ({before_after})",
                f"less than 50 MB: {verdict(growth < 50)}",
            )
        )
    return rows


def queue_rows(figures: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(what, figure, goal) of the queue."""
    names = {
        "ours": "this addon's queue, one worker, one job at a time",
        "ours by fifties": "this addon's queue, one worker, claims of fifty",
        "queue_job": "OCA queue_job, its runner and one worker",
        "queue_job inside": "OCA queue_job, one worker without runner and HTTP: its own code in a loop",
    }
    rows = [(names[name], f"{rate} no-op jobs a second", "") for name, rate in figures["per_second"].items()]
    if "faster" in figures:
        rows.append(
            ("one at a time, queue_job = 1", str(figures["faster"]), f"at least 5: {verdict(figures['faster'] >= 5)}")
        )
        rows.append(("one at a time, queue_job without runner and HTTP = 1", str(figures["faster_than_inside"]), ""))
    else:
        rows.append(("OCA queue_job", "not measured: --queue-job PATH was not given", ""))
    return rows


def catalogue_rows(figures: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(what, figure, goal) of the catalogue."""
    pages, uploads = -(-figures["offers"] // 1000), -(-figures["prices"] // 100)
    reading = max(figures["reading_seconds"], 0.1)
    return [
        (
            f"{figures['offers']} offers imported, {figures['linked']} of them linked with a product",
            f"{figures['first_seconds']} s, {round(figures['first_seconds'] / reading, 1)} times reading them only "
            f"({figures['reading_seconds']} s)",
            "",
        ),
        (
            "imported again, nothing has changed",
            f"{figures['second_seconds']} s, {round(figures['second_seconds'] / reading, 1)} times reading them only",
            "",
        ),
        (
            "queries per page of 1000 offers, first and second import",
            f"{figures['first_queries_per_page']} and {figures['second_queries_per_page']}",
            "",
        ),
        (
            "HTTP calls, first and second import",
            f"{figures['first_calls']} and {figures['second_calls']}",
            f"{pages} and a handful: {verdict(figures['second_calls'] <= pages + 5)}",
        ),
        (
            "memory from the tenth page to the last",
            f"+{figures['memory_growth_mb']} MB "
            f"({figures['memory_start_mb']} MB before the import, {figures['memory_end_mb']} MB after it)",
            f"less than 50 MB: {verdict(figures['memory_growth_mb'] < 50)}",
        ),
        (
            f"{figures['prices']} offers published for the first time",
            f"{figures['upsert_seconds']} s; {figures['refused']} are refused, articles of over 30 kg",
            "",
        ),
        (
            f"{figures['prices']} prices changed and sent",
            f"{figures['update_seconds']} s, after {figures['edit_seconds']} s in which they were changed",
            "",
        ),
        (
            "HTTP calls, first publication and change of prices",
            f"{figures['upsert_calls']} and {figures['update_calls']}",
            f"{uploads} uploads and a handful for each package",
        ),
        ("queries per upload of 100 prices", str(figures["update_queries_per_upload"]), ""),
        ("memory while prices are sent", f"+{figures['update_memory_mb']} MB", ""),
    ]


def stock_rows(figures: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(what, figure, goal) of stock."""
    uploads = -(-figures["offers"] // 100)
    load = " to ".join(map(str, figures["load"]))
    return [
        (
            f"one hand-written SQL aggregate, {figures['offers']} offers in 4 warehouses",
            f"{figures['aggregate_seconds']} s",
            "",
        ),
        (
            "the decision for all of them, nothing to write",
            f"{figures['decide_seconds']} s, {figures['decide_queries']} queries, +{figures['decide_memory_mb']} MB",
            "",
        ),
        (
            "the decision, aggregate = 1",
            f"{figures['decide_ratio']}",
            f"at most 3: {verdict(figures['decide_ratio'] <= 3)}",
        ),
        ("the decision when every quantity is new and written", f"{figures['anew_seconds']} s", ""),
        (
            "all offers sent",
            f"{figures['full_seconds']} s, {figures['full_calls']} HTTP calls",
            f"{uploads} uploads and a handful for each package",
        ),
        (
            f"{figures['delta']} of them changed and sent",
            f"{figures['delta_seconds']} s, {figures['delta_calls']} HTTP calls, {figures['delta_queries']} queries",
            "",
        ),
        (
            "a delivery of three products validated, with the addon and without",
            f"{figures['move_with_ms']} and {figures['move_without_ms']} ms: {figures['move_ratio']}",
            "",
        ),
        (
            f"from the commit of a change to the number on the marketplace, {figures['wire_looks']} times",
            f"{figures['wire_seconds']} s, at most {figures['wire_longest']} s",
            f"less than 2 s: {verdict((figures['wire_seconds'] or 99) < 2)}",
        ),
        ("load of the machine (2 cores, shared with other work)", load, ""),
    ]


def dashboard_rows(figures: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(what, figure, goal) of the dashboard."""
    rows = []
    for one in figures["periods"]:
        what = "ten years" if one["period"] == "custom" else one["period"]
        good = one["ratio"] <= 3
        rows.append(
            (
                f"{what}: {one['ms']} ms (best {one['best_ms']}), {one['few_ms']} with {figures['few']} orders",
                f"{one['ratio']} times one bare SQL statement ({one['bare_ms']} ms)",
                f"at most 3: {verdict(good)}; under 150 ms: {verdict(one['ms'] < 150)}",
            )
        )
    most = max(one["queries"] for one in figures["periods"])
    few = max(one["few_queries"] for one in figures["periods"])
    rows.append((f"statements, with {figures['few']} orders {few}", str(most), f"the same: {verdict(most <= few)}"))
    load = " to ".join(map(str, figures["load"]))
    return [*rows, ("load of the machine (2 cores, shared with other work)", load, "")]


def dashboard_table(figures: dict[str, Any]) -> str:
    return _plain(dashboard_rows(figures))


def stock_table(figures: dict[str, Any]) -> str:
    return _plain(stock_rows(figures))


def catalogue_table(figures: dict[str, Any]) -> str:
    return _plain(catalogue_rows(figures))


def import_table(figures: dict[str, Any]) -> str:
    return _plain(import_rows(figures))


def queue_table(figures: dict[str, Any]) -> str:
    return _plain(queue_rows(figures))


def _plain(rows: list[tuple[str, str, str]]) -> str:
    width = max(len(row[0]) for row in rows)
    return "\n".join(f"{what.ljust(width)}  {figure}{'   ' + goal if goal else ''}" for what, figure, goal in rows)


def record(name: str, figures: dict[str, Any]) -> None:
    """Keep the figures in benchmarks/: replaces those of the same measurement and series, leaves the others."""
    every = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    every[f"{name}-{figures['series']}"] = {**figures, "date": date.today().isoformat()}
    write_atomic(FIGURES, json.dumps(every, indent=2, sort_keys=True) + "\n")
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    write_atomic(README, f"{before}{BEGIN}\n\n{_markdown(every)}\n{END}{after}")


def _markdown(every: dict[str, dict[str, Any]]) -> str:
    parts = []
    for figures in sorted(
        every.values(), key=lambda each: (each["series"], each["name"] == "queue", each.get("orders"))
    ):
        if figures.get("kind") == "catalogue":
            rows, title = catalogue_rows(figures), f"Catalogue of {figures['offers']} offers"
        elif figures.get("kind") == "stock":
            rows, title = stock_rows(figures), f"Stock of {figures['offers']} offers"
        elif figures.get("kind") == "dashboard":
            rows = dashboard_rows(figures)
            title = f"Dashboard with {figures['orders']} orders and {figures['offers']} offers"
        elif figures["name"] == "queue":
            rows, title = queue_rows(figures), "Queue"
        else:
            rows, title = import_rows(figures), f"Import of {figures['orders']} orders"
        rounds = "once" if figures["rounds"] == 1 else f"median of {figures['rounds']}"
        parts.append(f"### {title}, Odoo {figures['series']}, {figures['date']} ({rounds})\n")
        parts.append("| What | Figure | Goal |\n|---|---|---|")
        parts += [f"| {what} | {figure} | {goal} |" for what, figure, goal in rows]
        parts.append("")
    return "\n".join(parts)
