"""docs/order-life.md: each row names a test that exists, each test of the file has its row."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_table_and_the_tests_name_the_same_rows():
    table = (ROOT / "docs/order-life.md").read_text(encoding="utf-8")
    rows = [row for row in table.splitlines() if row.startswith("| ") and not row.startswith("| Situation")]
    named = [name for row in rows for name in re.findall(r"`(test_\w+)`", row)]
    tests = re.findall(r"^    def (test_\w+)", (ROOT / "tests/test_order_life.py").read_text(encoding="utf-8"), re.M)
    assert len(named) == len(rows) == len(set(named))
    assert sorted(named) == sorted(tests)
