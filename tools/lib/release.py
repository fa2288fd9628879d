"""tools/release: one reproducible ZIP per series, and the proof that it installs and works on its own."""

from __future__ import annotations

import ast
import hashlib
import io
import os
import re
import shutil
import subprocess
import tarfile
import time
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from . import database, odoo, options, paths
from .console import ToolError, run, say, step

SHIPPED = frozenset(
    {
        "__init__.py",
        "__manifest__.py",
        "hooks.py",
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "compat",
        "controllers",
        "data",
        "docs",
        "i18n",
        "models",
        "security",
        "services",
        "static",
        "views",
        "wizards",
    }
)
KEPT_BACK = frozenset({".ci", ".gitignore", ".pylintrc", "benchmarks", "pyproject.toml", "sandbox", "tests", "tools"})
"""What is for those who work on the addon, not for those who run it."""

SMOKE = """
module = env["ir.module.module"].search([("name", "=", "{addon}")])
assert module.state == "installed", module.state
assert module.installed_version == "{version}", module.installed_version
actions = env["ir.actions.act_window"].search([])
ours = actions.filtered(lambda action: (action.get_external_id()[action.id] or "").startswith("{addon}."))
assert len(ours) >= 20, len(ours)
for action in ours:
    views = [(view or False, kind) for view, kind in action.views]
    assert env[action.res_model].get_views(views, {{"toolbar": True}})["views"], action.name
config = env["cdiscount.config"].create(
    {{"name": "Smoke", "api_login": "nobody", "api_password": "nothing", "seller_id": "1"}}
)
assert config.state == "draft", config.state
assert len(env["cdiscount.dashboard"].get_data("30d")["kpis"]) == 6
env["cdiscount.queue"]._run_due(config_ids=config.ids, budget=5)
print("views opened:", len(ours))
"""


@dataclass(frozen=True)
class Package:
    """One ZIP: for which series, where, and its SHA-256."""

    series: int
    path: Path
    digest: str
    files: int


def build(output: Path, series: Iterable[int] = options.SERIES) -> list[Package]:
    """Make the ZIPs of the committed state; the same commit gives the same bytes, wherever and whenever it is done."""
    output.mkdir(parents=True, exist_ok=True)
    files, moment = committed_files()
    version = ast.literal_eval(files["__manifest__.py"].decode())["version"]
    packages = []
    for number in series:
        content = pack(release_files(files, number, version), moment)
        path = output / f"{paths.ADDON}-{number}.0-{version}.zip"
        path.write_bytes(content)
        kept = len(zipfile.ZipFile(io.BytesIO(content)).namelist())
        packages.append(Package(number, path, hashlib.sha256(content).hexdigest(), kept))
    return packages


def committed_files() -> tuple[dict[str, bytes], tuple[int, ...]]:
    """Every file of the last commit by its path, and the commit's moment as ZIP wants it."""
    if not (paths.ROOT / ".git").exists():
        raise ToolError("A release is made of a git checkout: this folder has no .git.")
    git = ["git", "-C", str(paths.ROOT)]
    if run([*git, "status", "--porcelain", "--untracked-files=no"], failure="git could not be asked."):
        say("there are changes that are not committed: they are not part of the release")
    done = subprocess.run([*git, "archive", "--format=tar", "HEAD"], capture_output=True, check=False)
    if done.returncode:
        raise ToolError(f"git archive failed.\n  {done.stderr.decode(errors='replace').strip()}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        files = {item.name: tar.extractfile(item).read() for item in tar.getmembers() if item.isfile()}
    given = os.environ.get("SOURCE_DATE_EPOCH") or run(
        [*git, "log", "-1", "--format=%ct"], failure="git could not tell when the last commit was made."
    )
    return files, tuple(time.gmtime(int(given))[:6])


def release_files(files: Mapping[str, bytes], series: int, version: str) -> dict[str, bytes]:
    """The files of one series: what is shipped, with the series in the manifest's version as the Apps store wants it.

    Raises ToolError for a file of which nobody has decided whether it is shipped.
    """
    unknown = sorted({PurePosixPath(name).parts[0] for name in files} - SHIPPED - KEPT_BACK)
    if unknown:
        raise ToolError(f"Say in tools/lib/release.py whether these are shipped: {', '.join(unknown)}.")
    chosen = {name: data for name, data in files.items() if PurePosixPath(name).parts[0] in SHIPPED}
    manifest, count = re.subn(
        r'("version": ")[^"]+(")', rf"\g<1>{series}.0.{version}\g<2>", chosen["__manifest__.py"].decode()
    )
    if count != 1:
        raise ToolError("The manifest has no version that could be written anew.")
    chosen["__manifest__.py"] = manifest.encode()
    return chosen


def pack(files: Mapping[str, bytes], moment: tuple[int, ...]) -> bytes:
    """A ZIP whose bytes depend on nothing but its files and the moment: sorted, one date, one mode, one compression."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{paths.ADDON}/{name}", moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name])
    return target.getvalue()


def prove(package: Package) -> None:
    """Install a ZIP into a clean database of its series and use it a little; raises ToolError when it does not work."""
    instance = odoo.prepare(options.make_target(str(package.series), None))
    home = paths.runtime_dir(str(package.series), "release")
    addons = home / "addons"
    shutil.rmtree(addons, ignore_errors=True)
    with zipfile.ZipFile(package.path) as archive:
        archive.extractall(addons)
    instance = replace(instance, addons=addons, own_conf=home / "odoo.conf")
    name = f"release_{package.series}"
    manifest = ast.literal_eval((addons / paths.ADDON / "__manifest__.py").read_text(encoding="utf-8"))
    with instance.postgres:
        database.drop(instance, name)
        database.create(instance, name)
        try:
            with step(f"installing {package.path.name} in a clean database"):
                log = database.install(instance, name, [paths.ADDON], home / "install.log")
            # A library's own warnings come with paths that name the addon's folder of packages: they are not ours.
            ours = r" (WARNING|ERROR|CRITICAL) \S+ (?!py\.warnings)(\S*cdiscount|\S+: .*cdiscount)"
            noise = [line for line in log.splitlines() if re.search(ours, line)]
            if noise:
                raise ToolError("The installation is not silent:\n" + "\n".join(noise[:10]))
            with step(f"smoke test on Odoo {package.series}"):
                smoke = SMOKE.format(addon=paths.ADDON, version=manifest["version"])
                database.run_script(instance, name, smoke)
        finally:
            database.drop(instance, name)
            shutil.rmtree(addons, ignore_errors=True)


def provable() -> list[int]:
    """The series that can be tried here: 19 always, others where a source tree is named."""
    return [number for number in options.SERIES if number == options.DEFAULT_SERIES or os.environ.get(f"ODOO_{number}")]
