"""The French translation: complete, with the placeholders and tags of the English texts, and in French typography."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "i18n"
FRENCH = FOLDER / "fr.po"
TEMPLATE = FOLDER / "cdiscount_store_management.pot"
PLACEHOLDER = re.compile(r"%%|%\(\w+\)[sdrf]|%[sdrf]|\{\w*\}")
TAG = re.compile(r"</?\w[^>]*>")


def read(path: Path) -> list[dict[str, str]]:
    """The entries of a .po file, the header included: msgid, msgstr, and its comments in ``notes``."""
    entries = []
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        entry, field = {"notes": ""}, ""
        for line in block.splitlines():
            if line.startswith("#"):
                entry["notes"] += line + "\n"
                continue
            if not line.startswith('"'):
                field, line = line.split(" ", 1)
                entry[field] = ""
            entry[field] += ast.literal_eval(line)
        if "msgid" in entry:
            entries.append(entry)
    return entries


HEADER, *ENTRIES = read(FRENCH)


def test_header():
    assert HEADER["msgid"] == ""
    assert "Language: fr\n" in HEADER["msgstr"]
    assert "charset=UTF-8\n" in HEADER["msgstr"]
    assert "@" not in HEADER["msgstr"]


def test_same_terms_as_the_template():
    terms = Counter(entry["msgid"] for entry in ENTRIES)
    assert terms == Counter(entry["msgid"] for entry in read(TEMPLATE)[1:])
    assert max(terms.values()) == 1
    assert len(terms) > 400


@pytest.mark.parametrize("path", [FRENCH, TEMPLATE], ids=lambda path: path.name)
def test_no_fuzzy_no_obsolete_no_path_of_a_machine(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"^#,.*fuzzy", text, re.MULTILINE)
    assert "\n#~" not in text
    for line in text.splitlines():
        if line.startswith("#: code:"):
            assert line.startswith("#: code:addons/cdiscount_store_management/") and "/." not in line


def tags(text: str) -> list[str]:
    """The tags of a text in their order, without the words a person reads in their titles."""
    return [re.sub(r'\b(title|aria-label)="[^"]*"', "", tag) for tag in TAG.findall(text)]


def test_every_term_is_translated_with_its_placeholders_tags_and_edges():
    wrong = []
    for entry in ENTRIES:
        english, french = entry["msgid"], entry["msgstr"]
        right = (
            french.strip()
            and Counter(PLACEHOLDER.findall(french)) == Counter(PLACEHOLDER.findall(english))
            and tags(french) == tags(english)
            and all(re.search(edge, french)[0] == re.search(edge, english)[0] for edge in (r"^\s*", r"\s*$"))
        )
        if not right:
            wrong.append((english, french))
    assert not wrong


def test_french_typography():
    wrong = []
    for entry in ENTRIES:
        french = TAG.sub("", entry["msgstr"])
        bad_space = re.search(r"[^\u00a0\u202f][;?!»]|«[^\u00a0\u202f]| :|\w:(\s|$)", french)
        if bad_space or re.search(r"'|\"", french):
            wrong.append(french)
    assert not wrong
