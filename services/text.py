"""Text that PostgreSQL, XML and a browser can take: used wherever text enters from outside."""

from __future__ import annotations

import html
import re
import unicodedata

# NUL and lone surrogates make PostgreSQL refuse the whole transaction; the other control characters break XML exports.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Zero-width and direction marks: invisible, so two equal-looking names would differ. The joiners of emoji stay.
_INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")
_SPACES = re.compile(r"\s+")
# "<anne@example.com>" is an address in brackets, not a tag.
_TAG = re.compile(r"<(?![^\s<>]+@[^\s<>]+>)(?:/?[a-zA-Z][^<>]{0,200}|!--.*?--)>", re.S)
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "’": "'", "ı": "i"})


def clean(text: str) -> str:
    """``text`` in NFC without control characters, lone surrogates and invisible marks; line breaks stay."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _CONTROL.sub("", text)))


def one_line(text: str) -> str:
    """``clean`` text on a single line, runs of white space made one blank, trimmed."""
    return _SPACES.sub(" ", clean(text)).strip()


def plain(text: str) -> str:
    """One line without HTML: tags dropped, entities decoded (twice, because names come double-escaped)."""
    for _ in range(2):
        if "&" in text:
            text = html.unescape(text)
        if "<" in text:
            text = _TAG.sub(" ", text)
    return one_line(text)


def key(text: str) -> str:
    """Letters and digits only, lower case, without accents: two ways to write the same thing get one key.

    Letters of other scripts (Greek, Cyrillic) stay, or all names written in them would be the same.
    """
    folded = unicodedata.normalize("NFKD", plain(text).casefold().translate(_LIGATURES))
    folded = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() else " " for char in folded).split())


def shorten(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut at a blank where one is near, marked with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    blank = head.rfind(" ")
    if blank > limit * 2 // 3:
        head = head[:blank]
    return head.rstrip(" ,;-") + "…"
