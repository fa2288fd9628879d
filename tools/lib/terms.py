"""tools/i18n: the terms of the addon as Odoo itself finds them, and the French file that follows them."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from . import database, paths
from .console import ToolError, say, step
from .odoo import Odoo, prepare
from .options import Target

TEMPLATE = paths.ROOT / "i18n" / f"{paths.ADDON}.pot"
FRENCH = paths.ROOT / "i18n" / "fr.po"

EXPORT = """
import io, json
from odoo.tools.translate import trans_export
found = io.BytesIO()
trans_export(None, [{addon!r}], found, "po", env if {takes_env} else env.cr)
open({target!r}, "wb").write(found.getvalue())
"""

# Odoo's environment has polib, ours does not need it: the merge runs there.
MERGE = """
import json, re, sys
import polib
raw, pot, french, fills = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
addon = {addon!r}
new = polib.pofile(raw, wrapwidth=78)
old = polib.pofile(french, wrapwidth=78)
def place(name, number):
    # The search for terms also goes through folders that lead back to the addon: one spelling of each file.
    found = re.search(r"(?:^|/)" + addon + r"/(?!.*/" + addon + r"/)(.*)", name)
    return ("code:addons/" + addon + "/" + found.group(1) if name.startswith("code:") and found else name, number)
for entry in new:
    entry.occurrences = sorted(set(place(*spot) for spot in entry.occurrences))
    entry.occurrences = [spot for spot in entry.occurrences if "/tests/" not in spot[0] and "/sandbox/" not in spot[0]]
wanted = sorted((e for e in new if e.occurrences and not e.obsolete), key=lambda e: e.msgid)
known = {{entry.msgid: entry.msgstr for entry in old}}
for name in fills:
    known.update({{k: v for k, v in json.load(open(name, encoding="utf-8")).items() if v}})
before = set(e.msgid for e in polib.pofile(pot, wrapwidth=78))
result = {{
    "added": [e.msgid for e in wanted if e.msgid not in before],
    "gone": sorted(before - set(e.msgid for e in wanted)),
    "missing": [e.msgid for e in wanted if not known.get(e.msgid)],
    "terms": len(wanted),
}}
if not {check}:
    for path, metadata, text in ((pot, new.metadata, None), (french, old.metadata, known)):
        out = polib.POFile(wrapwidth=78)
        out.header, out.metadata = old.header, dict(metadata)
        if text is None:
            out.metadata = dict(polib.pofile(pot).metadata)
        for e in wanted:
            out.append(polib.POEntry(msgid=e.msgid, msgstr=(text or {{}}).get(e.msgid, ""), comment=e.comment,
                                     occurrences=e.occurrences, flags=[f for f in e.flags if f != "fuzzy"]))
        out.save(path)
print(json.dumps(result))
"""


def run(target: Target, fills: Sequence[Path], check: bool) -> int:
    """Export, merge, and say what is new and what is missing. Returns the exit code."""
    for file in fills:
        if not file.is_file():
            raise ToolError(f"There is no file {file}.")
    odoo = prepare(target)
    raw = paths.runtime_dir("i18n") / f"{paths.ADDON}-{os.getpid()}.po"
    try:
        with odoo.postgres:
            _export(odoo, raw)
        found = _merge(odoo, raw, fills, check)
    finally:
        raw.unlink(missing_ok=True)
    say(f"{found['terms']} terms, {len(found['added'])} new, {len(found['gone'])} gone")
    if check:
        for label in ("added", "gone"):
            for term in found[label]:
                print(f"  {label}: {term!r}", flush=True)
        return 1 if found["added"] or found["gone"] else 0
    for term in found["missing"]:
        print(f"  no French: {json.dumps(term, ensure_ascii=False)}", flush=True)
    return 0


def _export(odoo: Odoo, raw: Path) -> None:
    name = f"i18n_{os.getpid()}"
    database.create(odoo, name)
    try:
        with step("installing the addon and reading its terms"):
            database.install(odoo, name, [paths.ADDON], odoo.home / "log" / f"install-{name}.log")
            script = EXPORT.format(addon=paths.ADDON, target=str(raw), takes_env=odoo.series >= 19)
            database.run_script(odoo, name, script)
    finally:
        database.drop(odoo, name)


def _merge(odoo: Odoo, raw: Path, fills: Sequence[Path], check: bool) -> dict:
    script = MERGE.format(addon=paths.ADDON, check=check)
    done = subprocess.run(
        [odoo.python, "-c", script, raw, TEMPLATE, FRENCH, *fills], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ToolError(f"The terms could not be merged: {re.split(chr(10), done.stderr.strip())[-1]}")
    return json.loads(done.stdout)
