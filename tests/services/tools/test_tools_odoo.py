"""How Odoo is found and configured."""

import configparser
import socket

import pytest

from tools.lib import apt, database, paths, postgres, suite
from tools.lib.console import ToolError
from tools.lib.odoo import configuration, find_source, free_port
from tools.lib.options import Target


def test_a_taken_port_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) != port


def test_the_configuration_is_read_back_as_it_was_meant():
    text = configuration({"addons_path": ["/a", "/b"], "admin_passwd": "50%", "http_port": 8069})
    parser = configparser.ConfigParser()
    parser.read_string(text)
    assert dict(parser["options"]) == {"addons_path": "/a,/b", "admin_passwd": "50%", "http_port": "8069"}


def test_a_value_cannot_smuggle_in_another_option():
    with pytest.raises(ToolError, match="line break"):
        configuration({"db_name": "x\nadmin_passwd = y"})


def test_a_source_tree_of_another_series_is_refused(tmp_path):
    (tmp_path / "odoo" / "addons" / "base").mkdir(parents=True)
    (tmp_path / "odoo" / "release.py").write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    with pytest.raises(ToolError, match="holds Odoo 18, not 17"):
        find_source(Target(17, tmp_path))
    assert find_source(Target(18, tmp_path)).addons == (tmp_path / "odoo" / "addons",)


def test_both_addons_folders_of_a_git_checkout_are_used(tmp_path):
    for folder in ("odoo/addons/base", "addons/web"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "odoo" / "release.py").write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    assert find_source(Target(18, tmp_path)).addons == (tmp_path / "odoo" / "addons", tmp_path / "addons")


def test_a_template_is_shared_only_by_the_same_modules_on_the_same_odoo():
    name = database.template_name(19, "Debian 1", ["sale", "stock"])
    assert name == database.template_name(19, "Debian 1", ["stock", "sale"])
    assert name != database.template_name(19, "Debian 2", ["sale", "stock"])
    assert name != database.template_name(19, "Debian 1", ["sale"])
    assert len(name) < 50, "PostgreSQL cuts names at 63 bytes and the tools add to it"


@pytest.mark.parametrize("name", ["", "a b", 'x"; DROP', "../x", "-d", "x" * 64])
def test_a_bad_database_name_is_refused(name):
    with pytest.raises(ToolError, match="no name for a database"):
        database.create(None, name)


def test_the_mirror_is_the_machines_own_and_never_the_security_archive():
    targets = ["http://a.example/debian-security/ security", "http://b.example/tools/ x", "http://c.example/debian/ s"]
    assert apt.mirror_from("\n".join(targets)) == "http://c.example/debian/"
    assert apt.mirror_from("") is None


def test_apt_is_kept_to_private_folders(tmp_path):
    text = apt.private_configuration(tmp_path, "http://c.example/debian", as_root=False)
    private = ("Dir::State", "Dir::Cache", "Dir::Etc::sourcelist")
    settings = [line for line in text.splitlines() if line.startswith(private)]
    assert len(settings) == 6
    assert all(str(tmp_path) in line for line in settings)
    assert "Sandbox" not in text
    assert 'APT::Sandbox::User "root";' in apt.private_configuration(tmp_path, "", as_root=True)


def test_the_socket_path_stays_below_the_limit_of_unix(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/" + "long/" * 30)
    server = postgres.Postgres(tmp_path)
    assert len(f"{server.socket}/.s.PGSQL.{postgres.PORT}.lock") < 107


def test_two_checkouts_and_two_series_have_sockets_of_their_own(tmp_path):
    sockets = {postgres.Postgres(tmp_path / series / "postgres").socket for series in ("17", "19")}
    assert len(sockets) == 2


def test_test_files_are_reached_through_the_link_with_the_technical_name(tmp_path):
    link = tmp_path / paths.ADDON
    inside = str(paths.ROOT / "tests" / "pytest.ini")
    assert suite.pytest_arguments([], link) == [f"{link}/tests"]
    assert suite.pytest_arguments(["-x"], link) == ["-x", f"{link}/tests"]
    assert suite.pytest_arguments(["tests/pytest.ini::A::b", "-k", "claim"], link) == [
        f"{link}/tests/pytest.ini::A::b",
        "-k",
        "claim",
    ]
    assert suite.pytest_arguments([inside], link) == [f"{link}/tests/pytest.ini"]
