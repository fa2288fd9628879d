"""The release: only what the addon needs, the series in its version, the same bytes each time."""

from __future__ import annotations

import ast
import io
import zipfile

import pytest

from tools.lib import paths, release
from tools.lib.console import ToolError

FILES = {
    "__manifest__.py": b'{"name": "X", "version": "1.2.3"}\n',
    "models/__init__.py": b"",
    "tests/test_x.py": b"",
    "sandbox/app.py": b"",
    "README.md": b"# X\n",
}
MOMENT = (2026, 11, 23, 12, 0, 0)


def test_only_what_the_addon_needs_is_shipped_under_its_technical_name():
    content = release.pack(release.release_files(FILES, 18, "1.2.3"), MOMENT)
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.namelist() == [
        f"{paths.ADDON}/README.md",
        f"{paths.ADDON}/__manifest__.py",
        f"{paths.ADDON}/models/__init__.py",
    ]
    manifest = ast.literal_eval(archive.read(f"{paths.ADDON}/__manifest__.py").decode())
    assert manifest["version"] == "18.0.1.2.3"


def test_the_same_files_give_the_same_bytes_in_whatever_order_they_come():
    chosen = release.release_files(FILES, 19, "1.2.3")
    other = dict(reversed(list(chosen.items())))
    assert release.pack(chosen, MOMENT) == release.pack(other, MOMENT)
    assert release.pack(chosen, MOMENT) != release.pack(chosen, (2026, 11, 23, 12, 0, 2))


def test_a_new_folder_is_asked_about():
    with pytest.raises(ToolError, match="novelties"):
        release.release_files({**FILES, "novelties/x.py": b""}, 19, "1.2.3")


def test_every_file_of_this_checkout_is_decided_about_and_the_shipped_code_needs_no_other():
    files, _moment = release.committed_files()
    chosen = release.release_files(files, 19, "1.0.0")
    assert {"__init__.py", "i18n/fr.po", "static/description/icon.png"} <= set(chosen)
    assert not any(name.startswith(("tests/", "tools/", "sandbox/")) for name in chosen)
    for name, data in chosen.items():
        if name.endswith(".py"):
            for node in ast.walk(ast.parse(data)):
                if isinstance(node, ast.ImportFrom) and node.level:
                    assert not (node.module or "").startswith(("tests", "sandbox", "tools")), name
    for data in ast.literal_eval(chosen["__manifest__.py"].decode())["data"]:
        assert data in chosen, f"{data} is in the manifest and not in the release"
