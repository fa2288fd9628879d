"""The page of the Apps store: every picture that is named exists and is small, nothing comes from elsewhere."""

from __future__ import annotations

import ast
import re
import struct
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "static" / "description"
PAGE = (FOLDER / "index.html").read_bytes()
MANIFEST = ast.literal_eval((ROOT / "__manifest__.py").read_text(encoding="utf-8"))
LARGEST, ALL_TOGETHER = 400_000, 3_000_000  # bytes
TEXTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
VOID = {"img", "br", "hr"}


class Reader(HTMLParser):
    """Tags, attributes and the nesting of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.images: list[dict[str, str]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag == "img":
            self.images.append(dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"{tag} in line {self.getpos()[0]}")


def read_page() -> Reader:
    reader = Reader()
    reader.feed(PAGE.decode("ascii"))
    return reader


def named_pictures() -> dict[Path, str]:
    """Every picture that the page, the manifest, the menu or a text names, and who names it."""
    named = {FOLDER / image["src"]: "index.html" for image in read_page().images}
    named.update({ROOT / name: "__manifest__.py" for name in MANIFEST.get("images", [])})
    named[FOLDER / "icon.png"] = "Odoo itself"
    for text in TEXTS:
        for target in re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)", text.read_text(encoding="utf-8")):
            named[(text.parent / target).resolve()] = text.name
    return named


def size_of(picture: Path) -> tuple[int, int]:
    data = picture.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR", f"{picture.name} is no PNG"
    assert data[-8:-4] == b"IEND", f"{picture.name} is cut off"
    return struct.unpack(">II", data[16:24])


def test_every_picture_that_is_named_is_a_small_png():
    for picture, who in named_pictures().items():
        assert picture.is_file(), f"{who} names {picture.name}, which is not there"
        width, height = size_of(picture)
        assert min(width, height) >= 128, f"{picture.name} is {width} x {height}"
        assert picture.stat().st_size <= LARGEST, f"{picture.name} has {picture.stat().st_size} bytes"


def test_nothing_lies_in_the_folder_that_nobody_names_and_all_together_it_is_small():
    files = {file for file in FOLDER.rglob("*") if file.is_file()}
    unused = files - set(named_pictures()) - {FOLDER / "index.html"}
    assert not unused, f"named by nobody: {sorted(file.name for file in unused)}"
    assert sum(file.stat().st_size for file in files) <= ALL_TOGETHER


def test_the_page_needs_nothing_from_elsewhere():
    reader = read_page()
    assert not reader.tags & {"script", "link", "style", "iframe", "html", "head", "body", "form", "a", "svg"}
    for tag, name, value in reader.attributes:
        assert not name.startswith("on"), f"<{tag} {name}>"
        assert "//" not in value and "url(" not in value, f"<{tag} {name}={value!r}>"
        if name == "src":
            assert re.fullmatch(r"[a-z_]+\.png", value), value


def test_the_page_keeps_what_the_store_leaves_of_it():
    """The store takes these out of inline styles; letters outside ASCII come out garbled in older series of Odoo."""
    reader = read_page()
    assert PAGE.isascii()
    assert not reader.wrong and not reader.open, reader.wrong or reader.open
    assert PAGE.startswith(b'<section class="oe_container"')
    for _tag, name, value in reader.attributes:
        if name == "style":
            assert not re.search(r"rgba?\(|gradient|transition|transform:|align-items|justify-content|gap:|flex", value)


def test_each_picture_of_the_page_has_words_for_those_who_do_not_see_it():
    for image in read_page().images:
        assert image.get("alt") or image["src"] == "icon.png", image["src"]


@pytest.mark.parametrize("words", ["En fran&ccedil;ais", "Warehouse", "Customer care", "Accountant", "Administrator"])
def test_the_page_speaks_to_each_reader(words):
    assert words.encode() in PAGE


def test_the_cover_is_the_first_picture_of_the_manifest_and_twice_as_wide_as_high():
    width, height = size_of(ROOT / MANIFEST["images"][0])
    assert (width, height) == (1120, 560)


def test_the_icon_is_square_and_sharp():
    width, height = size_of(FOLDER / "icon.png")
    assert width == height == 256
