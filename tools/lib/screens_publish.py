"""Writes static/description: the chosen pictures made small, the icon and the cover. Runs where Pillow and the browser
are.

    python -m tools.lib.screens_publish FOLDER-OF-PICTURES static/description CHROMIUM
"""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tools.lib import screens_art
from tools.lib.screens_browser import ARGUMENTS
from tools.lib.screens_list import PUBLISHED

COLOURS = 200  # of a palette: a screenshot has few, and the file has a third of its size


def small(content: bytes, lines: int = 0) -> bytes:
    """The picture with a palette, cut after so many lines (0: whole)."""
    image = Image.open(io.BytesIO(content)).convert("RGB")
    if lines:
        image = image.crop((0, 0, image.width, min(lines, image.height)))
    image = image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


def main(pictures: Path, target: Path, chromium: str) -> None:
    """Write everything; the sum of the sizes is said."""
    for name, kept in PUBLISHED.items():
        (target / name).write_bytes(small((pictures / kept.file).read_bytes(), kept.lines))
    dashboard = (pictures / PUBLISHED["screenshot_dashboard.png"].file).read_bytes()
    address = f"data:image/png;base64,{base64.b64encode(dashboard).decode()}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        width, height = screens_art.COVER_SIZE
        page = browser.new_page(
            viewport={"width": width, "height": height}, device_scale_factor=screens_art.COVER_SCALE
        )
        page.set_content(screens_art.cover(address), wait_until="networkidle")
        (target / "banner.png").write_bytes(small(page.screenshot()))
        size = screens_art.ICON_SIZE
        page = browser.new_page(viewport={"width": size, "height": size})
        page.set_content(f'<body style="margin:0">{screens_art.ICON}</body>')
        page.screenshot(path=str(target / "icon.png"), omit_background=True)
        browser.close()
    files = sorted(target.glob("*.png"))
    print(f"{len(files)} pictures, {sum(file.stat().st_size for file in files) / 1e6:.2f} MB", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
