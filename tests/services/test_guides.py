"""The user guides name menus, buttons and settings as they stand on the screen, in both languages.

How they are written: **bold** is a menu (``**Orders > Held Orders**``), *italic* is a word on a screen (button, field,
tab, filter, choice). Nothing else is bold or italic. The French guide has the same sections, tables, menus and words.
"""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ElementTree
from functools import cache
from pathlib import Path

import pytest
from test_translations import FRENCH, read

ROOT = Path(__file__).resolve().parents[2]
GUIDES = {"en": ROOT / "docs" / "user-guide.md", "fr": ROOT / "docs" / "guide-utilisateur.md"}
BOLD = re.compile(r"\*\*([^*]+)\*\*")
ITALIC = re.compile(r"(?<![*\\])\*([^*]+)\*(?!\*)")
SHOWN = ("string", "name", "placeholder", "confirm", "title", "help", "data-string")

ODOO_MENUS = {
    "Apps": "Apps",
    "Settings > Technical > Scheduled Actions": "Paramètres > Technique > Actions planifiées",
    "Settings > Technical > System Parameters": "Paramètres > Technique > Paramètres système",
    "Settings > Users & Companies > Users": "Paramètres > Utilisateurs & Sociétés > Utilisateurs",
}
ODOO_WORDS = {
    "Activate": "Activer",
    "Update Apps List": "Mettre à jour la liste des Apps",
    "Upgrade": "Mettre à niveau",
    "Uninstall": "Désinstaller",
    "Validate": "Valider",
    "Credit Note": "Avoir",
    "Return": "Retour",
}
"""What belongs to Odoo, not to this addon, as its French translation has it."""


def _text(guide: str) -> str:
    """The guide without code, in which nothing is bold or italic, and without line breaks inside of a sentence."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", GUIDES[guide].read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"^[ \t]*\* ", "- ", text, flags=re.MULTILINE)
    return re.sub(r"[ \t]*\n[ \t]*(?![-#|\d\n])", " ", text)


def _bold(guide: str) -> set[str]:
    return {" ".join(found.split()) for found in BOLD.findall(_text(guide))}


def _italic(guide: str) -> set[str]:
    return {" ".join(found.split()) for found in ITALIC.findall(BOLD.sub("", _text(guide)))}


@cache
def _french() -> dict[str, str]:
    return {entry["msgid"]: entry["msgstr"] for entry in read(FRENCH)}


@cache
def _menus() -> frozenset[str]:
    """Every menu of the app as ``A > B``, and the blocks of its page in Odoo's settings."""
    actions, menus = {}, {}
    for path in sorted((ROOT / "views").glob("*.xml")):
        tree = ElementTree.parse(path)
        for record in tree.iter("record"):
            if (record.get("model") or "").startswith("ir.actions."):
                actions[record.get("id")] = record.findtext("field[@name='name']")
        for item in tree.iter("menuitem"):
            menus[item.get("id")] = (item.get("name"), item.get("action"), item.get("parent"))

    def trail(menu: str) -> list[str]:
        name, action, parent = menus[menu]
        return [*(trail(parent) if parent else []), name or actions[action]]

    found = {" > ".join(trail(menu)[1:]) for menu in menus if menus[menu][2]}
    for block in ElementTree.parse(ROOT / "views" / "res_config_settings_views.xml").iter("block"):
        found.add(f"Settings > Cdiscount > {block.get('title')}")
    return frozenset(found)


@cache
def _words() -> frozenset[str]:
    """Everything that can stand on a screen: texts of views and scripts, texts and labels of the code."""
    words = set()
    for path in [*(ROOT / "views").glob("*.xml"), *(ROOT / "static" / "src").rglob("*.xml")]:
        for element in ElementTree.parse(path).iter():
            words.update(element.get(name, "") for name in SHOWN)
            words.update((element.text or "", element.tail or ""))
    for path in (ROOT / "static" / "src").rglob("*.js"):
        words.update(re.findall(r'_t\("([^"]+)"', path.read_text(encoding="utf-8")))
    for folder in ("models", "wizards"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    words.add(node.value)
                elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    # The label Odoo gives a field without one.
                    words.add(re.sub(r"_ids?$", "", node.targets[0].id).replace("_", " ").title())
    for path in (ROOT / "security").glob("*.xml"):
        words.update(field.text or "" for field in ElementTree.parse(path).iter("field"))
    return frozenset(" ".join(word.split()) for word in words if word)


def _translated_menu(menu: str) -> str:
    return ODOO_MENUS.get(menu) or " > ".join(
        {"Cdiscount": "Cdiscount"}.get(part) or _french().get(part, part) for part in menu.split(" > ")
    )


def _translated_word(word: str) -> str:
    return " ".join((_french().get(word) or ODOO_WORDS.get(word, word)).split())


def test_the_english_guide_names_menus_that_exist():
    assert sorted(_bold("en") - _menus() - set(ODOO_MENUS)) == []
    assert len(_bold("en")) > 30


def test_the_english_guide_names_words_of_the_screens():
    assert sorted(_italic("en") - _words() - set(ODOO_WORDS)) == []
    assert len(_italic("en")) > 80


def test_the_french_guide_names_the_same_menus():
    assert sorted(_bold("fr") ^ {_translated_menu(menu) for menu in _bold("en")}) == []


def test_the_french_guide_names_the_same_words():
    assert sorted(_italic("fr") ^ {_translated_word(word) for word in _italic("en")}) == []


def _shape(guide: str) -> list[tuple[str, int]]:
    """Heading by heading: its level, and how many paragraphs, list items and table rows follow."""
    shape: list[tuple[str, int]] = []
    for block in re.split(r"^(#+) .*$", GUIDES[guide].read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        if set(block) == {"#"}:
            shape.append((block, 0))
        else:
            shape[-1] = (shape[-1][0], len(re.findall(r"^\s*(?:[-*|]|\d+\.) ?", block, flags=re.MULTILINE)))
    return shape


def test_the_french_guide_is_complete():
    assert _shape("fr") == _shape("en")
    codes = [re.findall(r"`[^`\n]+`", GUIDES[guide].read_text(encoding="utf-8")) for guide in GUIDES]
    assert sorted(codes[0]) == sorted(codes[1])


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


PAGES = [ROOT / "README.md", ROOT / "sandbox" / "README.md", ROOT / "benchmarks" / "README.md"]


@pytest.mark.parametrize("page", [*PAGES, *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.name)
def test_links_and_pictures_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"https?:", target):
            continue
        name, _hash, anchor = target.partition("#")
        path = (page.parent / name) if name else page
        assert path.exists(), target
        assert not anchor or anchor in _anchors(path), target
    for alt in re.findall(r"!\[([^\]]*)\]", page.read_text(encoding="utf-8")):
        assert alt, "a picture without a description"


def test_order_life_names_tests_that_exist():
    tests = (ROOT / "tests" / "test_order_life.py").read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+)`", (ROOT / "docs" / "order-life.md").read_text(encoding="utf-8"))
    assert [name for name in named if f"def {name}(" not in tests] == []
    assert named


def test_integrators_are_told_of_methods_and_models_that_exist():
    page = (ROOT / "docs" / "integrators.md").read_text(encoding="utf-8")
    files = [*(ROOT / "models").rglob("*.py"), *(ROOT / "wizards").glob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    methods = set(re.findall(r"`((?:_|action_|get_)\w+)", page)) - {"_inherit", "_job_report"}
    assert sorted(name for name in methods if f"def {name}(" not in code) == []
    models = set(re.findall(r"`(cdiscount\.[\w.]+)`", page))
    assert sorted(name for name in models if f'_name = "{name}"' not in code) == []
    assert len(methods) > 20 and len(models) > 8
