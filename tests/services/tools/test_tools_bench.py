"""What tools/bench shows and keeps of its figures."""

import json

import pytest

from tools.lib import bench, bench_import, bench_queue, bench_report
from tools.lib.console import ToolError
from tools.lib.options import Target


def an_import(**changes):
    run = {"seconds": 40.0, "pull_seconds": 3.0, "per_order": 0.04, "orders": 1000, "lines": 2700, "deliveries": 1000}
    ours = {
        **run,
        "batch": 50,
        "calls": {"orders": 11, "tokens": 1},
        "memory": {"start": 150.0, "end": 170.0},
        "steps": [[50, 160.0], [950, 168.0], [1000, 170.0]],
    }
    results = {"ours": [ours], "batched": [{**run, "per_order": 0.05}], "single": [{**run, "per_order": 0.1}]}
    wish = bench_import.Wish(Target(19), **{"orders": 1000, **changes})
    return bench_import.summary(wish, 19, results, new_customers=False)


def rows(figures):
    return {what: (figure, goal) for what, figure, goal in bench_report.import_rows(figures)}


def test_the_speed_is_shown_beside_its_goal():
    table = rows(an_import())
    assert table["speed, Odoo's own batched way = 1"] == ("1.25", "at least 0.85: reached")
    assert table["speed, one order per transaction = 1"] == ("2.5", "at least 2: reached")
    slow = rows({**an_import(), "faster_than_batched": 0.7, "faster_than_single": 1.9})
    assert "MISSED" in slow["speed, Odoo's own batched way = 1"][1]
    assert "MISSED" in slow["speed, one order per transaction = 1"][1]


@pytest.mark.parametrize(("orders", "calls"), [(1, 2), (99, 2), (100, 2), (101, 3), (10_000, 101)])
def test_one_count_and_a_page_for_each_hundred_are_allowed(orders, calls):
    assert bench.expected_calls(orders) == calls


def test_a_call_too_many_is_shown():
    assert "reached" in rows(an_import())["HTTP calls"][1]
    assert "MISSED" in rows({**an_import(), "http_calls": 12})["HTTP calls"][1]


def test_memory_counts_from_the_first_thousand():
    results = an_import(orders=1000)
    assert results["memory_growth_mb"] == 0
    grown = {**results, "orders": 10_000, "memory_at": 1000, "memory_growth_mb": 51.0}
    assert rows(grown)["memory from 1000 to 10000 orders"] == (
        "+51.0 MB (150 MB before the import, 170 MB after it)",
        "less than 50 MB: MISSED",
    )


def test_figures_are_kept_by_measurement_and_series(tmp_path, monkeypatch):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{bench_report.BEGIN}\nold\n{bench_report.END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(bench_report, "README", readme)
    monkeypatch.setattr(bench_report, "FIGURES", tmp_path / "figures.json")
    figures = an_import()
    bench_report.record(figures["name"], figures)
    bench_report.record("queue", {"name": "queue", "series": 19, "jobs": 10, "rounds": 1, "per_second": {"ours": 900}})
    bench_report.record(figures["name"], {**figures, "http_calls": 77})
    kept = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert sorted(kept) == ["import-1000-19", "queue-19"]
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("before\n") and text.endswith("after\n")
    assert "| HTTP calls | 77 |" in text and "900 no-op jobs a second" in text and "old" not in text


def test_queue_job_is_found_as_pip_and_as_git_lay_it_out(tmp_path):
    for below in ("plain", "pip/odoo/addons"):
        (tmp_path / below / "queue_job").mkdir(parents=True)
        (tmp_path / below / "queue_job" / "__manifest__.py").touch()
    assert bench_queue.find_addons(tmp_path / "plain") == tmp_path / "plain"
    assert bench_queue.find_addons(tmp_path / "pip") == tmp_path / "pip" / "odoo" / "addons"
    with pytest.raises(ToolError, match="no addon queue_job"):
        bench_queue.find_addons(tmp_path)
