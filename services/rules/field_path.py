"""Where the value of a marketplace field comes from, as a person writes it: paths of field names, nothing that runs.

``product_tmpl_id.description_sale`` is a path. ``description_sale | name`` takes the first that is not empty. A text
with fields is ``{name} ({default_code})``. There are no operators, no calls and no indexes, so what is written can only
be looked up; whether it may be looked up is for the side that has the fields to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MAX_DEPTH = 5
"""Names in one path: four records away from the product is farther than anybody needs."""
MAX_ALTERNATIVES = 5
MAX_LENGTH = 500

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_PART = re.compile(r"\{([^{}]*)\}|([^{}]+)|(.)", re.S)

Path = tuple[str, ...]


class PathError(ValueError):
    """What was written is no path. ``code``: empty, long, deep, many, name, brace, plain; ``word``: the piece meant."""

    def __init__(self, code: str, word: str = ""):
        super().__init__(code, word)
        self.code = code
        self.word = word


@dataclass(frozen=True, slots=True)
class Field:
    """A place in a text that a field fills: the first path with a value."""

    paths: tuple[Path, ...]


def parse_paths(source: str) -> tuple[Path, ...]:
    """The alternatives of a source, each a tuple of field names.

    :raises PathError: it is not made of field names
    """
    if len(source) > MAX_LENGTH:
        raise PathError("long", str(MAX_LENGTH))
    alternatives = [part.strip() for part in source.split("|")]
    if not any(alternatives):
        raise PathError("empty")
    if len(alternatives) > MAX_ALTERNATIVES:
        raise PathError("many", str(MAX_ALTERNATIVES))
    return tuple(_path(part) for part in alternatives)


def _path(text: str) -> Path:
    names = tuple(text.split("."))
    for name in names:
        if not _NAME.fullmatch(name):
            raise PathError("name", name or text)
    if len(names) > MAX_DEPTH:
        raise PathError("deep", text)
    return names


def parse_text(source: str) -> tuple[str | Field, ...]:
    """The pieces of a text with fields, in order.

    :raises PathError: a brace without its other half, no field in it, or a field that is no path
    """
    if len(source) > MAX_LENGTH:
        raise PathError("long", str(MAX_LENGTH))
    pieces: list[str | Field] = []
    for inside, outside, stray in _PART.findall(source):
        if stray:
            raise PathError("brace", stray)
        pieces.append(outside if outside else Field(parse_paths(inside)))
    if not any(isinstance(piece, Field) for piece in pieces):
        raise PathError("plain")
    return tuple(pieces)


def fill(pieces: Iterable[str | Field], values: dict[tuple[Path, ...], str]) -> str:
    """The text with its fields filled in, "" when all of them are empty: what is left would be punctuation.

    :param values: ``{paths of a Field: its text}``
    """
    pieces = tuple(pieces)
    if not any(values.get(piece.paths) for piece in pieces if isinstance(piece, Field)):
        return ""
    return "".join(piece if isinstance(piece, str) else values.get(piece.paths) or "" for piece in pieces).strip()
