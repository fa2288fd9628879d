"""What a run says of itself is what happened."""

from tools.lib.outcome import Part, closing_line, log_problems, read_junit, table

JUNIT = """<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10"/></testsuites>"""


def test_a_report_is_counted(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(JUNIT)
    assert read_junit(report) == (4, 3, 3)


def test_a_missing_or_broken_report_is_a_failure(tmp_path):
    broken = tmp_path / "broken.xml"
    broken.write_text("<testsuites>")
    assert read_junit(tmp_path / "missing.xml") == (0, 1, 0)
    assert read_junit(broken) == (0, 1, 0)


def test_the_closing_line_adds_up_and_has_the_form_that_machines_read():
    parts = [Part("ruff", True, 1.0), Part("a", True, 1.0, 5, 0, 1), Part("b", False, 2.0, 7, 2, 0)]
    assert closing_line(parts) == "12 passed, 2 failed, 1 skipped"
    assert "FAILED" in table(parts)


def test_errors_and_our_own_warnings_in_the_log_are_problems():
    def line(level, logger, text):
        return f"2026-01-01 00:00:00,123 42 {level} db {logger}: {text}"

    log = "\n".join(
        [
            line("INFO", "odoo.modules.loading", "loading cdiscount_store_management/views/x.xml"),
            line("WARNING", "odoo.modules.loading", "The models ['cdiscount.queue'] have no access rules"),
            line("WARNING", "py.warnings", "/cache/cdiscount_store_management/venv/x.py: DeprecationWarning"),
            line("WARNING", "odoo.addons.base", "something of Odoo's own"),
            line("ERROR", "odoo.sql_db", "bad query"),
            "  a line of a traceback with ERROR in it",
            line("CRITICAL", "odoo.service", "failed"),
        ]
    )
    found = log_problems(log, ["/cache/cdiscount_store_management"])
    assert [problem.split()[0] for problem in found] == ["WARNING", "ERROR", "CRITICAL"]
    assert "access rules" in found[0]
