"""The tools take their own options off the front of a command line and leave Odoo's alone."""

import pytest

from tools.lib.console import ToolError
from tools.lib.options import make_target, read_server_options, split_target


@pytest.fixture
def odoo_tree(tmp_path):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo" / "release.py").write_text("version_info = (17, 0, 0, FINAL, 0, '')\n")
    return tmp_path


def test_without_options_odoo_19_comes_from_the_package():
    target, rest = split_target(["shell", "-d", "dev"], {})
    assert (target.series, target.source) == (19, None)
    assert rest == ["shell", "-d", "dev"]


@pytest.mark.parametrize("form", [["--series", "17", "--odoo", "{}"], ["--odoo={}", "--series=17"]])
def test_series_and_source_are_taken_off_the_front(odoo_tree, form):
    argv = [word.format(odoo_tree) for word in form]
    target, rest = split_target([*argv, "-d", "dev", "--series", "18"], {})
    assert (target.series, target.source) == (17, odoo_tree)
    assert rest == ["-d", "dev", "--series", "18"], "what stands after the first foreign word is Odoo's"


def test_the_environment_names_the_source_of_its_series_only(odoo_tree):
    environ = {"ODOO_17": str(odoo_tree), "ODOO_18": "/nowhere"}
    assert make_target("17", None, environ).source == odoo_tree
    assert make_target(None, None, environ).source is None


@pytest.mark.parametrize(
    ("series", "source", "said"),
    [
        ("16", None, "17, 18 and 19"),
        ("x", None, "17, 18 and 19"),
        ("17", None, "ODOO_17"),
        ("17", "/nowhere", "odoo-bin"),
    ],
)
def test_a_wrong_choice_says_what_to_do(series, source, said):
    with pytest.raises(ToolError, match=said):
        make_target(series, source, {})


def test_a_missing_value_is_no_traceback():
    with pytest.raises(ToolError, match="wants a value"):
        split_target(["--series"], {})


@pytest.mark.parametrize(
    ("argv", "databases", "installs", "wants_port", "subcommand"),
    [
        ([], (), False, True, None),
        (["-d", "dev", "-i", "sale"], ("dev",), True, True, None),
        (["-ddev", "-isale"], ("dev",), True, True, None),
        (["--database=a,b", "--init=sale"], ("a", "b"), True, True, None),
        (["server", "--http-port=8070"], (), False, False, "server"),
        (["-p", "8070"], (), False, False, None),
        (["-p8070"], (), False, False, None),
        (["--no-http"], (), False, False, None),
        (["shell", "-d", "dev", "-u", "sale"], ("dev",), False, True, "shell"),
    ],
)
def test_what_the_tools_read_in_an_odoo_command_line(argv, databases, installs, wants_port, subcommand):
    found = read_server_options(argv)
    assert found.databases == databases
    assert found.installs is installs
    assert found.wants_port is wants_port
    assert found.subcommand == subcommand
