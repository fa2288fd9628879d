"""What tools/bench catalogue shows of its figures, and what it calls wrong."""

import pytest

from tools.lib import bench_catalogue, bench_report
from tools.lib.options import Target

WISH = bench_catalogue.Wish(Target(19), offers=100_000, prices=10_000)


def an_import(**changes):
    return {
        "busy": 150.0,
        "queries": 2500,
        "calls": {"orders": 101, "tokens": 1},
        "memory_start": 150.0,
        "memory_end": 160.0,
        "memory_steps": [150.0 + number / 100 for number in range(100)],
        "offers": 100_000,
        "linked": 10_000,
        "rows": 100_000,
        "last_write": "2026-11-23 10:00:00",
        "failed": 0,
        **changes,
    }


def a_publication(**changes):
    return {
        "busy": 60.0,
        "queries": 9000,
        "calls": {"orders": 130, "tokens": 0},
        "memory_start": 160.0,
        "memory_end": 170.0,
        "offers": 10_000,
        "live": 10_000,
        "wrong": 0,
        "refused": {},
        "failed": 0,
        "edit_seconds": 30.0,
        **changes,
    }


def results(**changes):
    every = {
        "prices": 10_000,
        "reading": 5.0,
        "first": an_import(),
        "second": an_import(),
        "upsert": a_publication(),
        "update": a_publication(),
    }
    return {**every, **changes}


def rows(found):
    figures = bench_catalogue.summary(WISH, 19, found)
    return {what: (figure, goal) for what, figure, goal in bench_report.catalogue_rows(figures)}


def test_the_import_is_shown_beside_reading_alone():
    table = rows(results())
    assert table["100000 offers imported, 10000 of them linked with a product"][0].startswith("150.0 s, 30.0 times")


def test_goals_that_are_missed_are_named():
    steps = [150.0] * 50 + [260.0] * 50
    table = rows(results(first=an_import(memory_steps=steps), second=an_import(calls={"orders": 300, "tokens": 0})))
    assert "MISSED" in table["memory from the tenth page to the last"][1]
    assert "MISSED" in table["HTTP calls, first and second import"][1]
    assert not any("MISSED" in goal for _figure, goal in rows(results()).values())


def test_heavy_articles_are_refused_rightly_others_are_not():
    right = a_publication(live=9_880, refused={"mode_not_for_weight": 120})
    assert bench_catalogue.differences(WISH, results(upsert=right, update=right), {}) == []
    wrong = a_publication(live=9_880, refused={"price_too_low": 120})
    assert len(bench_catalogue.differences(WISH, results(upsert=wrong), {})) == 1


def test_nothing_is_wrong_when_both_sides_agree():
    assert bench_catalogue.differences(WISH, results(), {"offer_duplicates_posted": 0}) == []


@pytest.mark.parametrize(
    ("changes", "counters", "word"),
    [
        ({"first": an_import(offers=99_999)}, {}, "99999 offers are known"),
        ({"second": an_import(rows=100_001)}, {}, "created or changed something"),
        ({"second": an_import(last_write="2026-11-23 11:00:00")}, {}, "created or changed something"),
        ({"update": a_publication(wrong=1)}, {}, "1 with another price"),
        ({"upsert": a_publication(live=9_999)}, {}, "9999 of 10000 are published"),
        ({"update": a_publication(failed=2)}, {}, "2 jobs failed"),
        ({}, {"offer_duplicates_posted": 3}, "offer_duplicates_posted: 3"),
    ],
)
def test_what_is_wrong_is_said(changes, counters, word):
    found = bench_catalogue.differences(WISH, results(**changes), counters)
    assert len(found) == 1
    assert word in found[0]
