"""Arrows run one way: who may import what, who may speak HTTP, who may ask for the series (design, "The house")."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PURE = ("services", "sandbox")
RUNTIME = ("services", "models", "wizards", "controllers", "compat")
TRANSPORT = ROOT / "services" / "transport.py"
# Clients of HTTP. http.cookiejar, http.HTTPStatus and urllib.parse are no clients.
HTTP_CLIENTS = {"requests", "urllib3", "httpx", "aiohttp", "pycurl", "http.client", "urllib.request"}
SERIES_MARKS = {"version_info", "SERIES", "parse_version"}


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "__pycache__" not in path.parts]


def imports(path: Path, tree: ast.AST | None = None) -> set[str]:
    """Absolute names a file imports, also lazily inside functions; relative imports start with a dot."""
    names = set()
    for node in ast.walk(tree or ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            names.add(module)
            names.update(f"{module}.{alias.name}" if not module.endswith(".") else module for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in (
            "__import__",
            "import_module",
        ):
            names.update(arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
    return names


def reaches(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def speaks_http(names: set[str]) -> set[str]:
    return {name for name in names for client in HTTP_CLIENTS if reaches(name, client)}


def asks_for_series(source: str) -> bool:
    """Whether code (not a comment or a text) looks at Odoo's version."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in SERIES_MARKS:
            return True
        if isinstance(node, ast.Name) and node.id in SERIES_MARKS:
            return True
        if isinstance(node, ast.ImportFrom | ast.Import):
            module = getattr(node, "module", "") or ""
            for alias in node.names:
                if f"{module}.{alias.name}".lstrip(".") in ("odoo.release", "odoo.service.common.exp_version"):
                    return True
                if module == "odoo.release" or module.endswith("compat.series") or alias.name in SERIES_MARKS:
                    return True
    return False


@pytest.mark.parametrize("folder", PURE)
def test_the_pure_packages_import_no_odoo_and_not_each_other(folder):
    others = {"odoo", "odoo_addons", "openerp", *PURE} - {folder}
    for path in sources(folder):
        for name in imports(path):
            assert not any(reaches(name, other) for other in others), f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("folder", PURE)
def test_the_pure_packages_import_themselves_relatively_only(folder):
    # They are loaded under two names: by the tests, and inside the addon as odoo.addons....services.
    for path in sources(folder):
        depth = len(path.relative_to(ROOT / folder).parts)
        for name in imports(path):
            assert not reaches(name, folder), f"{path.relative_to(ROOT)} imports {name} by its absolute name"
            level = len(name) - len(name.lstrip("."))
            assert level <= depth, f"{path.relative_to(ROOT)} reaches out of {folder} with {name}"


def test_only_the_transport_speaks_http():
    for path in sources(*RUNTIME, "sandbox"):
        if path != TRANSPORT:
            assert not speaks_http(imports(path)), f"{path.relative_to(ROOT)} imports {speaks_http(imports(path))}"
    assert {"requests", "urllib3"} <= speaks_http(imports(TRANSPORT))


def test_only_compat_asks_for_the_series():
    for path in sources(*RUNTIME, "sandbox"):
        if path.relative_to(ROOT).parts[0] != "compat":
            assert not asks_for_series(path.read_text(encoding="utf-8")), (
                f"{path.relative_to(ROOT)} asks for the series"
            )


def test_no_source_file_has_a_second_subject():
    for path in sources(*RUNTIME, "sandbox"):
        count = len(path.read_text(encoding="utf-8").splitlines())
        assert count <= 400, f"{path.relative_to(ROOT)} has {count} lines"


def test_services_are_loaded_without_odoo_and_without_a_library_nobody_declared():
    # cryptography checks licence keys; Odoo brings it (its own requirements name it).
    allowed = {"requests", "urllib3", "dateutil", "cryptography"}
    for path in sources("services"):
        for name in imports(path):
            top = name.split(".")[0]
            assert name.startswith(".") or top in sys.stdlib_module_names or top in allowed, f"{path.name}: {name}"


def test_a_rule_can_be_used_without_loading_the_http_library():
    code = "import sys, services.rules.totals, services.rules.customers; sys.exit('requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


# ---------------------------------------------------------------- the tests above would notice


@pytest.mark.parametrize(
    "code",
    [
        "import requests",
        "from urllib3.util import Retry",
        "import http.client",
        "from http import client",
        "import httpx",
        "def f():\n    import urllib.request",
        "from urllib import request",
        "__import__('requests')",
    ],
)
def test_http_in_disguise_is_noticed(code):
    assert speaks_http(imports(TRANSPORT, ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["from urllib.parse import quote", "from http import HTTPStatus", "from . import requests"]
)
def test_what_is_no_http_client_is_let_through(code):
    assert not speaks_http(imports(TRANSPORT, ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "import odoo\nodoo.release.version_info",
        "from odoo import release",
        "from odoo.release import version",
        "from ..compat.series import SERIES",
        "from ...compat import SERIES",
        "if SERIES > 17: pass",
    ],
)
def test_asking_for_the_series_is_noticed(code):
    assert asks_for_series(code)


def test_the_word_series_in_a_text_is_no_question():
    assert not asks_for_series('"""Works on every series; version_info is not asked."""\nrelease_date = 1')
