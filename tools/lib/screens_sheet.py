"""The contact sheet: all pictures on one local page, to look through them."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

STYLE = """
body { font: 15px/1.4 sans-serif; margin: 24px; background: #f3f4f8; color: #1c2434; }
h2 { margin: 32px 0 8px; } section div { display: flex; flex-wrap: wrap; gap: 16px; align-items: flex-start; }
figure { margin: 0; background: #fff; padding: 8px; border: 1px solid #d8dce6; border-radius: 6px; }
figure.bad { border-color: #c62f3d; } img { display: block; max-height: 420px; max-width: 560px; }
figcaption { font-size: 13px; padding-top: 6px; } .problem { color: #c62f3d; max-width: 540px; }
"""


def write(folder: Path, results: Sequence[dict[str, Any]]) -> Path:
    """Write ``index.html`` beside the pictures, a section for each screen, and return its path."""
    screens: dict[str, list[dict[str, Any]]] = {}
    for result in results:
        screens.setdefault(result["screen"], []).append(result)
    parts = [_section(name, found) for name, found in screens.items()]
    page = f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Screens</title><style>{STYLE}</style>'
    path = folder / "index.html"
    path.write_text(f"{page}</head><body><h1>Screens</h1>{''.join(parts)}</body></html>\n", encoding="utf-8")
    return path


def _section(name: str, found: Sequence[dict[str, Any]]) -> str:
    title = html.escape(f"{found[0]['title']} ({name})")
    return f'<section id="{html.escape(name)}"><h2>{title}</h2><div>{"".join(map(_figure, found))}</div></section>'


def _figure(result: dict[str, Any]) -> str:
    file = html.escape(result["file"])
    words = f"{result['language']} {result['width']} {result['theme']}"
    problems = "".join(f'<p class="problem">{html.escape(problem)}</p>' for problem in result["problems"])
    return (
        f'<figure{" class=bad" if problems else ""}><a href="{file}"><img src="{file}" alt="{html.escape(words)}"'
        f' loading="lazy"></a><figcaption>{words}{problems}</figcaption></figure>'
    )
