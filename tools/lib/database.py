"""Databases: a template with everything the addon depends on, and quick copies of it.

The template is built once for each list of modules and each Odoo source, and no one can connect to it. A copy is a
copy of the database and of its filestore (as hard links: Odoo never changes a stored file, it only adds and removes).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .console import ToolError, step, tail
from .locks import locked
from .odoo import Odoo, manifest

QUIET = ("--no-http", "--stop-after-init", "--max-cron-threads=0", "--workers=0")


def template_name(series: int, version: str, modules: Sequence[str], script: str = "") -> str:
    """The name of the template for these modules (and the script that finishes it) on this Odoo."""
    digest = hashlib.sha256("\0".join([version, *sorted(modules), script]).encode()).hexdigest()[:10]
    return f"template_{series}_{'finished' if script else 'plain'}_{digest}"


def names(odoo: Odoo) -> list[str]:
    """All databases of the private server."""
    return odoo.postgres.sql("SELECT datname FROM pg_database")


def drop(odoo: Odoo, name: str) -> None:
    """Remove a database with its filestore; one that is not there is no error."""
    odoo.postgres.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(odoo.data_dir / "filestore" / name, ignore_errors=True)


def create(odoo: Odoo, name: str, extra_modules: Sequence[str] = (), script: str = "") -> None:
    """Make a database with the addon's dependencies (and further modules) installed, but not the addon.

    ``script`` is Python for Odoo's shell; it runs once, when the template is built.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", name):
        raise ToolError(f"{name!r} is no name for a database: letters, digits, '_', '-' and '.', 63 at most.")
    template = ensure_template(odoo, manifest().get("depends", ["base"]), extra_modules, script)
    copy(odoo, template, name)


def copy(odoo: Odoo, template: str, name: str) -> None:
    """Copy a database and its filestore under another name."""
    odoo.postgres.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    store = odoo.data_dir / "filestore"
    if (store / template).is_dir():
        shutil.rmtree(store / name, ignore_errors=True)
        shutil.copytree(store / template, store / name, copy_function=_link_or_copy)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def ensure_template(odoo: Odoo, modules: Sequence[str], extra_modules: Sequence[str] = (), script: str = "") -> str:
    """Build the template if there is none yet, and return its name."""
    every = [*modules, *extra_modules]
    name = template_name(odoo.series, odoo.source.version, every, script)
    if name in names(odoo):
        return name
    parent = ensure_template(odoo, modules) if extra_modules else None
    with locked(odoo.home / "template.lock", "the template database"):
        if name not in names(odoo):
            _build_template(odoo, name, every, parent, script)
    return name


def _build_template(odoo: Odoo, name: str, modules: Sequence[str], parent: str | None, script: str) -> None:
    building = f"{name}_building"
    drop(odoo, building)
    drop(odoo, name)  # a filestore may be left of an interrupted run
    if parent:
        copy(odoo, parent, building)
    log = odoo.home / "log" / f"{name}.log"
    # Lists of modules are long on the screen: their number says enough.
    with step(f"building the template database of Odoo {odoo.series} ({len(modules)} modules and what they need)"):
        install(odoo, building, modules, log)
        if script:
            run_script(odoo, building, script)
        store = odoo.data_dir / "filestore"
        if (store / building).is_dir():
            (store / building).rename(store / name)
        odoo.postgres.sql(f'ALTER DATABASE "{building}" RENAME TO "{name}"')
        odoo.postgres.sql(f'ALTER DATABASE "{name}" WITH IS_TEMPLATE true ALLOW_CONNECTIONS false')
    _drop_outdated(odoo, name)


def _drop_outdated(odoo: Odoo, name: str) -> None:
    """Remove the templates that this one replaces (the dependencies or Odoo have changed)."""
    kind = name.rpartition("_")[0]
    for old in names(odoo):
        if old != name and old.rpartition("_")[0] == kind:
            with contextlib.suppress(ToolError):  # somebody is copying it just now: the next build removes it
                odoo.postgres.sql(f'ALTER DATABASE "{old}" WITH IS_TEMPLATE false')
                drop(odoo, old)


def install(odoo: Odoo, database: str, modules: Sequence[str], log: Path, *, update: bool = False) -> str:
    """Install (or update) modules and return Odoo's log; raises ToolError when one is not installed afterwards."""
    log.parent.mkdir(parents=True, exist_ok=True)
    odoo.write_conf()
    with log.open("w", encoding="utf-8") as out:
        process = odoo.start(
            ["-d", database, *(["-u", ",".join(modules)] if update else []), "-i", ",".join(modules), *QUIET],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    text = log.read_text(encoding="utf-8", errors="replace")
    wanted = ", ".join(f"'{module}'" for module in modules)
    if code == 0:
        found = odoo.postgres.sql(
            f"SELECT name FROM ir_module_module WHERE state = 'installed' AND name IN ({wanted})", database
        )
        missing = sorted(set(modules) - set(found))
        if not missing:
            return text
        reason = f"not installed afterwards: {', '.join(missing)}"
    else:
        reason = f"Odoo ended with code {code}"
    shown = "\n".join(line for line in text.splitlines() if re.search(r" (ERROR|CRITICAL) |Error", line))
    raise ToolError(
        f"Installing {', '.join(modules)} in the database {database} failed: {reason}.\n{tail(shown or text)}\n"
        f"  The whole log is in {log}."
    )


def run_script(odoo: Odoo, database: str, script: str) -> None:
    """Run Python in Odoo's shell on a database; a script that raises is a ToolError with the last lines it said."""
    marked = f"{script}\nprint('the script came to its end')\n"
    command = odoo.command("shell", "-d", database, "--no-http", "--shell-interface=python")
    done = subprocess.run(
        command, input=marked, env=odoo.environment(), capture_output=True, text=True, errors="replace", check=False
    )
    if "the script came to its end" not in done.stdout:
        raise ToolError(f"A script in Odoo's shell on {database} failed.\n{tail(done.stdout + done.stderr)}")
