"""Where texts are translated. Odoo looks for the language in the local names of the function that calls ``_``."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("models", "wizards", "controllers", "compat")
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _calls_without_language(tree):
    for node in ast.walk(tree):
        if not isinstance(node, (*COMPREHENSIONS, ast.Lambda)):
            continue
        # A lambda with "self" finds its language there.
        if isinstance(node, ast.Lambda) and any(argument.arg == "self" for argument in node.args.args):
            continue
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_":
                yield call.lineno


def test_no_text_is_translated_where_python_3_11_hides_self():
    """A comprehension is a function of its own before Python 3.12: there is no ``self`` in it, and the text stays
    English with a warning in the log for each record."""
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line in _calls_without_language(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found, "call _() before the comprehension or in a method of the record"


def test_the_rule_sees_what_it_looks_for():
    assert list(_calls_without_language(ast.parse("x = [_('a') for b in c]"))) == [1]
    assert not list(_calls_without_language(ast.parse("x = lambda self: _('a')\ny = _('b')")))
