"""tools/screens: brings up a shop of its own, has every screen photographed, and says what was wrong with one."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import apt, demo, paths, screens_list, screens_sheet, system, venv
from .console import ToolError, say, step
from .options import Target

DATABASE = "screens"
DESCRIPTION = paths.ROOT / "static" / "description"
LOGIN = "admin"
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{folder}</dir>
  <match target="pattern">
    <test name="family" compare="eq"><string>Arial</string></test>
    <edit name="family" mode="prepend" binding="same"><string>Roboto</string></edit>
  </match>
</fontconfig>
"""
"""Odoo asks for Roboto among others; its package brings it along, the machine need not have it."""


@dataclass
class Wish:
    """What the caller asked for; ``at`` is a running Odoo to photograph instead of a shop of its own."""

    target: Target
    output: Path
    languages: Sequence[str]
    only: Sequence[str] = ()
    update_description: bool = False
    at: str | None = None


def run(wish: Wish) -> int:
    """Take the pictures; 1 when a screen is not as it should be."""
    strange = screens_list.unknown(wish.only)
    if strange:
        raise ToolError(
            f"There is no screen called {', '.join(strange)}. There are:\n  "
            + ", ".join(screen.name for screen in screens_list.SCREENS)
        )
    chromium = system.need_chromium()
    python = venv.environment("screens", "screens.txt")
    wish.output.mkdir(parents=True, exist_ok=True)
    results: list[dict[str, Any]] = []
    with _shop(wish) as (url, fill):
        job = {
            "url": url,
            "login": LOGIN,
            "password": LOGIN,
            "series": wish.target.series,
            "chromium": chromium,
            "folder": str(wish.output.resolve()),
            "languages": list(wish.languages),
            "only": list(wish.only),
        }
        if fill is not None:
            results += _photograph(python, {**job, "stage": "empty"})
            if screens_list.shots(wish.languages, wish.only, "shop") and not fill():
                say("both sides of the demo do not agree; the pictures show what there is")
        results += _photograph(python, {**job, "stage": "shop"})
    sheet = screens_sheet.write(wish.output, results)
    if wish.update_description:
        _publish(python, wish.output)
    return _report(results, sheet)


@contextlib.contextmanager
def _shop(wish: Wish) -> Iterator[tuple[str, Any]]:
    """The address of the Odoo to photograph, and what fills its shop (None: it is filled)."""
    if wish.at:
        yield wish.at.rstrip("/"), None
        return
    # ``once``: nobody looks at the database afterwards.
    with demo.opened(demo.Wish(wish.target, once=True), DATABASE) as (server, _place, fill):
        yield server.url, fill


def _photograph(python: Path, job: dict[str, Any]) -> list[dict[str, Any]]:
    wanted = screens_list.shots(job["languages"], job["only"], job["stage"])
    if not wanted:
        return []
    file = paths.runtime_dir("screens") / f"job-{os.getpid()}.json"
    file.write_text(json.dumps(job), encoding="utf-8")
    result = file.with_name(f"{file.name}.result")
    try:
        with step(f"{len(wanted)} pictures"):
            done = _inside(python, "tools.lib.screens_browser", file)
        if done or not result.exists():
            raise ToolError("The pictures could not be taken: what the browser said stands above.")
        return json.loads(result.read_text(encoding="utf-8"))
    finally:
        file.unlink(missing_ok=True)
        result.unlink(missing_ok=True)


def _inside(python: Path, module: str, *arguments: object) -> int:
    """Run one of our modules in the environment of the pictures, its output on ours."""
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(paths.ROOT)}
    fonts = _fonts()
    if fonts:
        env["FONTCONFIG_FILE"] = str(fonts)
    command = [python, "-m", module, *arguments]
    return subprocess.run([str(word) for word in command], cwd=paths.ROOT, env=env, check=False).returncode


def _fonts() -> Path | None:
    """A configuration of fonts with those that Odoo's package brings; None where Odoo comes from elsewhere."""
    folder = apt.unpacked_fonts()
    if folder is None:
        return None
    file = paths.runtime_dir("screens") / "fonts.conf"
    paths.write_atomic(file, FONTS.format(folder=folder))
    return file


def _publish(python: Path, folder: Path) -> None:
    """Put the chosen pictures, made small, and the drawn ones into static/description; names nobody needs leave it."""
    missing = sorted({kept.file for kept in screens_list.PUBLISHED.values() if not (folder / kept.file).exists()})
    if missing:
        raise ToolError(f"Not taken, so static/description stays as it is: {', '.join(missing)}.")
    with step("static/description"):
        if _inside(python, "tools.lib.screens_publish", folder, DESCRIPTION, shutil.which("chromium") or ""):
            raise ToolError("The pictures could not be made small: see above.")
    for old in DESCRIPTION.glob("screenshot_*.png"):
        if old.name not in screens_list.PUBLISHED:
            say(f"{old.name} is no picture of the list any more: remove it when nothing names it")


def _report(results: Sequence[dict[str, Any]], sheet: Path) -> int:
    bad = [result for result in results if result["problems"]]
    print(f"\n{len(results)} pictures: {sheet}", flush=True)
    for result in bad:
        print(f"  {result['file']}", flush=True)
        for problem in result["problems"]:
            print(f"      {problem}", flush=True)
    print("No screen had an error." if not bad else f"{len(bad)} pictures show a screen with an error.", flush=True)
    return 1 if bad else 0
