"""The parts of tools/test: linters, tests without Odoo, the installation, tests inside Odoo and the browser, tests
with worker processes that are killed."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

from . import database, outcome, paths, system, venv
from .console import ToolError, say
from .odoo import Odoo, free_port, prepare
from .options import Target
from .outcome import Part
from .stream import passthrough

PARTS = ("lint", "services", "odoo", "processes")
KEPT = 2  # databases of failed runs that stay for a look
SCRATCH = re.compile(r"^test_(\d{8}_\d{6})_\d+$")


def lint() -> list[Part]:
    """ruff over the whole tree, pylint with OCA's checks over the addon."""
    python = venv.environment("lint", "lint.txt")
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYLINTHOME": str(paths.runtime_dir("pylint"))}
    programs = [str(file.relative_to(paths.ROOT)) for file in sorted((paths.ROOT / "tools").iterdir()) if _script(file)]
    pylint = ["-m", "pylint", "--rcfile", ".pylintrc", "-j", "2", str(paths.ROOT)]
    return [
        _checked("ruff", [python, "-m", "ruff", "check", "-q", "--no-cache", ".", *programs], env),
        _checked("pylint-odoo", [python, *pylint], env),
    ]


def _script(file: Path) -> bool:
    return file.is_file() and not file.suffix and os.access(file, os.X_OK)


def _checked(name: str, command: Sequence[str | Path], env: dict[str, str]) -> Part:
    say(f"{name} …")
    begin = time.monotonic()
    code = passthrough(command, name, cwd=paths.ROOT, env=env)
    return Part(name, code == 0, time.monotonic() - begin)


def services(python: Path) -> list[Part]:
    """The tests that need no Odoo."""
    report = paths.runtime_dir("reports") / f"services-{os.getpid()}.xml"
    env = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(paths.runtime_dir("hypothesis")),
    }
    env.pop("PYTHONPATH", None)
    folder = "tests/services"
    options = ["-c", f"{folder}/pytest.ini", "--rootdir", folder, folder, "-q", "--no-header", "--durations=3"]
    return [_pytest("tests without Odoo", [python, "-m", "pytest", *options], report, env=env, cwd=paths.ROOT)]


BUNDLES = """
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
"""


def processes(odoo: Odoo, target: Target, kept: list[str] | None = None) -> list[Part]:
    """The tests that start real workers and kill them; they set up a database server of their own.

    ``kept`` takes their output, which is not shown then.
    """
    report = paths.runtime_dir("reports") / f"processes-{os.getpid()}.xml"
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "FLEET_SERIES": str(target.series)}
    env.pop("PYTHONPATH", None)
    if target.source:
        env["FLEET_ODOO"] = str(target.source)
    folder = "tests/processes"
    options = ["-c", f"{folder}/pytest.ini", "--rootdir", folder, folder, "-q", "--no-header", "--durations=3"]
    name = f"workers that are killed, Odoo {odoo.series}"
    return [_pytest(name, [odoo.python, "-m", "pytest", *options], report, env=env, cwd=paths.ROOT, kept=kept)]


def _pytest(name: str, command: Sequence[str | Path], report: Path, **popen: object) -> Part:
    say(f"{name} …")
    begin = time.monotonic()
    report.unlink(missing_ok=True)
    code = passthrough([*command, f"--junitxml={report}"], name, **popen)
    passed, failed, skipped = outcome.read_junit(report)
    report.unlink(missing_ok=True)
    note = ""
    if code == 5 or passed + failed == 0:
        note = "no test was executed"
    elif code and not failed:
        note = f"pytest ended with code {code}"
    return Part(name, not code and not note, time.monotonic() - begin, passed, failed, skipped, note)


def inside_odoo(odoo: Odoo, arguments: Sequence[str], keep: str | None = None) -> list[Part]:
    """Install the addon in a fresh database and run its tests there.

    ``arguments`` go to pytest. ``keep`` names a database that stays: it is made when it is missing, otherwise the addon
    is updated in it, which is quicker while one works at the addon.
    """
    system.need_chromium()
    name = keep or f"test_{datetime.now(timezone.utc):%Y%m%d_%H%M%S}_{os.getpid()}"
    with odoo.postgres:
        _drop_old(odoo)
        parts = []
        ok = False
        try:
            parts.append(_install(odoo, name))
            if parts[0].ok:
                if not arguments or any("browser" in word for word in arguments):
                    # Otherwise each browser test builds Odoo's bundles anew: what a test stores is rolled back.
                    database.run_script(odoo, name, BUNDLES)
                parts.append(_run_inside(odoo, name, arguments))
            ok = all(part.ok for part in parts)
        except KeyboardInterrupt:
            ok = True
            raise
        finally:
            if keep is None and ok:
                database.drop(odoo, name)
            elif keep is None:
                say(f"the database {name} is kept for a look: {_hint(odoo)} -d {name} (login admin, password admin)")
    return parts


def _hint(odoo: Odoo) -> str:
    return "tools/odoo" if odoo.series == 19 else f"tools/odoo --series {odoo.series} --odoo PATH"


def _drop_old(odoo: Odoo) -> None:
    """Remove databases of failed runs: all but the newest, and none of a run that may still be going on."""
    limit = f"{datetime.now(timezone.utc) - timedelta(hours=3):%Y%m%d_%H%M%S}"
    old = sorted(name for name in database.names(odoo) if SCRATCH.match(name))[:-KEPT]
    for name in old:
        if SCRATCH.match(name)[1] < limit:
            database.drop(odoo, name)


def _install(odoo: Odoo, name: str) -> Part:
    begin = time.monotonic()
    label = f"installation on Odoo {odoo.series}"
    log = odoo.home / "log" / f"install-{os.getpid()}.log"
    try:
        exists = name in database.names(odoo)
        if not exists:
            database.create(odoo, name)
        say(f"{'updating' if exists else 'installing'} the addon on Odoo {odoo.series} in the database {name} …")
        text = database.install(odoo, name, [paths.ADDON], log, update=exists)
    except ToolError as error:
        print(error, flush=True)
        return Part(label, False, time.monotonic() - begin, note="see above")
    problems = outcome.log_problems(text, [str(paths.cache_dir()), str(paths.RUNTIME / "addons"), str(paths.ROOT)])
    if problems:
        print(f"Odoo complained while it installed the addon (whole log: {log}):", flush=True)
        print("\n".join(f"    {problem}" for problem in problems[:40]), flush=True)
        return Part(label, False, time.monotonic() - begin, note=f"{len(problems)} complaints in the log")
    log.unlink(missing_ok=True)
    return Part(label, True, time.monotonic() - begin)


def _run_inside(odoo: Odoo, name: str, arguments: Sequence[str]) -> Part:
    folder = paths.runtime_dir(str(odoo.series), "run")
    conf = folder / f"{name}.conf"
    odoo.write_conf(conf, db_name=name, dbfilter=f"^{re.escape(name)}$", http_port=free_port(), max_cron_threads=0)
    addon = paths.addons_link_dir() / paths.ADDON
    command = [odoo.python, "-m", "pytest", "-c", addon / "tests" / "pytest.ini", "--rootdir", addon]
    command += ["--no-header", "-rfE", "--durations=5"]
    command += [f"--odoo-database={name}", "--odoo-http", "--odoo-log-level=error"]
    command += pytest_arguments(arguments, addon)
    env = {**odoo.environment(conf), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return _pytest(
            f"tests inside Odoo {odoo.series}",
            command,
            folder / f"{name}.xml",
            env=env,
            cwd=addon,
            pass_fds=odoo.postgres.keep_alive,
        )
    finally:
        conf.unlink(missing_ok=True)


def pytest_arguments(arguments: Sequence[str], addon: Path, exists: Callable[[Path], bool] = Path.exists) -> list[str]:
    """pytest's arguments for the tests inside Odoo.

    Paths are rewritten to go through the link that bears the addon's technical name: pytest-odoo takes the module's
    name from the path, and the checkout's folder may be called anything. Without a path all tests run.
    """
    words, found = [], False
    for word in arguments:
        file, separator, node = word.partition("::")
        path = Path(file)
        relative = path
        if path.is_absolute() and path.is_relative_to(paths.ROOT):
            relative = path.relative_to(paths.ROOT)
        if not word.startswith("-") and not relative.is_absolute() and exists(paths.ROOT / relative):
            words.append(f"{addon / relative}{separator}{node}")
            found = True
        else:
            words.append(word)
    return words if found else [*words, str(addon / "tests")]


def run(target: Target, wanted: Sequence[str], arguments: Sequence[str], keep: str | None) -> list[Part]:
    """Run the wanted parts; one that fails does not keep the next from running.

    The killed workers wait more than they work: they run beside the tests inside Odoo, which have a database server of
    their own, and are shown after them.
    """
    parts: list[Part] = []
    if "lint" in wanted:
        parts += lint()
    if "services" in wanted:
        parts += services(venv.environment("odoo", "odoo.txt", "test.txt"))
    if not {"odoo", "processes"} & set(wanted):
        return parts
    odoo = prepare(target)
    if "odoo" not in wanted:
        return parts + processes(odoo, target)
    shown: list[str] = []
    with ThreadPoolExecutor(1) as beside:
        killed = beside.submit(processes, odoo, target, shown) if "processes" in wanted else None
        parts += inside_odoo(odoo, arguments, keep)
        if killed:
            parts += killed.result()
            print("".join(shown), flush=True)
    return parts
